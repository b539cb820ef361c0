//! What was joined to a ticket, and whose promises a clock took over.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use serde_json::Value;

use super::clocks::ClockRow;
use super::limit_key::LimitKey;
use crate::features::tickets::model::{ClockId, TicketId};
use crate::platform::db::Prepared;
use crate::platform::db::schema::{clock, submitter, ticket};
use crate::rules::vocabulary::Kind;

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

/// The ticket that goes on for this one: what it was joined to, and what that was joined to. Itself, if it was not.
pub fn find_root(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<TicketId>> {
    let root: Option<JoinedId> = Prepared::new(
        "WITH RECURSIVE up AS ( \
             SELECT id, merged_into FROM ticket WHERE id = ? \
             UNION ALL \
             SELECT ticket.id, ticket.merged_into FROM up JOIN ticket ON ticket.id = up.merged_into) \
         SELECT id AS joined_id FROM up WHERE merged_into IS NULL",
    )
    .bind::<SqlUuid, _>(id)
    .load(conn)?
    .into_iter()
    .next();
    Ok(root.map(|row| row.joined_id))
}

#[derive(QueryableByName)]
struct JoinedId {
    #[diesel(sql_type = SqlUuid)]
    joined_id: TicketId,
}

/// Those of these tickets to which letters were joined.
pub fn list_roots(conn: &mut PgConnection, ids: &[TicketId]) -> QueryResult<Vec<TicketId>> {
    ticket::table
        .filter(ticket::merged_into.eq_any(ids))
        .select(ticket::merged_into.assume_not_null())
        .distinct()
        .load(conn)
}

/// The letters that were joined to a ticket, and those that had been joined to them, in the order of their ids.
pub fn list_joined_ids(conn: &mut PgConnection, root: TicketId) -> QueryResult<Vec<TicketId>> {
    let rows: Vec<JoinedId> = Prepared::new(
        "WITH RECURSIVE joined AS ( \
             SELECT id FROM ticket WHERE merged_into = ? \
             UNION ALL \
             SELECT ticket.id FROM joined JOIN ticket ON ticket.merged_into = joined.id) \
         SELECT id AS joined_id FROM joined ORDER BY id",
    )
    .bind::<SqlUuid, _>(root)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.joined_id).collect())
}

/// A letter that was joined, as it was written.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ticket, check_for_backend(diesel::pg::Pg))]
pub struct JoinedLetterRow {
    pub id: TicketId,
    pub reference: String,
    pub kind: Kind,
    pub category_id: i32,
    pub title: String,
    pub body: String,
    pub form: Value,
    pub received_at: DateTime<Utc>,
}

/// These letters, in the order of their ids.
pub fn list_letters(conn: &mut PgConnection, ids: &[TicketId]) -> QueryResult<Vec<JoinedLetterRow>> {
    ticket::table
        .filter(ticket::id.eq_any(ids))
        .order(ticket::id)
        .select(JoinedLetterRow::as_select())
        .load(conn)
}

/// The public numbers of these letters, one for each mail address, without those whose address is `but`.
pub fn list_other_addresses(
    conn: &mut PgConnection,
    ids: &[TicketId],
    but: Option<Vec<u8>>,
) -> QueryResult<Vec<(TicketId, String)>> {
    let rows: Vec<(TicketId, String, Option<Vec<u8>>)> = ticket::table
        .inner_join(submitter::table.on(submitter::ticket_id.eq(ticket::id)))
        .filter(ticket::id.eq_any(ids).and(submitter::mail_index.is_not_null()))
        .order(ticket::id)
        .select((ticket::id, ticket::reference, submitter::mail_index))
        .load(conn)?;
    let mut told: HashSet<Vec<u8>> = but.into_iter().collect();
    let new = rows.into_iter().filter(|(_, _, index)| index.clone().is_some_and(|index| told.insert(index)));
    Ok(new.map(|(id, number, _)| (id, number)).collect())
}

/// The public number of a ticket.
pub fn find_reference(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<String>> {
    ticket::table.filter(ticket::id.eq(id)).select(ticket::reference).first(conn).optional()
}
