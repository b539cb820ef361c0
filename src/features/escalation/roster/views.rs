//! Absences and duties as callers send and see them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{AbsenceId, DutyId, DutyPost, work};
use crate::features::accounts::Person;

/// Somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AbsenceView {
    /// Identifier.
    pub id: AbsenceId,
    /// Who.
    #[serde(alias = "staff_id")]
    pub staff: Person,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
    /// Who is told of alarms instead.
    #[serde(alias = "substitute_id")]
    pub substitute: Option<Person>,
    /// Who entered it.
    pub entered_by: Person,
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
    #[serde(alias = "staff_id")]
    pub staff: Person,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
    /// Who entered it.
    pub entered_by: Person,
}
