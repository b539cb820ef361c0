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

/// A page of a ticket's messages from after this one on, the oldest first; `without` this kind.
pub fn list(
    conn: &mut PgConnection,
    id: TicketId,
    without: Option<MessageKind>,
    after: Option<(DateTime<Utc>, MessageId)>,
    limit: i64,
) -> QueryResult<Vec<MessageRow>> {
    let mut query = message::table
        .filter(message::ticket_id.eq(id))
        .order((message::sent_at, message::id))
        .limit(limit)
        .select(MessageRow::as_select())
        .into_boxed();
    if let Some(kind) = without {
        query = query.filter(message::kind.ne(kind));
    }
    if let Some((at, last)) = after {
        let is_next = message::sent_at.eq(at).and(message::id.gt(last));
        query = query.filter(message::sent_at.gt(at).or(is_next));
    }
    query.load(conn)
}

/// The newest messages that the citizen may see, the oldest of them first.
pub fn list_newest_for_citizen(
    conn: &mut PgConnection,
    id: TicketId,
    limit: i64,
) -> QueryResult<Vec<MessageRow>> {
    let mut newest: Vec<MessageRow> = message::table
        .filter(message::ticket_id.eq(id).and(message::kind.ne(MessageKind::Note)))
        .order((message::sent_at.desc(), message::id.desc()))
        .limit(limit)
        .select(MessageRow::as_select())
        .load(conn)?;
    newest.reverse();
    Ok(newest)
}

/// How many additions of its citizen a ticket has: all of them, and those from this instant on.
pub fn count_additions(
    conn: &mut PgConnection,
    id: TicketId,
    since: DateTime<Utc>,
) -> QueryResult<(i64, i64)> {
    let additions = message::ticket_id.eq(id).and(message::kind.eq(MessageKind::Addition));
    let all = message::table.filter(additions).count().get_result(conn)?;
    let of_today =
        message::table.filter(additions).filter(message::sent_at.ge(since)).count().get_result(conn)?;
    Ok((all, of_today))
}
