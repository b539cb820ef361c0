//! `letters.toml`: sample letters and where each ends up.

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::rules::vocabulary::{Channel, Kind};

/// Where a sample letter ends up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Destination {
    /// Nobody has looked at it.
    Received,
    /// Taken on.
    Accepted,
    /// Given to a department.
    Dispatched,
    /// Being worked on.
    InProgress,
    /// A reply waits for its reviewer.
    InReview,
    /// The citizen was asked.
    AwaitingCitizen,
    /// Answered.
    Answered,
    /// Answered and confirmed.
    Closed,
    /// Answered, confirmed and published.
    Published,
    /// Declined.
    Declined,
    /// Handed outside.
    TransferredOut,
    /// Withdrawn.
    Withdrawn,
    /// Merged.
    Merged,
    /// Spam.
    Spam,
}

/// A sample letter; the keys are explained in `config/city/README.md`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Letter {
    pub kind: Kind,
    pub channel: Channel,
    pub category: String,
    pub area: Option<String>,
    pub title: String,
    pub body: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub mail: Option<String>,
    #[serde(default)]
    pub fields: Map<String, Value>,
    pub submitted_working_days_ago: i64,
    pub state: Destination,
    pub id: Option<String>,
    pub merged_into: Option<String>,
    pub department: Option<String>,
    #[serde(default)]
    pub assists: Vec<String>,
    pub question: Option<String>,
    pub answer: Option<String>,
    pub reply: Option<String>,
    pub answered_after_working_days: Option<i64>,
    #[serde(default)]
    pub publication_refused: bool,
    pub published_title: Option<String>,
    pub published_question: Option<String>,
    pub published_answer: Option<String>,
    pub reason: Option<String>,
    pub legal_ground: Option<String>,
    pub redirect_to: Option<String>,
    pub external_body: Option<String>,
    pub external_contact: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    letter: Vec<Letter>,
}

pub(super) fn parse(text: &str) -> anyhow::Result<Vec<Letter>> {
    let mut letters = toml::from_str::<File>(text).context("letters.toml")?.letter;
    // A letter that others were merged into must stand there first.
    letters.sort_by_key(|letter| letter.merged_into.is_some());
    Ok(letters)
}
