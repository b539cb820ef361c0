//! Moves clocks to the version that was approved: in handfuls of one transaction each, which any instance may take. The
//! row of the recalculation is locked by the one that does, and holds how far it has come, so that an instance that dies
//! leaves nothing half done and the next goes on where it was.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use metrics::counter;
use serde_json::json;
use tracing::info;
use uuid::Uuid;

use super::digest::tell_departments;
use super::error::RecalculationError;
use super::model::{Counts, RecalculationStatus};
use super::store::{self, RecalculationRow};
use crate::features::accounts::Accounts;
use crate::features::calendars::Calendars;
use crate::features::tickets::{ClockId, Movement, Next, Rulebook, RulesChange, Tickets, move_clocks};
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;
use crate::platform::jobs::notify::Notifier;

/// Clocks moved in one transaction, so that no ticket is locked for long.
const BATCH: i64 = 200;

/// How long an instance may still start clocks under the version before, until it reads that another is in force: thrice
/// the interval at which copies are kept fresh. Only a pass that began later finds them all.
const SETTLED_AFTER: TimeDelta = TimeDelta::seconds(30);

/// Moves clocks. Cheap to clone.
#[derive(Clone)]
pub struct Recalculator {
    db: Db,
    clock: SharedClock,
    tickets: Tickets,
    calendars: Calendars,
    accounts: Accounts,
    notifier: Notifier,
    batch: i64,
}

/// What it stands on; `notifier` is the worker's, told of the mails.
pub struct RecalculatorParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: SharedClock,
    /// The clocks.
    pub tickets: Tickets,
    /// The versions.
    pub calendars: Calendars,
    /// Who leads a department.
    pub accounts: Accounts,
    /// Notified for the mails.
    pub notifier: Notifier,
}

/// What one transaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing is to be done, or another instance is at it.
    Idle,
    /// A handful of clocks was looked at, of which so many moved.
    Moved(usize),
    /// A pass is over; another is needed, later.
    Waiting,
    /// Every live clock follows the version.
    Done,
}

impl Recalculator {
    /// Assembles the service.
    pub fn new(parts: RecalculatorParts) -> Recalculator {
        let RecalculatorParts { db, clock, tickets, calendars, accounts, notifier } = parts;
        Recalculator { db, clock, tickets, calendars, accounts, notifier, batch: BATCH }
    }

    /// The same with other handfuls, for measuring and for tests.
    pub fn with_batch(mut self, clocks: i64) -> Recalculator {
        self.batch = clocks;
        self
    }

    /// Moves until nothing is left to do now, or `is_stopping` says to stop between two handfuls. Returns how many moved.
    pub async fn run(&self, is_stopping: impl Fn() -> bool) -> Result<usize, RecalculationError> {
        let started = Instant::now();
        let mut moved = 0;
        while !is_stopping() {
            match self.step().await? {
                Step::Moved(count) => moved += count,
                Step::Idle | Step::Waiting | Step::Done => break,
            }
        }
        if moved > 0 {
            let seconds = started.elapsed().as_secs_f64();
            let rate = moved as f64 / seconds.max(f64::EPSILON);
            info!(
                clocks.moved = moved,
                duration_seconds = seconds,
                "Moved {moved} clocks in {seconds:.1} s, {rate:.0} a second"
            );
        }
        Ok(moved)
    }

    /// One transaction.
    pub async fn step(&self) -> Result<Step, RecalculationError> {
        self.calendars.refresh().await?;
        let (rules, accounts) = (self.tickets.rulebook(), self.accounts.clone());
        let (now, batch) = (self.clock.now(), self.batch);
        let step = self.db.transaction(move |conn| step(conn, &rules, &accounts, batch, now)).await?;
        if let Step::Moved(count) = step {
            counter!("huiyin_clocks_recalculated_total").increment(count as u64);
        }
        self.notifier.notify();
        Ok(step)
    }
}

fn step(
    conn: &mut PgConnection,
    rules: &Rulebook,
    accounts: &Accounts,
    batch: i64,
    now: DateTime<Utc>,
) -> Result<Step, RecalculationError> {
    let Some(mut row) = store::lock_at_work(conn)? else { return Ok(Step::Idle) };
    let change = RulesChange {
        kind: row.kind,
        code: row.code.clone(),
        version: row.version,
        recalculation_id: row.id.0,
    };
    let after = ClockId(row.cursor.unwrap_or_default());
    let Some(handful) = move_clocks(conn, rules, &change, Next { after, limit: batch }, now)? else {
        return end_pass(conn, rules, accounts, row, now);
    };
    let moved: Vec<&Movement> = handful.movements.iter().filter(|one| one.is_moved()).collect();
    store::insert_moves(conn, row.id, &moved)?;
    let mut progress: Counts = serde_json::from_value(row.progress)?;
    progress.add(&handful);
    row.progress = json!(progress);
    row.status = RecalculationStatus::Running;
    row.cursor = Some(handful.next.0);
    row.has_skipped = row.has_skipped || handful.skipped > 0;
    store::update(conn, &row)?;
    info!(recalculation.id = %row.id, clocks.looked_at = progress.looked_at, clocks.moved = progress.moved(),
        "Recalculation {}: {} clocks looked at, {} moved", row.id, progress.looked_at, progress.moved());
    Ok(Step::Moved(moved.len()))
}

/// Done when the pass left nothing out and began after every instance knew the version; else there is another pass.
fn end_pass(
    conn: &mut PgConnection,
    rules: &Rulebook,
    accounts: &Accounts,
    mut row: RecalculationRow,
    now: DateTime<Utc>,
) -> Result<Step, RecalculationError> {
    let settled_at = row.decided_at.unwrap_or(now) + SETTLED_AFTER;
    let began_settled = row.pass_started_at.is_some_and(|started| started >= settled_at);
    if began_settled && !row.has_skipped {
        return finish(conn, rules, accounts, row, now);
    }
    if row.has_skipped || now >= settled_at {
        row.status = RecalculationStatus::Running;
        row.cursor = Some(Uuid::nil());
        row.pass_started_at = Some(now);
        row.has_skipped = false;
        store::update(conn, &row)?;
    }
    Ok(Step::Waiting)
}

fn finish(
    conn: &mut PgConnection,
    rules: &Rulebook,
    accounts: &Accounts,
    mut row: RecalculationRow,
    now: DateTime<Utc>,
) -> Result<Step, RecalculationError> {
    row.status = RecalculationStatus::Done;
    row.finished_at = Some(now);
    row.cursor = None;
    row.pass_started_at = None;
    store::update(conn, &row)?;
    let since = row.decided_at.unwrap_or(now);
    let told = tell_departments(conn, accounts, rules, (row.id, rules.day(since)), now)?;
    info!(recalculation.id = %row.id, mails = told, "Recalculation {} is done; {told} mails to departments", row.id);
    Ok(Step::Done)
}
