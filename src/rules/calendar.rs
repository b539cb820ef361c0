//! Working days: which days the State's notices make work or rest, how many lie up to a day, and which day is the nth.
//!
//! A [`Calendar`] is data (`config/calendars/*.toml`), parsed once. Inside its official span every question is one
//! look-up in a prefix sum; outside it the weekday rule answers by arithmetic, and days past the last official one are
//! *provisional*. Working minutes are counted the same way ([`hours`]). Nothing here knows what a deadline is: that is
//! [`crate::rules::sla`].

mod document;
mod hours;
mod label;
#[cfg(test)]
mod minutes_tests;
#[cfg(test)]
pub(crate) mod tests;

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveTime, Offset, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

use hours::OpenTime;

pub use crate::rules::texts::Bilingual;
pub use document::{CalendarError, Notice};
pub use label::{DayKind, DayLabel};

/// The calendars built into the program: code and TOML text.
pub static CALENDARS: &[(&str, &str)] = &[("cn", include_str!("../../config/calendars/cn.toml"))];

/// The minutes searched for the first valid local time after a gap; the longest known gap is a whole skipped day.
const LONGEST_GAP_MINUTES: i64 = 26 * 60;

/// A working-day calendar: an official span of days, the weekday rule outside it, and the zone its days are in.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    code: String,
    version: i32,
    zone: Tz,
    first_day: NaiveDate,
    last_official_day: NaiveDate,
    days: Vec<OfficialDay>,
    working_days: Vec<NaiveDate>,
    holidays: Vec<Bilingual>,
    notices: Vec<(i32, Vec<Notice>)>,
    open_time: OpenTime,
}

/// One day of the official span.
#[derive(Debug, Clone, Copy, PartialEq)]
struct OfficialDay {
    /// Working days from the first day of the span up to and including this one.
    ordinal: i64,
    kind: DayKind,
    /// Index into the calendar's holidays, for a holiday or a make-up day.
    holiday: Option<usize>,
}

impl Calendar {
    /// Reads a calendar from its TOML text (the format is described in `config/calendars/cn.toml`).
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        document::parse(text)
    }

    /// One of the calendars built into the program, by code.
    pub fn embedded(code: &str) -> Result<Self, CalendarError> {
        let found = CALENDARS.iter().find(|(known, _)| *known == code);
        let (_, text) = found.ok_or_else(|| CalendarError::Unknown(code.to_owned()))?;
        Self::parse(text)
    }

    /// The calendar's code, such as `cn`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The version of the data; a date computed from it is reproducible by code and version.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// The zone in which this calendar's days begin and end.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first day that the notices cover.
    pub fn first_day(&self) -> NaiveDate {
        self.first_day
    }

    /// The last day that the notices cover.
    pub fn last_official_day(&self) -> NaiveDate {
        self.last_official_day
    }

    /// The notices that fixed the days of a year; empty for a year that the calendar does not cover.
    pub fn notices(&self, year: i32) -> &[Notice] {
        self.notices.iter().find(|(covered, _)| *covered == year).map_or(&[], |(_, notices)| notices)
    }

    /// Whether `day` is worked.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.official(day).map_or_else(|| is_weekday(day), |official| official.kind.is_working())
    }

    /// Whether `day` lies past the last official day, so that a notice may still change it.
    pub fn is_provisional(&self, day: NaiveDate) -> bool {
        day > self.last_official_day
    }

    /// Working days up to and including `day`, counted from the first day of the official span (negative before it).
    pub fn ordinal(&self, day: NaiveDate) -> i64 {
        if let Some(official) = self.official(day) {
            return official.ordinal;
        }
        if day < self.first_day {
            return weekdays_up_to(day) - self.weekdays_before_span();
        }
        self.official_working_days() + weekdays_up_to(day) - weekdays_up_to(self.last_official_day)
    }

    /// The inverse of [`Calendar::ordinal`]: the first day with that ordinal, always a working day.
    /// Past the ends of what a date can hold it is the first or the last date there is.
    pub fn day_at(&self, ordinal: i64) -> NaiveDate {
        if ordinal <= 0 {
            return weekday_at(ordinal.saturating_add(self.weekdays_before_span()));
        }
        let index = usize::try_from(ordinal - 1).unwrap_or(usize::MAX);
        if let Some(day) = self.working_days.get(index) {
            return *day;
        }
        let beyond = ordinal - self.official_working_days();
        weekday_at(beyond.saturating_add(weekdays_up_to(self.last_official_day)))
    }

    /// The working day that is `working_days` after `day`; the day after `day` is the first to count.
    pub fn add_working_days(&self, day: NaiveDate, working_days: i64) -> NaiveDate {
        self.day_at(self.ordinal(day).saturating_add(working_days))
    }

    /// Working days after `from` up to and including `to`; negative when `to` is the earlier day.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        self.ordinal(to) - self.ordinal(from)
    }

    /// What sort of day it is, in words for people.
    pub fn label(&self, day: NaiveDate) -> DayLabel {
        let holiday = self.official(day).and_then(|official| official.holiday);
        DayLabel::new(day, self.kind(day), holiday.and_then(|index| self.holidays.get(index)))
    }

    /// The day in the calendar's zone at an instant.
    pub fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        let utc = at.naive_utc();
        let offset = self.zone.offset_from_utc_datetime(&utc).fix();
        utc.checked_add_offset(offset).unwrap_or(utc).date()
    }

    /// The instant at which `day` is over: when the next day begins in the calendar's zone.
    pub fn end_of_day(&self, day: NaiveDate) -> DateTime<Utc> {
        self.at(day.succ_opt().unwrap_or(day), NaiveTime::MIN)
    }

    /// The instant of a local time. A time that occurs twice is the earlier one; a time that a clock change skips is
    /// the first that exists after it.
    pub fn at(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let wanted = day.and_time(time);
        (0..=LONGEST_GAP_MINUTES)
            .filter_map(|minutes| wanted.checked_add_signed(Duration::minutes(minutes)))
            .find_map(|local| match self.zone.from_local_datetime(&local) {
                LocalResult::Single(found) | LocalResult::Ambiguous(found, _) => {
                    Some(found.with_timezone(&Utc))
                }
                LocalResult::None => None,
            })
            .unwrap_or_else(|| wanted.and_utc())
    }

    fn official(&self, day: NaiveDate) -> Option<&OfficialDay> {
        self.days.get(self.offset(day)?)
    }

    /// The days from the first one of the span to this one; `None` before it.
    fn offset(&self, day: NaiveDate) -> Option<usize> {
        usize::try_from(day.num_days_from_ce() - self.first_day.num_days_from_ce()).ok()
    }

    fn kind(&self, day: NaiveDate) -> DayKind {
        self.official(day).map_or_else(|| kind_by_weekday(day), |official| official.kind)
    }

    fn official_working_days(&self) -> i64 {
        self.days.last().map_or(0, |day| day.ordinal)
    }

    fn weekdays_before_span(&self) -> i64 {
        weekdays_up_to(self.first_day) - i64::from(is_weekday(self.first_day))
    }
}

fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// What the weekday rule makes of a day that no notice names.
fn kind_by_weekday(day: NaiveDate) -> DayKind {
    if is_weekday(day) { DayKind::Weekday } else { DayKind::Weekend }
}

/// Mondays to Fridays from 0001-01-01, a Monday, up to and including `day`.
fn weekdays_up_to(day: NaiveDate) -> i64 {
    let days = i64::from(day.num_days_from_ce());
    5 * days.div_euclid(7) + days.rem_euclid(7).min(5)
}

/// The inverse of [`weekdays_up_to`]: the Monday to Friday with that count.
fn weekday_at(count: i64) -> NaiveDate {
    let before = count.saturating_sub(1);
    let days = before.div_euclid(5).saturating_mul(7).saturating_add(before.rem_euclid(5) + 1);
    let limit = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    i32::try_from(days).ok().and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(limit)
}

/// Every day from `first` to `last`, both included.
fn days_from(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(1)))
        .take_while(move |day| *day <= last)
}
