//! CSV with the header `date,is_working` or `date,is_working,name`: either every day of a year, or only those that are
//! not what their weekday says, each with its holiday's name.

use chrono::{Datelike, NaiveDate};

use super::{Form, Listed, YearDays, sort, without_byte_order_mark};
use crate::features::calendars::refusal::{Reason, Refusal};

/// A list that goes on this far names ordinary days too, so it is meant to name all.
const MOST_EXCEPTIONS: usize = 150;

/// Reads the days of one year, which is the last that occurs.
pub(in crate::features::calendars) fn read(text: &str) -> Result<YearDays, Refusal> {
    let text = without_byte_order_mark(text);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(unreadable)?;
    if !matches!(
        header.iter().collect::<Vec<_>>().as_slice(),
        ["date", "is_working"] | ["date", "is_working", "name"]
    ) {
        return Err(Refusal::at(Some(1), Reason::Header));
    }
    let mut listed = Vec::new();
    for record in reader.records() {
        listed.push(day(&record.map_err(unreadable)?)?);
    }
    let year = listed.iter().map(|day| day.on.year()).max().unwrap_or_default();
    let form = if listed.len() > MOST_EXCEPTIONS { Form::Complete } else { Form::Exceptions };
    sort(year, Vec::new(), listed, form)
}

fn day(record: &csv::StringRecord) -> Result<Listed, Refusal> {
    let line = record.position().and_then(|position| usize::try_from(position.line()).ok());
    let field = |index: usize| record.get(index).unwrap_or_default();
    let on: NaiveDate =
        field(0).parse().map_err(|_| Refusal::at(line, Reason::NotADay(field(0).to_owned())))?;
    let is_working = match field(1) {
        "true" | "1" => true,
        "false" | "0" => false,
        other => return Err(Refusal::at(line, Reason::NotABoolean(other.to_owned()))),
    };
    let name = Some(field(2)).filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(Listed { on, is_working, name, line })
}

fn unreadable(error: csv::Error) -> Refusal {
    let line = error.position().and_then(|position| usize::try_from(position.line()).ok());
    Refusal::at(line, Reason::Unreadable(error.to_string()))
}
