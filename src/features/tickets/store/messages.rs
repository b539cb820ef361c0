//! Rows of `message`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::features::tickets::model::{MessageId, MessageKind, TicketId};
use crate::platform::auth::caller::{CallerKind, StaffId};
use crate::platform::db::schema::message;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = message, check_for_backend(diesel::pg::Pg))]
pub struct MessageRow {
    pub id: MessageId,
    pub ticket_id: TicketId,
    pub kind: MessageKind,
    pub body: String,
    pub author_kind: CallerKind,
    pub author_id: Option<StaffId>,
    pub sent_at: DateTime<Utc>,
}

pub fn insert(conn: &mut PgConnection, row: &MessageRow) -> QueryResult<usize> {
    diesel::insert_into(message::table).values(row).execute(conn)
}

/// The messages of these tickets, ticket by ticket, oldest first.
pub fn list_of(conn: &mut PgConnection, ids: &[TicketId]) -> QueryResult<Vec<MessageRow>> {
    message::table
        .filter(message::ticket_id.eq_any(ids))
        .order((message::ticket_id, message::sent_at, message::id))
        .select(MessageRow::as_select())
        .load(conn)
}

pub fn list(conn: &mut PgConnection, id: TicketId) -> QueryResult<Vec<MessageRow>> {
    message::table
        .filter(message::ticket_id.eq(id))
        .order((message::sent_at, message::id))
        .select(MessageRow::as_select())
        .load(conn)
}
