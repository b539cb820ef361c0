//! What administrators ask of versions.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::rules::text::Title;
use crate::text_enum;

text_enum! {
    /// The form of a document that is handed in.
    pub enum DocumentFormat {
        /// One year in the public holiday-cn shape.
        Json = "json",
        /// One year as `date,is_working[,name]`.
        Csv = "csv",
        /// The whole document in the form of `config/calendars` or `config/time_limits`.
        Toml = "toml",
    }
}

/// A document to make the next version from.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeVersion {
    /// Its form. Time limits are TOML only.
    pub format: DocumentFormat,
    /// Its text.
    pub content: String,
    /// The title of the notice or decision that it comes from.
    #[serde(default)]
    pub source_title: Option<Title>,
}

/// Two versions to compare.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompareVersions {
    /// The one before.
    pub from: i32,
    /// The one after.
    pub to: i32,
}
