//! Bodies that several commands share. What only one command needs is that command itself.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::rules::text::{Body, Reason};

/// The second person's decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// Whether it is granted.
    pub granted: bool,
}

/// A message in words: an answer, an addition, a note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteMessage {
    /// The words.
    pub body: Body,
}

/// A reason and nothing else.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveReason {
    /// Why.
    pub reason: Reason,
}
