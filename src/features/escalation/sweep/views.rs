//! The sweep as those who look after it see it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::accounts::Person;
use crate::platform::jobs::isolation::SetAside;
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

/// Somebody, or the storm brake, paused or resumed the sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SweepActionView {
    /// What was done.
    pub action: SweepVerb,
    /// By whom; `null`: by the storm brake.
    #[serde(alias = "staff_id")]
    pub staff: Option<Person>,
    /// Why.
    pub reason: String,
    /// When.
    pub taken_at: DateTime<Utc>,
}

/// A row that a job could not work on. The other rows were, and this one is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetAsideView {
    /// The job, such as `fire_alarms`.
    pub work: String,
    /// The row's key.
    pub item: String,
    /// Why.
    pub error_code: String,
    /// How often it failed.
    pub attempts: i32,
    /// Since when.
    pub first_failed_at: DateTime<Utc>,
    /// When it is tried again.
    pub retry_at: DateTime<Utc>,
}

impl From<SetAside> for SetAsideView {
    fn from(row: SetAside) -> SetAsideView {
        let SetAside { work, item, error_code, attempts, first_failed_at, retry_at } = row;
        SetAsideView { work, item, error_code, attempts, first_failed_at, retry_at }
    }
}

/// How the sweep stands, for all instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SweepView {
    /// Whether it is paused. Alarms that come due wait, and nothing is lost; of what fired before, people are told.
    pub is_paused: bool,
    /// Alarms of the present minute that count for the storm brake.
    pub alarms_this_minute: i32,
    /// More than this in a minute pauses it; 0: never.
    pub storm_alarms_per_minute: u32,
    /// Since when the oldest alarm is due that has not fired; `null`: nothing waits.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// When the canary last fired; `null`: no sweep has run yet.
    pub canary_fired_at: Option<DateTime<Utc>>,
    /// How many rows the jobs of the sweep could not work on.
    pub set_aside_count: i64,
    /// Up to 50 of them, those that wait longest.
    pub set_aside: Vec<SetAsideView>,
    /// What is wrong with it, in a sentence for operators; `null`: nothing.
    pub trouble: Option<String>,
    /// The last 20 times that it was paused or resumed, the newest first.
    pub actions: Vec<SweepActionView>,
}
