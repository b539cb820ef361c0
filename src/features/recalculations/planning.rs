//! Counts what a change would do before anything is done: over the live clocks that it can touch, in reads of their own.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::error::RecalculationError;
use super::model::Plan;
use crate::features::calendars::{Editions, RulesKind, first_difference};
use crate::features::tickets::{ClockId, ClocksTouched, RulesChange, Tickets, preview_batch};
use crate::platform::db::Db;

/// Clocks looked at in one read.
const BATCH: i64 = 2_000;

/// A change that is planned, and what stood when it was.
pub(super) struct PlannedChange<'a> {
    /// The versions.
    pub editions: &'a Editions,
    /// What changes.
    pub change: &'a RulesChange,
    /// The version that is in force.
    pub from_version: i32,
    /// The instant of the plan.
    pub now: DateTime<Utc>,
}

/// Counts what would become of every live clock.
pub(super) async fn preview_all(
    db: &Db,
    tickets: &Tickets,
    planned: PlannedChange<'_>,
) -> Result<Plan, RecalculationError> {
    let PlannedChange { editions, change, from_version, now } = planned;
    let first_day = first_day(editions, change, from_version);
    let warnings = editions.warnings(change.kind, &change.code, change.version);
    let mut plan = Plan { warnings, ..Plan::default() };
    let mut after = ClockId(Uuid::nil());
    loop {
        let (rules, change) = (tickets.rulebook(), change.clone());
        let found = db.read(move |conn| {
            let wanted = ClocksTouched { first_day, after, limit: BATCH };
            Ok::<_, RecalculationError>(preview_batch(conn, &rules, &change, wanted, now)?)
        });
        let Some(previewed) = found.await? else { return Ok(plan) };
        plan.add(&previewed.batch);
        after = previewed.next;
    }
}

/// The first day on which the change can be felt; `None`: on any, since limits themselves change.
fn first_day(editions: &Editions, change: &RulesChange, from_version: i32) -> Option<NaiveDate> {
    if change.kind == RulesKind::TimeLimits {
        return None;
    }
    let before = editions.calendar(&change.code, from_version)?;
    first_difference(before, editions.calendar(&change.code, change.version)?)
}
