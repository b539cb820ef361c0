//! Why a due date is what it is: each day from the anchor to the due day, counted or not, and why.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Pause, Terms, due_on};
use crate::rules::calendar::{Calendar, DayLabel};

/// The most days one explanation lists; past it the days before the due day are left out.
pub const MAX_EXPLAINED_DAYS: usize = 400;

text_enum! {
    /// The part a day plays in a due date.
    pub enum DayNote {
        /// The day of receipt; the next one is the first that may count.
        Anchor = "anchor",
        /// A working day of the limit.
        Counted = "counted",
        /// A working day of an extension.
        Extension = "extension",
        /// Not counted: nobody works.
        NotWorking = "not_working",
        /// A working day that is not counted, because the clock was paused.
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
    /// Its number among the counted days, from 1; `None` when it is not counted.
    pub ordinal: Option<i32>,
    /// Whether it is counted.
    pub is_counted: bool,
    /// Whether it lies past the last official day of the calendar.
    pub is_provisional: bool,
    /// The part it plays.
    pub note: DayNote,
    /// What sort of day it is.
    pub label: DayLabel,
}

/// Lists the days from the anchor to the due day, at most [`MAX_EXPLAINED_DAYS`], the due day always the last.
pub fn explain(calendar: &Calendar, terms: &Terms<'_>) -> Vec<ExplainedDay> {
    let due = due_on(calendar, terms);
    let mut counted = 0;
    let mut days: Vec<ExplainedDay> = terms
        .anchor_on
        .iter_days()
        .take_while(|day| *day <= due)
        .map(|day| explain_day(calendar, terms, due, day, &mut counted))
        .take(MAX_EXPLAINED_DAYS)
        .collect();
    if days.last().is_some_and(|last| last.on < due) {
        days.pop();
        let ordinal = i32::try_from(terms.promised_working_days()).ok();
        days.push(describe(calendar, due, DayNote::Due, ordinal));
    }
    days
}

fn explain_day(
    calendar: &Calendar,
    terms: &Terms<'_>,
    due: NaiveDate,
    day: NaiveDate,
    counted: &mut i32,
) -> ExplainedDay {
    let note = if day == terms.anchor_on {
        DayNote::Anchor
    } else if !calendar.is_working_day(day) {
        DayNote::NotWorking
    } else if is_paused(terms.pauses, day) || i64::from(*counted) >= terms.promised_working_days() {
        DayNote::Paused
    } else if *counted >= terms.working_days {
        DayNote::Extension
    } else {
        DayNote::Counted
    };
    let ordinal = matches!(note, DayNote::Counted | DayNote::Extension).then(|| {
        *counted += 1;
        *counted
    });
    describe(calendar, day, if day == due { DayNote::Due } else { note }, ordinal)
}

fn is_paused(pauses: &[Pause], day: NaiveDate) -> bool {
    pauses.iter().any(|pause| pause.paused_on < day && day <= pause.resumed_on)
}

fn describe(calendar: &Calendar, on: NaiveDate, note: DayNote, ordinal: Option<i32>) -> ExplainedDay {
    ExplainedDay {
        on,
        ordinal,
        is_counted: ordinal.is_some(),
        is_provisional: calendar.is_provisional(on),
        note,
        label: calendar.label(on),
    }
}
