//! A ticket's history: events, each chained to the one before it.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::Value;

use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::events::{self, EventRow};
use crate::features::tickets::store::tickets::{self, TicketRow};
use crate::features::tickets::store::work_orders;
use crate::platform::auth::caller::{Caller, Ownership};
use crate::rules::history::{self, Link};
use crate::rules::lifecycle::EventKind;

/// An event before it stands in a history.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Its particulars, in codes.
    pub data: Value,
}

/// Puts an event at the end of a ticket's chain.
pub fn append(ticket: &mut TicketRow, caller: &Caller, event: NewEvent) -> EventRow {
    let place = Place { ticket_id: ticket.id, sequence: ticket.event_count.saturating_add(1) };
    let row = link(place, &ticket.event_hash, caller, event);
    ticket.event_count = row.sequence;
    ticket.event_hash.clone_from(&row.hash);
    row
}

/// The event with which a ticket's chain begins.
pub fn begin(ticket_id: TicketId, caller: &Caller, event: NewEvent) -> EventRow {
    link(Place { ticket_id, sequence: 1 }, &history::GENESIS, caller, event)
}

/// Where in which chain an event stands.
struct Place {
    ticket_id: TicketId,
    sequence: i32,
}

/// The event, chained to the hash before it.
fn link(place: Place, previous: &[u8], caller: &Caller, event: NewEvent) -> EventRow {
    let (Place { ticket_id, sequence }, NewEvent { kind, occurred_at, data }) = (place, event);
    let (actor_kind, actor_id) = (caller.kind(), actor_id(caller));
    let actor = format!("{actor_kind}:{}", actor_id.as_deref().unwrap_or_default());
    let hash = history::chain(previous, Link { sequence, kind, occurred_at, actor: &actor, data: &data });
    EventRow { ticket_id, sequence, kind, occurred_at, actor_kind, actor_id, data, hash: hash.to_vec() }
}

fn actor_id(caller: &Caller) -> Option<String> {
    match caller {
        Caller::Staff(staff) => Some(staff.id.to_string()),
        Caller::Rule { number } => Some(number.to_string()),
        Caller::Citizen { .. } | Caller::System => None,
    }
}

/// A ticket that is locked until the transaction ends, so that a feature above can write into its history what it does about
/// it, without changing the ticket.
pub struct HeldTicket(TicketRow);

impl HeldTicket {
    /// Locks the ticket with this id.
    pub fn lock(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<HeldTicket>> {
        Ok(tickets::lock(conn, id)?.map(HeldTicket))
    }

    /// Locks the ticket with this reference.
    pub fn lock_by_reference(conn: &mut PgConnection, reference: &str) -> QueryResult<Option<HeldTicket>> {
        Ok(tickets::lock_by_reference(conn, reference)?.map(HeldTicket))
    }

    /// Who has the ticket now; whoever may read for one of them may see it.
    pub fn ownership(&self, conn: &mut PgConnection) -> QueryResult<Ownership> {
        Ok(self.0.ownership(&work_orders::list_open(conn, self.0.id)?))
    }

    /// Which ticket.
    pub fn id(&self) -> TicketId {
        self.0.id
    }

    /// Its public number.
    pub fn reference(&self) -> &str {
        &self.0.reference
    }

    /// The department in charge; `None`: the desk.
    pub fn department_id(&self) -> Option<i32> {
        self.0.department_id
    }

    /// Whether the matter is still to be answered.
    pub fn is_open(&self) -> bool {
        self.0.state.is_open()
    }

    /// Adds an event. The ticket's version stays: nothing that anybody edits has changed.
    pub fn record(&mut self, conn: &mut PgConnection, caller: &Caller, event: NewEvent) -> QueryResult<()> {
        let event = append(&mut self.0, caller, event);
        events::insert(conn, std::slice::from_ref(&event))?;
        tickets::update_chains(conn, &[&self.0])?;
        Ok(())
    }
}
