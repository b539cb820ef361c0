//! Who is told of an order: of a step by mail at the next working hour, and of its clock by the sweep, each alarm once.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::clock::{OrderAlarm, come_due};
use super::store::{self, OrderRow};
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::escalation::EscalationError;
use crate::features::escalation::delivery::department_name;
use crate::features::escalation::hours::delivery_at;
use crate::features::escalation::sweep::Round;
use crate::features::tickets::Rulebook;
use crate::platform::config::EscalationSettings;
use crate::platform::jobs::outbox;
use crate::platform::mail::{MailLanguage, MailRequest, Template};
use crate::rules::vocabulary::Role;

/// Orders taken in one transaction.
const BATCH: i64 = 200;

/// Tells of the orders whose alarm has come due. Tells how many; `None` when there are none.
pub(in crate::features::escalation) fn tell_due(
    conn: &mut PgConnection,
    round: &Round<'_>,
) -> Result<Option<usize>, EscalationError> {
    let rows = store::lock_due(conn, round.now, BATCH)?;
    if rows.is_empty() {
        return Ok(None);
    }
    for row in &rows {
        let Some(due_on) = row.due_on else { continue };
        let (alarm, next) = come_due(&round.rules.calendar, due_on, round.now);
        let people = letters(conn, round.accounts, row, alarm == OrderAlarm::Overdue, true)?;
        tell(conn, &people, row, alarm.as_str(), (round.rules, round.settings, round.now))?;
        let told = OrderRow { last_alarm: Some(alarm), next_alarm_at: next, ..row.clone() };
        store::update(conn, &told)?;
    }
    Ok(Some(rows.len()))
}

/// Whoever issued the order, the department's leads, or both.
pub(super) fn letters(
    conn: &mut PgConnection,
    accounts: &Accounts,
    row: &OrderRow,
    to_issuer: bool,
    to_department: bool,
) -> Result<Vec<StaffContact>, EscalationError> {
    let mut people = Vec::new();
    if to_department {
        people.extend(accounts.recipients(conn, Role::DepartmentLead, Some(row.department_id))?);
    }
    if let Some(issuer) = row.issued_by.filter(|_| to_issuer) {
        people.extend(accounts.contacts(conn, &[issuer])?.into_values());
    }
    Ok(people)
}

/// Writes the mails; they go out at the next working hour.
pub(super) fn tell(
    conn: &mut PgConnection,
    people: &[StaffContact],
    row: &OrderRow,
    step: &str,
    (rules, settings, now): (&Rulebook, &EscalationSettings, DateTime<Utc>),
) -> Result<(), EscalationError> {
    let Some(due_on) = row.due_on else { return Ok(()) };
    let deliver_at = delivery_at(&rules.calendar, settings, now);
    let mail = |contact: &StaffContact| {
        let language = MailLanguage::from(contact.locale);
        MailRequest::to_staff(contact.id.0, Template::Supervision, language)
            .about(row.ticket_id.0)
            .value("reference", row.reference.as_str())
            .value("department", department_name(&rules.directory, Some(row.department_id), language))
            .value("step", step)
            .day("due_on", due_on)
            .into_message(now)
            .available_at(deliver_at)
    };
    let mails: Vec<_> = people.iter().map(mail).collect();
    Ok(outbox::enqueue(conn, &mails)?)
}
