//! What nobody acknowledged goes to the next role up, once; what was snoozed is told again when it has rested.
//!
//! Only the alarm is locked. A clock that has ended meanwhile, waits for the citizen, or has climbed on by itself needs
//! nobody to be told: then the alarm is just no longer waited for.

use std::collections::HashMap;

use diesel::PgConnection;
use metrics::counter;

use super::store;
use crate::features::accounts::StaffContact;
use crate::features::escalation::delivery::Round;
use crate::features::escalation::due_rows::DueRows;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::model::AlarmId;
use crate::features::escalation::notice::{NewNotice, Step};
use crate::features::escalation::recipients::{Subject, Subjects};
use crate::features::escalation::store::alarms::{self, AlarmRow};
use crate::features::escalation::store::notices;
use crate::features::tickets::ClockId;
use crate::platform::auth::caller::StaffId;
use crate::platform::jobs::isolation::Isolation;

/// Alarms taken in one transaction.
const BATCH: i64 = 500;

/// Passes unacknowledged alarms on. Not while the sweep is paused: somebody new would hear of them.
pub(super) const RAISE: DueRows<AlarmId> =
    DueRows { name: "raise_alarms", claim: claim_unacknowledged, work: raise };

/// Tells alarms again that have rested, to those who were told before.
pub(super) const END_SNOOZES: DueRows<AlarmId> =
    DueRows { name: "end_snoozes", claim: claim_rested, work: end_snoozes };

fn claim_unacknowledged(
    conn: &mut PgConnection,
    round: &Round<'_>,
    isolation: Isolation,
) -> Result<Option<Vec<AlarmId>>, EscalationError> {
    if store::get_state(conn)?.is_paused {
        return Ok(None);
    }
    let except = resting(conn, isolation)?;
    Ok(Some(alarms::lock_unacknowledged(conn, round.now, &except, BATCH)?))
}

fn claim_rested(
    conn: &mut PgConnection,
    round: &Round<'_>,
    isolation: Isolation,
) -> Result<Option<Vec<AlarmId>>, EscalationError> {
    let except = resting(conn, isolation)?;
    Ok(Some(alarms::lock_rested(conn, round.now, &except, BATCH)?))
}

fn resting(conn: &mut PgConnection, isolation: Isolation) -> Result<Vec<AlarmId>, EscalationError> {
    Ok(isolation.resting_ids(conn)?.into_iter().map(AlarmId).collect())
}

fn raise(conn: &mut PgConnection, round: &Round<'_>, alarms: &[AlarmId]) -> Result<usize, EscalationError> {
    let rows = alarms::list(conn, alarms)?;
    let (standing, moot) = still_standing(conn, rows)?;
    let told = told(conn, &standing)?;
    let mut recipients = round.recipients(conn, &[])?;
    let mut raised = Vec::new();
    for (row, subject) in &standing {
        let known = told.get(&row.id).map_or(&[][..], Vec::as_slice);
        let above = recipients.find_above(conn, *subject, row.level, known)?;
        raised.extend(above.iter().map(|contact| notice(row, Step::Raised, contact.id, round)));
    }
    notices::insert(conn, &raised)?;
    alarms::stop_waiting(conn, &ids(&standing), Some(round.now))?;
    alarms::stop_waiting(conn, &ids_of(&moot), None)?;
    counter!("huiyin_alarms_raised_total").increment(standing.len() as u64);
    Ok(standing.len())
}

fn end_snoozes(
    conn: &mut PgConnection,
    round: &Round<'_>,
    alarms: &[AlarmId],
) -> Result<usize, EscalationError> {
    let rows = alarms::list(conn, alarms)?;
    let (standing, moot) = still_standing(conn, rows)?;
    let told = told(conn, &standing)?;
    let everybody: Vec<StaffId> = told.values().flatten().copied().collect();
    let contacts = round.accounts.contacts(conn, &everybody)?;
    let mut recipients = round.recipients(conn, &[])?;
    let mut again = Vec::new();
    for (row, subject) in &standing {
        let known = told.get(&row.id).map_or(&[][..], Vec::as_slice);
        let known: Vec<StaffContact> = known.iter().filter_map(|id| contacts.get(id).cloned()).collect();
        let mut present = recipients.present_or_all(conn, *subject, known)?;
        if present.is_empty() {
            present = recipients.find(conn, *subject, row.level)?;
        }
        again.extend(present.iter().map(|contact| notice(row, Step::SnoozeEnded, contact.id, round)));
    }
    notices::insert(conn, &again)?;
    alarms::end_snoozes(conn, &ids(&standing), round.acknowledge_by)?;
    alarms::end_snoozes(conn, &ids_of(&moot), None)?;
    Ok(standing.len())
}

/// An alarm, and what it is about today.
type Standing = (AlarmRow, Subject);

/// The alarms that are the last word of a running clock, each with what it is about today, and the others.
fn still_standing(
    conn: &mut PgConnection,
    rows: Vec<AlarmRow>,
) -> Result<(Vec<Standing>, Vec<AlarmRow>), EscalationError> {
    let clocks: Vec<ClockId> = rows.iter().map(|row| row.clock_id).collect();
    let subjects = Subjects::of(conn, &clocks)?;
    let (mut standing, mut moot) = (Vec::new(), Vec::new());
    for row in rows {
        match subjects.clock(row.clock_id).filter(|clock| clock.stands_at(row.arming, row.level)) {
            Some(clock) => {
                let subject = subjects.subject(clock, row.metric);
                if row.department_id != subject.department_id {
                    alarms::move_to(conn, row.id, subject.department_id)?;
                }
                standing.push((row, subject));
            }
            None => moot.push(row),
        }
    }
    Ok((standing, moot))
}

fn told(
    conn: &mut PgConnection,
    rows: &[(AlarmRow, Subject)],
) -> Result<HashMap<AlarmId, Vec<StaffId>>, EscalationError> {
    let mut told: HashMap<AlarmId, Vec<StaffId>> = HashMap::new();
    for (alarm, staff) in notices::list_told(conn, &ids(rows))? {
        told.entry(alarm).or_default().push(staff);
    }
    Ok(told)
}

fn ids(rows: &[(AlarmRow, Subject)]) -> Vec<AlarmId> {
    rows.iter().map(|(row, _)| row.id).collect()
}

fn ids_of(rows: &[AlarmRow]) -> Vec<AlarmId> {
    rows.iter().map(|row| row.id).collect()
}

fn notice(row: &AlarmRow, step: Step, staff_id: StaffId, round: &Round<'_>) -> NewNotice {
    let number = if step == Step::SnoozeEnded { row.snoozes } else { 0 };
    NewNotice { alarm_id: row.id, step, number, staff_id, deliver_at: round.deliver_at }
}
