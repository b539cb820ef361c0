//! The leader's brief as its readers see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::figures::DayFigures;
use crate::rules::vocabulary::Metric;

/// A matter that has reached the leader's level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefAlarm {
    /// The ticket's public number.
    pub reference: String,
    /// What it is about.
    #[serde(default)]
    pub title: String,
    /// Code of the department in charge; `null`: the desk.
    pub department: Option<String>,
    /// The promise that was due first.
    pub metric: Metric,
    /// The day by whose end that was promised.
    pub due_on: NaiveDate,
    /// Working days since then.
    pub working_days_late: i64,
}

/// What a department has that is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefDepartment {
    /// Its code; `null`: the desk.
    pub department: Option<String>,
    /// How many open tickets are past what was promised.
    pub count: i64,
    /// The oldest due day among them.
    pub oldest_due_on: NaiveDate,
}

/// A matter that was extended or reopened again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefRepeated {
    /// The ticket's public number.
    pub reference: String,
    /// Code of the department in charge; `null`: the desk.
    pub department: Option<String>,
    /// Extensions granted.
    pub extensions: i64,
    /// Reopenings.
    pub reopenings: i32,
}

/// A supervision order that a department should have answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefOrder {
    /// The ticket's public number.
    pub reference: String,
    /// Code of the department that has it.
    pub department: Option<String>,
    /// When it was due.
    pub due_on: NaiveDate,
    /// Working days since then.
    pub working_days_late: i64,
}

/// What happened since the day of the last brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefFigures {
    /// The first day.
    pub from_on: NaiveDate,
    /// The last: the day before the brief.
    pub to_on: NaiveDate,
    /// What happened on them.
    #[serde(flatten)]
    pub figures: DayFigures,
}

/// What the brief tells. Lists are cut after 50; the counts are whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefContent {
    /// What came in and was answered since the day of the last brief.
    #[serde(default)]
    pub figures: Option<BriefFigures>,
    /// How many letters have reached the leader's level since the last brief.
    pub new_count: i64,
    /// The oldest of them.
    pub new: Vec<BriefAlarm>,
    /// How many open tickets are overdue.
    pub overdue_count: i64,
    /// The same by department, the most first.
    pub overdue: Vec<BriefDepartment>,
    /// How many tickets were extended for the second time or reopened for the third time, or more often, since the last
    /// brief.
    #[serde(default)]
    pub repeated_count: i64,
    /// The first of them, in the order of their numbers.
    pub repeated: Vec<BriefRepeated>,
    /// How many supervision orders are late.
    #[serde(default)]
    pub late_order_count: i64,
    /// The oldest of them.
    #[serde(default)]
    pub late_orders: Vec<BriefOrder>,
}

/// The brief of one working day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MorningBriefView {
    /// The day.
    pub brief_on: NaiveDate,
    /// It tells of what happened after this instant.
    pub since: DateTime<Utc>,
    /// And up to this one.
    pub until: DateTime<Utc>,
    /// What it tells.
    pub content: BriefContent,
}
