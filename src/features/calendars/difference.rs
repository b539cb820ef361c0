//! What changes from one version to another.

use chrono::NaiveDate;

use super::views::{CalendarDifference, ChangedDay, ChangedLimit, TimeLimitsDifference};
use crate::rules::calendar::Calendar;
use crate::rules::time_limits::{TimeLimit, TimeLimits};

/// The days that two calendars call or count otherwise; outside the official spans of both there are none.
pub fn compare_calendars(before: &Calendar, after: &Calendar) -> CalendarDifference {
    let first = before.first_day().min(after.first_day());
    let last = before.last_official_day().max(after.last_official_day());
    CalendarDifference {
        code: after.code().to_owned(),
        from: before.version(),
        to: after.version(),
        last_official_on_before: before.last_official_day(),
        last_official_on_after: after.last_official_day(),
        days: days(first, last).filter_map(|on| changed_day(before, after, on)).collect(),
    }
}

/// The limits that two sets have differently.
pub fn compare_time_limits(before: &TimeLimits, after: &TimeLimits) -> TimeLimitsDifference {
    let gone = before.limits().iter().filter(|limit| after.by_code(&limit.code).is_none());
    let changed = |limit: &&TimeLimit| before.by_code(&limit.code) != Some(*limit);
    let limits = after.limits().iter().filter(changed).chain(gone).map(|limit| ChangedLimit {
        code: limit.code.clone(),
        before: before.by_code(&limit.code).cloned(),
        after: after.by_code(&limit.code).cloned(),
    });
    TimeLimitsDifference {
        code: after.code().to_owned(),
        from: before.version(),
        to: after.version(),
        limits: limits.collect(),
    }
}

/// The first day on which it can be felt that one calendar took the place of another: the first that is worked in one and
/// not in the other, or official in one and not in the other. `None`: it may be any, for the hours are others.
pub fn first_difference(before: &Calendar, after: &Calendar) -> Option<NaiveDate> {
    if !after.keeps_hours_of(before) {
        return None;
    }
    let first = before.first_day().min(after.first_day());
    let official = before.last_official_day().min(after.last_official_day()).succ_opt()?;
    let changed = days(first, official).find(|day| before.is_working_day(*day) != after.is_working_day(*day));
    Some(changed.unwrap_or(official))
}

fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

fn changed_day(before: &Calendar, after: &Calendar, on: NaiveDate) -> Option<ChangedDay> {
    let (before, after) = (before.label(on), after.label(on));
    (before != after).then_some(ChangedDay { on, before, after })
}
