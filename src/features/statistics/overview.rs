//! What is asked for and what is answered.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::text_enum;

text_enum! {
    /// By what the figures are split.
    pub enum GroupBy {
        /// By category.
        Category = "category",
        /// By department.
        Department = "department",
    }
}

/// Which days, and how split.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverviewQuery {
    /// The first day in the city's zone; a year before `to` when absent.
    pub from: Option<NaiveDate>,
    /// The last day, included; today when absent.
    pub to: Option<NaiveDate>,
    /// Split by this; not split when absent.
    #[param(inline)]
    pub group_by: Option<GroupBy>,
}

text_enum! {
    /// By what sums are made.
    pub enum Grouping {
        /// One sum.
        Whole = "whole",
        /// One for each category.
        Category = "category",
        /// One for each department, and one for what no department has.
        Department = "department",
    }
}

impl Grouping {
    /// What sums are grouped by, in SQL.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Grouping::Whole => "NULL::integer",
            Grouping::Category => "category_id",
            Grouping::Department => "department_id",
        }
    }
}

impl From<Option<GroupBy>> for Grouping {
    fn from(group_by: Option<GroupBy>) -> Grouping {
        match group_by {
            None => Grouping::Whole,
            Some(GroupBy::Category) => Grouping::Category,
            Some(GroupBy::Department) => Grouping::Department,
        }
    }
}

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
