//! Alarms that have come due: claimed and recorded many at a time, for the sweep above, which notifies.
//!
//! A clock holds only the instant of its next alarm; which levels have come due is worked out when it is claimed. The
//! locks are taken in the order of every command, ticket before clock, and a ticket that somebody else holds is left
//! out, never waited for: sweeps and commands cannot deadlock, and no instance fires what another is firing.
//!
//! An alarm adds to a ticket's history but leaves its version alone: it changes nothing that anybody edits, so the
//! `If-Match` of someone who is writing at that moment still holds.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::json;
use tracing::warn;
use uuid::Uuid;

use crate::features::tickets::announcements::Standing;
use crate::features::tickets::clock::breach::breach;
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::history::{NewEvent, append};
use crate::features::tickets::model::{ClockId, TicketId, WorkOrderId};
use crate::features::tickets::store::clocks::AlarmKey;
use crate::features::tickets::store::clocks::ClockRow;
use crate::features::tickets::store::events::EventRow;
use crate::features::tickets::store::tickets::{self, TicketRow};
use crate::features::tickets::store::{clocks, events, work_orders};
use crate::platform::auth::caller::{Caller, StaffId};
use crate::platform::jobs::outbox;
use crate::rules::lifecycle::EventKind;
use crate::rules::sla::{self, ArmedAlarm};
use crate::rules::time_limits::AlarmRule;
use crate::rules::vocabulary::{AlarmLevel, Kind, Metric};

/// How far a sweep has come: it looks at each clock once, whether or not it could claim it.
#[derive(Debug, Clone, Copy)]
pub struct AlarmCursor(AlarmKey);

impl Default for AlarmCursor {
    fn default() -> AlarmCursor {
        AlarmCursor((DateTime::UNIX_EPOCH, ClockId(Uuid::nil())))
    }
}

/// One clock of which one or more levels have come due.
#[derive(Debug, Clone)]
pub struct DueAlarm {
    /// The clock.
    pub clock_id: ClockId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// The ticket's public number.
    pub reference: String,
    /// What sort of matter it is.
    pub kind: Kind,
    /// What the clock measures.
    pub metric: Metric,
    /// How often the due day was set; a level fires once in each.
    pub arming: i16,
    /// The day by whose end the promise must be kept.
    pub due_on: NaiveDate,
    /// The department in charge; `None` while the ticket is at the desk.
    pub department_id: Option<i32>,
    /// Who works on it, once the department has named someone.
    pub assignee_id: Option<StaffId>,
    /// The levels that came due, the lowest first.
    pub levels: Vec<ArmedAlarm>,
}

/// A clock whose next alarm is due, and its place in the order of alarms.
#[derive(Debug, Clone, Copy)]
pub struct DueClock {
    key: AlarmKey,
    ticket_id: TicketId,
}

impl DueClock {
    /// Where a sweep goes on behind this clock.
    pub fn cursor(&self) -> AlarmCursor {
        AlarmCursor(self.key)
    }

    fn id(&self) -> ClockId {
        self.key.1
    }
}

impl std::fmt::Display for DueClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.id().fmt(f)
    }
}

/// Which due clocks a batch of a sweep is about.
#[derive(Debug, Clone, Copy)]
pub struct DueClocks<'a> {
    /// Where the batch begins.
    pub after: AlarmCursor,
    /// How many clocks it has at most.
    pub limit: i64,
    /// The clocks that are left out.
    pub except: &'a [ClockId],
}

/// Clocks and their tickets, locked until the transaction ends.
pub struct Claim {
    /// The alarms to fire.
    pub alarms: Vec<DueAlarm>,
    clocks: Vec<(ClockRow, Vec<ArmedAlarm>)>,
    tickets: HashMap<TicketId, TicketRow>,
}

/// The next clocks whose alarm is due, in the order of their alarms. Locks nothing.
pub fn list_due_clocks(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    wanted: DueClocks<'_>,
) -> QueryResult<Vec<DueClock>> {
    let listed = clocks::list_alarming(conn, now, wanted.after.0, wanted.except, wanted.limit)?;
    let due = |(at, id, ticket_id): clocks::Alarming| DueClock { key: (at.unwrap_or(now), id), ticket_id };
    Ok(listed.into_iter().map(due).collect())
}

/// Claims those of the clocks whose next alarm is still due, leaving out those whose ticket somebody else holds.
pub fn claim_due_alarms(
    conn: &mut PgConnection,
    rules: &Rulebook,
    now: DateTime<Utc>,
    due: &[DueClock],
) -> QueryResult<Claim> {
    let tickets = lock_tickets(conn, due.iter().map(|clock| clock.ticket_id).collect())?;
    let ours = due.iter().filter(|clock| tickets.contains_key(&clock.ticket_id));
    let rows = clocks::lock_alarming(conn, &ours.map(DueClock::id).collect::<Vec<_>>(), now)?;
    let clocks: Vec<_> = rows.into_iter().filter_map(|clock| due_levels(rules, clock, now)).collect();
    let assignees = assignees(conn, &clocks, &tickets)?;
    let alarms = clocks
        .iter()
        .filter(|(_, levels)| !levels.is_empty())
        .filter_map(|(clock, levels)| {
            Some(due_alarm(clock, levels, tickets.get(&clock.ticket_id)?, &assignees))
        })
        .collect();
    Ok(Claim { alarms, clocks, tickets })
}

/// Writes down that the claimed alarms have fired: events, breaches, figures, and when each clock's next alarm is.
pub fn record_fired(
    conn: &mut PgConnection,
    rules: &Rulebook,
    now: DateTime<Utc>,
    claim: Claim,
) -> QueryResult<()> {
    let Claim { mut clocks, mut tickets, .. } = claim;
    let (mut events, mut facts) = (Vec::new(), Vec::new());
    for (clock, levels) in &mut clocks {
        let Some(ticket) = tickets.get_mut(&clock.ticket_id) else { continue };
        events.extend(fire(ticket, clock, levels, now));
        if clock.has_unseen_breach(now) {
            let stands = Standing::of(ticket);
            let (event, fact) = breach(rules, ticket, stands, clock, now);
            events.push(event);
            facts.extend(fact);
        }
        let Ok(named) = rules.of_clock(clock) else { continue };
        let next =
            sla::next_alarm(&named.calendar, &clock.deadline(), ladder(&named, clock), clock.last_alarm, now);
        clock.next_alarm_at = next.map(|alarm| alarm.fire_at);
    }
    events::insert_many(conn, &events)?;
    clocks::update_fired(conn, &clocks.iter().map(|(clock, _)| clock).collect::<Vec<_>>())?;
    tickets::update_chains(conn, &tickets.values().collect::<Vec<_>>())?;
    outbox::enqueue(conn, &facts)
}

/// Locks those of the tickets that nobody else holds.
pub fn lock_tickets(
    conn: &mut PgConnection,
    mut ids: Vec<TicketId>,
) -> QueryResult<HashMap<TicketId, TicketRow>> {
    ids.sort_unstable();
    ids.dedup();
    Ok(tickets::lock_free(conn, &ids)?.into_iter().map(|ticket| (ticket.id, ticket)).collect())
}

/// The rungs of a clock's ladder. A limit that is no longer in the rules has none, so its alarms are over.
fn ladder<'a>(rules: &'a Rulebook, clock: &ClockRow) -> &'a [AlarmRule] {
    rules.limits.by_code(&clock.limit_code).map_or(&[], |limit| &limit.alarms)
}

/// `None`: this instance has not read the rules that the clock names yet, and a later sweep fires it.
fn due_levels(rules: &Rulebook, clock: ClockRow, now: DateTime<Utc>) -> Option<(ClockRow, Vec<ArmedAlarm>)> {
    let Ok(named) = rules.of_clock(&clock) else {
        warn!(clock.id = %clock.id, "Clock {} names rules that are not known here yet", clock.id);
        return None;
    };
    let levels =
        sla::alarms_due(&named.calendar, &clock.deadline(), ladder(&named, &clock), clock.last_alarm, now);
    Some((clock, levels))
}

fn assignees(
    conn: &mut PgConnection,
    clocks: &[(ClockRow, Vec<ArmedAlarm>)],
    tickets: &HashMap<TicketId, TicketRow>,
) -> QueryResult<HashMap<WorkOrderId, StaffId>> {
    let orders = clocks.iter().filter_map(|(clock, _)| work_order(clock, tickets.get(&clock.ticket_id)?));
    Ok(work_orders::list_assignees(conn, &orders.collect::<Vec<_>>())?.into_iter().collect())
}

/// The work order an alarm is about: the clock's own, or the lead's.
fn work_order(clock: &ClockRow, ticket: &TicketRow) -> Option<WorkOrderId> {
    clock.work_order_id.or(ticket.lead_work_order_id)
}

fn due_alarm(
    clock: &ClockRow,
    levels: &[ArmedAlarm],
    ticket: &TicketRow,
    assignees: &HashMap<WorkOrderId, StaffId>,
) -> DueAlarm {
    DueAlarm {
        clock_id: clock.id,
        ticket_id: clock.ticket_id,
        reference: ticket.reference.clone(),
        kind: ticket.kind,
        metric: clock.metric,
        arming: clock.arming,
        due_on: clock.due_on,
        department_id: clock.department_id.or(ticket.department_id),
        assignee_id: work_order(clock, ticket).and_then(|order| assignees.get(&order).copied()),
        levels: levels.to_vec(),
    }
}

/// The event of the highest level, which names those it absorbed.
fn fire(
    ticket: &mut TicketRow,
    clock: &mut ClockRow,
    levels: &[ArmedAlarm],
    now: DateTime<Utc>,
) -> Option<EventRow> {
    let (highest, absorbed) = levels.split_last()?;
    clock.last_alarm = Some(highest.level);
    let absorbed: Vec<AlarmLevel> = absorbed.iter().map(|alarm| alarm.level).collect();
    let data = json!({
        "metric": clock.metric, "level": highest.level, "absorbed": absorbed, "due_at": clock.due_at,
    });
    Some(append(ticket, &Caller::System, NewEvent { kind: EventKind::AlarmFired, occurred_at: now, data }))
}
