//! The leader's brief as its readers see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::vocabulary::Metric;

/// A matter that has reached the leader's level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefAlarm {
    /// The ticket's public number.
    pub reference: String,
    /// Code of the department in charge; `null`: the desk.
    pub department: Option<String>,
    /// What was promised.
    pub metric: Metric,
    /// The day by whose end it was promised.
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

/// What the brief tells. Lists are cut after 50; the counts are whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BriefContent {
    /// How many matters have reached the leader's level since the last brief.
    pub new_count: i64,
    /// The oldest of them.
    pub new: Vec<BriefAlarm>,
    /// How many open tickets are overdue.
    pub overdue_count: i64,
    /// The same by department, the most first.
    pub overdue: Vec<BriefDepartment>,
    /// Tickets extended for the second time or reopened for the third time, or more often, since the last brief.
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
