//! The TOML document of a calendar: its shape, the checks, and the look-up tables made from it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::hours::{Hours, HoursTable, OpenTime};
use super::{Bilingual, Calendar, DayKind, OfficialDay, days_from, is_weekday, kind_by_weekday};

/// Why a calendar document is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The text is not TOML of the expected shape; the message names line and column.
    #[error("the calendar cannot be read: {0}")]
    Syntax(String),
    /// No calendar of that code is built in.
    #[error("no calendar is called {0:?}")]
    Unknown(String),
    /// The official span is empty or longer than two centuries.
    #[error("first_year {first_year} and last_official_day {last_official_day} do not enclose a calendar")]
    Span {
        /// The first year as written.
        first_year: i32,
        /// The last official day as written.
        last_official_day: NaiveDate,
    },
    /// A year of the span has no table of its own, or two.
    #[error("year {0} must have exactly one [[years]] table")]
    Year(i32),
    /// An entry names a holiday that the `holidays` table does not translate.
    #[error("{day}: holiday {holiday:?} is not in [holidays]")]
    Holiday {
        /// The day of the entry.
        day: NaiveDate,
        /// The holiday as written.
        holiday: String,
    },
    /// A day outside the span, given twice, a range that ends before it begins, or a make-up day on a weekday.
    #[error("{day}: {reason}")]
    Day {
        /// The day at fault.
        day: NaiveDate,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Opening hours that overlap, run backwards or never open.
    #[error("[hours] {days}: {reason}")]
    Hours {
        /// The days of the table at fault.
        days: &'static str,
        /// What is wrong with them.
        reason: &'static str,
    },
}

/// A State Council notice that fixes holidays and make-up days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The notice's title.
    pub title: String,
    /// Its number, such as 国办发明电〔2025〕7号; absent when not known for sure.
    pub number: Option<String>,
    /// The day it was published; absent when not known for sure.
    pub published_on: Option<NaiveDate>,
    /// Whether number and date were found alike in at least two independent places.
    pub verified: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    code: String,
    version: i32,
    zone: Tz,
    first_year: i32,
    last_official_day: NaiveDate,
    holidays: BTreeMap<String, String>,
    hours: Option<HoursTable>,
    years: Vec<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    #[serde(default)]
    sources: Vec<Notice>,
    #[serde(default)]
    off: Vec<OffRange>,
    #[serde(default)]
    make_up: Vec<MakeUp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OffRange {
    from: NaiveDate,
    to: NaiveDate,
    holiday: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MakeUp {
    on: NaiveDate,
    holiday: String,
}

/// Days that differ from the weekday rule or bear a holiday's name: kind and index of the holiday.
type Exceptions = BTreeMap<NaiveDate, (DayKind, usize)>;

pub(super) fn parse(text: &str) -> Result<Calendar, CalendarError> {
    let document: Document =
        toml::from_str(text).map_err(|error| CalendarError::Syntax(error.to_string()))?;
    let first_day = checked_span(&document)?;
    let exceptions = collect_exceptions(&document, first_day)?;
    let days = number_days(first_day, document.last_official_day, &exceptions);
    let working_days = days_from(first_day, document.last_official_day)
        .zip(&days)
        .filter_map(|(day, official)| official.kind.is_working().then_some(day))
        .collect();
    let hours = document.hours.map_or_else(|| Ok(Hours::around_the_clock()), Hours::try_from)?;
    let calendar = Calendar {
        code: document.code,
        version: document.version,
        zone: document.zone,
        first_day,
        last_official_day: document.last_official_day,
        days,
        working_days,
        holidays: document.holidays.into_iter().map(|(zh_cn, en)| Bilingual { zh_cn, en }).collect(),
        notices: document.years.into_iter().map(|year| (year.year, year.sources)).collect(),
        open_time: OpenTime::default(),
    };
    Ok(calendar.opened(hours))
}

fn checked_span(document: &Document) -> Result<NaiveDate, CalendarError> {
    let (first_year, last_official_day) = (document.first_year, document.last_official_day);
    let years = first_year..=last_official_day.year();
    let first_day = NaiveDate::from_ymd_opt(first_year, 1, 1)
        .filter(|first| *first <= last_official_day && last_official_day.year() - first_year < 200)
        .ok_or(CalendarError::Span { first_year, last_official_day })?;
    if let Some(stray) = document.years.iter().find(|year| !years.contains(&year.year)) {
        return Err(CalendarError::Year(stray.year));
    }
    for year in years {
        if document.years.iter().filter(|given| given.year == year).count() != 1 {
            return Err(CalendarError::Year(year));
        }
    }
    Ok(first_day)
}

fn collect_exceptions(document: &Document, first_day: NaiveDate) -> Result<Exceptions, CalendarError> {
    let mut exceptions = Exceptions::new();
    for year in &document.years {
        for range in &year.off {
            let holiday = find_holiday(document, range.from, &range.holiday)?;
            for day in checked_range(document, first_day, range)? {
                insert(&mut exceptions, day, DayKind::Holiday, holiday)?;
            }
        }
        for make_up in &year.make_up {
            let holiday = find_holiday(document, make_up.on, &make_up.holiday)?;
            check_make_up(document, first_day, make_up.on)?;
            insert(&mut exceptions, make_up.on, DayKind::MakeUp, holiday)?;
        }
    }
    Ok(exceptions)
}

fn find_holiday(document: &Document, day: NaiveDate, holiday: &str) -> Result<usize, CalendarError> {
    let found = document.holidays.keys().position(|known| known == holiday);
    found.ok_or_else(|| CalendarError::Holiday { day, holiday: holiday.to_owned() })
}

fn checked_range(
    document: &Document,
    first_day: NaiveDate,
    range: &OffRange,
) -> Result<impl Iterator<Item = NaiveDate> + use<>, CalendarError> {
    if range.to < range.from {
        return Err(CalendarError::Day { day: range.from, reason: "the range ends before it begins" });
    }
    check_inside(document, first_day, range.from)?;
    check_inside(document, first_day, range.to)?;
    Ok(days_from(range.from, range.to))
}

fn check_make_up(document: &Document, first_day: NaiveDate, day: NaiveDate) -> Result<(), CalendarError> {
    if is_weekday(day) {
        return Err(CalendarError::Day { day, reason: "a make-up day must be a Saturday or a Sunday" });
    }
    check_inside(document, first_day, day)
}

fn check_inside(document: &Document, first_day: NaiveDate, day: NaiveDate) -> Result<(), CalendarError> {
    if day < first_day || day > document.last_official_day {
        return Err(CalendarError::Day { day, reason: "the day is outside the official span" });
    }
    Ok(())
}

fn insert(to: &mut Exceptions, day: NaiveDate, kind: DayKind, holiday: usize) -> Result<(), CalendarError> {
    match to.insert(day, (kind, holiday)) {
        None => Ok(()),
        Some(_) => Err(CalendarError::Day { day, reason: "the day is given twice" }),
    }
}

fn number_days(first: NaiveDate, last: NaiveDate, exceptions: &Exceptions) -> Vec<OfficialDay> {
    let mut ordinal = 0;
    days_from(first, last)
        .map(|day| {
            let (kind, holiday) = match exceptions.get(&day) {
                Some((kind, holiday)) => (*kind, Some(*holiday)),
                None => (kind_by_weekday(day), None),
            };
            ordinal += i64::from(kind.is_working());
            OfficialDay { ordinal, kind, holiday }
        })
        .collect()
}
