//! Rows of `approval`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::clocks::ClockRow;
use crate::features::tickets::model::{ApprovalId, ApprovalKind, ApprovalStatus, ClockId, TicketId};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::approval;
use crate::rules::vocabulary::Unit;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = approval, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct ApprovalRow {
    pub id: ApprovalId,
    pub ticket_id: TicketId,
    pub kind: ApprovalKind,
    pub clock_id: Option<ClockId>,
    pub amount: Option<i32>,
    pub unit: Option<Unit>,
    pub ground: String,
    pub advice: Option<String>,
    pub requested_by: StaffId,
    pub requested_at: DateTime<Utc>,
    pub status: ApprovalStatus,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
}

pub fn insert(conn: &mut PgConnection, row: &ApprovalRow) -> QueryResult<usize> {
    diesel::insert_into(approval::table).values(row).execute(conn)
}

/// Writes a changed row back.
pub fn update(conn: &mut PgConnection, row: &ApprovalRow) -> QueryResult<usize> {
    diesel::update(approval::table.filter(approval::id.eq(row.id))).set(row).execute(conn)
}

pub fn find_pending(
    conn: &mut PgConnection,
    ticket_id: TicketId,
    kind: ApprovalKind,
) -> QueryResult<Option<ApprovalRow>> {
    approval::table
        .filter(approval::ticket_id.eq(ticket_id))
        .filter(approval::kind.eq(kind).and(approval::status.eq(ApprovalStatus::Pending)))
        .select(ApprovalRow::as_select())
        .first(conn)
        .optional()
}

pub fn list(conn: &mut PgConnection, ticket_id: TicketId) -> QueryResult<Vec<ApprovalRow>> {
    approval::table
        .filter(approval::ticket_id.eq(ticket_id))
        .order((approval::requested_at, approval::id))
        .select(ApprovalRow::as_select())
        .load(conn)
}

/// The extensions that were granted on these clocks, each named with its ticket.
pub fn list_granted(conn: &mut PgConnection, line: &[(ClockId, TicketId)]) -> QueryResult<Vec<ApprovalRow>> {
    let (clocks, tickets): (Vec<ClockId>, Vec<TicketId>) = line.iter().copied().unzip();
    approval::table
        .filter(approval::ticket_id.eq_any(tickets))
        .filter(approval::clock_id.eq_any(clocks).and(approval::status.eq(ApprovalStatus::Granted)))
        .order((approval::requested_at, approval::id))
        .select(ApprovalRow::as_select())
        .load(conn)
}

/// Voids the request for more time on a clock that has ended.
pub fn void_extension(conn: &mut PgConnection, clock: &ClockRow, at: DateTime<Utc>) -> QueryResult<usize> {
    let pending = approval::table
        .filter(approval::ticket_id.eq(clock.ticket_id).and(approval::status.eq(ApprovalStatus::Pending)))
        .filter(approval::clock_id.eq(clock.id));
    diesel::update(pending)
        .set((approval::status.eq(ApprovalStatus::Void), approval::decided_at.eq(at)))
        .execute(conn)
}

/// Voids what nobody will decide any more.
pub fn void_pending(conn: &mut PgConnection, ticket_id: TicketId, at: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(
        approval::table
            .filter(approval::ticket_id.eq(ticket_id).and(approval::status.eq(ApprovalStatus::Pending))),
    )
    .set((approval::status.eq(ApprovalStatus::Void), approval::decided_at.eq(at)))
    .execute(conn)
}
