//! Clock arithmetic: from a limit, an anchor, pauses and extensions to a deadline, to alarms, and to an explanation.
//!
//! Closed form (domain.md, section 2): the due day is the first working day whose ordinal is
//! `ord(anchor) + limit + extension + Σ (ord(resume) − ord(pause))`. The day after the anchor is the first to count.
//! The other units have the same form with another count: calendar days, months by date, or open seconds.
//! Everything here is a pure function of its arguments; nothing knows the time of day or a ticket.

mod alarms;
mod explanation;
#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unit_tests;
mod whole_days;

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::rules::calendar::Calendar;
use crate::rules::time_limits::{Amount, AnchorRule, DueMoment, TimeLimit};
use crate::rules::vocabulary::{Channel, Metric, Unit};

pub use alarms::{ArmedAlarm, alarm_at, alarms_due, next_alarm};
pub use explanation::{DayNote, ExplainedDay, MAX_EXPLAINED_DAYS, explain};
pub use whole_days::whole_days_warning;

/// What a clock counts from: the day, which never counts itself, and the instant, from which minutes count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The local day of receipt, dispatch or restart; it need not be a working day.
    pub on: NaiveDate,
    /// The instant within it.
    pub at: DateTime<Utc>,
}

impl Anchor {
    /// Counting from an instant.
    pub fn at(calendar: &Calendar, at: DateTime<Utc>) -> Anchor {
        Anchor { on: calendar.local_day(at), at }
    }

    /// What a limit counts from when a matter that came in through that channel was received at that instant, or what
    /// else begins the clock happened then.
    pub fn of(calendar: &Calendar, limit: &TimeLimit, channel: Channel, since: DateTime<Utc>) -> Anchor {
        match limit.anchor_rule(channel) {
            AnchorRule::ReceiptDay => Anchor::at(calendar, since),
            AnchorRule::NextWorkingDay => {
                let on = calendar.add_working_days(calendar.local_day(since), 1);
                Anchor { on, at: calendar.at(on, NaiveTime::MIN) }
            }
        }
    }
}

/// A closed pause of a clock. The day of the pause has begun and counts; the days after it, up to and including the
/// day of the resumption, do not. Minutes stop and go on at the instants. Only what comes after the anchor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// The local day on which the clock stopped.
    pub paused_on: NaiveDate,
    /// The local day on which it went on; not before `paused_on`, else the pause counts for nothing.
    pub resumed_on: NaiveDate,
    /// The instant at which the clock stopped.
    pub paused_at: DateTime<Utc>,
    /// The instant at which it went on.
    pub resumed_at: DateTime<Utc>,
}

impl Pause {
    /// The pause between two instants.
    pub fn between(calendar: &Calendar, paused_at: DateTime<Utc>, resumed_at: DateTime<Utc>) -> Pause {
        let (paused_on, resumed_on) = (calendar.local_day(paused_at), calendar.local_day(resumed_at));
        Pause { paused_on, resumed_on, paused_at, resumed_at }
    }

    /// What of it comes after the anchor: before that there is nothing to hold up.
    fn since(self, anchor: Anchor) -> Pause {
        Pause {
            paused_on: self.paused_on.max(anchor.on),
            resumed_on: self.resumed_on.max(anchor.on),
            paused_at: self.paused_at.max(anchor.at),
            resumed_at: self.resumed_at.max(anchor.at),
        }
    }

    fn working_days(&self, calendar: &Calendar) -> i64 {
        calendar.working_days_between(self.paused_on, self.resumed_on).max(0)
    }

    fn calendar_days(&self) -> i64 {
        self.resumed_on.signed_duration_since(self.paused_on).num_days().max(0)
    }

    fn open_seconds(&self, calendar: &Calendar) -> i64 {
        calendar.open_seconds(self.resumed_at).saturating_sub(calendar.open_seconds(self.paused_at)).max(0)
    }
}

/// What a deadline depends on, besides the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms<'a> {
    /// What is counted from.
    pub anchor: Anchor,
    /// The limit.
    pub limit: Amount,
    /// Granted extensions, summed, in the unit of the limit.
    pub extension: i32,
    /// The moment of the last day that ends the promise; limits in minutes have their own.
    pub due: DueMoment,
    /// Closed pauses; they must not overlap. An open pause has no due day yet and is not listed.
    pub pauses: &'a [Pause],
}

impl<'a> Terms<'a> {
    /// The terms of a clock that was neither extended nor paused.
    pub const fn of(limit: &TimeLimit, anchor: Anchor) -> Self {
        Self { anchor, limit: limit.amount, extension: 0, due: limit.due, pauses: &[] }
    }

    /// The same for a limit of so many working days that ends with its last day.
    pub fn new(anchor_on: NaiveDate, working_days: i32) -> Self {
        Self {
            anchor: Anchor { on: anchor_on, at: anchor_on.and_time(NaiveTime::MIN).and_utc() },
            limit: Amount { value: working_days, unit: Unit::WorkingDays },
            extension: 0,
            due: DueMoment::EndOfDay,
            pauses: &[],
        }
    }

    /// Limit and extension together.
    fn promised(&self) -> i64 {
        i64::from(self.limit.value) + i64::from(self.extension)
    }

    /// How long the pauses hold the promise up, in whatever `length` measures.
    fn paused(&self, length: impl Fn(&Pause) -> i64) -> i64 {
        self.pauses.iter().map(|pause| length(&pause.since(self.anchor))).sum()
    }
}

/// When a promise ends, with what its alarms are measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The day by whose end, or within which, the promise must be kept: always a working day, but for minutes.
    pub on: NaiveDate,
    /// The instant at which the promise is broken.
    pub at: DateTime<Utc>,
    /// The day it was counted from.
    pub anchor_on: NaiveDate,
    /// Limit and extension together.
    pub promised: Amount,
}

/// Whether a limit is over that falls due at `due_at`: the end of its last day, which is the beginning of the next, so that
/// the instant itself is too late. Statements say the same as `due_at <= now`.
pub fn is_over(due_at: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    due_at <= at
}

/// Whether what was promised until `due_at` is broken: it is over, and not a limit that lapses.
pub fn is_broken(metric: Metric, due_at: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    metric.can_be_broken() && is_over(due_at, at)
}

/// When a promise on these terms ends.
pub fn deadline(calendar: &Calendar, terms: &Terms<'_>) -> Deadline {
    let (on, at) = match terms.limit.unit {
        Unit::WorkingMinutes => minutes_due(calendar, terms),
        Unit::WorkingDays | Unit::CalendarDays | Unit::Months => {
            let on = due_on(calendar, terms);
            (on, due_moment(calendar, on, terms.due))
        }
    };
    let value = i32::try_from(terms.promised()).unwrap_or(i32::MAX);
    Deadline { on, at, anchor_on: terms.anchor.on, promised: Amount { value, unit: terms.limit.unit } }
}

/// The last day of a promise that falls due at this instant. A promise to the end of a day is broken at the midnight after
/// it, which bears the date of the next one.
pub fn due_day(calendar: &Calendar, due_at: DateTime<Utc>) -> NaiveDate {
    calendar.local_day(due_at - TimeDelta::microseconds(1))
}

/// The day by whose end the promise must be kept.
pub fn due_on(calendar: &Calendar, terms: &Terms<'_>) -> NaiveDate {
    match terms.limit.unit {
        Unit::WorkingDays => {
            let paused = terms.paused(|pause| pause.working_days(calendar));
            calendar.add_working_days(terms.anchor.on, terms.promised().saturating_add(paused))
        }
        Unit::CalendarDays | Unit::Months => working_day_from(calendar, last_day(terms)),
        Unit::WorkingMinutes => minutes_due(calendar, terms).0,
    }
}

/// The instant at which the promise is broken.
pub fn due_at(calendar: &Calendar, terms: &Terms<'_>) -> DateTime<Utc> {
    deadline(calendar, terms).at
}

/// Whether the due day lies past the last official day, so that a coming notice may move it.
pub fn is_provisional(calendar: &Calendar, terms: &Terms<'_>) -> bool {
    calendar.is_provisional(due_on(calendar, terms))
}

/// The last day of a limit in calendar days or months, whether or not it is worked.
fn last_day(terms: &Terms<'_>) -> NaiveDate {
    let paused = terms.paused(Pause::calendar_days);
    let promised = match terms.limit.unit {
        Unit::Months => add_months(terms.anchor.on, terms.promised()),
        Unit::WorkingDays | Unit::CalendarDays | Unit::WorkingMinutes => {
            add_days(terms.anchor.on, terms.promised())
        }
    };
    add_days(promised, paused)
}

/// A last day on which nobody works gives way to the next working day (《民法典》第二百零三条).
fn working_day_from(calendar: &Calendar, day: NaiveDate) -> NaiveDate {
    if calendar.is_working_day(day) { day } else { calendar.add_working_days(day, 1) }
}

fn add_days(day: NaiveDate, days: i64) -> NaiveDate {
    let moved = match u64::try_from(days) {
        Ok(later) => day.checked_add_days(Days::new(later)),
        Err(_) => day.checked_sub_days(Days::new(days.unsigned_abs())),
    };
    moved.unwrap_or(if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

fn add_months(day: NaiveDate, months: i64) -> NaiveDate {
    let months = u32::try_from(months.max(0)).unwrap_or(u32::MAX);
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

fn due_moment(calendar: &Calendar, day: NaiveDate, moment: DueMoment) -> DateTime<Utc> {
    match moment {
        DueMoment::EndOfDay => calendar.end_of_day(day),
        DueMoment::CloseOfBusiness => calendar.close_of_business(day),
    }
}

/// Minutes that end at midnight end on the day before.
fn minutes_due(calendar: &Calendar, terms: &Terms<'_>) -> (NaiveDate, DateTime<Utc>) {
    let paused = terms.paused(|pause| pause.open_seconds(calendar));
    let seconds = terms.promised().saturating_mul(60).saturating_add(paused);
    let at = calendar.add_open_seconds(terms.anchor.at, seconds);
    let last = at.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(at);
    (calendar.local_day(last.max(terms.anchor.at)), at)
}
