//! What administrators ask of recalculations.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::features::calendars::RulesKind;
use crate::features::directory::Code;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::rules::bounds::within;

/// A version to be put in force.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRecalculation {
    /// What changes.
    pub kind: RulesKind,
    /// Its code.
    pub code: Code,
    /// The version that shall be in force.
    #[serde(deserialize_with = "within::<1, 2_147_483_647, _, _>")]
    #[schema(minimum = 1)]
    pub version: i32,
}

/// Which recalculations.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListRecalculations {
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

/// An action without arguments: `{}` or no body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecideRecalculation {}
