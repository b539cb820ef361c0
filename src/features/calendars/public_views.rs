//! What anybody may read of a calendar.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::rules::calendar::{Bilingual, DayKind, Notice};
use crate::rules::vocabulary::Unit;

/// When something falls due.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DueDateView {
    /// The calendar.
    pub calendar: String,
    /// Its version in force.
    pub version: i32,
    /// The day that was counted from.
    pub from_on: NaiveDate,
    /// How much was counted.
    pub amount: i32,
    /// Of what.
    pub unit: Unit,
    /// The day it falls due.
    pub due_on: NaiveDate,
    /// The instant.
    pub due_at: DateTime<Utc>,
    /// Whether that day lies past the last official one, so that a coming notice may move it.
    pub is_provisional: bool,
    /// The last day that the notices cover.
    pub last_official_on: NaiveDate,
    /// The notices that fixed the days of these years.
    pub notices: Vec<Notice>,
}

/// Days of a calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarDaysView {
    /// The calendar.
    pub calendar: String,
    /// Its version in force.
    pub version: i32,
    /// The last day that the notices cover.
    pub last_official_on: NaiveDate,
    /// The days in their order.
    pub data: Vec<CalendarDayView>,
    /// The notices that fixed the days of these years.
    pub notices: Vec<Notice>,
}

/// A day of a calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarDayView {
    /// The day.
    pub on: NaiveDate,
    /// Whether it is worked.
    pub is_working: bool,
    /// Why.
    pub kind: DayKind,
    /// The holiday, or the holiday that a make-up day is worked for; absent on ordinary days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holiday: Option<Bilingual>,
    /// Whether it lies past the last official day.
    pub is_provisional: bool,
    /// What sort of day it is, in the caller's language.
    pub text: String,
}
