//! The promised time limits as data: how long a matter may take, what may extend it, which alarms go with it, and the
//! legal text it rests on. [`crate::rules::sla`] turns a limit into dates.

mod document;
mod ladder;
#[cfg(test)]
mod ladder_tests;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::vocabulary::{Channel, Kind, Metric, Priority, Unit};

pub use document::TimeLimitsError;
pub use ladder::{AlarmAt, AlarmRule, AlarmWhen, Rung, share};

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

text_enum! {
    /// The moment of its last day at which a limit in days or months ends.
    pub enum DueMoment {
        /// When the day is over.
        EndOfDay = "end_of_day",
        /// When the calendar's hours close on that day.
        CloseOfBusiness = "close_of_business",
    }
}

text_enum! {
    /// What a limit counts from when a matter was received.
    pub enum AnchorRule {
        /// The day of receipt, whatever day that is; minutes count from the instant.
        ReceiptDay = "receipt_day",
        /// The first working day after the receipt, from its beginning.
        NextWorkingDay = "next_working_day",
    }
}

/// So much of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Amount {
    /// How much, at least 1 in a limit.
    #[serde(rename = "amount")]
    pub value: i32,
    /// Of what.
    pub unit: Unit,
}

/// What a limit is chosen by. Codes stand nearest first: a category, then the categories above it.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// What sort of matter.
    pub kind: Kind,
    /// How it came in.
    pub channel: Channel,
    /// How urgent it is.
    pub priority: Priority,
    /// Its category and those above; empty: not known.
    pub categories: &'a [&'a str],
    /// The department in charge and those above; empty: none yet.
    pub departments: &'a [&'a str],
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
    /// The priorities it is for; empty: all.
    pub priorities: Vec<Priority>,
    /// The codes of the categories it is for, with what is below them; empty: all.
    pub categories: Vec<String>,
    /// The codes of the departments it is for, with what is below them; empty: all, and where none is in charge.
    pub departments: Vec<String>,
    /// The limit.
    #[serde(flatten)]
    pub amount: Amount,
    /// The moment of the last day that ends it.
    pub due: DueMoment,
    /// What it counts from.
    pub anchor: AnchorRule,
    /// What it counts from for matters that came in through these channels.
    #[schema(value_type = BTreeMap<String, AnchorRule>)]
    pub anchor_by_channel: BTreeMap<Channel, AnchorRule>,
    /// How many extensions may be granted.
    pub max_extensions: i32,
    /// How much all extensions together may add, in the unit of the limit.
    pub max_extension: i32,
    /// What a question to the citizen does to it.
    pub on_pause: OnPause,
    /// Its alarms, in the order of levels and of time; empty: none.
    #[schema(value_type = Vec<Rung>)]
    pub alarms: Vec<AlarmRule>,
    /// The legal text; `None` for the system's own default.
    pub source: Option<LegalSource>,
}

impl TimeLimit {
    /// What the limit counts from for a matter that came in through that channel.
    pub fn anchor_rule(&self, channel: Channel) -> AnchorRule {
        self.anchor_by_channel.get(&channel).copied().unwrap_or(self.anchor)
    }

    /// How specific the limit is for a matter, or `None` when it is not for it at all.
    fn fit(&self, matter: &Matter<'_>) -> Option<(u8, Reverse<usize>, Reverse<usize>)> {
        let is_for = (self.kinds.is_empty() || self.kinds.contains(&matter.kind))
            && (self.channels.is_empty() || self.channels.contains(&matter.channel))
            && (self.priorities.is_empty() || self.priorities.contains(&matter.priority));
        let department = distance(&self.departments, matter.departments)?;
        let category = distance(&self.categories, matter.categories)?;
        is_for.then_some((self.rank(), Reverse(department), Reverse(category)))
    }

    /// The criteria a limit names, the strongest first: department, category, priority, channel, kind.
    fn rank(&self) -> u8 {
        let names = [
            !self.departments.is_empty(),
            !self.categories.is_empty(),
            !self.priorities.is_empty(),
            !self.channels.is_empty(),
            !self.kinds.is_empty(),
        ];
        names.iter().fold(0, |rank, is_named| 2 * rank + u8::from(*is_named))
    }

    /// Whether one matter could match both, and neither entry would win. Of a category and one above it the nearer
    /// wins, so that only the same code ties.
    fn ties_with(&self, other: &Self) -> bool {
        self.metric == other.metric
            && self.rank() == other.rank()
            && meet(&self.kinds, &other.kinds)
            && meet(&self.channels, &other.channels)
            && meet(&self.priorities, &other.priorities)
            && meet(&self.categories, &other.categories)
            && meet(&self.departments, &other.departments)
    }
}

/// How far up the path the nearest of the named codes stands; 0 when none is named, `None` when it is not on the path.
fn distance(named: &[String], path: &[&str]) -> Option<usize> {
    if named.is_empty() {
        return Some(0);
    }
    path.iter().position(|code| named.iter().any(|name| name == code))
}

/// Whether two lists of the same criterion have something in common; both empty counts, too.
fn meet<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.is_empty() || one.iter().any(|item| other.contains(item))
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

    /// The most specific limit for a matter of ordinary priority of which neither category nor department is known.
    /// `None` when the set promises nothing for this metric.
    pub fn limit(&self, metric: Metric, kind: Kind, channel: Channel) -> Option<&TimeLimit> {
        let priority = Priority::Normal;
        self.limit_for(metric, &Matter { kind, channel, priority, categories: &[], departments: &[] })
    }

    /// The most specific limit for a matter: one that names its department wins over one that names its category, then
    /// its priority, its channel, its kind; of two codes on one path the nearer wins.
    /// `None` when the set promises nothing for this metric.
    pub fn limit_for(&self, metric: Metric, matter: &Matter<'_>) -> Option<&TimeLimit> {
        let of_metric = self.limits.iter().filter(|limit| limit.metric == metric);
        let fitting = of_metric.filter_map(|limit| Some((limit.fit(matter)?, limit)));
        fitting.max_by_key(|(fit, _)| *fit).map(|(_, limit)| limit)
    }
}
