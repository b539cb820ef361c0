//! An alarm as those who were told see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::features::tickets::ClockId;
use crate::id_type;
use crate::platform::auth::caller::StaffId;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::platform::http::versioned::Versioned;
use crate::rules::text::Reason;
use crate::rules::vocabulary::{AlarmLevel, Metric};

id_type!(
    /// An alarm that fired.
    AlarmId,
);

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
    /// The code of the department in charge when it fired; `null`: the desk.
    pub department: Option<String>,
    /// When somebody acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Who did.
    pub acknowledged_by: Option<StaffId>,
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

/// Lets an alarm rest. It is told again when the time is over; its clock goes on, and the next level fires when it is due.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeAlarm {
    /// Until when: later than now, and not later than the end of the last working day that is allowed
    /// (`escalation.snooze_working_days`).
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Reason,
}

/// Which alarms.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAlarms {
    /// Only this rung.
    #[param(inline)]
    pub level: Option<AlarmLevel>,
    /// Code of a department: only its alarms and those of the departments below it.
    pub department: Option<String>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}
