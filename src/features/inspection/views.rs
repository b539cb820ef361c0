//! What the sentinel saw.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::rules::inspection::{Check, Severity, Source};

/// One countdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CheckView {
    /// What was looked at.
    pub check: Check,
    /// What it is called.
    pub title: String,
    /// How bad it is.
    pub level: Severity,
    /// Since when it lasts; `null`: there is nothing, or nothing was ever published.
    pub since: Option<DateTime<Utc>>,
    /// When it is too late.
    pub deadline: Option<DateTime<Utc>>,
    /// Whole minutes until then; negative when it has passed.
    pub minutes_left: Option<i64>,
    /// The letter's number, where there is one.
    pub reference: Option<String>,
    /// Where the limit comes from; `null`: the system's own.
    pub source: Option<Source>,
}

/// All countdowns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InspectionView {
    /// When it was looked.
    pub inspected_at: DateTime<Utc>,
    /// The worst level.
    pub level: Severity,
    /// The countdowns.
    pub checks: Vec<CheckView>,
}

/// One thing the probe tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProbeStep {
    /// What.
    pub step: &'static str,
    /// Whether it went well.
    pub is_ok: bool,
    /// What was seen.
    pub detail: String,
}

/// How the letter of the probe fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProbeView {
    /// What was tried, in this order; the last may have failed.
    pub steps: Vec<ProbeStep>,
    /// How long all of it took.
    pub milliseconds: u64,
}

impl ProbeView {
    /// Whether the channel is open.
    pub fn is_ok(&self) -> bool {
        self.steps.iter().all(|step| step.is_ok)
    }
}
