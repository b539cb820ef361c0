//! Fires the alarms of a batch of clocks in one transaction: alarm rows, notices, proposals of orders, events, the clocks'
//! next instants. A clock that cannot be fired is set aside, and the others fire.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use metrics::counter;
use tracing::warn;

use super::brake::{Allowance, Brake};
use crate::features::escalation::delivery::Round;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::model::AlarmId;
use crate::features::escalation::notice::{NewNotice, Step};
use crate::features::escalation::recipients::Subject;
use crate::features::escalation::store::alarms::{self, NewAlarmRow};
use crate::features::escalation::store::notices;
use crate::features::escalation::supervision::{self, Proposal};
use crate::features::tickets::{
    AlarmCursor, ClockId, DueAlarm, DueClock, DueClocks, claim_due_alarms, list_due_clocks, record_fired,
};
use crate::platform::jobs::isolation::Isolation;
use crate::rules::sla::ArmedAlarm;
use crate::rules::vocabulary::AlarmLevel;

/// The job's name in the list of what is set aside.
const FIRING: &str = "fire_alarms";

/// Clocks taken in one transaction, so that no ticket is locked for long.
pub(super) const BATCH: i64 = 500;

/// What one transaction did, and where the next one goes on.
pub(super) struct Batch {
    pub next: AlarmCursor,
    pub fired: Vec<AlarmLevel>,
    pub notified: usize,
    pub set_aside: usize,
    pub is_broken_off: bool,
}

/// One transaction of a sweeper that leaves so many clocks to those ahead of it.
pub(super) fn fire(
    conn: &mut PgConnection,
    round: &Round<'_>,
    from: AlarmCursor,
    ahead: i64,
) -> Result<Option<Batch>, EscalationError> {
    let isolation = Isolation::new(FIRING, round.now);
    let brake = Brake::read(conn, round)?;
    let Allowance::AtMost(limit) = brake.allowance(round.now, BATCH, ahead) else { return Ok(None) };
    let except = isolation.resting_ids(conn)?.into_iter().map(ClockId).collect::<Vec<_>>();
    let due = list_due_clocks(conn, round.now, DueClocks { after: from, limit, except: &except })?;
    let Some(last) = due.last() else {
        // The other sweepers may still be at what is tried again.
        if ahead == 0 {
            isolation.forget_moot(conn)?;
        }
        return Ok(None);
    };
    let isolated = isolation.run(conn, &due, |conn, due| fire_these(conn, round, due))?;
    let fired: Vec<Fired> = isolated.done;
    brake.count(conn, round, fired.iter().flat_map(|part| part.counted_at.iter().copied()))?;
    Ok(Some(Batch {
        next: last.cursor(),
        fired: fired.iter().flat_map(|part| part.levels.iter().copied()).collect(),
        notified: fired.iter().map(|part| part.notified).sum(),
        set_aside: isolated.set_aside,
        is_broken_off: isolated.is_broken_off,
    }))
}

/// What became of some clocks.
struct Fired {
    levels: Vec<AlarmLevel>,
    notified: usize,
    /// When those were due that the storm brake counts.
    counted_at: Vec<DateTime<Utc>>,
}

fn fire_these(
    conn: &mut PgConnection,
    round: &Round<'_>,
    due: &[DueClock],
) -> Result<Fired, EscalationError> {
    let claim = claim_due_alarms(conn, round.rules, round.now, due)?;
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
    record_fired(conn, round.rules, round.now, claim)?;
    let levels = rows.iter().map(|row| row.level).collect();
    Ok(Fired { levels, notified, counted_at: told_of(&rows).map(|row| row.fire_at).collect() })
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
    let DueAlarm { kind, metric, department_id, assignee_id, .. } = *alarm;
    Subject { kind, metric, department_id, assignee_id }
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
        kind: alarm.kind,
    })
}

/// An alarm that nobody hears stands in the list all the same, and the operator learns of it.
fn warn_of_silence(row: &NewAlarmRow) {
    let (reference, level) = (&row.reference, row.level);
    counter!("huiyin_alarms_without_recipient_total", "level" => level.as_str()).increment(1);
    warn!(ticket.reference = %reference, alarm.level = %level, "Nobody to tell of {level} on {reference}");
}
