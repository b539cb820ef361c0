//! The TOML document of a set of time limits: its shape and its checks. Every error names the entry at fault.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::ladder::{self, Rung};
use super::{Amount, AnchorRule, DueMoment, LegalSource, OnPause, TimeLimit, TimeLimits};
use crate::rules::vocabulary::{Channel, Kind, Metric, Priority, Unit};

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
    ladders: BTreeMap<String, Vec<Rung>>,
    limits: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    metric: Metric,
    kinds: Option<Vec<Kind>>,
    channels: Option<Vec<Channel>>,
    priorities: Option<Vec<Priority>>,
    categories: Option<Vec<String>>,
    departments: Option<Vec<String>>,
    working_days: Option<i32>,
    calendar_days: Option<i32>,
    months: Option<i32>,
    working_minutes: Option<i32>,
    due: Option<DueMoment>,
    anchor: Option<AnchorRule>,
    #[serde(default)]
    anchor_by_channel: BTreeMap<Channel, AnchorRule>,
    #[serde(default)]
    max_extensions: i32,
    max_extension: Option<i32>,
    max_extension_working_days: Option<i32>,
    on_pause: Option<OnPause>,
    ladder: Option<String>,
    source: Option<LegalSource>,
}

impl Entry {
    /// The limit in its unit, of which exactly one must be given.
    fn amount(&self) -> Option<Amount> {
        let given = [
            (self.working_days, Unit::WorkingDays),
            (self.calendar_days, Unit::CalendarDays),
            (self.months, Unit::Months),
            (self.working_minutes, Unit::WorkingMinutes),
        ];
        let mut amounts = given.into_iter().filter_map(|(value, unit)| Some(Amount { value: value?, unit }));
        amounts.next().filter(|_| amounts.next().is_none())
    }

    fn extension(&self) -> i32 {
        self.max_extension.or(self.max_extension_working_days).unwrap_or(0)
    }
}

/// The most a limit may be, far past any real one: four years of working days, ten of the others.
const fn most(unit: Unit) -> (i32, &'static str) {
    match unit {
        Unit::WorkingDays => (1_000, "working_days must lie between 1 and 1000"),
        Unit::CalendarDays => (3_650, "calendar_days must lie between 1 and 3650"),
        Unit::Months => (120, "months must lie between 1 and 120"),
        Unit::WorkingMinutes => (600_000, "working_minutes must lie between 1 and 600000"),
    }
}

pub(super) fn parse(text: &str) -> Result<TimeLimits, TimeLimitsError> {
    let document: Document =
        toml::from_str(text).map_err(|error| TimeLimitsError::Syntax(error.to_string()))?;
    for (name, rungs) in &document.ladders {
        ladder::check(rungs).map_err(|reason| TimeLimitsError::Ladder { name: name.to_owned(), reason })?;
    }
    let mut limits = Vec::with_capacity(document.limits.len());
    for entry in document.limits {
        limits.push(to_limit(entry, &document.ladders)?);
    }
    check_codes(&limits)?;
    check_ties(&limits)?;
    Ok(TimeLimits { code: document.code, version: document.version, limits })
}

fn to_limit(entry: Entry, ladders: &BTreeMap<String, Vec<Rung>>) -> Result<TimeLimit, TimeLimitsError> {
    let code = entry.code.clone();
    let refuse = |reason: String| TimeLimitsError::Limit { code, reason };
    let rungs = match &entry.ladder {
        None => &Vec::new(),
        Some(name) => match ladders.get(name) {
            Some(rungs) => rungs,
            None => return Err(refuse(format!("ladder {name:?} is not in [ladders]"))),
        },
    };
    checked(entry, rungs).map_err(|reason| refuse(reason.to_owned()))
}

fn checked(entry: Entry, rungs: &[Rung]) -> Result<TimeLimit, &'static str> {
    let amount = entry
        .amount()
        .ok_or("one of working_days, calendar_days, months and working_minutes must be given")?;
    if let Some(reason) = find_fault(&entry, amount) {
        return Err(reason);
    }
    let (due, max_extension) = (entry.due.unwrap_or(DueMoment::EndOfDay), entry.extension());
    let alarms = ladder::resolve(rungs, amount, max_extension, due)?;
    Ok(TimeLimit {
        code: entry.code,
        metric: entry.metric,
        kinds: entry.kinds.unwrap_or_default(),
        channels: entry.channels.unwrap_or_default(),
        priorities: entry.priorities.unwrap_or_default(),
        categories: entry.categories.unwrap_or_default(),
        departments: entry.departments.unwrap_or_default(),
        amount,
        due,
        anchor: entry.anchor.unwrap_or(AnchorRule::ReceiptDay),
        anchor_by_channel: entry.anchor_by_channel,
        max_extensions: entry.max_extensions,
        max_extension,
        on_pause: entry.on_pause.unwrap_or(OnPause::Pause),
        alarms,
        source: entry.source,
    })
}

fn find_fault(entry: &Entry, amount: Amount) -> Option<&'static str> {
    let (most, out_of_range) = most(amount.unit);
    if entry.code.is_empty() {
        return Some("code must not be empty");
    }
    if !(1..=most).contains(&amount.value) || !(0..=most).contains(&entry.extension()) {
        return Some(out_of_range);
    }
    if entry.max_extensions < 0 || (entry.max_extensions == 0) != (entry.extension() == 0) {
        return Some("max_extensions and max_extension must both be 0 or both positive");
    }
    let is_days = amount.unit == Unit::WorkingDays;
    if entry.max_extension_working_days.is_some() && (!is_days || entry.max_extension.is_some()) {
        return Some(
            "max_extension_working_days is another word for max_extension of limits in working days",
        );
    }
    if entry.due.is_some() && amount.unit == Unit::WorkingMinutes {
        return Some("due is for days and months; minutes end at their own instant");
    }
    let is_empty = entry.kinds.as_ref().is_some_and(Vec::is_empty)
        || entry.channels.as_ref().is_some_and(Vec::is_empty)
        || entry.priorities.as_ref().is_some_and(Vec::is_empty)
        || entry.categories.as_ref().is_some_and(Vec::is_empty)
        || entry.departments.as_ref().is_some_and(Vec::is_empty);
    is_empty.then_some(
        "kinds, channels, priorities, categories and departments must not be empty lists; leave them out to mean all",
    )
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
