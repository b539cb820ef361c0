//! What the leader is told in the morning.

use chrono::NaiveDate;

use super::figures::DayFigures;
use super::views::{BriefContent, BriefFigures};
use crate::features::directory::Snapshot;
use crate::features::notices::{
    BriefPeriod, DepartmentName, LateItem, MorningBrief, NoticeContent, OverdueItem, RepeatedItem,
};

/// The brief as its readers are told it.
pub(super) fn notice(directory: &Snapshot, day: NaiveDate, content: &BriefContent) -> NoticeContent {
    let name = |code: &Option<String>| DepartmentName::of_code(directory, code.as_deref());
    let new = content.new.iter().map(|alarm| LateItem {
        reference: alarm.reference.clone(),
        title: Some(alarm.title.clone()),
        department: name(&alarm.department),
        due_on: alarm.due_on,
        working_days_late: alarm.working_days_late,
    });
    let overdue = content.overdue.iter().map(|found| OverdueItem {
        department: name(&found.department),
        count: found.count,
        oldest_due_on: found.oldest_due_on,
    });
    let repeated = content.repeated.iter().map(|found| RepeatedItem {
        reference: found.reference.clone(),
        department: name(&found.department),
        extensions: found.extensions,
        reopenings: found.reopenings,
    });
    let orders = content.late_orders.iter().map(|order| LateItem {
        reference: order.reference.clone(),
        title: None,
        department: name(&order.department),
        due_on: order.due_on,
        working_days_late: order.working_days_late,
    });
    NoticeContent::MorningBrief(MorningBrief {
        brief_on: day,
        figures: content.figures.as_ref().map(told_figures),
        new_count: content.new_count,
        new_items: new.collect(),
        overdue_count: content.overdue_count,
        overdue_items: overdue.collect(),
        repeated_count: content.repeated_count,
        repeated_items: repeated.collect(),
        order_count: content.late_order_count,
        order_items: orders.collect(),
    })
}

fn told_figures(found: &BriefFigures) -> BriefPeriod {
    let DayFigures { received, answered, answered_on_time } = found.figures;
    BriefPeriod { from_on: found.from_on, to_on: found.to_on, received, answered, answered_on_time }
}
