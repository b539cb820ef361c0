//! Why a due date is what it is: each day from the anchor to the due day, counted or not, and why.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Deadline, Pause, Terms, add_months, deadline};
use crate::rules::calendar::{Calendar, DayLabel};
use crate::rules::vocabulary::Unit;

/// The most days one explanation lists; past it the days before the due day are left out.
pub const MAX_EXPLAINED_DAYS: usize = 400;

text_enum! {
    /// The part a day plays in a due date.
    pub enum DayNote {
        /// The day of receipt; the next one is the first that may count. Minutes may count on it.
        Anchor = "anchor",
        /// A day of the limit.
        Counted = "counted",
        /// A day of an extension.
        Extension = "extension",
        /// Not counted: nobody works.
        NotWorking = "not_working",
        /// A day that is not counted, because the clock was paused.
        Paused = "paused",
        /// The last day of the promise.
        Due = "due",
    }
}

/// One day of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedDay {
    /// The day, in the calendar's zone.
    pub on: NaiveDate,
    /// Its number among the counted days, from 1; `None` when it is not counted, or when minutes are.
    pub ordinal: Option<i32>,
    /// Whether it is counted.
    pub is_counted: bool,
    /// How many minutes of it are counted, when the limit is in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_minutes: Option<i64>,
    /// Whether it lies past the last official day of the calendar.
    pub is_provisional: bool,
    /// The part it plays.
    pub note: DayNote,
    /// What sort of day it is.
    pub label: DayLabel,
}

/// Lists the days from the anchor to the due day, at most [`MAX_EXPLAINED_DAYS`], the due day always the last.
pub fn explain(calendar: &Calendar, terms: &Terms<'_>) -> Vec<ExplainedDay> {
    let deadline = deadline(calendar, terms);
    let mut count = Count::of(terms, &deadline);
    let mut days: Vec<ExplainedDay> = terms
        .anchor
        .on
        .iter_days()
        .take_while(|day| *day <= deadline.on)
        .map(|day| count.explain(calendar, day))
        .take(MAX_EXPLAINED_DAYS)
        .collect();
    if days.last().is_some_and(|last| last.on < deadline.on) {
        days.pop();
        days.push(count.last(calendar));
    }
    days
}

/// Counts days off against a promise, from the anchor on.
struct Count<'a> {
    terms: &'a Terms<'a>,
    deadline: &'a Deadline,
    /// The days of the limit alone, and with the extension.
    limit: i64,
    promised: i64,
    counted: i64,
}

impl<'a> Count<'a> {
    fn of(terms: &'a Terms<'a>, deadline: &'a Deadline) -> Count<'a> {
        let days = |months: i64| {
            let last = add_months(terms.anchor.on, months);
            last.signed_duration_since(terms.anchor.on).num_days()
        };
        let (limit, promised) = (i64::from(terms.limit.value), terms.promised());
        let (limit, promised) = match terms.limit.unit {
            Unit::Months => (days(limit), days(promised)),
            Unit::WorkingDays | Unit::CalendarDays | Unit::WorkingMinutes => (limit, promised),
        };
        Count { terms, deadline, limit, promised, counted: 0 }
    }

    fn explain(&mut self, calendar: &Calendar, day: NaiveDate) -> ExplainedDay {
        let mut explained = match self.terms.limit.unit {
            Unit::WorkingMinutes => self.explain_minutes(calendar, day),
            Unit::WorkingDays | Unit::CalendarDays | Unit::Months => self.explain_day(calendar, day),
        };
        if day == self.deadline.on {
            explained.note = DayNote::Due;
        }
        explained
    }

    fn explain_day(&mut self, calendar: &Calendar, day: NaiveDate) -> ExplainedDay {
        let may_count = self.terms.limit.unit != Unit::WorkingDays || calendar.is_working_day(day);
        let note = if day == self.terms.anchor.on {
            DayNote::Anchor
        } else if !may_count {
            DayNote::NotWorking
        } else if is_paused(self.terms.pauses, day) {
            DayNote::Paused
        } else if self.counted >= self.promised {
            if calendar.is_working_day(day) { DayNote::Paused } else { DayNote::NotWorking }
        } else if self.counted >= self.limit {
            DayNote::Extension
        } else {
            DayNote::Counted
        };
        let is_counted = matches!(note, DayNote::Counted | DayNote::Extension);
        self.counted += i64::from(is_counted);
        let ordinal = is_counted.then(|| i32::try_from(self.counted).unwrap_or(i32::MAX));
        ExplainedDay { ordinal, is_counted, ..describe(calendar, day, note) }
    }

    fn explain_minutes(&self, calendar: &Calendar, day: NaiveDate) -> ExplainedDay {
        let (begins, ends) = (calendar.at(day, NaiveTime::MIN), calendar.end_of_day(day));
        let open = |from: DateTime<Utc>, to: DateTime<Utc>| {
            let (from, to) = (from.max(begins), to.min(ends));
            if from < to { calendar.working_minutes_between(from, to) } else { 0 }
        };
        let (anchor, due) = (self.terms.anchor.at, self.deadline.at);
        let paused = self.terms.pauses.iter().map(|pause| (pause.paused_at, pause.resumed_at.min(due)));
        let whole = open(anchor, due);
        let minutes = (whole - paused.map(|(from, to)| open(from.max(anchor), to)).sum::<i64>()).max(0);
        let note = match (day == self.terms.anchor.on, minutes, whole) {
            (true, _, _) => DayNote::Anchor,
            (false, 0, 0) => DayNote::NotWorking,
            (false, 0, _) => DayNote::Paused,
            (false, _, _) => DayNote::Counted,
        };
        ExplainedDay {
            is_counted: minutes > 0,
            working_minutes: Some(minutes),
            ..describe(calendar, day, note)
        }
    }

    /// The due day of an explanation that leaves out the days before it.
    fn last(&self, calendar: &Calendar) -> ExplainedDay {
        let day = self.deadline.on;
        if self.terms.limit.unit == Unit::WorkingMinutes {
            return ExplainedDay { note: DayNote::Due, ..self.explain_minutes(calendar, day) };
        }
        let is_working_days = self.terms.limit.unit == Unit::WorkingDays;
        let ordinal = is_working_days.then(|| i32::try_from(self.promised).unwrap_or(i32::MAX));
        ExplainedDay { ordinal, is_counted: is_working_days, ..describe(calendar, day, DayNote::Due) }
    }
}

fn is_paused(pauses: &[Pause], day: NaiveDate) -> bool {
    pauses.iter().any(|pause| pause.paused_on < day && day <= pause.resumed_on)
}

fn describe(calendar: &Calendar, on: NaiveDate, note: DayNote) -> ExplainedDay {
    ExplainedDay {
        on,
        ordinal: None,
        is_counted: false,
        working_minutes: None,
        is_provisional: calendar.is_provisional(on),
        note,
        label: calendar.label(on),
    }
}
