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

    fn zh(&self) -> String {
        match self {
            Reason::NotUtf8 => "文本不是 UTF-8 编码".to_owned(),
            Reason::Unreadable(why) => format!("无法解析：{why}"),
            Reason::Header => "表头应为 date,is_working 或 date,is_working,name".to_owned(),
            Reason::NotADay(text) => format!("“{text}”不是 2027-01-01 这样的日期"),
            Reason::NotABoolean(text) => format!("“{text}”应为 true 或 false"),
            Reason::Empty => "没有列出任何日期".to_owned(),
            Reason::OutsideYear { day, year } => format!("{day} 不在 {year} 年及上年12月之内"),
            Reason::Twice(day) => format!("{day} 重复"),
            Reason::MakeUpOnWeekday(day) => format!("{day} 是周一至周五，不能作为调休上班日"),
            Reason::Gap(day) => format!("所列日期之间缺少 {day}"),
            Reason::YearDoesNotFollow { year, known } => {
                format!("日历已公布至 {known}，不能直接导入 {year} 年")
            }
            Reason::UnknownCode(code) => format!("没有生效的日历“{code}”，请先导入完整的 TOML 文件"),
            Reason::OtherCode(code) => format!("文件的代码是“{code}”"),
            Reason::OtherZone(zone) => format!("时区应保持为 {zone}"),
            Reason::TomlOnly => "只接受 TOML".to_owned(),
            Reason::NothingNew(version) => format!("与第 {version} 版内容相同"),
            Reason::Invalid(why) => format!("不能构成有效的文件：{why}"),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let zh = match refusal.line {
            Some(line) => format!("第 {line} 行：{}", refusal.reason.zh()),
            None => refusal.reason.zh(),
        };
        let message = Sentence::new(zh, refusal.to_string());
        Problem::invalid("/content", refusal.reason.code(), message)
    }
}
