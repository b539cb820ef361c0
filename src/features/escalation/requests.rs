//! What callers ask for about alarms.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::platform::http::pagination::{Cursor, Limit};
use crate::rules::text::Reason;
use crate::rules::vocabulary::AlarmLevel;

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

/// An action without arguments: `{}` or no body.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Acknowledge {}
