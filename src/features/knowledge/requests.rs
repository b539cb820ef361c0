//! What visitors ask.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::platform::http::pagination::{Cursor, Limit};
use crate::rules::bounds::at_most;
use crate::rules::text::Name;
use crate::rules::vocabulary::Kind;

/// Browsing.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPublished {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Code of a category: only it and those below it.
    #[param(value_type = Option<String>, max_length = 100)]
    pub category: Option<Name>,
    /// Code of a department: only it and those below it.
    #[param(value_type = Option<String>, max_length = 100)]
    pub department: Option<Name>,
    /// Only answered on this day or later.
    pub answered_from: Option<NaiveDate>,
    /// Only answered on this day or earlier.
    pub answered_to: Option<NaiveDate>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

/// Searching.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Words to be found, never a query language; what stands after the first 100 characters is ignored. Without words
    /// the newest are listed.
    #[param(max_length = 1000)]
    pub q: Option<String>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Code of a category: only it and those below it.
    #[param(value_type = Option<String>, max_length = 100)]
    pub category: Option<Name>,
    /// Code of a department: only it and those below it.
    #[param(value_type = Option<String>, max_length = 100)]
    pub department: Option<Name>,
    /// Only answered on this day or later.
    pub answered_from: Option<NaiveDate>,
    /// Only answered on this day or earlier.
    pub answered_to: Option<NaiveDate>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

/// Looking while typing.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suggest {
    /// What was typed so far.
    #[serde(deserialize_with = "at_most::<1000, _, _>")]
    #[schema(max_length = 1000)]
    pub q: String,
}
