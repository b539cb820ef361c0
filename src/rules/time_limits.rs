//! The promised time limits as data: how many working days a matter has, what may extend it, which alarms go with it,
//! and the legal text it rests on. [`crate::rules::sla`] turns a limit into dates.

mod document;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::vocabulary::{AlarmLevel, Channel, Kind, Metric};

pub use document::TimeLimitsError;

/// The sets of time limits built into the program: code and TOML text.
pub static TIME_LIMITS: &[(&str, &str)] =
    &[("default", include_str!("../../config/time_limits/default.toml"))];

/// The legal text that a limit rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalSource {
    /// The title of the law, regulation or rule, in its own language.
    pub title: String,
    /// The article, as the text numbers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Its day (`2017-12-07`) or its year (`2019`), whichever is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dated: Option<String>,
    /// Whether the limit was compared with the text.
    pub verified: bool,
}

text_enum! {
    /// What a question to the citizen does to a running limit.
    pub enum OnPause {
        /// The working days until the answer do not count.
        Pause = "pause",
        /// The answer starts the limit anew.
        Restart = "restart",
    }
}

/// The moment of the day at which an alarm fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AlarmAt {
    /// A local time, such as `09:00`.
    Time(NaiveTime),
    /// When the day is over.
    EndOfDay,
}

impl TryFrom<String> for AlarmAt {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "end_of_day" {
            return Ok(Self::EndOfDay);
        }
        let time = NaiveTime::parse_from_str(&text, "%H:%M");
        time.map(Self::Time).map_err(|_| "must be a local time such as 09:00, or end_of_day")
    }
}

impl From<AlarmAt> for String {
    fn from(at: AlarmAt) -> Self {
        at.to_string()
    }
}

impl fmt::Display for AlarmAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => write!(f, "{}", time.format("%H:%M")),
            Self::EndOfDay => f.write_str("end_of_day"),
        }
    }
}

/// One rung of a ladder: when an alarm level fires, relative to the due day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmRule {
    /// The level that fires.
    pub level: AlarmLevel,
    /// Working days after the due day; negative before it.
    pub working_days: i32,
    /// The moment of that day: a local time such as `09:00`, or `end_of_day`.
    #[schema(value_type = String)]
    pub at: AlarmAt,
}

/// One promised limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeLimit {
    /// Unique name within its set, recorded with every clock.
    pub code: String,
    /// What is measured.
    pub metric: Metric,
    /// The kinds it is for; empty: all.
    pub kinds: Vec<Kind>,
    /// The channels it is for; empty: all.
    pub channels: Vec<Channel>,
    /// The limit, at least 1.
    pub working_days: i32,
    /// How many extensions may be granted.
    pub max_extensions: i32,
    /// How many working days all extensions together may add.
    pub max_extension_working_days: i32,
    /// What a question to the citizen does to it.
    pub on_pause: OnPause,
    /// Its alarms, in the order of levels and of time; empty: none.
    pub alarms: Vec<AlarmRule>,
    /// The legal text; `None` for the system's own default.
    pub source: Option<LegalSource>,
}

impl TimeLimit {
    fn matches(&self, kind: Kind, channel: Channel) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.channels.is_empty() || self.channels.contains(&channel))
    }

    /// 3 kind and channel, 2 channel, 1 kind, 0 neither.
    fn rank(&self) -> u8 {
        2 * u8::from(!self.channels.is_empty()) + u8::from(!self.kinds.is_empty())
    }

    /// Whether one matter could match both, and neither entry would win.
    fn ties_with(&self, other: &Self) -> bool {
        self.metric == other.metric
            && self.rank() == other.rank()
            && (self.kinds.is_empty() || self.kinds.iter().any(|kind| other.kinds.contains(kind)))
            && (self.channels.is_empty() || self.channels.iter().any(|one| other.channels.contains(one)))
    }
}

/// A versioned set of limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeLimits {
    code: String,
    version: i32,
    limits: Vec<TimeLimit>,
}

impl TimeLimits {
    /// Reads a set from its TOML text (the format is described in `config/time_limits/default.toml`).
    pub fn parse(text: &str) -> Result<Self, TimeLimitsError> {
        document::parse(text)
    }

    /// One of the sets built into the program, by code.
    pub fn embedded(code: &str) -> Result<Self, TimeLimitsError> {
        let found = TIME_LIMITS.iter().find(|(known, _)| *known == code);
        let (_, text) = found.ok_or_else(|| TimeLimitsError::Unknown(code.to_owned()))?;
        Self::parse(text)
    }

    /// The set's code, such as `default`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The version of the data.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Every limit, in the order of the document.
    pub fn limits(&self) -> &[TimeLimit] {
        &self.limits
    }

    /// The limit of that code; a clock finds its policy again by it.
    pub fn by_code(&self, code: &str) -> Option<&TimeLimit> {
        self.limits.iter().find(|limit| limit.code == code)
    }

    /// The most specific limit for a matter: kind and channel, then channel, then kind, then neither.
    /// `None` when the set promises nothing for this metric.
    pub fn limit(&self, metric: Metric, kind: Kind, channel: Channel) -> Option<&TimeLimit> {
        let matching = |limit: &&TimeLimit| limit.metric == metric && limit.matches(kind, channel);
        self.limits.iter().filter(matching).max_by_key(|limit| limit.rank())
    }
}
