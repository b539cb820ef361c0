//! Due dates and days for anybody who asks: the same arithmetic as every clock's, by the calendar in force.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::public_views::{CalendarDayView, CalendarDaysView, DueDateView};
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::{Problem, Sentence};
use crate::platform::http::query::INVALID_QUERY;
use crate::rules::calendar::{Calendar, Notice};
use crate::rules::sla::{self, Anchor, Terms};
use crate::rules::time_limits::{Amount, DueMoment};
use crate::rules::vocabulary::Unit;

/// The most days one answer lists.
const MAX_DAYS: i64 = 400;

/// What a due date is asked for: `working_days`, or `amount` with `unit`.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DueDateQuery {
    /// The day to count from, which does not count itself; with minutes an instant such as `2026-09-18T10:00:00Z`.
    #[param(value_type = String, example = "2026-09-18")]
    from: CountedFrom,
    /// How many working days: 1 to 1000.
    #[param(minimum = 1, maximum = 1000)]
    working_days: Option<i32>,
    /// How much, instead of `working_days`.
    amount: Option<i32>,
    /// Of what; working days when absent.
    unit: Option<Unit>,
    /// The moment of the last day: `end_of_day` when absent.
    due: Option<DueMoment>,
}

/// A day, or an instant.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
enum CountedFrom {
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

impl TryFrom<String> for CountedFrom {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let instant = || text.parse::<DateTime<Utc>>().map(CountedFrom::Instant);
        text.parse().map(CountedFrom::Day).or_else(|_| instant()).map_err(|_| "must be a day or an instant")
    }
}

/// Which days are asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DaysQuery {
    /// The first day.
    from: NaiveDate,
    /// The last day, at most 399 days later.
    to: NaiveDate,
}

impl DueDateQuery {
    /// What an entity tag names it by.
    pub(super) fn subject(&self, code: &str) -> Result<String, Problem> {
        let Amount { value, unit } = self.limit()?;
        let due = self.due.unwrap_or(DueMoment::EndOfDay);
        let from = match self.from {
            CountedFrom::Day(day) => day.to_string(),
            CountedFrom::Instant(at) => at.timestamp().to_string(),
        };
        Ok(format!("due-date-{code}-{from}-{value}-{unit}-{due}"))
    }

    fn limit(&self) -> Result<Amount, Problem> {
        let (pointer, value, unit) = match (self.working_days, self.amount, self.unit) {
            (Some(value), None, None | Some(Unit::WorkingDays)) => {
                ("?working_days", value, Unit::WorkingDays)
            }
            (None, Some(value), unit) => ("?amount", value, unit.unwrap_or(Unit::WorkingDays)),
            _ => return Err(refuse("?working_days", "required", ONE_OF_BOTH)),
        };
        let most = match unit {
            Unit::WorkingDays => 1_000,
            Unit::CalendarDays => 3_650,
            Unit::Months => 120,
            Unit::WorkingMinutes => 600_000,
        };
        let is_in_range = (1..=most).contains(&value);
        if is_in_range {
            Ok(Amount { value, unit })
        } else {
            Err(refuse(pointer, "out_of_range", OUT_OF_RANGE))
        }
    }

    fn anchor(&self, calendar: &Calendar) -> Anchor {
        match self.from {
            CountedFrom::Day(on) => Anchor { on, at: calendar.at(on, NaiveTime::MIN) },
            CountedFrom::Instant(at) => Anchor::at(calendar, at),
        }
    }
}

const ONE_OF_BOTH: Sentence = Sentence::new("field-duration_one_of_both");
const OUT_OF_RANGE: Sentence = Sentence::new("field-out_of_range-duration");
const TOO_MANY_DAYS: Sentence = Sentence::new("field-too_many_days-calendar");

fn refuse(pointer: &'static str, code: &'static str, why: Sentence) -> Problem {
    Problem::new(INVALID_QUERY).field(pointer, code, why)
}

/// When something falls due by a calendar.
pub(super) fn due_date(calendar: &Calendar, query: &DueDateQuery) -> Result<DueDateView, Problem> {
    let limit = query.limit()?;
    let anchor = query.anchor(calendar);
    let due = query.due.unwrap_or(DueMoment::EndOfDay);
    let terms = Terms { anchor, limit, due, extension: 0, pauses: &[] };
    let deadline = sla::deadline(calendar, &terms);
    Ok(DueDateView {
        calendar: calendar.code().to_owned(),
        version: calendar.version(),
        from_on: anchor.on,
        amount: limit.value,
        unit: limit.unit,
        due_on: deadline.on,
        due_at: deadline.at,
        is_provisional: calendar.is_provisional(deadline.on),
        last_official_on: calendar.last_official_day(),
        notices: notices(calendar, anchor.on, deadline.on),
    })
}

/// The days of a calendar, both ends included.
pub(super) fn days(
    calendar: &Calendar,
    locale: Locale,
    query: &DaysQuery,
) -> Result<CalendarDaysView, Problem> {
    let count = query.to.signed_duration_since(query.from).num_days() + 1;
    if !(1..=MAX_DAYS).contains(&count) {
        return Err(refuse("?to", "out_of_range", TOO_MANY_DAYS));
    }
    let days = (0..count.unsigned_abs()).filter_map(|later| query.from.checked_add_days(Days::new(later)));
    Ok(CalendarDaysView {
        calendar: calendar.code().to_owned(),
        version: calendar.version(),
        last_official_on: calendar.last_official_day(),
        data: days.map(|day| day_view(calendar, locale, day)).collect(),
        notices: notices(calendar, query.from, query.to),
    })
}

impl DaysQuery {
    /// What an entity tag names it by.
    pub(super) fn subject(&self, code: &str) -> String {
        format!("days-{code}-{}-{}", self.from, self.to)
    }
}

fn day_view(calendar: &Calendar, locale: Locale, on: NaiveDate) -> CalendarDayView {
    let label = calendar.label(on);
    let text = locale.choose(&label.text);
    CalendarDayView {
        on,
        is_working: label.is_working,
        kind: label.kind,
        holiday: label.holiday,
        is_provisional: calendar.is_provisional(on),
        text,
    }
}

/// The notices of the years from one day to another; years that no notice covers are passed over at once.
fn notices(calendar: &Calendar, from: NaiveDate, to: NaiveDate) -> Vec<Notice> {
    let first = from.year().max(calendar.first_day().year());
    let last = to.year().min(calendar.last_official_day().year());
    (first..=last).flat_map(|year| calendar.notices(year)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Result<DueDateQuery, serde_json::Error> {
        let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap());
        let value = |value: &str| value.parse::<i64>().map_or_else(|_| value.into(), serde_json::Value::from);
        let members: serde_json::Map<_, _> =
            pairs.map(|(name, text)| (name.to_owned(), value(text))).collect();
        serde_json::from_value(serde_json::Value::Object(members))
    }

    fn due(text: &str) -> Option<(String, String, bool)> {
        let calendar = Calendar::embedded("cn").unwrap();
        let view = due_date(&calendar, &query(text).ok()?).ok()?;
        Some((view.due_on.to_string(), view.due_at.to_rfc3339(), view.is_provisional))
    }

    #[test]
    fn a_due_date_is_asked_for_in_any_unit() {
        let cases = [
            ("from=2026-09-18&working_days=1", "2026-09-20", "2026-09-20T16:00:00+00:00"),
            (
                "from=2026-09-18&working_days=1&due=close_of_business",
                "2026-09-20",
                "2026-09-20T10:00:00+00:00",
            ),
            ("from=2026-09-18&amount=1", "2026-09-20", "2026-09-20T16:00:00+00:00"),
            ("from=2026-03-10&amount=3&unit=months", "2026-06-10", "2026-06-10T16:00:00+00:00"),
            (
                "from=2026-09-18T09:30:00Z&amount=60&unit=working_minutes",
                "2026-09-20",
                "2026-09-20T01:30:00+00:00",
            ),
        ];
        for (text, on, at) in cases {
            assert_eq!(due(text), Some((on.to_owned(), at.to_owned(), false)), "{text}");
        }
        assert!(due("from=2026-12-30&working_days=5").is_some_and(|(_, _, is_provisional)| is_provisional));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "from=2026-09-18",
            "from=yesterday&working_days=1",
            "from=2026-09-18&working_days=0",
            "from=2026-09-18&working_days=1001",
            "from=2026-09-18&working_days=1&amount=1",
            "from=2026-09-18&working_days=1&unit=months",
            "from=2026-09-18&amount=121&unit=months",
            "from=2026-09-18&working_days=1&pace=fast",
        ] {
            assert_eq!(due(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_time_are_answered_at_once() {
        let calendar = Calendar::embedded("cn").unwrap();
        let days = |from: NaiveDate, to: NaiveDate| days(&calendar, Locale::En, &DaysQuery { from, to });
        assert_eq!(days(NaiveDate::MAX, NaiveDate::MAX).unwrap().data.len(), 1);
        assert!(days(NaiveDate::MIN, NaiveDate::MAX).is_err());
        assert!(due("from=+262000-01-01&working_days=1000").is_some());
    }
}
