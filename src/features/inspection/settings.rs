//! The section `inspection`.

use std::path::PathBuf;

use serde::Deserialize;

use crate::rules::inspection::Thresholds;

/// The section `inspection`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectionSettings {
    /// The city's own thresholds, over those built in; empty = it has none.
    pub thresholds_file: PathBuf,
}

impl InspectionSettings {
    /// The thresholds of the inspection sentinel, or what is wrong with the city's own file.
    pub fn thresholds(&self) -> Result<Thresholds, String> {
        let file = &self.thresholds_file;
        if file.as_os_str().is_empty() {
            return Thresholds::embedded().map_err(|error| error.to_string());
        }
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
        Thresholds::of_city(&text).map_err(|error| wrong(&error))
    }
}
