//! The sweep: fires every alarm that is due, in batches of one transaction each, several of them at a time. Any number of
//! instances may sweep at the same time; each finds the clocks that no other holds.
//!
//! In a batch's transaction stand the alarm rows (unique per clock, arming and level), the events, the clocks' next
//! instants and the mails. An instance that dies in the middle leaves nothing behind, and the next sweep finds the same
//! clocks again: no alarm is lost and none is heard twice.
//!
//! After the alarms the same sweep passes on what nobody acknowledged, wakes what has rested, and writes the mails whose
//! hour has come. A step that fails stops no other step, and a row that fails no other row.
//!
//! While the sweep is paused nothing is added: no alarm fires, and none is passed on to somebody else. What was raised
//! before is still told: its notices are delivered, snoozes end, and supervision orders, whose clocks a person started,
//! remind. Otherwise those who are waited for would be passed over without ever having heard of the alarm.

use std::fmt::Display;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use futures_util::future::join_all;
use metrics::{counter, gauge, histogram};
use tracing::{info, warn};

use super::firing::{BATCH, Batch, fire};
use super::raising::{END_SNOOZES, RAISE};
use super::store;
use crate::features::escalation::delivery::{DELIVER, Round, acknowledge_by, delivery_at};
use crate::features::escalation::due_rows::{DueRows, Turn};
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::supervision::TELL_ORDERS;
use crate::features::escalation::sweep_parts::SweepParts;
use crate::features::tickets::AlarmCursor;

/// Fires alarms. Cheap to clone.
#[derive(Clone)]
pub struct Sweep {
    parts: SweepParts,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Levels that came due, the absorbed ones too.
    pub fired: usize,
    /// Alarms that somebody is told of, by mail or in the leader's brief.
    pub notified: usize,
    /// Transactions that fired something.
    pub batches: usize,
    /// Alarms passed on because nobody acknowledged them.
    pub raised: usize,
    /// Alarms told again because they had rested.
    pub rested: usize,
    /// Supervision orders reminded of, or told to be late.
    pub orders: usize,
    /// Mails about alarms written.
    pub mails: usize,
    /// Rows that could not be worked on: the others went on without them, and they are tried again later.
    pub set_aside: usize,
}

impl Sweep {
    /// Assembles the service.
    pub fn new(parts: SweepParts) -> Sweep {
        Sweep { parts }
    }

    /// What it stands on, for what else is told.
    pub fn parts(&self) -> &SweepParts {
        &self.parts
    }

    /// Fires everything that is due at `now` and that no other instance or command holds. What is left out is still due
    /// for the next sweep.
    pub async fn run_once(&self, now: DateTime<Utc>) -> Result<Swept, EscalationError> {
        let started = Instant::now();
        let mut steps = Steps::default();
        let sweepers = (0..self.parts.sweepers).map(|sweeper| self.fire_all(now, sweeper));
        for fired in join_all(sweepers).await {
            let fired = steps.take("fire", fired);
            steps.swept.add(&fired);
        }
        steps.swept.raised = self.repeat(now, RAISE, &mut steps).await;
        steps.swept.rested = self.repeat(now, END_SNOOZES, &mut steps).await;
        steps.swept.orders = self.repeat(now, TELL_ORDERS, &mut steps).await;
        steps.swept.mails = self.repeat(now, DELIVER, &mut steps).await;
        if steps.swept.mails + steps.swept.fired + steps.swept.orders > 0 {
            self.parts.notifier.notify();
        }
        report(&steps.swept, now, started);
        match steps.failure {
            Some(error) => Err(error),
            None => self.beat(now).await.map(|()| steps.swept),
        }
    }

    /// Fires batch after batch until nothing is left that is due and free. Another sweeper of the same sweep looks at the
    /// same clocks, and passes over those that this one holds.
    async fn fire_all(&self, now: DateTime<Utc>, sweeper: u8) -> Result<Swept, EscalationError> {
        let ahead = i64::from(sweeper) * BATCH;
        let mut swept = Swept::default();
        let mut from = AlarmCursor::default();
        while let Some(batch) = self.in_round(now, move |conn, round| fire(conn, round, from, ahead)).await? {
            from = batch.next;
            swept.count(&batch);
            if batch.is_broken_off {
                return Ok(swept);
            }
        }
        Ok(swept)
    }

    /// Fires the canary when it is due: the proof that sweeps come to their end.
    async fn beat(&self, now: DateTime<Utc>) -> Result<(), EscalationError> {
        let next = now + TimeDelta::seconds(self.parts.settings.canary_seconds.into());
        let fired = self
            .parts
            .db
            .transaction(move |conn| Ok::<_, EscalationError>(store::fire_canary(conn, now, next)?));
        if fired.await? > 0 {
            gauge!("huiyin_sweep_canary_fired_timestamp_seconds").set(now.timestamp() as f64);
        }
        Ok(())
    }

    /// Runs one transaction.
    async fn in_round<T, W>(&self, now: DateTime<Utc>, work: W) -> Result<T, EscalationError>
    where
        T: Send + 'static,
        W: Fn(&mut PgConnection, &Round<'_>) -> Result<T, EscalationError> + Clone + Send + 'static,
    {
        let (parts, rules) = (self.parts.clone(), self.parts.tickets.rulebook());
        let run = move |conn: &mut PgConnection| {
            let deliver_at = delivery_at(&rules.calendar, &parts.settings, now);
            let acknowledge_by = acknowledge_by(&rules.calendar, &parts.settings, deliver_at);
            let (accounts, settings) = (&parts.accounts, &*parts.settings);
            work(conn, &Round { accounts, rules: &rules, settings, now, deliver_at, acknowledge_by })
        };
        self.parts.db.transaction(run).await
    }

    /// Works through the rows of a job until none is left that is due and free. Tells how much was done.
    async fn repeat<K>(&self, now: DateTime<Utc>, job: DueRows<K>, steps: &mut Steps) -> usize
    where
        K: Display + 'static,
    {
        let mut total = 0;
        loop {
            let turn = self.in_round(now, move |conn, round| job.work_off(conn, round)).await;
            match steps.take(job.name, turn.map(Some)) {
                Some(Turn::Worked { done, set_aside, is_broken_off }) => {
                    total += done;
                    steps.swept.set_aside += set_aside;
                    if is_broken_off {
                        return total;
                    }
                }
                Some(Turn::Nothing) | None => return total,
            }
        }
    }
}

/// The steps of a round so far: what they did, and the first failure among them.
#[derive(Default)]
struct Steps {
    swept: Swept,
    failure: Option<EscalationError>,
}

impl Steps {
    /// Notes how a step ended; one that failed did nothing.
    fn take<T: Default>(&mut self, step: &'static str, ended: Result<T, EscalationError>) -> T {
        ended.unwrap_or_else(|error| {
            counter!("huiyin_sweep_failures_total", "step" => step).increment(1);
            warn!(step, error = %error, "The step {step} of the sweep failed and will be tried again");
            self.failure.get_or_insert(error);
            T::default()
        })
    }
}

impl Swept {
    fn add(&mut self, other: &Swept) {
        self.fired += other.fired;
        self.notified += other.notified;
        self.batches += other.batches;
        self.set_aside += other.set_aside;
    }

    fn count(&mut self, batch: &Batch) {
        self.fired += batch.fired.len();
        self.notified += batch.notified;
        self.set_aside += batch.set_aside;
        self.batches += usize::from(!batch.fired.is_empty());
        for level in &batch.fired {
            counter!("huiyin_alarms_fired_total", "level" => level.as_str()).increment(1);
        }
    }
}

fn report(swept: &Swept, now: DateTime<Utc>, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    gauge!("huiyin_sweep_last_run_timestamp_seconds").set(now.timestamp() as f64);
    histogram!("huiyin_sweep_duration_seconds").record(seconds);
    if (Swept { batches: 0, ..*swept }) != Swept::default() {
        info!(
            alarms.fired = swept.fired,
            alarms.notified = swept.notified,
            alarms.raised = swept.raised,
            alarms.rested = swept.rested,
            orders.told = swept.orders,
            mails = swept.mails,
            rows.set_aside = swept.set_aside,
            duration_seconds = seconds,
            "Fired {} alarms in {} batches, wrote {} mails",
            swept.fired,
            swept.batches,
            swept.mails
        );
    }
}
