//! A notice: one person is to be told of one alarm in one step, once.

use chrono::{DateTime, Utc};

use super::model::AlarmId;
pub use crate::features::notices::AlarmStep as Step;
use crate::platform::auth::caller::StaffId;

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
