//! Counts what a change would do before anything is done: over the live clocks that it can touch, in reads of their own.

use chrono::NaiveDate;
use uuid::Uuid;

use super::error::RecalculationError;
use super::model::Plan;
use super::service::Recalculations;
use crate::features::calendars::{Editions, RulesKind, first_difference};
use crate::features::tickets::{ClockId, Next, RulesChange, foresee};

/// Clocks looked at in one read.
const BATCH: i64 = 2_000;

/// Counts what would become of every live clock.
pub(super) async fn foresee_all(
    service: &Recalculations,
    editions: &Editions,
    (change, from_version): (&RulesChange, i32),
) -> Result<Plan, RecalculationError> {
    let now = service.clock.now();
    let first_day = first_day(editions, change, from_version);
    let warnings = editions.warnings(change.kind, &change.code, change.version);
    let mut plan = Plan { warnings, ..Plan::default() };
    let mut after = ClockId(Uuid::nil());
    loop {
        let (rules, change) = (service.tickets.rulebook(), change.clone());
        let found = service.db.read(move |conn| {
            let handful = foresee(conn, &rules, &change, first_day, Next { after, limit: BATCH }, now)?;
            Ok::<_, RecalculationError>(handful)
        });
        let Some(handful) = found.await? else { return Ok(plan) };
        plan.add(&handful);
        after = handful.next;
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
