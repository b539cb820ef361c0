//! What a day is called: the kind of day and its name for people, in Chinese and English.

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;
use utoipa::ToSchema;

use crate::rules::texts::{Bilingual, Sentence};

text_enum! {
    /// Why a day is worked or not.
    pub enum DayKind {
        /// Monday to Friday, worked.
        Weekday = "weekday",
        /// Saturday or Sunday, not worked.
        Weekend = "weekend",
        /// Off by a notice, on whatever day of the week.
        Holiday = "holiday",
        /// 调休: a Saturday or Sunday worked in exchange for a holiday.
        MakeUp = "make_up",
    }
}

impl DayKind {
    /// Whether a day of this kind is worked.
    pub const fn is_working(self) -> bool {
        match self {
            DayKind::Weekday | DayKind::MakeUp => true,
            DayKind::Weekend | DayKind::Holiday => false,
        }
    }
}

/// A day with its kind and its name for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayLabel {
    /// Whether the day is worked.
    pub is_working: bool,
    /// Why.
    pub kind: DayKind,
    /// The holiday, or the holiday that a make-up day is worked for; absent on ordinary days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holiday: Option<Bilingual>,
    /// The whole label, such as `2026-09-20 Sunday, working: make-up for National Day`.
    pub text: Bilingual,
}

impl DayLabel {
    pub(super) fn new(day: NaiveDate, kind: DayKind, holiday: Option<&Bilingual>) -> Self {
        let mut reason = Sentence::of("day_reason", kind.as_str());
        if let Some(holiday) = holiday {
            reason = reason.with("holiday", holiday.clone());
        }
        let text = Sentence::new("day_label")
            .with("day", day)
            .with("weekday", weekday_name(day.weekday()))
            .with("reason", reason);
        Self { is_working: kind.is_working(), kind, holiday: holiday.cloned(), text: text.both() }
    }
}

fn weekday_name(weekday: Weekday) -> Sentence {
    Sentence::new(match weekday {
        Weekday::Mon => "weekday_name-mon",
        Weekday::Tue => "weekday_name-tue",
        Weekday::Wed => "weekday_name-wed",
        Weekday::Thu => "weekday_name-thu",
        Weekday::Fri => "weekday_name-fri",
        Weekday::Sat => "weekday_name-sat",
        Weekday::Sun => "weekday_name-sun",
    })
}
