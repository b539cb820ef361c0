//! Rows of `ticket_event`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::features::tickets::model::TicketId;
use crate::platform::auth::caller::CallerKind;
use crate::platform::db::schema::ticket_event;
use crate::rules::history::EventKind;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = ticket_event, check_for_backend(diesel::pg::Pg), treat_none_as_default_value = false)]
pub struct EventRow {
    pub ticket_id: TicketId,
    pub sequence: i32,
    pub kind: EventKind,
    pub occurred_at: DateTime<Utc>,
    pub actor_kind: CallerKind,
    pub actor_id: Option<String>,
    pub data: Value,
    pub hash: Vec<u8>,
}

/// A breach in a ticket's history.
#[derive(Debug, Clone, Queryable)]
pub struct BreachRow {
    pub ticket_id: TicketId,
    pub occurred_at: DateTime<Utc>,
    pub data: Value,
}

pub fn insert(conn: &mut PgConnection, rows: &[EventRow]) -> QueryResult<usize> {
    match rows {
        // The text of this statement never changes, so that it is prepared once a connection.
        [row] => diesel::insert_into(ticket_event::table).values(row).execute(conn),
        rows => diesel::insert_into(ticket_event::table).values(rows).execute(conn),
    }
}

/// A ticket's history from after `sequence` on, oldest first.
pub fn list(conn: &mut PgConnection, id: TicketId, after: i32, limit: i64) -> QueryResult<Vec<EventRow>> {
    ticket_event::table
        .filter(ticket_event::ticket_id.eq(id).and(ticket_event::sequence.gt(after)))
        .order(ticket_event::sequence)
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
}

/// The breaches in the histories of these tickets, oldest first. Reads the tickets' events by the primary key.
pub fn list_breaches(conn: &mut PgConnection, tickets: &[TicketId]) -> QueryResult<Vec<BreachRow>> {
    ticket_event::table
        .filter(ticket_event::ticket_id.eq_any(tickets).and(ticket_event::kind.eq(EventKind::Breached)))
        .order((ticket_event::ticket_id, ticket_event::sequence))
        .select((ticket_event::ticket_id, ticket_event::occurred_at, ticket_event::data))
        .load(conn)
}
