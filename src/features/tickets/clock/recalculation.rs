//! Live clocks move to another version of the rules, many at a time, for the recalculation above, which was approved.
//!
//! The locks are taken in the order of every command, ticket before clock, and a ticket that somebody else holds is left
//! out, never waited for. As with alarms, a ticket's version stays: nobody's `If-Match` is lost over it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde_json::json;
use tracing::error;

use crate::features::notices::NoticeContent;
use crate::features::tickets::announcements::Standing;
use crate::features::tickets::clock::alarms::lock_tickets;
use crate::features::tickets::clock::breach::{Cause, Healed, breach, list_breaches};
use crate::features::tickets::clock::revision::{Course, Revision};
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::history::{NewEvent, append};
use crate::features::tickets::model::{ClockId, ClockStatus, TicketId};
use crate::features::tickets::recipients::notices_to_writers;
use crate::features::tickets::store::clocks::{self, ClockRow, PauseRow};
use crate::features::tickets::store::events;
use crate::features::tickets::store::events::{BreachRow, EventRow};
use crate::features::tickets::store::limit_key::LimitKey;
use crate::features::tickets::store::recalculation::{self as store, MatterRow};
use crate::features::tickets::store::recalculation::{ClocksBehind, ClocksTouched, RulesChange};
use crate::features::tickets::store::tickets::TicketRow;
use crate::platform::auth::caller::Caller;
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::rules::lifecycle::EventKind;
use crate::rules::vocabulary::{AlarmLevel, Metric};

/// What the change does, or would do, to one clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The clock.
    pub clock_id: ClockId,
    /// Its ticket's public number.
    pub reference: String,
    /// What it measures.
    pub metric: Metric,
    /// The department in charge; `None`: the desk.
    pub department_id: Option<i32>,
    /// The due day before.
    pub due_on_before: NaiveDate,
    /// The due day after.
    pub due_on_after: NaiveDate,
    /// The due instant before.
    pub due_at_before: DateTime<Utc>,
    /// The due instant after; the same when only the provisional mark changes.
    pub due_at_after: DateTime<Utc>,
    /// Whether the promise is broken now and was not before.
    pub is_newly_breached: bool,
    /// Whether the promise was broken and is not any more.
    pub is_no_longer_breached: bool,
}

impl Movement {
    /// Whether the promise ends at another instant.
    pub fn is_moved(&self) -> bool {
        self.due_at_before != self.due_at_after
    }
}

/// A live clock that does not follow the rules of a change yet.
#[derive(Debug, Clone, Copy)]
pub struct ClockBehind {
    /// The clock.
    pub id: ClockId,
    ticket_id: TicketId,
}

impl std::fmt::Display for ClockBehind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.id.fmt(f)
    }
}

/// What was previewed for a batch of clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// The last clock that was looked at; the next batch goes on behind it.
    pub next: ClockId,
    /// What it would come to.
    pub batch: MovedBatch,
}

/// What a batch of clocks came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MovedBatch {
    /// How many were looked at.
    pub looked_at: usize,
    /// How many were left out, because somebody else held their ticket.
    pub skipped: usize,
    /// How many could not be looked at.
    pub failed: usize,
    /// Those whose due day or provisional mark changes.
    pub movements: Vec<Movement>,
}

impl MovedBatch {
    /// The promises that end at another instant.
    pub fn moved(&self) -> Vec<&Movement> {
        self.movements.iter().filter(|one| one.is_moved()).collect()
    }
}

/// What the change would do to the next clocks after `after` that it can touch. Writes nothing. `None`: there are no more.
pub fn preview_batch(
    conn: &mut PgConnection,
    rules: &Rulebook,
    change: &RulesChange,
    wanted: ClocksTouched,
    now: DateTime<Utc>,
) -> Result<Option<Foreseen>, TicketError> {
    let course = Course { rules, change, now };
    let found = store::list_touched(conn, change, wanted)?;
    let Some((last, _)) = found.last() else { return Ok(None) };
    let (next, looked_at) = (last.id, found.len());
    let pauses = pauses(conn, found.iter().map(|(clock, _)| clock.id).collect())?;
    let mut batch = MovedBatch { looked_at, ..MovedBatch::default() };
    for (clock, matter) in &found {
        match course.revise(clock, of(&pauses, clock), matter.key) {
            Ok(revision) => {
                let moved = revision.and_then(|revised| movement(clock, &revised.clock, matter, now));
                batch.movements.extend(moved);
            }
            // One clock that cannot be previewed must not make every plan impossible; the plan counts it.
            Err(error) => {
                error!(clock.id = %clock.id, error = %error, "Clock {} cannot be previewed: {error}", clock.id);
                batch.failed += 1;
            }
        }
    }
    Ok(Some(Foreseen { next, batch }))
}

/// The next live clocks that do not follow the rules of the change yet. Locks nothing.
pub fn list_clocks_behind(
    conn: &mut PgConnection,
    change: &RulesChange,
    wanted: ClocksBehind<'_>,
) -> Result<Vec<ClockBehind>, TicketError> {
    let listed = store::list_behind(conn, change, wanted)?;
    Ok(listed.into_iter().map(|(id, ticket_id)| ClockBehind { id, ticket_id }).collect())
}

/// Moves these clocks: rows, events, breaches, and mails to citizens whose promise gets later.
pub fn move_clocks(
    conn: &mut PgConnection,
    rules: &Rulebook,
    change: &RulesChange,
    listed: &[ClockBehind],
    now: DateTime<Utc>,
) -> Result<MovedBatch, TicketError> {
    let course = Course { rules, change, now };
    let mut tickets = lock_tickets(conn, listed.iter().map(|clock| clock.ticket_id).collect())?;
    let ours = listed.iter().filter(|clock| tickets.contains_key(&clock.ticket_id));
    let ours: Vec<ClockId> = ours.map(|clock| clock.id).collect();
    let clocks = store::lock_behind(conn, &ours, change)?;
    let pauses = pauses(conn, clocks.iter().map(|clock| clock.id).collect())?;
    let broken = clocks.iter().filter(|clock| clock.breached_at.is_some()).map(|clock| clock.ticket_id);
    let breaches = list_breaches(conn, &broken.collect::<Vec<_>>())?;
    let mut written = Written { breaches, ..Written::default() };
    for mut clock in clocks {
        let Some(ticket) = tickets.get_mut(&clock.ticket_id) else { continue };
        written.see_breach(rules, ticket, &mut clock, now);
        match course.revise(&clock, of(&pauses, &clock), LimitKey::from(&*ticket))? {
            Some(revision) => written.take(&course, ticket, &clock, revision),
            None => written.clocks.push(clock),
        }
    }
    written.save(conn, &tickets, now)?;
    let (looked_at, skipped) = (listed.len(), listed.len() - ours.len());
    Ok(MovedBatch { looked_at, skipped, failed: 0, movements: written.movements })
}

/// What a batch leaves to be written.
#[derive(Default)]
struct Written {
    /// What had broken before, for what is made whole.
    breaches: Vec<BreachRow>,
    clocks: Vec<ClockRow>,
    touched: Vec<TicketId>,
    events: Vec<EventRow>,
    outbox: Vec<NewMessage>,
    /// What the writers of tickets are told.
    told: Vec<(TicketId, NoticeContent)>,
    movements: Vec<Movement>,
}

impl Written {
    /// A promise that broke before and that the sweep has not seen yet broke when it did, whatever day it has from now on.
    fn see_breach(
        &mut self,
        rules: &Rulebook,
        ticket: &mut TicketRow,
        clock: &mut ClockRow,
        now: DateTime<Utc>,
    ) {
        if !clock.has_unseen_breach(now) {
            return;
        }
        let stands = Standing::of(ticket);
        let (event, fact) = breach(rules, ticket, stands, clock, now);
        let EventRow { ticket_id, occurred_at, data, .. } = event.clone();
        self.breaches.push(BreachRow { ticket_id, occurred_at, data });
        self.touched.push(ticket_id);
        self.events.push(event);
        self.outbox.extend(fact);
    }

    fn take(&mut self, course: &Course<'_>, ticket: &mut TicketRow, before: &ClockRow, revision: Revision) {
        let Course { rules, now, .. } = *course;
        let Revision { mut clock, absorbed } = revision;
        let matter = MatterRow { reference: ticket.reference.clone(), key: LimitKey::from(&*ticket) };
        let Some(movement) = movement(before, &clock, &matter, now) else {
            return self.clocks.push(clock);
        };
        if movement.is_moved() {
            self.touched.push(ticket.id);
            self.events.push(recalculated(course, ticket, before, &clock, &absorbed));
            self.told.extend(told(ticket, &movement).map(|content| (ticket.id, content)));
        }
        if movement.is_newly_breached {
            let stands = Standing::of(ticket);
            let (event, fact) = breach(rules, ticket, stands, &mut clock, now);
            self.events.push(event);
            self.outbox.extend(fact);
        }
        if let Some(broken_at) = before.breached_at.filter(|_| clock.breached_at.is_none()) {
            self.take_breach_back(course, ticket, &clock, broken_at);
        }
        if ticket.citizen_clock_id == Some(clock.id) {
            ticket.due_at = Some(clock.due_at);
        }
        self.clocks.push(clock);
        self.movements.push(movement);
    }

    fn take_breach_back(
        &mut self,
        course: &Course<'_>,
        ticket: &mut TicketRow,
        clock: &ClockRow,
        broken_at: DateTime<Utc>,
    ) {
        let Course { rules, change, now } = *course;
        let Some(healed) = Healed::among(&self.breaches, clock, broken_at) else { return };
        let data = healed.particulars(clock, Cause::Recalculation(change.recalculation_id));
        let event = NewEvent { kind: EventKind::BreachReversed, occurred_at: now, data };
        self.events.push(append(ticket, &Caller::System, event));
        self.outbox.extend(healed.fact(rules, ticket, now));
    }

    fn save(
        &self,
        conn: &mut PgConnection,
        tickets: &HashMap<TicketId, TicketRow>,
        now: DateTime<Utc>,
    ) -> Result<(), TicketError> {
        store::update_clocks(conn, &self.clocks.iter().collect::<Vec<_>>())?;
        if self.touched.is_empty() {
            return Ok(());
        }
        events::insert_many(conn, &self.events)?;
        store::update_tickets(
            conn,
            &self.touched.iter().filter_map(|id| tickets.get(id)).collect::<Vec<_>>(),
        )?;
        outbox::enqueue(conn, &self.outbox)?;
        let notices = notices_to_writers(conn, &self.told)?.into_iter();
        let notices: Vec<NewMessage> = notices.map(|notice| notice.into_message(now)).collect();
        Ok(outbox::enqueue(conn, &notices)?)
    }
}

/// `None`: the promise is what it was.
fn movement(before: &ClockRow, after: &ClockRow, matter: &MatterRow, now: DateTime<Utc>) -> Option<Movement> {
    let is_broken = |clock: &ClockRow| clock.status == ClockStatus::Running && clock.is_broken(now);
    let is_same = before.due_at == after.due_at && before.is_provisional == after.is_provisional;
    (!is_same).then(|| Movement {
        clock_id: after.id,
        reference: matter.reference.clone(),
        metric: after.metric,
        department_id: after.department_id.or(matter.key.department_id),
        due_on_before: before.due_on,
        due_on_after: after.due_on,
        due_at_before: before.due_at,
        due_at_after: after.due_at,
        is_newly_breached: is_broken(after) && !is_broken(before),
        is_no_longer_breached: is_broken(before) && !is_broken(after),
    })
}

fn recalculated(
    course: &Course<'_>,
    ticket: &mut TicketRow,
    before: &ClockRow,
    after: &ClockRow,
    absorbed: &[AlarmLevel],
) -> EventRow {
    let data = json!({
        "metric": after.metric,
        "due_on_before": before.due_on,
        "due_on": after.due_on,
        "due_at": after.due_at,
        "calendar": {"code": after.calendar_code, "from": before.calendar_version, "to": after.calendar_version},
        "time_limits": {"code": after.policy_code, "from": before.policy_version, "to": after.policy_version},
        "absorbed": absorbed,
        "recalculation_id": course.change.recalculation_id,
    });
    let event = NewEvent { kind: EventKind::DueRecalculated, occurred_at: course.now, data };
    append(ticket, &Caller::System, event)
}

/// The citizen is told when the answer they were promised comes later.
fn told(ticket: &TicketRow, movement: &Movement) -> Option<NoticeContent> {
    let is_later = movement.metric == Metric::Reply && movement.due_at_after > movement.due_at_before;
    let (reference, due_on) = (ticket.reference.clone(), movement.due_on_after);
    is_later.then_some(NoticeContent::DueCorrected { reference, due_on })
}

fn pauses(
    conn: &mut PgConnection,
    ids: Vec<ClockId>,
) -> Result<HashMap<ClockId, Vec<PauseRow>>, TicketError> {
    let mut pauses: HashMap<ClockId, Vec<PauseRow>> = HashMap::new();
    for pause in clocks::list_pauses(conn, &ids)? {
        pauses.entry(pause.clock_id).or_default().push(pause);
    }
    Ok(pauses)
}

fn of<'a>(pauses: &'a HashMap<ClockId, Vec<PauseRow>>, clock: &ClockRow) -> &'a [PauseRow] {
    pauses.get(&clock.id).map_or(&[], Vec::as_slice)
}
