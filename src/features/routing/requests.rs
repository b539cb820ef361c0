//! What people write about routing: rules, the same in a city's file and in the API, and letters to try them on.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::features::directory::Code;
use crate::rules::text::{Body, Name, Title};
use crate::rules::vocabulary::{Channel, Kind};

/// A rule as it shall be. What is left out takes its default, also when it stood otherwise before.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Names it, for good; a new rule without one gets the next free number.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000000000)]
    pub number: Option<i32>,
    /// What people call it.
    pub name: Name,
    /// The lower, the earlier it is asked.
    #[schema(minimum = 0, maximum = 10000)]
    pub priority: i32,
    /// Holds for this category and everything below it.
    #[serde(default)]
    pub category: Option<Code>,
    /// Holds for this district and everything in it.
    #[serde(default)]
    pub area: Option<Code>,
    /// One of these stands in the title or the text: at most 100, of at most 50 characters each.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Holds for tickets that came this way.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Holds for this sort of matter.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Who answers.
    pub department: Code,
    /// Who helps; at most 10.
    #[serde(default)]
    pub assists: Vec<Code>,
    /// Whether tickets are dispatched without a person looking at them first.
    #[serde(default, alias = "automatic")]
    pub is_automatic: bool,
    /// The first day it holds.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// False switches it off.
    #[serde(default = "yes")]
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

fn web() -> Channel {
    Channel::Web
}
