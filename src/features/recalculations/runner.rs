//! Moves clocks to the version that was approved: in batches of one transaction each, which any instance may take. The
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
use crate::features::tickets::{
    ClockId, ClocksBehind, Rulebook, RulesChange, Tickets, list_clocks_behind, move_clocks,
};
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;
use crate::platform::jobs::isolation::Isolation;
use crate::platform::jobs::notify::Notifier;

/// The job's name in the list of what is set aside.
const RECALCULATE: &str = "recalculate_clocks";

/// How often a clock is tried that fails.
const MOST_ATTEMPTS: i32 = 3;

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
    /// A batch of clocks was looked at, of which so many moved.
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

    /// The same with other batches, for measuring and for tests.
    pub fn with_batch(mut self, clocks: i64) -> Recalculator {
        self.batch = clocks;
        self
    }

    /// Moves until nothing is left to do now, or `is_stopping` says to stop between two batches. Returns how many moved.
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
        let isolation = Isolation::new(RECALCULATE, now);
        let step = self.db.transaction(move |conn| {
            let (rules, accounts) = (&rules, &accounts);
            Turn { rules, accounts, batch, now, isolation }.step(conn)
        });
        let step = step.await?;
        if let Step::Moved(count) = step {
            counter!("huiyin_clocks_recalculated_total").increment(count as u64);
        }
        self.notifier.notify();
        Ok(step)
    }
}

/// What one transaction works with.
struct Turn<'a> {
    rules: &'a Rulebook,
    accounts: &'a Accounts,
    batch: i64,
    now: DateTime<Utc>,
    isolation: Isolation,
}

impl Turn<'_> {
    fn step(&self, conn: &mut PgConnection) -> Result<Step, RecalculationError> {
        let Some(mut row) = store::lock_at_work(conn)? else { return Ok(Step::Idle) };
        let change = RulesChange {
            kind: row.kind,
            code: row.code.clone(),
            version: row.version,
            recalculation_id: row.id.0,
        };
        let except: Vec<ClockId> = self.isolation.resting_ids(conn)?.into_iter().map(ClockId).collect();
        let after = ClockId(row.cursor.unwrap_or_default());
        let wanted = ClocksBehind { after, limit: self.batch, except: &except };
        let clocks = list_clocks_behind(conn, &change, wanted)?;
        let Some(last) = clocks.last() else { return self.end_pass(conn, row) };
        let isolated = self.isolation.run(conn, &clocks, |conn, clocks| {
            let batch = move_clocks(conn, self.rules, &change, clocks, self.now)?;
            store::insert_moves(conn, row.id, &batch.moved())?;
            Ok::<_, RecalculationError>(batch)
        })?;
        let mut progress: Counts = serde_json::from_value(row.progress)?;
        isolated.done.iter().for_each(|batch| progress.add(batch));
        let moved = isolated.done.iter().map(|batch| batch.moved().len()).sum();
        row.progress = json!(progress);
        row.status = RecalculationStatus::Running;
        row.cursor = Some(last.id.0);
        let is_left_out = isolated.is_broken_off || isolated.done.iter().any(|batch| batch.skipped > 0);
        row.has_skipped = row.has_skipped || is_left_out;
        store::update(conn, &row)?;
        info!(recalculation.id = %row.id, clocks.looked_at = progress.looked_at, clocks.moved = progress.moved(),
            "Recalculation {}: {} clocks looked at, {} moved", row.id, progress.looked_at, progress.moved());
        Ok(Step::Moved(moved))
    }

    /// Done when the pass left nothing out and began after every instance knew the version; else there is another pass. A
    /// clock that failed time and again is left as it is: it must not hold up what comes after.
    fn end_pass(
        &self,
        conn: &mut PgConnection,
        mut row: RecalculationRow,
    ) -> Result<Step, RecalculationError> {
        let now = self.now;
        let settled_at = row.decided_at.unwrap_or(now) + SETTLED_AFTER;
        let began_settled = row.pass_started_at.is_some_and(|started| started >= settled_at);
        let set_aside = self.isolation.list(conn)?;
        let is_to_be_tried = set_aside.iter().any(|clock| clock.attempts < MOST_ATTEMPTS);
        let is_incomplete = row.has_skipped || is_to_be_tried;
        if began_settled && !is_incomplete {
            let mut progress: Counts = serde_json::from_value(row.progress)?;
            progress.set_aside = i64::try_from(set_aside.len()).unwrap_or(i64::MAX);
            row.progress = json!(progress);
            self.isolation.forget_all(conn)?;
            return self.finish(conn, row);
        }
        if is_incomplete || now >= settled_at {
            row.status = RecalculationStatus::Running;
            row.cursor = Some(Uuid::nil());
            row.pass_started_at = Some(now);
            row.has_skipped = false;
            store::update(conn, &row)?;
        }
        Ok(Step::Waiting)
    }

    fn finish(&self, conn: &mut PgConnection, mut row: RecalculationRow) -> Result<Step, RecalculationError> {
        row.status = RecalculationStatus::Done;
        row.finished_at = Some(self.now);
        row.cursor = None;
        row.pass_started_at = None;
        store::update(conn, &row)?;
        let since = self.rules.day(row.decided_at.unwrap_or(self.now));
        let told = tell_departments(conn, self.accounts, self.rules, row.id, since, self.now)?;
        info!(recalculation.id = %row.id, mails = told, "Recalculation {} is done; {told} mails to departments", row.id);
        Ok(Step::Done)
    }
}
