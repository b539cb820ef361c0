//! From facts to changes of counters. Changes only add up, so that facts may come in any order and in any batches.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::features::tickets::Fact;
use crate::rules::lifecycle::EventKind;
use crate::rules::vocabulary::Kind;
use crate::{sql_text_enum, text_enum};

text_enum! {
    /// What is counted by the day.
    pub enum Measure {
        /// Came in, and is no spam.
        Received = "received",
        /// Was answered finally, in any cycle.
        Answered = "answered",
        /// Was answered within its limit.
        OnTime = "on_time",
        /// Was answered after its limit.
        Late = "late",
        /// Ended without an answer: declined, transferred, withdrawn, merged, or our question stayed unanswered.
        ClosedOtherwise = "closed_otherwise",
        /// Was taken up again.
        Reopened = "reopened",
        /// A promise to the citizen broke, and nothing has made it whole since.
        Breached = "breached",
    }
}

sql_text_enum!(Measure);

/// Answers that took this many working days or more are counted together.
pub const LONGEST_BUCKET: i16 = 250;

/// One counter of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The day in the city's zone.
    pub on_day: NaiveDate,
    /// Of which kind of tickets.
    pub kind: Kind,
    /// Of which category.
    pub category_id: i32,
    /// Of which department; `None`: no department has it.
    pub department_id: Option<i32>,
    /// Of what.
    pub measure: Measure,
    /// For answers, the working days it took, at most [`LONGEST_BUCKET`]; otherwise 0.
    pub bucket: i16,
}

/// One counter of what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenCell {
    /// Of which kind of tickets.
    pub kind: Kind,
    /// Of which category.
    pub category_id: i32,
    /// Of which department; `None`: no department has it.
    pub department_id: Option<i32>,
}

/// What a batch of facts adds to which counter, in the order of the counters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By the day.
    pub daily: BTreeMap<Cell, i64>,
    /// Of what is open.
    pub open: BTreeMap<OpenCell, i64>,
}

impl Changes {
    /// Adds up what the facts say. Counters that do not change in the end are left out.
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Changes {
        let mut changes = Changes::default();
        for fact in facts {
            changes.add_received(fact);
            changes.add_open(fact);
            changes.add_event(fact);
        }
        changes.daily.retain(|_, change| *change != 0);
        changes.open.retain(|_, change| *change != 0);
        changes
    }

    /// A ticket counts as received in the category and by the department that it has: it moves with the ticket. Spam was
    /// never received.
    fn add_received(&mut self, fact: &Fact) {
        let is_new = matches!(fact.event, EventKind::Submitted | EventKind::Imported | EventKind::Restored);
        let received = |category_id, department_id| Cell {
            on_day: fact.received_on,
            category_id,
            department_id,
            ..cell(fact, Measure::Received)
        };
        if !is_new {
            self.add(received(category_before(fact), fact.department_before), -1);
        }
        if fact.event != EventKind::MarkedSpam {
            self.add(received(fact.category_id, fact.department_id), 1);
        }
    }

    fn add_open(&mut self, fact: &Fact) {
        let cell = |category_id, department_id| OpenCell { kind: fact.kind, category_id, department_id };
        if fact.was_open {
            *self.open.entry(cell(category_before(fact), fact.department_before)).or_default() -= 1;
        }
        if fact.is_open {
            *self.open.entry(cell(fact.category_id, fact.department_id)).or_default() += 1;
        }
    }

    fn add_event(&mut self, fact: &Fact) {
        match fact.event {
            EventKind::ReplySent | EventKind::Imported => self.add_answer(fact),
            EventKind::Reopened => self.add(cell(fact, Measure::Reopened), 1),
            EventKind::Breached => self.add(cell(fact, Measure::Breached), 1),
            EventKind::BreachReversed => self.add(cell(fact, Measure::Breached), -1),
            EventKind::Declined
            | EventKind::TransferredOut
            | EventKind::ClosedUnanswered
            | EventKind::Withdrawn
            | EventKind::Merged => self.add(cell(fact, Measure::ClosedOtherwise), 1),
            _ => {}
        }
    }

    fn add_answer(&mut self, fact: &Fact) {
        let days = fact.working_days.unwrap_or_default().clamp(0, i64::from(LONGEST_BUCKET));
        let bucket = i16::try_from(days).unwrap_or(LONGEST_BUCKET);
        self.add(Cell { bucket, ..cell(fact, Measure::Answered) }, 1);
        if let Some(is_on_time) = fact.is_on_time {
            self.add(cell(fact, if is_on_time { Measure::OnTime } else { Measure::Late }), 1);
        }
    }

    fn add(&mut self, cell: Cell, change: i64) {
        *self.daily.entry(cell).or_default() += change;
    }
}

fn category_before(fact: &Fact) -> i32 {
    fact.category_before.unwrap_or(fact.category_id)
}

/// The counter of the day of the fact, for the department that has the ticket or had it last.
fn cell(fact: &Fact, measure: Measure) -> Cell {
    Cell {
        on_day: fact.on,
        kind: fact.kind,
        category_id: fact.category_id,
        department_id: fact.department_id.or(fact.department_before),
        measure,
        bucket: 0,
    }
}
