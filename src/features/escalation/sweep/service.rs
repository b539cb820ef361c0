//! The sweep: fires every alarm that is due, in batches of one transaction each, several of them at a time. Any number of
//! instances may sweep at the same time; each finds the clocks that no other holds.
//!
//! In a batch's transaction stand the alarm rows (unique per clock, arming and level), the events, the clocks' next
//! instants and the mails. An instance that dies in the middle leaves nothing behind, and the next sweep finds the same
//! clocks again: no alarm is lost and none is heard twice.
//!
//! After the alarms the same sweep passes on what nobody acknowledged, wakes what has rested, and writes the mails whose
//! hour has come.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use futures_util::future::join_all;
use metrics::{counter, gauge, histogram};
use tracing::{info, warn};

use super::brake::{Allowance, Brake};
use super::raising;
use super::store;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::model::AlarmId;
use crate::features::escalation::notice::{NewNotice, Step};
use crate::features::escalation::parts::SweepParts;
use crate::features::escalation::store::alarms::{self, NewAlarmRow};
use crate::features::escalation::store::notices;
use crate::features::escalation::supervision::{self, Proposal};
use crate::features::escalation::telling::{Round, Subject, acknowledge_by, deliver, delivery_at};
use crate::features::tickets::{AlarmCursor, DueAlarm, claim_due_alarms, record_fired};
use crate::rules::sla::ArmedAlarm;
use crate::rules::vocabulary::AlarmLevel;

/// Clocks taken in one transaction, so that no ticket is locked for long.
const BATCH: i64 = 500;

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
}

/// What one transaction did, and where the next one goes on.
struct Batch {
    next: AlarmCursor,
    fired: Vec<AlarmLevel>,
    notified: usize,
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
        let mut swept = Swept::default();
        for fired in join_all((0..self.parts.sweepers).map(|sweeper| self.fire_all(now, sweeper))).await {
            swept.add(&fired?);
        }
        self.beat(now).await?;
        swept.raised = self.repeat(now, raising::raise).await?;
        swept.rested = self.repeat(now, raising::end_snoozes).await?;
        swept.orders = self.repeat(now, supervision::tell_due).await?;
        swept.mails = self.repeat(now, deliver).await?;
        if swept.mails + swept.fired + swept.orders > 0 {
            self.parts.notifier.notify();
        }
        report(&swept, now, started);
        Ok(swept)
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

    /// Runs transactions until one finds nothing to do. Tells how much all of them did.
    async fn repeat(
        &self,
        now: DateTime<Utc>,
        work: fn(&mut PgConnection, &Round<'_>) -> Result<Option<usize>, EscalationError>,
    ) -> Result<usize, EscalationError> {
        let mut total = 0;
        while let Some(done) = self.in_round(now, work).await? {
            total += done;
        }
        Ok(total)
    }
}

impl Swept {
    fn add(&mut self, other: &Swept) {
        self.fired += other.fired;
        self.notified += other.notified;
        self.batches += other.batches;
    }

    fn count(&mut self, batch: &Batch) {
        self.fired += batch.fired.len();
        self.notified += batch.notified;
        self.batches += usize::from(!batch.fired.is_empty());
        for level in &batch.fired {
            counter!("huiyin_alarms_fired_total", "level" => level.as_str()).increment(1);
        }
    }
}

/// One transaction of a sweeper that leaves so many clocks to those ahead of it.
fn fire(
    conn: &mut PgConnection,
    round: &Round<'_>,
    from: AlarmCursor,
    ahead: i64,
) -> Result<Option<Batch>, EscalationError> {
    let brake = Brake::read(conn, round)?;
    let Allowance::AtMost(limit) = brake.allowance(round.now, BATCH, ahead) else { return Ok(None) };
    let Some(claim) = claim_due_alarms(conn, round.rules, round.now, from, limit)? else { return Ok(None) };
    let rows: Vec<NewAlarmRow> = claim.alarms.iter().flat_map(|alarm| rows(alarm, round)).collect();
    alarms::insert(conn, &rows)?;
    let subjects: Vec<Subject> = claim.alarms.iter().map(subject).collect();
    let mut recipients = round.recipients(conn, &subjects)?;
    let (mut told, mut notified) = (Vec::new(), 0);
    // Every alarm that came due has one row that is not absorbed, in the same order.
    for (about, row) in subjects.into_iter().zip(told_of(&rows)) {
        let found = recipients.find(conn, about, row.level)?;
        notified += usize::from(!found.is_empty());
        if found.is_empty() {
            warn_of_silence(row);
        }
        // The leader reads of it in the brief.
        if row.level < AlarmLevel::L3 {
            told.extend(found.iter().map(|contact| NewNotice {
                alarm_id: row.id,
                step: Step::Fired,
                number: 0,
                staff_id: contact.id,
                deliver_at: round.deliver_at,
            }));
        }
    }
    notices::insert(conn, &told)?;
    supervision::propose(conn, &proposals(&rows), round.now)?;
    let next = claim.next;
    record_fired(conn, round.rules, round.now, claim)?;
    brake.count(conn, round, told_of(&rows).map(|row| row.fire_at))?;
    Ok(Some(Batch { next, fired: rows.iter().map(|row| row.level).collect(), notified }))
}

/// The alarms that are heard of: the highest of those that came due together.
fn told_of(rows: &[NewAlarmRow]) -> impl Iterator<Item = &NewAlarmRow> {
    rows.iter().filter(|row| !row.is_absorbed)
}

/// What has reached the leader's level while a department has it shall be supervised, if a supervisor agrees.
fn proposals(rows: &[NewAlarmRow]) -> Vec<Proposal> {
    let of_leader = rows.iter().filter(|row| row.level == AlarmLevel::L3);
    let proposal = |row: &NewAlarmRow| {
        let (alarm_id, ticket_id, reference) = (row.id, row.ticket_id, row.reference.clone());
        Some(Proposal { alarm_id, ticket_id, reference, department_id: row.department_id? })
    };
    of_leader.filter_map(proposal).collect()
}

fn subject(alarm: &DueAlarm) -> Subject {
    Subject { metric: alarm.metric, department_id: alarm.department_id, assignee_id: alarm.assignee_id }
}

/// A row for every level that came due; all but the highest are absorbed.
fn rows<'a>(alarm: &'a DueAlarm, round: &'a Round<'_>) -> impl Iterator<Item = NewAlarmRow> + 'a {
    let highest = alarm.levels.last().map(|armed| armed.level);
    let is_waited_for =
        move |armed: &ArmedAlarm| Some(armed.level) == highest && armed.level < AlarmLevel::L3;
    alarm.levels.iter().map(move |armed| NewAlarmRow {
        id: AlarmId::new(round.now),
        clock_id: alarm.clock_id,
        ticket_id: alarm.ticket_id,
        reference: alarm.reference.clone(),
        metric: alarm.metric,
        arming: alarm.arming,
        level: armed.level,
        due_on: alarm.due_on,
        fire_at: armed.fire_at,
        fired_at: round.now,
        is_absorbed: Some(armed.level) != highest,
        department_id: alarm.department_id,
        acknowledge_by: round.acknowledge_by.filter(|_| is_waited_for(armed)),
    })
}

/// An alarm that nobody hears stands in the list all the same, and the operator learns of it.
fn warn_of_silence(row: &NewAlarmRow) {
    let (reference, level) = (&row.reference, row.level);
    counter!("huiyin_alarms_without_recipient_total", "level" => level.as_str()).increment(1);
    warn!(ticket.reference = %reference, alarm.level = %level, "Nobody to tell of {level} on {reference}");
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
            duration_seconds = seconds,
            "Fired {} alarms in {} batches, wrote {} mails",
            swept.fired,
            swept.batches,
            swept.mails
        );
    }
}
