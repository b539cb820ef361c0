//! Rows of `ticket`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Integer, Uuid as SqlUuid};
use serde_json::Value;

use super::work_orders::WorkOrderRow;
use crate::features::tickets::model::{ClockId, TicketId, WorkOrderId, WorkOrderRole};
use crate::platform::auth::caller::Ownership;
use crate::platform::db::schema::ticket;
use crate::platform::http::locale::Locale;
use crate::rules::lifecycle::{Outcome, State};
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

impl TicketRow {
    /// Who has it now: the departments that lead and assist, and the people they named.
    pub fn ownership(&self, open_orders: &[WorkOrderRow]) -> Ownership {
        let working = || open_orders.iter().filter(|order| order.role != WorkOrderRole::Inform);
        let others = working().map(|order| order.department_id);
        Ownership {
            kind: self.kind,
            departments: self.department_id.into_iter().chain(others).collect(),
            assignees: working().filter_map(|order| order.assignee_id).collect(),
        }
    }

    /// The same for those who are only told of it.
    pub fn informed(&self, open_orders: &[WorkOrderRow]) -> Ownership {
        let told = open_orders.iter().filter(|order| order.role == WorkOrderRole::Inform);
        let departments = told.map(|order| order.department_id).collect();
        Ownership { kind: self.kind, departments, assignees: Vec::new() }
    }
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

/// Puts the digest of a new access code in the place of the former one.
pub fn update_access_hash(conn: &mut PgConnection, id: TicketId, hash: &[u8]) -> QueryResult<usize> {
    diesel::update(ticket::table.find(id)).set(ticket::access_code_hash.eq(hash)).execute(conn)
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
