//! Every version of every calendar and set of time limits, parsed once, and which of them are in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use tracing::warn;

use super::error::CalendarsError;
use super::model::{CityRules, RulesKind};
use super::store::{DocumentRow, InForceRow};
use crate::rules::calendar::{Bilingual, Calendar};
use crate::rules::sla::whole_days_warning;
use crate::rules::time_limits::TimeLimits;

/// All versions as they stood at one moment. Never changes; a newer copy replaces it and shares what was parsed.
#[derive(Debug)]
pub struct Editions {
    change: i64,
    calendars: Shelf<Calendar>,
    limits: Shelf<TimeLimits>,
    city_calendar: Arc<Calendar>,
    city_limits: Arc<TimeLimits>,
}

/// The versions of one kind, by code.
#[derive(Debug)]
struct Shelf<T> {
    versions: BTreeMap<String, BTreeMap<i32, Arc<T>>>,
    in_force: BTreeMap<String, i32>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Shelf<T> {
        Shelf { versions: BTreeMap::new(), in_force: BTreeMap::new() }
    }
}

impl<T> Clone for Shelf<T> {
    fn clone(&self) -> Shelf<T> {
        Shelf { versions: self.versions.clone(), in_force: self.in_force.clone() }
    }
}

impl<T> Shelf<T> {
    fn version(&self, code: &str, version: i32) -> Option<&Arc<T>> {
        self.versions.get(code)?.get(&version)
    }

    fn current(&self, code: &str) -> Option<&Arc<T>> {
        self.version(code, *self.in_force.get(code)?)
    }

    fn put(&mut self, code: &str, version: i32, edition: T) {
        self.versions.entry(code.to_owned()).or_default().insert(version, Arc::new(edition));
    }
}

impl Editions {
    /// A copy of these rows and of what an earlier copy has parsed already.
    pub(super) fn new(
        change: i64,
        city: &CityRules,
        earlier: Option<&Editions>,
        documents: &[DocumentRow],
        in_force: &[InForceRow],
    ) -> Result<Editions, CalendarsError> {
        let mut calendars = earlier.map(|copy| copy.calendars.clone()).unwrap_or_default();
        let mut limits = earlier.map(|copy| copy.limits.clone()).unwrap_or_default();
        for row in documents {
            match row.kind {
                RulesKind::Calendar => keep(&mut calendars, row, Calendar::parse(&row.document)),
                RulesKind::TimeLimits => keep(&mut limits, row, TimeLimits::parse(&row.document)),
            }
        }
        calendars.in_force = select(in_force, RulesKind::Calendar);
        limits.in_force = select(in_force, RulesKind::TimeLimits);
        Ok(Editions {
            change,
            city_calendar: named(&calendars, RulesKind::Calendar, &city.calendar)?,
            city_limits: named(&limits, RulesKind::TimeLimits, &city.time_limits)?,
            calendars,
            limits,
        })
    }

    /// Grows with every version that is added or put in force.
    pub(super) fn change(&self) -> i64 {
        self.change
    }

    /// What an earlier copy need not load again.
    pub(super) fn known(&self) -> Vec<(RulesKind, String, i32)> {
        let mut known = keys(&self.calendars, RulesKind::Calendar);
        known.extend(keys(&self.limits, RulesKind::TimeLimits));
        known
    }

    /// A version of a calendar, whether it is in force, was, or is only proposed.
    pub fn calendar(&self, code: &str, version: i32) -> Option<&Arc<Calendar>> {
        self.calendars.version(code, version)
    }

    /// The version of a calendar that is in force.
    pub fn calendar_in_force(&self, code: &str) -> Option<&Arc<Calendar>> {
        self.calendars.current(code)
    }

    /// The codes of the calendars that are in force.
    pub fn calendar_codes(&self) -> impl Iterator<Item = &str> {
        self.calendars.in_force.keys().map(String::as_str)
    }

    /// A version of a set of time limits, whether it is in force, was, or is only proposed.
    pub fn time_limits(&self, code: &str, version: i32) -> Option<&Arc<TimeLimits>> {
        self.limits.version(code, version)
    }

    /// The version of a set of time limits that is in force.
    pub fn time_limits_in_force(&self, code: &str) -> Option<&Arc<TimeLimits>> {
        self.limits.current(code)
    }

    /// The version of this code that is in force; `None`: nothing of this code is.
    pub fn version_in_force(&self, kind: RulesKind, code: &str) -> Option<i32> {
        match kind {
            RulesKind::Calendar => self.calendars.in_force.get(code).copied(),
            RulesKind::TimeLimits => self.limits.in_force.get(code).copied(),
        }
    }

    /// Whether there is such a version, and this program can read it.
    pub fn knows(&self, kind: RulesKind, code: &str, version: i32) -> bool {
        match kind {
            RulesKind::Calendar => self.calendar(code, version).is_some(),
            RulesKind::TimeLimits => self.time_limits(code, version).is_some(),
        }
    }

    /// What a version would make of the city's clocks that is hardly meant, were it in force beside what else is. Of what
    /// the city does not follow nothing is said.
    pub fn warnings(&self, kind: RulesKind, code: &str, version: i32) -> Vec<Bilingual> {
        let (calendar, limits) = (&self.city_calendar, &self.city_limits);
        let warning = match kind {
            RulesKind::Calendar if calendar.code() == code => {
                self.calendar(code, version).and_then(|proposed| whole_days_warning(proposed, limits))
            }
            RulesKind::TimeLimits if limits.code() == code => {
                self.time_limits(code, version).and_then(|proposed| whole_days_warning(calendar, proposed))
            }
            RulesKind::Calendar | RulesKind::TimeLimits => None,
        };
        warning.into_iter().collect()
    }

    /// The calendar that new clocks of this city follow.
    pub fn city_calendar(&self) -> &Arc<Calendar> {
        &self.city_calendar
    }

    /// The time limits that new clocks of this city follow.
    pub fn city_time_limits(&self) -> &Arc<TimeLimits> {
        &self.city_limits
    }
}

/// A version that this program cannot read is left out: a newer program proposed it, and the ones in force still hold.
fn keep<T, E: std::fmt::Display>(shelf: &mut Shelf<T>, row: &DocumentRow, parsed: Result<T, E>) {
    match parsed {
        Ok(edition) => shelf.put(&row.code, row.version, edition),
        Err(error) => {
            let (kind, code, version) = (row.kind, &row.code, row.version);
            warn!(rules.kind = %kind, rules.code = %code, rules.version = version, error = %error,
                "Version {version} of {kind} {code} cannot be read and is left out");
        }
    }
}

fn select(in_force: &[InForceRow], kind: RulesKind) -> BTreeMap<String, i32> {
    in_force.iter().filter(|row| row.kind == kind).map(|row| (row.code.clone(), row.version)).collect()
}

fn named<T>(shelf: &Shelf<T>, kind: RulesKind, code: &str) -> Result<Arc<T>, CalendarsError> {
    let found = shelf.current(code).cloned();
    found.ok_or_else(|| CalendarsError::NotInForce { kind, code: code.to_owned() })
}

fn keys<T>(shelf: &Shelf<T>, kind: RulesKind) -> Vec<(RulesKind, String, i32)> {
    let keys = shelf.versions.iter().flat_map(|(code, versions)| versions.keys().map(move |v| (code, *v)));
    keys.map(|(code, version)| (kind, code.clone(), version)).collect()
}
