//! The tables `account_request` and `account_event`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{AccountEventId, AccountEventKind, AccountRequestId};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{account_event, account_request, staff};
use crate::rules::vocabulary::Role;

/// A request, as it is stored and as it is inserted.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_request)]
pub(super) struct RequestRow {
    pub(super) id: AccountRequestId,
    pub(super) staff_id: StaffId,
    pub(super) role: Option<Role>,
    pub(super) department_id: Option<i32>,
    pub(super) requested_by: StaffId,
    pub(super) requested_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

/// What was done to an account.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_event)]
pub(super) struct AccountEventRow {
    pub(super) id: AccountEventId,
    pub(super) staff_id: StaffId,
    pub(super) kind: AccountEventKind,
    pub(super) actor_id: Option<StaffId>,
    pub(super) role: Option<Role>,
    pub(super) occurred_at: DateTime<Utc>,
}

/// Fails with `account_request_pending` while the same waits.
pub(super) fn insert(conn: &mut PgConnection, row: &RequestRow) -> QueryResult<()> {
    diesel::insert_into(account_request::table).values(row).execute(conn).map(|_| ())
}

/// Puts an end to the requests for an account that nobody decided in time.
pub(super) fn end_expired(conn: &mut PgConnection, of: StaffId, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(
        account_request::table
            .filter(account_request::staff_id.eq(of))
            .filter(account_request::was_approved.is_null())
            .filter(account_request::expires_at.le(now)),
    )
    .set((account_request::was_approved.eq(false), account_request::decided_at.eq(now)))
    .execute(conn)
}

/// The request, if it waits at `now`, locked.
pub(super) fn lock_pending(
    conn: &mut PgConnection,
    id: AccountRequestId,
    now: DateTime<Utc>,
) -> QueryResult<Option<RequestRow>> {
    account_request::table
        .find(id)
        .filter(account_request::was_approved.is_null())
        .filter(account_request::expires_at.gt(now))
        .select(RequestRow::as_select())
        .for_update()
        .first(conn)
        .optional()
}

pub(super) fn update_decided(
    conn: &mut PgConnection,
    id: AccountRequestId,
    was_approved: bool,
    by: StaffId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(account_request::table.find(id))
        .set((
            account_request::was_approved.eq(was_approved),
            account_request::decided_by.eq(by),
            account_request::decided_at.eq(now),
        ))
        .execute(conn)
        .map(|_| ())
}

/// What waits for these accounts at `now`, the oldest first.
pub(super) fn list_of(
    conn: &mut PgConnection,
    of: &[StaffId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<RequestRow>> {
    account_request::table
        .filter(account_request::staff_id.eq_any(of))
        .filter(account_request::was_approved.is_null())
        .filter(account_request::expires_at.gt(now))
        .order((account_request::requested_at, account_request::id))
        .select(RequestRow::as_select())
        .load(conn)
}

/// A page of what waits at `now`, with the names of the accounts, after this one; `departments` limits whose.
pub(super) fn list_pending(
    conn: &mut PgConnection,
    departments: Option<Vec<i32>>,
    after: Option<(DateTime<Utc>, AccountRequestId)>,
    limit: i64,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(RequestRow, String)>> {
    let mut query = account_request::table
        .inner_join(staff::table)
        .filter(account_request::was_approved.is_null())
        .filter(account_request::expires_at.gt(now))
        .order((account_request::requested_at, account_request::id))
        .limit(limit)
        .select((RequestRow::as_select(), staff::username))
        .into_boxed();
    if let Some(departments) = departments {
        query = query.filter(staff::department_id.eq_any(departments));
    }
    if let Some((at, id)) = after {
        let is_later = account_request::requested_at.gt(at);
        let is_next = account_request::requested_at.eq(at).and(account_request::id.gt(id));
        query = query.filter(is_later.or(is_next));
    }
    query.load(conn)
}

pub(super) fn insert_event(conn: &mut PgConnection, row: &AccountEventRow) -> QueryResult<()> {
    diesel::insert_into(account_event::table).values(row).execute(conn).map(|_| ())
}

/// A page of what was done to an account, the oldest first.
pub(super) fn list_events(
    conn: &mut PgConnection,
    of: StaffId,
    after: Option<AccountEventId>,
    limit: i64,
) -> QueryResult<Vec<AccountEventRow>> {
    let mut query = account_event::table
        .filter(account_event::staff_id.eq(of))
        .order(account_event::id)
        .limit(limit)
        .select(AccountEventRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(account_event::id.gt(after));
    }
    query.load(conn)
}
