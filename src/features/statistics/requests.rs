//! What callers ask for.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

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
