//! The leader's brief as a mail in its reader's language.

use chrono::{DateTime, NaiveDate, Utc};

use super::views::BriefContent;
use crate::features::accounts::StaffContact;
use crate::features::directory::Snapshot;
use crate::features::escalation::delivery::department_name;
use crate::platform::jobs::outbox::NewMessage;
use crate::platform::mail::{MailLanguage, MailRequest, Template};

pub(super) fn mail(
    reader: &StaffContact,
    directory: &Snapshot,
    day: NaiveDate,
    content: &BriefContent,
    now: DateTime<Utc>,
) -> NewMessage {
    let language = MailLanguage::from(reader.locale);
    let name = |code: &Option<String>| {
        let department = code.as_deref().and_then(|code| directory.department_by_code(code));
        department_name(directory, department.map(|department| department.id), language)
    };
    let new = content.new.iter().map(|alarm| {
        let (reference, due_on, late) = (&alarm.reference, alarm.due_on, alarm.working_days_late);
        format!("{reference}|{}|{due_on}|{late}", name(&alarm.department))
    });
    let overdue = content
        .overdue
        .iter()
        .map(|found| format!("{}|{}|{}", name(&found.department), found.count, found.oldest_due_on));
    let repeated = content.repeated.iter().map(|found| {
        let (extensions, reopenings) = (found.extensions, found.reopenings);
        format!("{}|{}||{extensions}|{reopenings}", found.reference, name(&found.department))
    });
    let orders = content.late_orders.iter().map(|order| {
        let (reference, due_on, late) = (&order.reference, order.due_on, order.working_days_late);
        format!("{reference}|{}|{due_on}|{late}", name(&order.department))
    });
    MailRequest::to_staff(reader.id.0, Template::MorningBrief, language)
        .day("brief_on", day)
        .value("new_count", content.new_count.to_string())
        .value("new_items", lines(new))
        .value("overdue_count", content.overdue_count.to_string())
        .value("overdue_items", lines(overdue))
        .value("repeated_items", lines(repeated))
        .value("order_count", content.late_order_count.to_string())
        .value("order_items", lines(orders))
        .into_message(now)
}

fn lines(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("\n")
}
