//! What readers see of clocks, and of a due date's explanation in their language.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::features::accounts::Person;
use crate::features::tickets::model::{ClockId, ClockStatus};
use crate::rules::calendar::{DayKind, Notice};
use crate::rules::sla::{DayNote, ExplainedDay};
use crate::rules::time_limits::{AnchorRule, DueMoment, LegalSource};
use crate::rules::vocabulary::{Metric, Role, Unit};

/// A promised time limit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClockView {
    /// Its id.
    pub id: ClockId,
    /// What it measures.
    pub metric: Metric,
    /// The cycle it belongs to.
    pub cycle: i16,
    /// Whether it runs.
    pub status: ClockStatus,
    /// The day it counts from; the next one that counts is day 1.
    pub anchor_on: NaiveDate,
    /// How much was promised.
    pub amount: i32,
    /// Of what.
    pub unit: Unit,
    /// How much of it was granted on top.
    pub extension: i32,
    /// The last day of the promise.
    pub due_on: NaiveDate,
    /// The instant it is broken.
    pub due_at: DateTime<Utc>,
    /// Whether the due day lies past the last official calendar year and may still move.
    pub is_provisional: bool,
    /// Whether it was, or is, late.
    pub is_overdue: bool,
    /// When it was broken.
    pub breached_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The calendar and its version.
    pub calendar: String,
    /// The limit in force and its version.
    pub policy: String,
    /// The legal text behind the limit; `null` for the system's own default.
    pub source: Option<LegalSource>,
}

/// A clock with each of its days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExplainedClock {
    /// The clock.
    #[serde(flatten)]
    pub clock: ClockView,
    /// When it did not run.
    pub pauses: Vec<PauseView>,
    /// Each day from the anchor to the due day: counted or not, and why.
    pub days: Vec<ExplainedDay>,
}

/// A time a clock did not run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PauseView {
    /// Why.
    pub cause: String,
    /// From.
    pub paused_at: DateTime<Utc>,
    /// To; `null` while it lasts.
    pub resumed_at: Option<DateTime<Utc>>,
}

/// Why a clock falls due when it does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClockExplanation {
    /// The ticket's public number.
    pub reference: String,
    /// The clock.
    pub clock: ClockView,
    /// The whole in one sentence.
    pub summary: String,
    /// The number of the ticket whose promise this clock took over when it was joined to this one; `null`: the ticket's own.
    pub taken_over_from: Option<String>,
    /// What is counted from.
    pub anchor: AnchorView,
    /// The limit, by the version under which the clock runs.
    pub policy: PolicyView,
    /// The calendar, by the version with which the days were counted.
    pub calendar: CalendarView,
    /// Each day from the anchor to the due day, at most 400: counted or not, and why.
    pub days: Vec<DayView>,
    /// When the clock did not run.
    pub pauses: Vec<PauseView>,
    /// What was granted on top.
    pub extensions: Vec<ExtensionView>,
    /// How often the due date was set.
    #[serde(skip)]
    pub arming: i16,
    /// When the clock was started.
    #[serde(skip)]
    pub started_at: DateTime<Utc>,
}

/// What a clock counts from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnchorView {
    /// The day; it never counts itself.
    pub on: NaiveDate,
    /// The instant from which minutes count; `null` for limits in days and months.
    pub at: Option<DateTime<Utc>>,
    /// How it follows from the receipt; `null` when the version of the limits is not known here.
    pub rule: Option<AnchorRule>,
    /// What sort of day it is.
    pub text: String,
}

/// The limit a clock runs under.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyView {
    /// The set of limits.
    pub code: String,
    /// Its version.
    pub version: i32,
    /// The limit in it.
    pub limit_code: String,
    /// How much.
    pub amount: i32,
    /// Of what.
    pub unit: Unit,
    /// The moment of the last day that ends the promise; `null` for minutes, which end at their own.
    pub due: Option<DueMoment>,
    /// The legal text behind the limit; `null` for the system's own default.
    pub source: Option<LegalSource>,
}

/// The calendar a clock is counted by.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarView {
    /// Its code.
    pub code: String,
    /// Its version.
    pub version: i32,
    /// The last day that its notices cover; days after it are provisional.
    pub last_official_on: NaiveDate,
    /// The notices that fixed the days of the years from the anchor to the due day.
    pub notices: Vec<Notice>,
}

/// A day of an explanation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DayView {
    /// The day.
    pub on: NaiveDate,
    /// Its number among the counted days, from 1; `null` when it is not counted, or when minutes are.
    pub ordinal: Option<i32>,
    /// How many minutes of it are counted, when the limit is in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_minutes: Option<i64>,
    /// Whether it lies past the last official day of the calendar.
    pub is_provisional: bool,
    /// The part it plays.
    pub note: DayNote,
    /// What sort of day it is.
    pub kind: DayKind,
    /// What sort of day it is, in words, such as `2026-09-20 Sunday, working: make-up for National Day`.
    pub text: String,
}

/// More time that was granted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExtensionView {
    /// How much.
    pub amount: i32,
    /// Of what.
    pub unit: Unit,
    /// Why.
    pub reason: String,
    /// When it was granted.
    pub granted_at: Option<DateTime<Utc>>,
    /// In which role.
    pub role: Role,
    /// Who granted it, for staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<Person>,
}
