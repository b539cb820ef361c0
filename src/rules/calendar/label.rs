//! What a day is called: the kind of day and its name for people, in Chinese and English.

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bilingual {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
    /// English.
    pub en: String,
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
        let (weekday_zh, weekday_en) = weekday_names(day.weekday());
        let (zh, en) = holiday.map_or(("", ""), |names| (names.zh_cn.as_str(), names.en.as_str()));
        let (reason_zh, reason_en) = match kind {
            DayKind::Weekday => ("工作日".to_owned(), "working".to_owned()),
            DayKind::Weekend => ("周末".to_owned(), "weekend".to_owned()),
            DayKind::Holiday => (format!("放假：{zh}"), format!("holiday: {en}")),
            DayKind::MakeUp => (format!("上班：{zh}调休"), format!("working: make-up for {en}")),
        };
        let text = Bilingual {
            zh_cn: format!("{day} {weekday_zh}，{reason_zh}"),
            en: format!("{day} {weekday_en}, {reason_en}"),
        };
        Self { is_working: kind.is_working(), kind, holiday: holiday.cloned(), text }
    }
}

fn weekday_names(weekday: Weekday) -> (&'static str, &'static str) {
    match weekday {
        Weekday::Mon => ("星期一", "Monday"),
        Weekday::Tue => ("星期二", "Tuesday"),
        Weekday::Wed => ("星期三", "Wednesday"),
        Weekday::Thu => ("星期四", "Thursday"),
        Weekday::Fri => ("星期五", "Friday"),
        Weekday::Sat => ("星期六", "Saturday"),
        Weekday::Sun => ("星期日", "Sunday"),
    }
}
