//! The sweep as those who look after it see it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::platform::auth::caller::StaffId;
use crate::rules::text::Reason;
use crate::{sql_text_enum, text_enum};

text_enum! {
    /// What is done with the sweep.
    pub enum SweepVerb {
        /// It stops on all instances.
        Pause = "pause",
        /// It goes on.
        Resume = "resume",
    }
}

sql_text_enum!(SweepVerb);

/// Pauses or resumes the sweep.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlSweep {
    /// Why.
    pub reason: Reason,
}

/// Somebody, or the storm brake, paused or resumed the sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SweepActionView {
    /// What was done.
    pub action: SweepVerb,
    /// By whom; `null`: by the storm brake.
    pub staff_id: Option<StaffId>,
    /// Why.
    pub reason: String,
    /// When.
    pub taken_at: DateTime<Utc>,
}

/// How the sweep stands, for all instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SweepView {
    /// Whether it is paused. What comes due waits, and nothing is lost.
    pub is_paused: bool,
    /// Alarms of the present minute that count for the storm brake.
    pub alarms_this_minute: i32,
    /// More than this in a minute pauses it; 0: never.
    pub storm_alarms_per_minute: u32,
    /// Since when the oldest alarm is due that has not fired; `null`: nothing waits.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// When the canary last fired; `null`: no sweep has run yet.
    pub canary_fired_at: Option<DateTime<Utc>>,
    /// What is wrong with it, in a sentence for operators; `null`: nothing.
    pub trouble: Option<String>,
    /// The last 20 times that it was paused or resumed, the newest first.
    pub actions: Vec<SweepActionView>,
}
