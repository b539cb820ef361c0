//! What notices to staff list: clocks that fired, and what a working day begins with.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DepartmentName;
use super::example::Example;
use crate::rules::vocabulary::AlarmLevel;
use crate::{sql_text_enum, text_enum};

text_enum! {
    /// Why somebody is told of an alarm.
    pub enum AlarmStep {
        /// The alarm fired.
        Fired = "fired",
        /// Nobody acknowledged it in time, and the next role up is told.
        Raised = "raised",
        /// A snooze has ended.
        SnoozeEnded = "snooze_ended",
    }
}

sql_text_enum!(AlarmStep);

text_enum! {
    /// What happened to a supervision order.
    pub enum OrderNews {
        /// A supervisor issued it.
        Issued = "issued",
        /// It is due tomorrow.
        Reminder = "reminder",
        /// It is late.
        Overdue = "overdue",
        /// The department answered it.
        Answered = "answered",
        /// The answer was sent back.
        Returned = "returned",
        /// It is closed.
        Closed = "closed",
    }
}

/// A clock that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmItem {
    /// The ticket's public number.
    pub reference: String,
    /// What the letter is about; messages that wait from before do not have it.
    #[serde(default)]
    pub title: Option<String>,
    /// The level.
    pub level: AlarmLevel,
    /// The day by whose end it was promised.
    pub due_on: NaiveDate,
    /// Whose clock it is; `None`: the intake desk's.
    pub department: Option<DepartmentName>,
    /// Why the person is told.
    pub step: AlarmStep,
}

/// A matter of the leader's that is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateItem {
    /// The ticket's public number.
    pub reference: String,
    /// What it is about; `None`: not told.
    #[serde(default)]
    pub title: Option<String>,
    /// Who has it; `None`: the intake desk.
    pub department: Option<DepartmentName>,
    /// The day by whose end it was due.
    pub due_on: NaiveDate,
    /// Working days since then.
    pub working_days_late: i64,
}

/// What a department has that is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdueItem {
    /// Which; `None`: the intake desk.
    pub department: Option<DepartmentName>,
    /// How many tickets.
    pub count: i64,
    /// The oldest due day among them.
    pub oldest_due_on: NaiveDate,
}

/// A matter that was extended or reopened again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedItem {
    /// The ticket's public number.
    pub reference: String,
    /// Who has it; `None`: the intake desk.
    pub department: Option<DepartmentName>,
    /// Extensions granted.
    pub extensions: i64,
    /// Reopenings.
    pub reopenings: i32,
}

/// What came in and was answered on a few days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BriefPeriod {
    /// The first day.
    pub from_on: NaiveDate,
    /// The last.
    pub to_on: NaiveDate,
    /// Letters that came in.
    pub received: i64,
    /// Letters that were answered.
    pub answered: i64,
    /// Of those, how many in time.
    pub answered_on_time: i64,
}

/// What a working day begins with. The lists may be cut; the counts are whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MorningBrief {
    /// The day.
    pub brief_on: NaiveDate,
    /// What came in and was answered since the day of the last brief.
    #[serde(default)]
    pub figures: Option<BriefPeriod>,
    /// Letters that have reached the leader's level since the last brief.
    pub new_count: i64,
    /// The oldest of them.
    pub new_items: Vec<LateItem>,
    /// Open tickets that are overdue.
    pub overdue_count: i64,
    /// The same by department.
    pub overdue_items: Vec<OverdueItem>,
    /// Tickets extended or reopened again and again.
    #[serde(default)]
    pub repeated_count: i64,
    /// The first of them.
    pub repeated_items: Vec<RepeatedItem>,
    /// Supervision orders that are late.
    pub order_count: i64,
    /// The oldest of them.
    pub order_items: Vec<LateItem>,
}

impl AlarmItem {
    /// One of each level and step.
    pub(super) fn examples(example: &Example) -> Vec<AlarmItem> {
        let item = |level: &AlarmLevel, step: AlarmStep| AlarmItem {
            reference: example.reference(),
            title: example.perhaps(example.title()),
            level: *level,
            due_on: example.day(),
            department: example.department(),
            step,
        };
        let levels = AlarmLevel::ALL.iter();
        levels.flat_map(|level| AlarmStep::ALL.iter().map(move |step| item(level, *step))).collect()
    }
}

impl MorningBrief {
    /// A brief with one of each list, or with none.
    pub(super) fn example(example: &Example) -> MorningBrief {
        let late = LateItem {
            reference: example.reference(),
            title: example.perhaps(example.title()),
            department: example.department(),
            due_on: example.day(),
            working_days_late: 2,
        };
        let overdue =
            OverdueItem { department: example.department(), count: 4, oldest_due_on: example.day() };
        let repeated = RepeatedItem {
            reference: example.reference(),
            department: example.department(),
            extensions: 2,
            reopenings: 3,
        };
        MorningBrief {
            brief_on: example.day(),
            figures: example.perhaps(BriefPeriod {
                from_on: example.day(),
                to_on: example.day(),
                received: 12,
                answered: 10,
                answered_on_time: 9,
            }),
            new_count: 1,
            new_items: example.perhaps(late.clone()).into_iter().collect(),
            overdue_count: 4,
            overdue_items: example.perhaps(overdue).into_iter().collect(),
            repeated_count: 1,
            repeated_items: example.perhaps(repeated).into_iter().collect(),
            order_count: 1,
            order_items: example.perhaps(late).into_iter().collect(),
        }
    }
}
