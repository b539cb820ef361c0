//! Rows of `work_order`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::features::tickets::model::{TicketId, WorkOrderId, WorkOrderRole, WorkOrderStatus};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{ticket, work_order};
use crate::rules::vocabulary::Kind;

const OPEN: [WorkOrderStatus; 4] =
    [WorkOrderStatus::Issued, WorkOrderStatus::Signed, WorkOrderStatus::Replied, WorkOrderStatus::Returned];

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = work_order, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct WorkOrderRow {
    pub id: WorkOrderId,
    pub ticket_id: TicketId,
    pub cycle: i16,
    pub department_id: i32,
    pub role: WorkOrderRole,
    pub status: WorkOrderStatus,
    pub is_final: bool,
    pub instruction: Option<String>,
    pub assignee_id: Option<StaffId>,
    pub contribution: Option<String>,
    pub contributed_by: Option<StaffId>,
    pub issued_at: DateTime<Utc>,
    pub signed_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    pub proposed_department_id: Option<i32>,
}

pub fn insert(conn: &mut PgConnection, rows: &[WorkOrderRow]) -> QueryResult<usize> {
    diesel::insert_into(work_order::table).values(rows).execute(conn)
}

/// Writes a changed row back.
pub fn update(conn: &mut PgConnection, row: &WorkOrderRow) -> QueryResult<usize> {
    diesel::update(work_order::table.filter(work_order::id.eq(row.id))).set(row).execute(conn)
}

pub fn list(conn: &mut PgConnection, id: TicketId) -> QueryResult<Vec<WorkOrderRow>> {
    work_order::table
        .filter(work_order::ticket_id.eq(id))
        .order((work_order::issued_at, work_order::id))
        .select(WorkOrderRow::as_select())
        .load(conn)
}

pub fn list_open(conn: &mut PgConnection, id: TicketId) -> QueryResult<Vec<WorkOrderRow>> {
    work_order::table
        .filter(work_order::ticket_id.eq(id).and(work_order::status.eq_any(OPEN)))
        .order((work_order::issued_at, work_order::id))
        .select(WorkOrderRow::as_select())
        .load(conn)
}

/// Ends every open work order of a ticket with the same status and reason.
pub fn end_open(
    conn: &mut PgConnection,
    id: TicketId,
    status: WorkOrderStatus,
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(
        work_order::table.filter(work_order::ticket_id.eq(id).and(work_order::status.eq_any(OPEN))),
    )
    .set((work_order::status.eq(status), work_order::ended_at.eq(at), work_order::end_reason.eq(reason)))
    .execute(conn)
}

/// Who delivered parts of assisting departments to a ticket, in whatever cycle.
pub fn list_contributors(conn: &mut PgConnection, id: TicketId) -> QueryResult<Vec<StaffId>> {
    work_order::table
        .filter(work_order::ticket_id.eq(id).and(work_order::contributed_by.is_not_null()))
        .order((work_order::ended_at, work_order::id))
        .select(work_order::contributed_by.assume_not_null())
        .load(conn)
}

/// Who handles these tickets, where the lead department has named somebody.
pub fn list_lead_assignees(
    conn: &mut PgConnection,
    tickets: &[TicketId],
) -> QueryResult<Vec<(TicketId, StaffId)>> {
    work_order::table
        .filter(work_order::ticket_id.eq_any(tickets).and(work_order::assignee_id.is_not_null()))
        .filter(work_order::role.eq(WorkOrderRole::Lead).and(work_order::status.eq_any(OPEN)))
        .select((work_order::ticket_id, work_order::assignee_id.assume_not_null()))
        .load(conn)
}

/// An open work order that somebody was given.
#[derive(Debug, Clone, Queryable)]
pub struct AssignedOrder {
    pub ticket_id: TicketId,
    pub kind: Kind,
    pub department_id: i32,
    pub staff_id: StaffId,
}

/// The open work orders that these people were given; `None`: that anybody was.
pub fn list_assigned(conn: &mut PgConnection, of: Option<&[StaffId]>) -> QueryResult<Vec<AssignedOrder>> {
    let mut query = work_order::table
        .inner_join(ticket::table.on(ticket::id.eq(work_order::ticket_id)))
        .filter(work_order::assignee_id.is_not_null().and(work_order::status.eq_any(OPEN)))
        .select((
            work_order::ticket_id,
            ticket::kind,
            work_order::department_id,
            work_order::assignee_id.assume_not_null(),
        ))
        .into_boxed();
    if let Some(of) = of {
        query = query.filter(work_order::assignee_id.eq_any(of.to_vec()));
    }
    query.load(conn)
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
