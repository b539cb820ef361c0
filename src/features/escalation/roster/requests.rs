//! What callers ask of absences and duties.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{DutyPost, work};
use crate::platform::auth::caller::StaffId;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::rules::bounds::at_most;

/// Somebody will be away.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterAbsence {
    /// Who; the caller when absent. Only a supervisor of their department enters the absences of others.
    pub staff_id: Option<StaffId>,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
    /// Who is told of alarms instead; absent: the others who hold the role suffice.
    pub substitute_id: Option<StaffId>,
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
    #[serde(default, deserialize_with = "at_most::<64, _, _>")]
    #[schema(max_length = 64)]
    pub department: Option<String>,
    /// Who.
    pub staff_id: StaffId,
    /// The first day.
    pub first_on: NaiveDate,
    /// The last day, included.
    pub last_on: NaiveDate,
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
