//! The words for versions of calendars and time limits.

use crate::{sql_text_enum, text_enum};

text_enum! {
    /// What is versioned.
    pub enum RulesKind {
        /// A calendar of working days.
        Calendar = "calendar",
        /// A set of promised time limits.
        TimeLimits = "time_limits",
    }
}

sql_text_enum!(RulesKind);

/// Which calendar and which time limits the clocks of this city follow, by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityRules {
    /// The calendar.
    pub calendar: String,
    /// The time limits.
    pub time_limits: String,
}
