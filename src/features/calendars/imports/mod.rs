//! The days of one year as others publish them, read and checked: JSON in the public holiday-cn shape, and CSV.

mod csv_days;
mod holiday_json;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::refusal::{Reason, Refusal};

pub(super) use csv_days::read as read_csv;
pub(super) use holiday_json::read as read_json;

/// The days of a year that are not what their weekday says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct YearDays {
    /// The year of the notice.
    pub year: i32,
    /// Where it was published.
    pub papers: Vec<String>,
    /// Days off, weekends inside a holiday included, with the holiday's name; `None`: nobody said.
    pub off: BTreeMap<NaiveDate, Option<String>>,
    /// Saturdays and Sundays that are worked, with the holiday they make up for.
    pub make_up: BTreeMap<NaiveDate, Option<String>>,
}

/// A day as a document lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    on: NaiveDate,
    is_working: bool,
    name: Option<String>,
    line: Option<usize>,
}

/// What a format leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Only days that are not what their weekday says; a holiday's days off follow each other.
    Exceptions,
    /// Every day of the year.
    Complete,
}

/// Sorts the days into those off and those worked in exchange. Refuses what cannot be meant so.
fn sort(year: i32, papers: Vec<String>, listed: Vec<Listed>, form: Form) -> Result<YearDays, Refusal> {
    if listed.is_empty() {
        return Err(Refusal::whole(Reason::Empty));
    }
    let mut seen = BTreeSet::new();
    let mut days = YearDays { year, papers, off: BTreeMap::new(), make_up: BTreeMap::new() };
    for day in listed {
        let refuse = |reason| Err(Refusal::at(day.line, reason));
        if !belongs_to(day.on, year) {
            return refuse(Reason::OutsideYear { day: day.on, year });
        }
        if !seen.insert(day.on) {
            return refuse(Reason::Twice(day.on));
        }
        let says_nothing = form == Form::Complete && day.name.is_none();
        match (day.is_working, is_weekend(day.on)) {
            (false, true) | (true, false) if says_nothing => {}
            (true, false) => return refuse(Reason::MakeUpOnWeekday(day.on)),
            (true, true) => drop(days.make_up.insert(day.on, day.name)),
            (false, _) => drop(days.off.insert(day.on, day.name)),
        }
    }
    match form {
        Form::Complete => find_missing_day(year, &seen),
        Form::Exceptions => find_hole(&days),
    }
    .map_or(Ok(days), |day| Err(Refusal::whole(Reason::Gap(day))))
}

/// The notice of a year may begin with the last days of December.
fn belongs_to(day: NaiveDate, year: i32) -> bool {
    day.year() == year || (day.year() == year - 1 && day.month() == 12)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// A day of the year that a list of all its days leaves out.
fn find_missing_day(year: i32, listed: &BTreeSet<NaiveDate>) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    first.iter_days().take_while(|day| day.year() == year).find(|day| !listed.contains(day))
}

/// A day between two days off of the same holiday that is neither off nor worked in exchange.
fn find_hole(days: &YearDays) -> Option<NaiveDate> {
    let mut last: BTreeMap<&Option<String>, NaiveDate> = BTreeMap::new();
    for (day, name) in &days.off {
        let next = last.insert(name, *day).and_then(|before| before.checked_add_days(Days::new(1)));
        if let Some(next) = next.filter(|next| next != day) {
            return Some(next);
        }
    }
    None
}

/// Cuts what some editors put before the first character.
fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
