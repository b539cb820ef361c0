//! What people write about routing: rules, the same in a city's file and in the API, and letters to try them on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::directory::Code;
use crate::rules::bounds::within;
use crate::rules::text::{Body, Name, Title};
use crate::rules::vocabulary::{Channel, Kind};

/// A rule as it shall be. What is left out takes its default, also when it stood otherwise before.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Names it, for good; a new rule without one gets the next free number.
    #[serde(
        default,
        deserialize_with = "within::<1, 1_000_000_000, _, _>",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(minimum = 1, maximum = 1000000000)]
    pub number: Option<i32>,
    /// What people call it.
    pub name: Name,
    /// The lower, the earlier it is asked.
    #[serde(deserialize_with = "within::<0, 10_000, _, _>")]
    #[schema(minimum = 0, maximum = 10000)]
    pub priority: i32,
    /// Holds for this category and everything below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Code>,
    /// Holds for this district and everything in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Code>,
    /// One of these stands in the title or the text: at most 100, of at most 50 characters each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Holds for tickets that came this way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Holds for this sort of matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Who answers.
    pub department: Code,
    /// Who helps; at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assists: Vec<Code>,
    /// Whether tickets are dispatched without a person looking at them first.
    #[serde(default, alias = "automatic")]
    pub is_automatic: bool,
    /// The first day it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// False switches it off.
    #[serde(default = "yes", skip_serializing_if = "is_so")]
    pub is_active: bool,
}

/// A letter that is not sent, to see where it would go.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRouting {
    /// What sort of matter it is.
    pub kind: Kind,
    /// The category's code.
    pub category: Code,
    /// The district's code.
    #[serde(default)]
    pub area: Option<Code>,
    /// The way it comes.
    #[serde(default = "web")]
    pub channel: Channel,
    /// Its title.
    pub title: Title,
    /// Its text.
    pub body: Body,
    /// The day on which it comes; today when left out.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

fn yes() -> bool {
    true
}

/// What a file does not say is so.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_so(value: &bool) -> bool {
    *value
}

fn web() -> Channel {
    Channel::Web
}
