//! Rows of `ticket`, `message` and `reference_block`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date};
use serde_json::Value;

use crate::features::tickets::model::{ClockId, MessageId, MessageKind, TicketId, WorkOrderId};
use crate::platform::auth::caller::{CallerKind, StaffId};
use crate::platform::db::schema::{message, reference_block, ticket};
use crate::platform::http::locale::Locale;
use crate::rules::transitions::{Outcome, State};
use crate::rules::vocabulary::{Channel, Kind, Priority};

/// A ticket without its texts: all that a command decides by and changes.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ticket, check_for_backend(diesel::pg::Pg))]
pub struct TicketRow {
    pub id: TicketId,
    pub reference: String,
    pub kind: Kind,
    pub channel: Channel,
    pub category_id: i32,
    pub locale: Locale,
    pub state: State,
    pub resume_state: Option<State>,
    pub outcome: Option<Outcome>,
    pub cycle: i16,
    pub refusals: i16,
    pub department_id: Option<i32>,
    pub lead_work_order_id: Option<WorkOrderId>,
    pub citizen_clock_id: Option<ClockId>,
    pub due_at: Option<DateTime<Utc>>,
    pub publication_refused: bool,
    pub urges: i16,
    pub last_urged_on: Option<NaiveDate>,
    pub was_reopened_by_citizen: bool,
    pub satisfaction: Option<i16>,
    pub merged_into: Option<TicketId>,
    pub received_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub event_count: i32,
    pub event_hash: Vec<u8>,
    pub version: i32,
    pub priority: Priority,
    pub category_at_receipt: Option<i32>,
}

/// A ticket's texts.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ticket, check_for_backend(diesel::pg::Pg))]
pub struct TicketTextRow {
    pub title: String,
    pub body: String,
    pub form: Value,
    pub district_code: Option<String>,
    pub source: Option<String>,
    pub source_reference: Option<String>,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = ticket, treat_none_as_default_value = false)]
pub struct NewTicketRow {
    pub id: TicketId,
    pub reference: String,
    pub access_code_hash: Vec<u8>,
    pub kind: Kind,
    pub channel: Channel,
    pub category_id: i32,
    pub district_code: Option<String>,
    pub title: String,
    pub body: String,
    pub form: Value,
    pub locale: Locale,
    pub state: State,
    pub outcome: Option<Outcome>,
    pub department_id: Option<i32>,
    pub citizen_clock_id: Option<ClockId>,
    pub due_at: Option<DateTime<Utc>>,
    pub publication_refused: bool,
    pub source: Option<String>,
    pub source_reference: Option<String>,
    pub received_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub event_count: i32,
    pub event_hash: Vec<u8>,
}

/// What a command may change. `None` becomes NULL.
#[derive(AsChangeset)]
#[diesel(table_name = ticket, treat_none_as_null = true)]
struct TicketChanges<'a> {
    state: State,
    resume_state: Option<State>,
    outcome: Option<Outcome>,
    cycle: i16,
    refusals: i16,
    department_id: Option<i32>,
    lead_work_order_id: Option<WorkOrderId>,
    citizen_clock_id: Option<ClockId>,
    due_at: Option<DateTime<Utc>>,
    publication_refused: bool,
    urges: i16,
    last_urged_on: Option<NaiveDate>,
    was_reopened_by_citizen: bool,
    satisfaction: Option<i16>,
    merged_into: Option<TicketId>,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    event_count: i32,
    event_hash: &'a [u8],
    version: i32,
    category_id: i32,
    priority: Priority,
    category_at_receipt: Option<i32>,
}

pub fn insert(conn: &mut PgConnection, rows: &[NewTicketRow]) -> QueryResult<usize> {
    match rows {
        // The text of this statement never changes, so that it is prepared once a connection.
        [row] => diesel::insert_into(ticket::table).values(row).execute(conn),
        rows => diesel::insert_into(ticket::table).values(rows).execute(conn),
    }
}

/// Locks the ticket for the rest of the transaction.
pub fn lock_by_reference(conn: &mut PgConnection, reference: &str) -> QueryResult<Option<TicketRow>> {
    ticket::table
        .filter(ticket::reference.eq(reference))
        .select(TicketRow::as_select())
        .for_update()
        .first(conn)
        .optional()
}

/// Locks the ticket for the rest of the transaction.
pub fn lock(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<TicketRow>> {
    ticket::table.filter(ticket::id.eq(id)).select(TicketRow::as_select()).for_update().first(conn).optional()
}

/// Locks a ticket and the one it is to be joined to, the lower id first, so that two merges that cross cannot deadlock.
pub fn lock_pair(conn: &mut PgConnection, id: TicketId, root: &str) -> QueryResult<Vec<TicketId>> {
    ticket::table
        .filter(ticket::id.eq(id).or(ticket::reference.eq(root)))
        .order(ticket::id)
        .select(ticket::id)
        .for_update()
        .load(conn)
}

/// Locks those of the tickets that nobody else holds, in key order.
pub fn lock_free(conn: &mut PgConnection, ids: &[TicketId]) -> QueryResult<Vec<TicketRow>> {
    ticket::table
        .filter(ticket::id.eq_any(ids))
        .order(ticket::id)
        .select(TicketRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
}

pub fn find_by_reference(
    conn: &mut PgConnection,
    reference: &str,
) -> QueryResult<Option<(TicketRow, TicketTextRow)>> {
    ticket::table
        .filter(ticket::reference.eq(reference))
        .select((TicketRow::as_select(), TicketTextRow::as_select()))
        .first(conn)
        .optional()
}

pub fn find(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<(TicketRow, TicketTextRow)>> {
    ticket::table
        .filter(ticket::id.eq(id))
        .select((TicketRow::as_select(), TicketTextRow::as_select()))
        .first(conn)
        .optional()
}

/// The ticket with this reference and the hash of its access code.
pub fn find_access_hash(
    conn: &mut PgConnection,
    reference: &str,
) -> QueryResult<Option<(TicketId, Vec<u8>)>> {
    ticket::table
        .filter(ticket::reference.eq(reference))
        .select((ticket::id, ticket::access_code_hash))
        .first(conn)
        .optional()
}

/// Which of these source references a source already has here.
pub fn list_known_sources(
    conn: &mut PgConnection,
    source: &str,
    references: &[String],
) -> QueryResult<Vec<String>> {
    ticket::table
        .filter(ticket::source.eq(source).and(ticket::source_reference.eq_any(references)))
        .select(ticket::source_reference.assume_not_null())
        .load(conn)
}

pub fn update(conn: &mut PgConnection, row: &TicketRow) -> QueryResult<usize> {
    let changes = TicketChanges {
        state: row.state,
        resume_state: row.resume_state,
        outcome: row.outcome,
        cycle: row.cycle,
        refusals: row.refusals,
        department_id: row.department_id,
        lead_work_order_id: row.lead_work_order_id,
        citizen_clock_id: row.citizen_clock_id,
        due_at: row.due_at,
        publication_refused: row.publication_refused,
        urges: row.urges,
        last_urged_on: row.last_urged_on,
        was_reopened_by_citizen: row.was_reopened_by_citizen,
        satisfaction: row.satisfaction,
        merged_into: row.merged_into,
        answered_at: row.answered_at,
        ended_at: row.ended_at,
        event_count: row.event_count,
        event_hash: &row.event_hash,
        version: row.version,
        category_id: row.category_id,
        priority: row.priority,
        category_at_receipt: row.category_at_receipt,
    };
    diesel::update(ticket::table.filter(ticket::id.eq(row.id))).set(changes).execute(conn)
}

/// Takes the next `size` numbers of a day for this instance; returns the first.
pub fn take_reference_block(conn: &mut PgConnection, day: NaiveDate, size: i64) -> QueryResult<i64> {
    let next: i64 = diesel::insert_into(reference_block::table)
        .values((reference_block::issued_on.eq(day), reference_block::next_number.eq(1 + size)))
        .on_conflict(reference_block::issued_on)
        .do_update()
        .set(reference_block::next_number.eq(reference_block::next_number + size))
        .returning(reference_block::next_number)
        .get_result(conn)?;
    Ok(next - size)
}

#[derive(QueryableByName)]
struct BlockRow {
    #[diesel(sql_type = Date)]
    issued_on: NaiveDate,
    #[diesel(sql_type = BigInt)]
    next_number: i64,
}

/// Takes as many numbers of each day as it says; returns the first of each.
pub fn take_reference_blocks(
    conn: &mut PgConnection,
    sizes: &BTreeMap<NaiveDate, i64>,
) -> QueryResult<BTreeMap<NaiveDate, i64>> {
    let rows: Vec<BlockRow> = diesel::sql_query(
        "INSERT INTO reference_block (issued_on, next_number) SELECT day, size + 1 FROM unnest($1, $2) AS taken (day, size) \
         ON CONFLICT (issued_on) DO UPDATE SET next_number = reference_block.next_number + excluded.next_number - 1 \
         RETURNING issued_on, next_number",
    )
    .bind::<Array<Date>, _>(sizes.keys().copied().collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(sizes.values().copied().collect::<Vec<_>>())
    .load(conn)?;
    let first = |row: BlockRow| Some((row.issued_on, row.next_number - sizes.get(&row.issued_on)?));
    Ok(rows.into_iter().filter_map(first).collect())
}

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

pub fn insert_message(conn: &mut PgConnection, row: &MessageRow) -> QueryResult<usize> {
    diesel::insert_into(message::table).values(row).execute(conn)
}

pub fn list_messages(conn: &mut PgConnection, id: TicketId) -> QueryResult<Vec<MessageRow>> {
    message::table
        .filter(message::ticket_id.eq(id))
        .order((message::sent_at, message::id))
        .select(MessageRow::as_select())
        .load(conn)
}
