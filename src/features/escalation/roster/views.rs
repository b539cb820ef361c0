//! Absences and duties as callers send and see them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::platform::auth::caller::StaffId;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::{id_type, sql_text_enum, text_enum};

id_type!(
    /// Somebody is away for some days.
    AbsenceId,
    /// Somebody is on duty for some days.
    DutyId,
);

text_enum! {
    /// What somebody is on duty for.
    pub enum DutyPost {
        /// For the letters, at the desk or in a department: told of reminders and due alarms (L0, L1).
        Work = "work",
        /// As the supervisor: told of what is overdue (L2). The leader's level (L3) stands in the brief and has no duty.
        Supervision = "supervision",
    }
}

sql_text_enum!(DutyPost);

/// Somebody will be away.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterAbsence {
    /// Who; the caller when absent. Only a supervisor enters the absences of others.
    pub staff_id: Option<StaffId>,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
    /// Who is told of alarms instead; absent: the others who hold the role suffice.
    pub substitute_id: Option<StaffId>,
}

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

/// Which absences.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAbsences {
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

/// Somebody will be on duty.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterDuty {
    /// What for; absent: `work`. Only a supervisor enters `supervision`.
    #[serde(default = "work")]
    #[schema(default = "work")]
    pub post: DutyPost,
    /// Code of the department; absent: the desk of the whole city, or its supervisor.
    #[schema(max_length = 64)]
    pub department: Option<String>,
    /// Who.
    pub staff_id: StaffId,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
}

const fn work() -> DutyPost {
    DutyPost::Work
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

/// Which duties.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDuties {
    /// Code of a department: only its duties and those of the departments below it.
    pub department: Option<String>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}
