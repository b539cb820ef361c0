//! The TOML document of a set of time limits: its shape and its checks. Every error names the entry at fault.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::{AlarmRule, LegalSource, OnPause, TimeLimit, TimeLimits};
use crate::rules::vocabulary::{Channel, Kind, Metric};

/// No limit and no alarm offset may exceed this many working days: four years, far past any real one.
const MAX_WORKING_DAYS: i32 = 1_000;

/// Why a document is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeLimitsError {
    /// The text is not TOML of the expected shape; the message names line and column.
    #[error("the time limits cannot be read: {0}")]
    Syntax(String),
    /// No set of that code is built in.
    #[error("no set of time limits is called {0:?}")]
    Unknown(String),
    /// An entry holds a value that makes no sense.
    #[error("limit {code:?}: {reason}")]
    Limit {
        /// The entry's code.
        code: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A ladder whose rungs are out of order or out of range.
    #[error("ladder {name:?}: {reason}")]
    Ladder {
        /// The ladder's name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two entries of the same rank that could match the same matter.
    #[error("limits {first:?} and {second:?} are equally specific and could match the same matter")]
    Tie {
        /// The earlier entry's code.
        first: String,
        /// The later entry's code.
        second: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    code: String,
    version: i32,
    #[serde(default)]
    ladders: BTreeMap<String, Vec<AlarmRule>>,
    limits: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    metric: Metric,
    kinds: Option<Vec<Kind>>,
    channels: Option<Vec<Channel>>,
    working_days: i32,
    #[serde(default)]
    max_extensions: i32,
    #[serde(default)]
    max_extension_working_days: i32,
    on_pause: Option<OnPause>,
    ladder: Option<String>,
    source: Option<LegalSource>,
}

pub(super) fn parse(text: &str) -> Result<TimeLimits, TimeLimitsError> {
    let document: Document =
        toml::from_str(text).map_err(|error| TimeLimitsError::Syntax(error.to_string()))?;
    for (name, rungs) in &document.ladders {
        check_ladder(name, rungs)?;
    }
    let mut limits = Vec::with_capacity(document.limits.len());
    for entry in document.limits {
        limits.push(to_limit(entry, &document.ladders)?);
    }
    check_codes(&limits)?;
    check_ties(&limits)?;
    Ok(TimeLimits { code: document.code, version: document.version, limits })
}

fn check_ladder(name: &str, rungs: &[AlarmRule]) -> Result<(), TimeLimitsError> {
    let refuse = |reason| Err(TimeLimitsError::Ladder { name: name.to_owned(), reason });
    if rungs.iter().any(|rung| rung.working_days.saturating_abs() > MAX_WORKING_DAYS) {
        return refuse("working_days must lie between -1000 and 1000");
    }
    let rises = |(lower, upper): (&AlarmRule, &AlarmRule)| {
        lower.level < upper.level && (lower.working_days, lower.at) < (upper.working_days, upper.at)
    };
    if !rungs.iter().zip(rungs.iter().skip(1)).all(rises) {
        return refuse("each rung must have a higher level and a later time than the one before");
    }
    Ok(())
}

fn to_limit(entry: Entry, ladders: &BTreeMap<String, Vec<AlarmRule>>) -> Result<TimeLimit, TimeLimitsError> {
    if let Some(reason) = find_fault(&entry) {
        return Err(TimeLimitsError::Limit { code: entry.code, reason: reason.to_owned() });
    }
    let alarms = match &entry.ladder {
        None => Vec::new(),
        Some(name) => ladders.get(name).cloned().ok_or_else(|| TimeLimitsError::Limit {
            code: entry.code.clone(),
            reason: format!("ladder {name:?} is not in [ladders]"),
        })?,
    };
    Ok(TimeLimit {
        code: entry.code,
        metric: entry.metric,
        kinds: entry.kinds.unwrap_or_default(),
        channels: entry.channels.unwrap_or_default(),
        working_days: entry.working_days,
        max_extensions: entry.max_extensions,
        max_extension_working_days: entry.max_extension_working_days,
        on_pause: entry.on_pause.unwrap_or(OnPause::Pause),
        alarms,
        source: entry.source,
    })
}

fn find_fault(entry: &Entry) -> Option<&'static str> {
    if entry.code.is_empty() {
        return Some("code must not be empty");
    }
    if !(1..=MAX_WORKING_DAYS).contains(&entry.working_days) {
        return Some("working_days must lie between 1 and 1000");
    }
    if !(0..=MAX_WORKING_DAYS).contains(&entry.max_extension_working_days) {
        return Some("max_extension_working_days must lie between 0 and 1000");
    }
    if entry.max_extensions < 0 || (entry.max_extensions == 0) != (entry.max_extension_working_days == 0) {
        return Some("max_extensions and max_extension_working_days must both be 0 or both positive");
    }
    if entry.kinds.as_ref().is_some_and(Vec::is_empty) || entry.channels.as_ref().is_some_and(Vec::is_empty) {
        return Some("kinds and channels must not be empty lists; leave them out to mean all");
    }
    None
}

fn check_codes(limits: &[TimeLimit]) -> Result<(), TimeLimitsError> {
    let mut seen = HashSet::new();
    match limits.iter().find(|limit| !seen.insert(limit.code.as_str())) {
        None => Ok(()),
        Some(twice) => Err(TimeLimitsError::Limit {
            code: twice.code.clone(),
            reason: "another entry has the same code".to_owned(),
        }),
    }
}

fn check_ties(limits: &[TimeLimit]) -> Result<(), TimeLimitsError> {
    for (index, second) in limits.iter().enumerate() {
        if let Some(first) = limits.iter().take(index).find(|first| first.ties_with(second)) {
            return Err(TimeLimitsError::Tie { first: first.code.clone(), second: second.code.clone() });
        }
    }
    Ok(())
}
