//! The rungs of a ladder as instants: when each fires, which is armed next, which have come due.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Deadline, add_days, working_day_from};
use crate::rules::calendar::Calendar;
use crate::rules::time_limits::{AlarmAt, AlarmRule, AlarmWhen, share};
use crate::rules::vocabulary::{AlarmLevel, Unit};

/// A rung of the ladder with the instant at which it fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArmedAlarm {
    /// The level.
    pub level: AlarmLevel,
    /// When it fires; the past means at once.
    pub fire_at: DateTime<Utc>,
}

/// When a rung fires for a clock with that deadline.
pub fn alarm_at(calendar: &Calendar, deadline: &Deadline, rule: &AlarmRule) -> DateTime<Utc> {
    match rule.when {
        AlarmWhen::WorkingDays { days, at } => {
            moment(calendar, calendar.add_working_days(deadline.on, i64::from(days)), at)
        }
        AlarmWhen::WorkingMinutes { minutes } => {
            calendar.add_working_minutes(deadline.at, i64::from(minutes))
        }
        AlarmWhen::Percent { percent, at } => {
            let fires = share_at(calendar, deadline, percent, at);
            if percent <= 100 { fires.min(deadline.at) } else { fires }
        }
    }
}

/// When a share of the limit has passed: measured backwards from the deadline, so that pauses need no look.
fn share_at(calendar: &Calendar, deadline: &Deadline, percent: i32, at: AlarmAt) -> DateTime<Utc> {
    let promised = i64::from(deadline.promised.value);
    let day = match deadline.promised.unit {
        Unit::WorkingMinutes => {
            return calendar.add_working_minutes(deadline.at, share(promised, percent) - promised);
        }
        Unit::WorkingDays => calendar.add_working_days(deadline.on, share(promised, percent) - promised),
        Unit::CalendarDays => shifted(calendar, deadline.on, share(promised, percent) - promised),
        Unit::Months => {
            let days = deadline.on.signed_duration_since(deadline.anchor_on).num_days();
            shifted(calendar, deadline.on, share(days, percent) - days)
        }
    };
    moment(calendar, day, at)
}

/// So many calendar days away, on the working day that is not nearer to the deadline.
fn shifted(calendar: &Calendar, due_on: NaiveDate, days: i64) -> NaiveDate {
    let day = add_days(due_on, days);
    if days < 0 { calendar.add_working_days(day, 0) } else { working_day_from(calendar, day) }
}

fn moment(calendar: &Calendar, day: NaiveDate, at: AlarmAt) -> DateTime<Utc> {
    match at {
        AlarmAt::Time(time) => calendar.at(day, time),
        AlarmAt::CloseOfBusiness => calendar.close_of_business(day),
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
    deadline: &Deadline,
    rules: &[AlarmRule],
    after: Option<AlarmLevel>,
    armed_at: DateTime<Utc>,
) -> Option<ArmedAlarm> {
    let is_stale = |alarm: &ArmedAlarm| alarm.fire_at < deadline.at && alarm.fire_at <= armed_at;
    rungs_above(calendar, deadline, rules, after)
        .filter(|alarm| after.is_some() || !is_stale(alarm))
        .min_by_key(|alarm| (alarm.fire_at, alarm.level))
}

/// Every rung above `after` whose time has come by `now`, lowest level first. The sweep notifies the last of them and
/// records the others as absorbed, so that levels that came due together are heard of once.
pub fn alarms_due(
    calendar: &Calendar,
    deadline: &Deadline,
    rules: &[AlarmRule],
    after: Option<AlarmLevel>,
    now: DateTime<Utc>,
) -> Vec<ArmedAlarm> {
    let mut due: Vec<ArmedAlarm> =
        rungs_above(calendar, deadline, rules, after).filter(|alarm| alarm.fire_at <= now).collect();
    due.sort_by_key(|alarm| alarm.level);
    due
}

fn rungs_above(
    calendar: &Calendar,
    deadline: &Deadline,
    rules: &[AlarmRule],
    after: Option<AlarmLevel>,
) -> impl Iterator<Item = ArmedAlarm> {
    rules
        .iter()
        .filter(move |rule| after.is_none_or(|level| rule.level > level))
        .map(move |rule| ArmedAlarm { level: rule.level, fire_at: alarm_at(calendar, deadline, rule) })
}
