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

fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

fn changed_day(before: &Calendar, after: &Calendar, on: NaiveDate) -> Option<ChangedDay> {
    let (before, after) = (before.label(on), after.label(on));
    (before != after).then_some(ChangedDay { on, before, after })
}
