//! Absences and duties as callers send and see them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{AbsenceId, DutyId, DutyPost, work};
use crate::platform::auth::caller::StaffId;

/// Somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AbsenceView {
    /// Identifier.
    pub id: AbsenceId,
    /// Who.
    pub staff_id: StaffId,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
    /// Who is told of alarms instead.
    pub substitute_id: Option<StaffId>,
    /// Who entered it.
    pub entered_by: StaffId,
}

/// Somebody is on duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DutyView {
    /// Identifier.
    pub id: DutyId,
    /// What for.
    #[serde(default = "work")]
    pub post: DutyPost,
    /// Code of the department; `null`: the desk of the whole city, or its supervisor.
    pub department: Option<String>,
    /// Who.
    pub staff_id: StaffId,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
    /// Who entered it.
    pub entered_by: StaffId,
}
