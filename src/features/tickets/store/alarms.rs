//! The statements of the alarm sweep: each for any number of clocks at once, so that a batch costs a handful of them.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

use super::clocks::ClockRow;
use super::events::EventRow;
use super::tickets::TicketRow;
use crate::features::tickets::model::{ClockId, TicketId, WorkOrderId};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{clock, work_order};

/// Where a clock stands in the order of alarms.
pub type AlarmKey = (DateTime<Utc>, ClockId);

/// A clock that is due: the instant of its alarm, the clock, its ticket.
pub type Alarming = (Option<DateTime<Utc>>, ClockId, TicketId);

/// The clocks whose next alarm is due, from after `after` on, with their tickets. Locks nothing.
pub fn list_alarming(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    after: AlarmKey,
    limit: i64,
) -> QueryResult<Vec<Alarming>> {
    let is_after = sql::<Bool>("(clock.next_alarm_at, clock.id) > (")
        .bind::<Timestamptz, _>(after.0)
        .sql(", ")
        .bind::<SqlUuid, _>(after.1)
        .sql(")");
    clock::table
        .filter(clock::next_alarm_at.is_not_null())
        .filter(clock::next_alarm_at.le(now))
        .filter(is_after)
        .order((clock::next_alarm_at, clock::id))
        .limit(limit)
        .select((clock::next_alarm_at, clock::id, clock::ticket_id))
        .load(conn)
}

/// Locks those of the clocks whose next alarm is still due. Their tickets must be locked already.
///
/// Found by their keys alone: were the instant a condition too, every batch would read the index of all that is due.
pub fn lock_alarming(
    conn: &mut PgConnection,
    ids: &[ClockId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<ClockRow>> {
    let query = clock::table.filter(clock::id.eq_any(ids)).order(clock::id);
    let rows: Vec<ClockRow> = query.select(ClockRow::as_select()).for_update().load(conn)?;
    Ok(rows.into_iter().filter(|row| row.next_alarm_at.is_some_and(|at| at <= now)).collect())
}

/// Who works on these work orders, where somebody was named.
pub fn list_assignees(
    conn: &mut PgConnection,
    ids: &[WorkOrderId],
) -> QueryResult<Vec<(WorkOrderId, StaffId)>> {
    work_order::table
        .filter(work_order::id.eq_any(ids).and(work_order::assignee_id.is_not_null()))
        .select((work_order::id, work_order::assignee_id.assume_not_null()))
        .load(conn)
}

/// Writes back what an alarm changes of its clock.
pub fn update_clocks(conn: &mut PgConnection, rows: &[&ClockRow]) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE clock SET last_alarm = fired.last_alarm, next_alarm_at = fired.next_alarm_at, \
             breached_at = fired.breached_at \
         FROM unnest($1, $2, $3, $4) AS fired (id, last_alarm, next_alarm_at, breached_at) \
         WHERE clock.id = fired.id",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.last_alarm).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(rows.iter().map(|row| row.next_alarm_at).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(rows.iter().map(|row| row.breached_at).collect::<Vec<_>>())
    .execute(conn)
}

/// Writes back the ends of the tickets' chains of events, and nothing else: the version stays.
pub fn update_chains(conn: &mut PgConnection, rows: &[&TicketRow]) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE ticket SET event_count = chained.event_count, event_hash = chained.event_hash \
         FROM unnest($1, $2, $3) AS chained (id, event_count, event_hash) WHERE ticket.id = chained.id",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(rows.iter().map(|row| row.event_count).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(rows.iter().map(|row| row.event_hash.as_slice()).collect::<Vec<_>>())
    .execute(conn)
}

/// Adds events of many tickets with one statement, whose text does not depend on how many they are.
pub fn insert_events(conn: &mut PgConnection, rows: &[EventRow]) -> QueryResult<usize> {
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
