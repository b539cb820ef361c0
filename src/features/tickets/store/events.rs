//! Rows of `ticket_event`.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

use crate::features::tickets::model::TicketId;
use crate::platform::auth::caller::CallerKind;
use crate::platform::db::schema::ticket_event;
use crate::rules::lifecycle::EventKind;

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

/// A page of the events of these kinds in a ticket's history from after `sequence` on, oldest first. Of the moves of due days
/// only those of the reply count.
pub fn list_of_kinds(
    conn: &mut PgConnection,
    id: TicketId,
    kinds: &[EventKind],
    after: i32,
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    let is_of_the_reply = sql::<Bool>("ticket_event.data ->> 'metric' = 'reply'");
    ticket_event::table
        .filter(ticket_event::ticket_id.eq(id).and(ticket_event::sequence.gt(after)))
        .filter(ticket_event::kind.eq_any(kinds))
        .filter(ticket_event::kind.ne(EventKind::DueRecalculated).or(is_of_the_reply))
        .order(ticket_event::sequence)
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
}

/// The newest events of these kinds in a ticket's history, oldest first. Of the moves of due days only those of the reply
/// count.
pub fn list_newest(
    conn: &mut PgConnection,
    id: TicketId,
    kinds: &[EventKind],
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    let is_of_the_reply = sql::<Bool>("ticket_event.data ->> 'metric' = 'reply'");
    let mut newest: Vec<EventRow> = ticket_event::table
        .filter(ticket_event::ticket_id.eq(id).and(ticket_event::kind.eq_any(kinds)))
        .filter(ticket_event::kind.ne(EventKind::DueRecalculated).or(is_of_the_reply))
        .order(ticket_event::sequence.desc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)?;
    newest.reverse();
    Ok(newest)
}

/// How many events of a kind a ticket has from this instant on. Reads the ticket's events by the primary key.
pub fn count_since(
    conn: &mut PgConnection,
    id: TicketId,
    kind: EventKind,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    ticket_event::table
        .filter(ticket_event::ticket_id.eq(id).and(ticket_event::kind.eq(kind)))
        .filter(ticket_event::occurred_at.ge(since))
        .count()
        .get_result(conn)
}

/// The breaches in the histories of these tickets, oldest first. Reads the tickets' events by the primary key.
pub fn list_breaches(conn: &mut PgConnection, tickets: &[TicketId]) -> QueryResult<Vec<BreachRow>> {
    ticket_event::table
        .filter(ticket_event::ticket_id.eq_any(tickets).and(ticket_event::kind.eq(EventKind::Breached)))
        .order((ticket_event::ticket_id, ticket_event::sequence))
        .select((ticket_event::ticket_id, ticket_event::occurred_at, ticket_event::data))
        .load(conn)
}

/// Adds events of many tickets with one statement, whose text does not depend on how many they are.
pub fn insert_many(conn: &mut PgConnection, rows: &[EventRow]) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO ticket_event (ticket_id, sequence, kind, occurred_at, actor_kind, actor_id, data, hash) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.ticket_id).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(rows.iter().map(|row| row.sequence).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.kind).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(rows.iter().map(|row| row.occurred_at).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.actor_kind).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.actor_id.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(rows.iter().map(|row| &row.data).collect::<Vec<&Value>>())
    .bind::<Array<Binary>, _>(rows.iter().map(|row| row.hash.as_slice()).collect::<Vec<_>>())
    .execute(conn)
}
