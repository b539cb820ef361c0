//! Clock arithmetic: from a limit, an anchor, pauses and extensions to a due date, to alarms, and to an explanation.
//!
//! Closed form (domain.md, section 2): the due day is the first working day whose ordinal is
//! `ord(anchor) + limit + extension + Σ (ord(resume) − ord(pause))`. The day after the anchor is the first to count.
//! Everything here is a pure function of its arguments; nothing knows the time of day or a ticket.

mod explanation;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};

use crate::rules::calendar::Calendar;
use crate::rules::time_limits::{AlarmAt, AlarmRule};
use crate::rules::vocabulary::AlarmLevel;

pub use explanation::{DayNote, ExplainedDay, MAX_EXPLAINED_DAYS, explain};

/// A closed pause of a clock. The day of the pause has begun and counts; the days after it, up to and including the
/// day of the resumption, do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// The local day on which the clock stopped.
    pub paused_on: NaiveDate,
    /// The local day on which it went on; not before `paused_on`, else the pause counts for nothing.
    pub resumed_on: NaiveDate,
}

impl Pause {
    fn working_days(&self, calendar: &Calendar) -> i64 {
        calendar.working_days_between(self.paused_on, self.resumed_on).max(0)
    }
}

/// What a due day depends on, besides the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The local day of receipt, dispatch or restart; it never counts itself, and need not be a working day.
    pub anchor_on: NaiveDate,
    /// The limit.
    pub working_days: i32,
    /// Granted extensions, summed.
    pub extension_working_days: i32,
    /// Closed pauses; they must not overlap. An open pause has no due day yet and is not listed.
    pub pauses: &'a [Pause],
}

impl<'a> Terms<'a> {
    /// The terms of a clock that was neither extended nor paused.
    pub const fn new(anchor_on: NaiveDate, working_days: i32) -> Self {
        Self { anchor_on, working_days, extension_working_days: 0, pauses: &[] }
    }

    /// Limit and extension together.
    fn promised_working_days(&self) -> i64 {
        i64::from(self.working_days) + i64::from(self.extension_working_days)
    }
}

/// A rung of the ladder with the instant at which it fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArmedAlarm {
    /// The level.
    pub level: AlarmLevel,
    /// When it fires; the past means at once.
    pub fire_at: DateTime<Utc>,
}

/// The day by whose end the promise must be kept: always a working day.
pub fn due_on(calendar: &Calendar, terms: &Terms<'_>) -> NaiveDate {
    let paused: i64 = terms.pauses.iter().map(|pause| pause.working_days(calendar)).sum();
    calendar.add_working_days(terms.anchor_on, terms.promised_working_days().saturating_add(paused))
}

/// The instant at which the promise is broken: the end of the due day in the calendar's zone.
pub fn due_at(calendar: &Calendar, terms: &Terms<'_>) -> DateTime<Utc> {
    calendar.end_of_day(due_on(calendar, terms))
}

/// Whether the due day lies past the last official day, so that a coming notice may move it.
pub fn is_provisional(calendar: &Calendar, terms: &Terms<'_>) -> bool {
    calendar.is_provisional(due_on(calendar, terms))
}

/// When a rung fires for a clock due on that day.
pub fn alarm_at(calendar: &Calendar, due_on: NaiveDate, rule: &AlarmRule) -> DateTime<Utc> {
    let day = calendar.add_working_days(due_on, i64::from(rule.working_days));
    match rule.at {
        AlarmAt::Time(time) => calendar.at(day, time),
        AlarmAt::EndOfDay => calendar.end_of_day(day),
    }
}

/// The alarm to arm next: the earliest rung above `after`, or `None` when the ladder is climbed.
///
/// With `after = None` a clock is armed for the first time since its due day was set. Reminders (rungs before the due
/// instant) whose time has passed by `armed_at` are then absorbed: they would announce what is no news. Rungs at or
/// past the due instant are never absorbed, so a clock that is overdue when armed fires at once, and
/// [`alarms_due`] gives the sweep the highest level to notify.
pub fn next_alarm(
    calendar: &Calendar,
    due_on: NaiveDate,
    rules: &[AlarmRule],
    after: Option<AlarmLevel>,
    armed_at: DateTime<Utc>,
) -> Option<ArmedAlarm> {
    let due_at = calendar.end_of_day(due_on);
    let is_stale = |alarm: &ArmedAlarm| alarm.fire_at < due_at && alarm.fire_at <= armed_at;
    rungs_above(calendar, due_on, rules, after)
        .filter(|alarm| after.is_some() || !is_stale(alarm))
        .min_by_key(|alarm| (alarm.fire_at, alarm.level))
}

/// Every rung above `after` whose time has come by `now`, lowest level first. The sweep notifies the last of them and
/// records the others as absorbed, so that levels that came due together are heard of once.
pub fn alarms_due(
    calendar: &Calendar,
    due_on: NaiveDate,
    rules: &[AlarmRule],
    after: Option<AlarmLevel>,
    now: DateTime<Utc>,
) -> Vec<ArmedAlarm> {
    let mut due: Vec<ArmedAlarm> =
        rungs_above(calendar, due_on, rules, after).filter(|alarm| alarm.fire_at <= now).collect();
    due.sort_by_key(|alarm| alarm.level);
    due
}

fn rungs_above(
    calendar: &Calendar,
    due_on: NaiveDate,
    rules: &[AlarmRule],
    after: Option<AlarmLevel>,
) -> impl Iterator<Item = ArmedAlarm> {
    rules
        .iter()
        .filter(move |rule| after.is_none_or(|level| rule.level > level))
        .map(move |rule| ArmedAlarm { level: rule.level, fire_at: alarm_at(calendar, due_on, rule) })
}
