//! Why a document that somebody wants to import is refused, with its line where there is one.

use std::fmt;

use chrono::NaiveDate;

use crate::platform::http::problem::{Problem, Sentence};

/// A refused document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The line at fault, from 1; `None` when the document as a whole is.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Bytes that are no text.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// Not of the format it should have.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// A CSV file whose columns are others.
    #[error("the header must be date,is_working or date,is_working,name")]
    Header,
    /// Not a date.
    #[error("{0:?} is not a day such as 2027-01-01")]
    NotADay(String),
    /// Neither true nor false.
    #[error("{0:?} is neither true nor false")]
    NotABoolean(String),
    /// Without a single day.
    #[error("no day is listed")]
    Empty,
    /// A day of another year; the last December belongs to the next New Year.
    #[error("{day} lies neither in {year} nor in the December before")]
    OutsideYear {
        /// The day.
        day: NaiveDate,
        /// The year of the document.
        year: i32,
    },
    /// A day that stands twice.
    #[error("{0} is listed twice")]
    Twice(NaiveDate),
    /// A Monday to Friday that is to be worked in exchange for a holiday.
    #[error("{0} is a Monday to Friday, which is worked anyway and cannot make up for a holiday")]
    MakeUpOnWeekday(NaiveDate),
    /// A day that is missing between others.
    #[error("{0} is missing between the days listed")]
    Gap(NaiveDate),
    /// A year that does not join on.
    #[error("the calendar is official up to {known}; {year} does not follow")]
    YearDoesNotFollow {
        /// The year of the document.
        year: i32,
        /// The last official day.
        known: NaiveDate,
    },
    /// Nothing of this code is in force, so that there is nothing to merge into.
    #[error("no calendar {0:?} is in force; import its whole TOML document first")]
    UnknownCode(String),
    /// The document is about another code.
    #[error("the document is called {0:?}")]
    OtherCode(String),
    /// The document counts days in another zone than the version in force.
    #[error("the days must stay in {0}")]
    OtherZone(String),
    /// A format that this kind of rules does not have.
    #[error("this takes TOML only")]
    TomlOnly,
    /// Everything in it stands there already.
    #[error("it says nothing that version {0} does not say")]
    NothingNew(i32),
    /// What it makes is no valid document.
    #[error("it does not make a valid document: {0}")]
    Invalid(String),
}

impl Refusal {
    /// Of the document as a whole.
    pub(super) const fn whole(reason: Reason) -> Refusal {
        Refusal { line: None, reason }
    }

    /// Of a line.
    pub(super) const fn at(line: Option<usize>, reason: Reason) -> Refusal {
        Refusal { line, reason }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.reason),
            None => self.reason.fmt(f),
        }
    }
}

impl Reason {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::NotUtf8 => "not_utf8",
            Reason::Unreadable(_) => "unreadable",
            Reason::Header => "header",
            Reason::NotADay(_) => "not_a_day",
            Reason::NotABoolean(_) => "not_a_boolean",
            Reason::Empty => "empty",
            Reason::OutsideYear { .. } => "outside_year",
            Reason::Twice(_) => "listed_twice",
            Reason::MakeUpOnWeekday(_) => "make_up_on_weekday",
            Reason::Gap(_) => "gap",
            Reason::YearDoesNotFollow { .. } => "year_does_not_follow",
            Reason::UnknownCode(_) => "unknown_calendar",
            Reason::OtherCode(_) => "other_code",
            Reason::OtherZone(_) => "other_zone",
            Reason::TomlOnly => "toml_only",
            Reason::NothingNew(_) => "nothing_new",
            Reason::Invalid(_) => "invalid_document",
        }
    }

    /// What is said of it.
    fn sentence(&self) -> Sentence {
        match self {
            Reason::NotUtf8 => Sentence::new("refusal-not_utf8"),
            Reason::Unreadable(why) => Sentence::new("refusal-unreadable").with("why", why),
            Reason::Header => Sentence::new("refusal-header"),
            Reason::NotADay(text) => Sentence::new("refusal-not_a_day").with("text", text),
            Reason::NotABoolean(text) => Sentence::new("refusal-not_a_boolean").with("text", text),
            Reason::Empty => Sentence::new("refusal-empty"),
            Reason::OutsideYear { day, year } => {
                Sentence::new("refusal-outside_year").with("day", *day).with("year", *year)
            }
            Reason::Twice(day) => Sentence::new("refusal-listed_twice").with("day", *day),
            Reason::MakeUpOnWeekday(day) => Sentence::new("refusal-make_up_on_weekday").with("day", *day),
            Reason::Gap(day) => Sentence::new("refusal-gap").with("day", *day),
            Reason::YearDoesNotFollow { year, known } => {
                Sentence::new("refusal-year_does_not_follow").with("year", *year).with("known", *known)
            }
            Reason::UnknownCode(code) => Sentence::new("refusal-unknown_calendar").with("code", code),
            Reason::OtherCode(code) => Sentence::new("refusal-other_code").with("code", code),
            Reason::OtherZone(zone) => Sentence::new("refusal-other_zone").with("zone", zone),
            Reason::TomlOnly => Sentence::new("refusal-toml_only"),
            Reason::NothingNew(version) => Sentence::new("refusal-nothing_new").with("version", *version),
            Reason::Invalid(why) => Sentence::new("refusal-invalid_document").with("why", why),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let reason = refusal.reason.sentence();
        let message = match refusal.line {
            Some(line) => Sentence::new("refusal-at_line").with("line", line).with("reason", reason),
            None => reason,
        };
        Problem::invalid("/content", refusal.reason.code(), message)
    }
}
