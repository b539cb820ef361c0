//! Lets a feature above write into a ticket's history what it does about the ticket, without changing the ticket.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::Value;

use crate::features::tickets::command::case::append;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::{alarms, events, tickets};
use crate::platform::auth::caller::Caller;
use crate::rules::history::EventKind;

/// A ticket that is locked until the transaction ends.
pub struct HeldTicket(tickets::TicketRow);

impl HeldTicket {
    /// Locks the ticket with this id.
    pub fn lock(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<HeldTicket>> {
        Ok(tickets::lock(conn, id)?.map(HeldTicket))
    }

    /// Locks the ticket with this reference.
    pub fn lock_by_reference(conn: &mut PgConnection, reference: &str) -> QueryResult<Option<HeldTicket>> {
        Ok(tickets::lock_by_reference(conn, reference)?.map(HeldTicket))
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
    pub fn record(
        &mut self,
        conn: &mut PgConnection,
        caller: &Caller,
        now: DateTime<Utc>,
        (kind, data): (EventKind, Value),
    ) -> QueryResult<()> {
        let event = append(&mut self.0, caller, now, kind, data);
        events::insert(conn, std::slice::from_ref(&event))?;
        alarms::update_chains(conn, &[&self.0])?;
        Ok(())
    }
}
