//! Rows of `supervision_order`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::{Array, Integer, Text, Timestamptz, Uuid as SqlUuid};

use super::clock::OrderAlarm;
use super::lifecycle::OrderStatus;
use super::model::OrderId;
use crate::features::escalation::model::AlarmId;
use crate::features::tickets::TicketId;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::supervision_order;

#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Insertable, AsChangeset)]
#[diesel(table_name = supervision_order, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub(super) struct OrderRow {
    pub id: OrderId,
    pub ticket_id: TicketId,
    pub reference: String,
    pub department_id: i32,
    pub status: OrderStatus,
    pub alarm_id: Option<AlarmId>,
    pub instruction: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub due_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub issued_by: Option<StaffId>,
    pub issued_at: Option<DateTime<Utc>>,
    pub acknowledged_by: Option<StaffId>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub feedback: Option<String>,
    pub answered_by: Option<StaffId>,
    pub answered_at: Option<DateTime<Utc>>,
    pub times_returned: i16,
    pub remark: Option<String>,
    pub ended_by: Option<StaffId>,
    pub ended_at: Option<DateTime<Utc>>,
    pub last_alarm: Option<OrderAlarm>,
    pub next_alarm_at: Option<DateTime<Utc>>,
    pub version: i32,
}

pub(super) fn insert(conn: &mut PgConnection, row: &OrderRow) -> QueryResult<usize> {
    diesel::insert_into(supervision_order::table).values(row).execute(conn)
}

pub(super) fn update(conn: &mut PgConnection, row: &OrderRow) -> QueryResult<usize> {
    diesel::update(supervision_order::table.find(row.id)).set(row).execute(conn)
}

pub(super) fn find(conn: &mut PgConnection, id: OrderId) -> QueryResult<Option<OrderRow>> {
    supervision_order::table.find(id).select(OrderRow::as_select()).first(conn).optional()
}

pub(super) fn lock(conn: &mut PgConnection, id: OrderId) -> QueryResult<Option<OrderRow>> {
    supervision_order::table.find(id).select(OrderRow::as_select()).for_update().first(conn).optional()
}

/// The order about this ticket that this department has, or that is proposed for it. The ticket must be locked.
pub(super) fn find_open(
    conn: &mut PgConnection,
    ticket: TicketId,
    department: i32,
) -> QueryResult<Option<OrderRow>> {
    use OrderStatus::{Acknowledged, Answered, Issued, Proposed};
    supervision_order::table
        .filter(supervision_order::ticket_id.eq(ticket).and(supervision_order::department_id.eq(department)))
        .filter(supervision_order::status.eq_any([Proposed, Issued, Acknowledged, Answered]))
        .select(OrderRow::as_select())
        .for_update()
        .first(conn)
        .optional()
}

/// A page of the orders that stand so, the newest first, those before `before`; everywhere or of some departments.
pub(super) fn list(
    conn: &mut PgConnection,
    status: OrderStatus,
    departments: Option<&[i32]>,
    before: OrderId,
    limit: i64,
) -> QueryResult<Vec<OrderRow>> {
    let Some(departments) = departments else {
        return supervision_order::table
            .filter(supervision_order::status.eq(status).and(supervision_order::id.lt(before)))
            .order(supervision_order::id.desc())
            .limit(limit)
            .select(OrderRow::as_select())
            .load(conn);
    };
    diesel::sql_query(
        "SELECT found.* FROM unnest($1) AS here (department_id) CROSS JOIN LATERAL ( \
             SELECT * FROM supervision_order AS o WHERE o.department_id = here.department_id AND o.status = $2 \
                 AND o.id < $3 ORDER BY o.id DESC LIMIT $4) AS found \
         ORDER BY found.id DESC LIMIT $4",
    )
    .bind::<Array<Integer>, _>(departments)
    .bind::<Text, _>(status)
    .bind::<SqlUuid, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// These orders, in the order of their keys.
pub(super) fn list_these(conn: &mut PgConnection, ids: &[OrderId]) -> QueryResult<Vec<OrderRow>> {
    supervision_order::table
        .filter(supervision_order::id.eq_any(ids))
        .order(supervision_order::id)
        .select(OrderRow::as_select())
        .load(conn)
}

/// Locks orders whose alarm has come due and that no other sweep holds, without `except`.
pub(super) fn lock_due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    except: &[OrderId],
    limit: i64,
) -> QueryResult<Vec<OrderId>> {
    supervision_order::table
        .filter(supervision_order::next_alarm_at.le(now))
        .filter(supervision_order::id.ne_all(except))
        .order((supervision_order::next_alarm_at, supervision_order::id))
        .limit(limit)
        .select(supervision_order::id)
        .for_update()
        .skip_locked()
        .load(conn)
}

/// An order that a department should have answered.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = supervision_order, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::escalation) struct LateOrder {
    /// The ticket's public number.
    pub reference: String,
    /// The department that has it.
    pub department_id: i32,
    /// When it was due.
    pub due_on: Option<NaiveDate>,
}

/// The orders that are late at `now` ([`crate::rules::sla::is_over`]), the oldest first.
pub(in crate::features::escalation) fn list_late(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Vec<LateOrder>> {
    supervision_order::table
        .filter(supervision_order::due_at.le(now))
        .filter(supervision_order::status.eq_any([OrderStatus::Issued, OrderStatus::Acknowledged]))
        .order((supervision_order::due_at, supervision_order::id))
        .select(LateOrder::as_select())
        .load(conn)
}

/// What an alarm of the leader's level proposes an order about.
#[derive(Debug, Clone)]
pub(in crate::features::escalation) struct Proposal {
    /// The alarm.
    pub alarm_id: AlarmId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// The ticket's public number.
    pub reference: String,
    /// The department in charge.
    pub department_id: i32,
}

/// Proposes orders, with one statement. Where the department has one about the ticket already, nothing is proposed.
pub(in crate::features::escalation) fn propose(
    conn: &mut PgConnection,
    proposals: &[Proposal],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    if proposals.is_empty() {
        return Ok(0);
    }
    let ids: Vec<OrderId> = proposals.iter().map(|_| OrderId::new(now)).collect();
    diesel::sql_query(
        "INSERT INTO supervision_order (id, ticket_id, reference, department_id, alarm_id, status, created_at) \
         SELECT id, ticket_id, reference, department_id, alarm_id, 'proposed', $6 \
         FROM unnest($1, $2, $3, $4, $5) AS made (id, ticket_id, reference, department_id, alarm_id) \
         ON CONFLICT DO NOTHING",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<SqlUuid>, _>(proposals.iter().map(|made| made.ticket_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(proposals.iter().map(|made| made.reference.as_str()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(proposals.iter().map(|made| made.department_id).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(proposals.iter().map(|made| made.alarm_id).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}
