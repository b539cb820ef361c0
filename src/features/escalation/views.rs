//! An alarm as those who were told see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::AlarmId;
use crate::features::accounts::Person;
use crate::features::tickets::ClockId;
use crate::platform::http::versioned::Versioned;
use crate::rules::vocabulary::{AlarmLevel, Metric};

/// An alarm that fired and that somebody was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlarmView {
    /// Identifier.
    pub id: AlarmId,
    /// The ticket's public number.
    pub reference: String,
    /// The clock it belongs to.
    pub clock_id: ClockId,
    /// What that clock measures.
    pub metric: Metric,
    /// The rung of the ladder.
    pub level: AlarmLevel,
    /// The day by whose end the promise must be kept.
    pub due_on: NaiveDate,
    /// When it came due.
    pub fire_at: DateTime<Utc>,
    /// When it fired.
    pub fired_at: DateTime<Utc>,
    /// The code of the department in charge when somebody was told of it last; `null`: the desk.
    pub department: Option<String>,
    /// When somebody acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Who did.
    pub acknowledged_by: Option<Person>,
    /// When the next role up is told unless somebody acknowledges it; `null`: nobody is waited for.
    pub acknowledge_by: Option<DateTime<Utc>>,
    /// When the next role up was told, because nobody had acknowledged it.
    pub raised_at: Option<DateTime<Utc>>,
    /// Until when it rests; `null`: it does not.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// For `If-Match`, as `"v1"`.
    pub version: i32,
}

impl Versioned for AlarmView {
    fn version(&self) -> i32 {
        self.version
    }
}
