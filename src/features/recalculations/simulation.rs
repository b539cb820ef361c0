//! What if: the answers of a period against other rules, counted by department. Reads only, a batch of tickets at a
//! time, whatever the period.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::error::RecalculationError;
use crate::features::tickets::{PastPromise, ProposedRules, Tickets, beginning_at, replay_promises};
use crate::platform::db::Db;
use crate::rules::sla::is_broken;
use crate::rules::vocabulary::Metric;

/// Tickets read at once.
const BATCH: i64 = 1_000;

/// How a number of answers did under one set of rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// In time.
    pub on_time: u64,
    /// Too late.
    pub breaches: u64,
    /// The share in time, from 0 to 1; `None` without answers.
    pub on_time_rate: Option<f64>,
    /// The most answers that were due on one day.
    pub busiest_day: u64,
}

/// A department's answers, or all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The department's code; `None`: all of them.
    pub department: Option<String>,
    /// Answers.
    pub answers: u64,
    /// As it was.
    pub before: Outcome,
    /// As it would have been.
    pub after: Outcome,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// The first day of receipt.
    pub from: NaiveDate,
    /// The last day of receipt.
    pub to: NaiveDate,
    /// All departments together.
    pub total: Compared,
    /// Each department, by code; the desk is the empty code.
    pub departments: Vec<Compared>,
}

#[derive(Debug, Default)]
struct Tally {
    answers: u64,
    before: Side,
    after: Side,
}

#[derive(Debug, Default)]
struct Side {
    breaches: u64,
    due: BTreeMap<NaiveDate, u64>,
}

impl Side {
    fn add(&mut self, due_on: NaiveDate, due_at: DateTime<Utc>, answered_at: DateTime<Utc>) {
        self.breaches += u64::from(is_broken(Metric::Reply, due_at, answered_at));
        *self.due.entry(due_on).or_default() += 1;
    }

    fn outcome(&self, answers: u64) -> Outcome {
        let on_time = answers.saturating_sub(self.breaches);
        Outcome {
            on_time,
            breaches: self.breaches,
            on_time_rate: (answers > 0).then(|| on_time as f64 / answers as f64),
            busiest_day: self.due.values().copied().max().unwrap_or(0),
        }
    }
}

impl Tally {
    fn add(&mut self, promise: &PastPromise) {
        self.answers += 1;
        self.before.add(promise.before.0, promise.before.1, promise.answered_at);
        self.after.add(promise.after.0, promise.after.1, promise.answered_at);
    }

    fn compared(&self, department: Option<String>) -> Compared {
        Compared {
            department,
            answers: self.answers,
            before: self.before.outcome(self.answers),
            after: self.after.outcome(self.answers),
        }
    }
}

/// Replays what was received from one day to another, both included, in the city's zone.
pub async fn simulate(
    db: &Db,
    tickets: &Tickets,
    proposed: &ProposedRules,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Simulation, RecalculationError> {
    let rules = tickets.rulebook();
    let until = rules.calendar.end_of_day(to);
    let before = from.pred_opt().unwrap_or(from);
    let mut after = beginning_at(rules.calendar.end_of_day(before));
    let (mut total, mut tallies) = (Tally::default(), BTreeMap::<Option<i32>, Tally>::new());
    loop {
        let (known, proposed) = (rules.clone(), proposed.clone());
        let found = db.read(move |conn| {
            Ok::<_, RecalculationError>(replay_promises(conn, &known, &proposed, after, until, BATCH)?)
        });
        let Some((promises, next)) = found.await? else { break };
        for promise in &promises {
            total.add(promise);
            tallies.entry(promise.department_id).or_default().add(promise);
        }
        after = next;
    }
    let code = |id: &Option<i32>| {
        let department = id.and_then(|id| rules.directory.department(id));
        Some(department.map(|department| department.code.clone()).unwrap_or_default())
    };
    let mut departments: Vec<Compared> = tallies.iter().map(|(id, tally)| tally.compared(code(id))).collect();
    departments.sort_by(|one, other| one.department.cmp(&other.department));
    Ok(Simulation { from, to, total: total.compared(None), departments })
}
