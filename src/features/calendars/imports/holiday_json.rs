//! The public holiday-cn shape: one JSON file a year, `{"year": 2027, "papers": [url], "days": [{"name": "元旦",
//! "date": "2027-01-01", "isOffDay": true}]}`.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Form, Listed, YearDays, sort, without_byte_order_mark};
use crate::features::calendars::refusal::{Reason, Refusal};

/// The members that are needed; a file has others too.
#[derive(Deserialize)]
struct File {
    year: i32,
    #[serde(default)]
    papers: Vec<String>,
    days: Vec<Day>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Day {
    name: String,
    date: String,
    is_off_day: bool,
}

/// Reads the days of one year.
pub(in crate::features::calendars) fn read(text: &str) -> Result<YearDays, Refusal> {
    let text = without_byte_order_mark(text);
    let file: File = serde_json::from_str(text)
        .map_err(|error| Refusal::at(Some(error.line()), Reason::Unreadable(error.to_string())))?;
    let mut listed: Vec<Listed> = Vec::with_capacity(file.days.len());
    for day in file.days {
        let on: Result<NaiveDate, _> = day.date.parse();
        let earlier = on.map_or(0, |on| listed.iter().filter(|other| other.on == on).count());
        let line = line_of(text, &day.date, earlier);
        let on = on.map_err(|_| Refusal::at(line, Reason::NotADay(day.date)))?;
        listed.push(Listed { on, is_working: !day.is_off_day, name: Some(day.name), line });
    }
    sort(file.year, file.papers, listed, Form::Exceptions)
}

/// The line in which these words stand for the nth time, from 0.
fn line_of(text: &str, words: &str, nth: usize) -> Option<usize> {
    let lines = text.lines().enumerate();
    lines.flat_map(|(index, line)| line.matches(words).map(move |_| index + 1)).nth(nth)
}
