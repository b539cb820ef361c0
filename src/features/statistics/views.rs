//! The overview as callers see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The figures of the days asked for; `open` and `overdue` are as of now.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Figures {
    /// Tickets that came in, spam left out.
    pub received: i64,
    /// Final answers.
    pub answered: i64,
    /// Open now.
    pub open: i64,
    /// Open now and past what was promised.
    pub overdue: i64,
    /// Answers within their limit.
    pub on_time: i64,
    /// Their share of all answers that had a limit, from 0 to 1; `null` when there are none.
    #[schema(minimum = 0, maximum = 1)]
    pub on_time_share: Option<f64>,
    /// Working days from receipt to answer: half of the answers were faster. `null` when there are none; 250 stands for
    /// 250 or more.
    pub median_working_days: Option<f64>,
    /// Ended without an answer: declined, transferred, withdrawn, merged, or our question stayed unanswered.
    pub closed_otherwise: i64,
    /// Taken up again.
    pub reopened: i64,
    /// Promises to citizens, to take a letter on or to answer it, that were due on these days and broke. One that a
    /// correction of the rules, more time or a pause made whole again is not counted any more.
    pub breached: i64,
}

/// The figures of one category or department.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GroupView {
    /// Its code; `null` for what no department has yet.
    pub code: Option<String>,
    /// Its name in the reader's language.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Figures over some days.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OverviewView {
    /// The minute the figures are of.
    pub as_of: DateTime<Utc>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// All together.
    pub total: Figures,
    /// Split as asked, the most received first; empty when no split was asked for.
    pub groups: Vec<GroupView>,
}
