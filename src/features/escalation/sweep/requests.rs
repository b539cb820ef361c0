//! What callers ask of the sweep.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::rules::text::Reason;

/// Pauses or resumes the sweep.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlSweep {
    /// Why.
    pub reason: Reason,
}
