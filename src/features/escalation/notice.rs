//! A notice: one person is to be told of one alarm in one step, once.

use chrono::{DateTime, Utc};

use super::model::AlarmId;
use crate::platform::auth::caller::StaffId;
use crate::{sql_text_enum, text_enum};

text_enum! {
    /// Why somebody is told.
    pub enum Step {
        /// The alarm fired.
        Fired = "fired",
        /// Nobody acknowledged it in time, and the next role up is told.
        Raised = "raised",
        /// A snooze has ended.
        SnoozeEnded = "snooze_ended",
    }
}

sql_text_enum!(Step);

/// A notice to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NewNotice {
    /// The alarm; it stands for clock, arming and level.
    pub alarm_id: AlarmId,
    /// Why.
    pub step: Step,
    /// Which snooze ended; 0 in the other steps.
    pub number: i16,
    /// Who.
    pub staff_id: StaffId,
    /// When the mail may go out.
    pub deliver_at: DateTime<Utc>,
}
