//! The sweep: fires every alarm that is due, in batches of one transaction each. Any number of instances may sweep at
//! the same time; each finds the clocks that no other holds.
//!
//! In a batch's transaction stand the alarm rows (unique per clock, arming and level), the events, the clocks' next
//! instants and the mails. An instance that dies in the middle leaves nothing behind, and the next sweep finds the same
//! clocks again: no alarm is lost and none is heard twice.

use std::time::Instant;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use metrics::{counter, gauge, histogram};
use tracing::{info, warn};

use super::error::EscalationError;
use super::model::AlarmId;
use super::recipients::Recipients;
use super::store::{self, NewAlarmRow};
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::directory::Snapshot;
use crate::features::tickets::{AlarmCursor, DueAlarm, Rulebook, Tickets, claim_due_alarms, record_fired};
use crate::platform::db::Db;
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::platform::jobs::wake::Wake;
use crate::platform::mail::{MailLanguage, MailRequest, Template};
use crate::rules::sla::ArmedAlarm;
use crate::rules::vocabulary::AlarmLevel;

/// Clocks taken in one transaction, so that no ticket is locked for long.
const BATCH: i64 = 500;

/// Fires alarms. Cheap to clone.
#[derive(Clone)]
pub struct Sweep {
    db: Db,
    tickets: Tickets,
    accounts: Accounts,
    wake: Wake,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Levels that came due, the absorbed ones too.
    pub fired: usize,
    /// Alarms that somebody was told of.
    pub notified: usize,
    /// Transactions.
    pub batches: usize,
}

/// What one transaction did, and where the next one goes on.
struct Batch {
    next: AlarmCursor,
    fired: Vec<AlarmLevel>,
    notified: usize,
}

impl Sweep {
    /// Assembles the service; `wake` is the worker's, rung for the mails.
    pub fn new(db: Db, tickets: Tickets, accounts: Accounts, wake: Wake) -> Sweep {
        Sweep { db, tickets, accounts, wake }
    }

    /// Fires everything that is due at `now` and that no other instance or command holds. What is left out is still due
    /// for the next sweep.
    pub async fn run_once(&self, now: DateTime<Utc>) -> Result<Swept, EscalationError> {
        let started = Instant::now();
        let mut swept = Swept::default();
        let mut from = AlarmCursor::default();
        // The storm brake of the next issue belongs here: it looks at `swept` before another batch is taken.
        while let Some(batch) = self.fire_batch(now, from).await? {
            from = batch.next;
            swept.add(&batch);
            self.wake.poke();
        }
        report(&swept, now, started);
        Ok(swept)
    }

    async fn fire_batch(
        &self,
        now: DateTime<Utc>,
        from: AlarmCursor,
    ) -> Result<Option<Batch>, EscalationError> {
        let (accounts, rules) = (self.accounts.clone(), self.tickets.rulebook());
        self.db.transaction(move |conn| fire(conn, &accounts, &rules, now, from)).await
    }
}

impl Swept {
    fn add(&mut self, batch: &Batch) {
        self.fired += batch.fired.len();
        self.notified += batch.notified;
        self.batches += 1;
        for level in &batch.fired {
            counter!("huiyin_alarms_fired_total", "level" => level.as_str()).increment(1);
        }
    }
}

fn fire(
    conn: &mut PgConnection,
    accounts: &Accounts,
    rules: &Rulebook,
    now: DateTime<Utc>,
    from: AlarmCursor,
) -> Result<Option<Batch>, EscalationError> {
    let Some(claim) = claim_due_alarms(conn, rules, now, from, BATCH)? else { return Ok(None) };
    let rows: Vec<NewAlarmRow> = claim.alarms.iter().flat_map(|alarm| rows(alarm, now)).collect();
    store::insert(conn, &rows)?;
    let mut recipients = Recipients::of(accounts, conn, &claim.alarms)?;
    let (mut mails, mut notified) = (Vec::new(), 0);
    for (alarm, highest) in claim.alarms.iter().filter_map(|alarm| Some((alarm, alarm.levels.last()?))) {
        let told = recipients.find(conn, alarm, highest.level)?;
        notified += usize::from(!told.is_empty());
        warn_of_silence(&told, alarm, highest);
        mails.extend(told.iter().map(|contact| mail(&rules.directory, alarm, highest, contact, now)));
    }
    outbox::enqueue(conn, &mails)?;
    let next = claim.next;
    record_fired(conn, rules, now, claim)?;
    Ok(Some(Batch { next, fired: rows.iter().map(|row| row.level).collect(), notified }))
}

/// A row for every level that came due; all but the highest are absorbed.
fn rows(alarm: &DueAlarm, now: DateTime<Utc>) -> impl Iterator<Item = NewAlarmRow> {
    let highest = alarm.levels.last().map(|armed| armed.level);
    alarm.levels.iter().map(move |armed| NewAlarmRow {
        id: AlarmId::new(now),
        clock_id: alarm.clock_id,
        ticket_id: alarm.ticket_id,
        reference: alarm.reference.clone(),
        metric: alarm.metric,
        arming: alarm.arming,
        level: armed.level,
        due_on: alarm.due_on,
        fire_at: armed.fire_at,
        fired_at: now,
        is_absorbed: Some(armed.level) != highest,
        department_id: alarm.department_id,
    })
}

fn mail(
    directory: &Snapshot,
    alarm: &DueAlarm,
    armed: &ArmedAlarm,
    contact: &StaffContact,
    now: DateTime<Utc>,
) -> NewMessage {
    let language = MailLanguage::from(contact.locale);
    MailRequest::to_staff(contact.id.0, Template::Alarm, language)
        .about(alarm.ticket_id.0)
        .value("reference", alarm.reference.as_str())
        .value("level", armed.level.as_str())
        .value("department", department_name(directory, alarm.department_id, language))
        .day("due_on", alarm.due_on)
        .into_message(now)
}

/// What the department is called in a mail; before the dispatch, the desk.
fn department_name(directory: &Snapshot, department_id: Option<i32>, language: MailLanguage) -> String {
    let department = department_id.and_then(|id| directory.department(id));
    match (department, language) {
        (Some(department), MailLanguage::ZhCn) => department.name.clone(),
        (Some(department), MailLanguage::En) => department.name_en.clone(),
        (None, MailLanguage::ZhCn) => "受理台".to_owned(),
        (None, MailLanguage::En) => "Intake desk".to_owned(),
    }
}

/// An alarm that nobody hears stands in the list all the same, and the operator learns of it.
fn warn_of_silence(told: &[StaffContact], alarm: &DueAlarm, armed: &ArmedAlarm) {
    if !told.is_empty() {
        return;
    }
    let (reference, level) = (&alarm.reference, armed.level);
    counter!("huiyin_alarms_without_recipient_total", "level" => level.as_str()).increment(1);
    warn!(ticket.reference = %reference, alarm.level = %level, "Nobody to tell of {level} on {reference}");
}

fn report(swept: &Swept, now: DateTime<Utc>, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    gauge!("huiyin_sweep_last_run_timestamp_seconds").set(now.timestamp() as f64);
    histogram!("huiyin_sweep_duration_seconds").record(seconds);
    if swept.fired > 0 {
        info!(
            alarms.fired = swept.fired,
            alarms.notified = swept.notified,
            duration_seconds = seconds,
            "Fired {} alarms in {} batches",
            swept.fired,
            swept.batches
        );
    }
}
