//! What was joined to a ticket, and whose promises a clock took over.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;

use super::clocks::ClockRow;
use super::limit_key::LimitKey;
use crate::features::tickets::model::{ClockId, TicketId};
use crate::platform::db::Prepared;
use crate::platform::db::schema::{clock, ticket};

/// A ticket that was joined to another: what its limits are chosen by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ticket, check_for_backend(diesel::pg::Pg))]
pub struct JoinedRow {
    pub id: TicketId,
    #[diesel(embed)]
    pub key: LimitKey,
    pub category_at_receipt: Option<i32>,
    pub merged_into: Option<TicketId>,
    pub received_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: ClockId,
}

/// The tickets that were joined to a root, each with the promise it had then. What had been joined to one of them before
/// counts, too, as long as that one had not promised a reply itself: then its own clock has the earliest already.
pub fn list_joined(conn: &mut PgConnection, root: TicketId) -> QueryResult<Vec<(ClockRow, JoinedRow)>> {
    let found: Vec<Found> = Prepared::new(
        "WITH RECURSIVE joined AS ( \
             SELECT clock.id, clock.ticket_id, clock.metric FROM ticket JOIN clock ON clock.ticket_id = ticket.id \
             WHERE ticket.merged_into = ? AND clock.end_cause = 'merged' AND clock.metric IN ('accept', 'reply') \
             UNION ALL \
             SELECT clock.id, clock.ticket_id, clock.metric FROM joined \
             JOIN ticket ON ticket.merged_into = joined.ticket_id JOIN clock ON clock.ticket_id = ticket.id \
             WHERE joined.metric = 'accept' AND clock.end_cause = 'merged' AND clock.metric IN ('accept', 'reply')) \
         SELECT id FROM joined",
    )
    .bind::<SqlUuid, _>(root)
    .load(conn)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    clock::table
        .inner_join(ticket::table.on(ticket::id.eq(clock::ticket_id)))
        .filter(clock::id.eq_any(found.into_iter().map(|row| row.id).collect::<Vec<_>>()))
        .order(clock::id)
        .select((ClockRow::as_select(), JoinedRow::as_select()))
        .load(conn)
}

#[derive(QueryableByName)]
struct Ancestor {
    #[diesel(sql_type = SqlUuid)]
    id: ClockId,
    #[diesel(sql_type = SqlUuid)]
    ticket_id: TicketId,
}

/// A clock and those whose promises it took over, one after the other, each with its ticket.
pub fn list_line(conn: &mut PgConnection, clock: &ClockRow) -> QueryResult<Vec<(ClockId, TicketId)>> {
    if clock.joined_ticket_id.is_none() {
        return Ok(vec![(clock.id, clock.ticket_id)]);
    }
    let line: Vec<Ancestor> = diesel::sql_query(
        "WITH RECURSIVE line AS ( \
             SELECT id, ticket_id, joined_ticket_id FROM clock WHERE id = $1 \
             UNION ALL \
             SELECT clock.id, clock.ticket_id, clock.joined_ticket_id FROM line \
             JOIN clock ON clock.ticket_id = line.joined_ticket_id \
             WHERE clock.end_cause = 'merged' AND clock.metric IN ('accept', 'reply')) \
         SELECT id, ticket_id FROM line",
    )
    .bind::<SqlUuid, _>(clock.id)
    .load(conn)?;
    Ok(line.into_iter().map(|row| (row.id, row.ticket_id)).collect())
}

/// The public number of a ticket.
pub fn find_reference(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<String>> {
    ticket::table.filter(ticket::id.eq(id)).select(ticket::reference).first(conn).optional()
}
