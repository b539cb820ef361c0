//! The tables `session` and `spent_refresh_token`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::platform::auth::caller::{SessionId, StaffId};
use crate::platform::db::schema::{session, spent_refresh_token, staff, staff_grant};
use crate::rules::vocabulary::Role;

/// A session to be inserted.
#[derive(Insertable)]
#[diesel(table_name = session)]
pub(in crate::features::accounts) struct NewSessionRow<'a> {
    pub(in crate::features::accounts) id: SessionId,
    pub(in crate::features::accounts) staff_id: StaffId,
    pub(in crate::features::accounts) created_at: DateTime<Utc>,
    pub(in crate::features::accounts) expires_at: DateTime<Utc>,
    pub(in crate::features::accounts) refresh_hash: &'a [u8],
    pub(in crate::features::accounts) refresh_expires_at: DateTime<Utc>,
}

/// A live session that a refresh token belongs to.
#[derive(Debug, Clone, Queryable)]
pub(in crate::features::accounts) struct RefreshableRow {
    pub(in crate::features::accounts) id: SessionId,
    pub(in crate::features::accounts) staff_id: StaffId,
    pub(in crate::features::accounts) expires_at: DateTime<Utc>,
}

/// One line of the session's owner and one of their grants; an owner without grants has one line.
#[derive(Debug, Clone, Queryable)]
pub(in crate::features::accounts) struct CallerRow {
    pub(in crate::features::accounts) id: StaffId,
    pub(in crate::features::accounts) username: String,
    pub(in crate::features::accounts) department_id: Option<i32>,
    pub(in crate::features::accounts) grant: Option<(Role, Option<i32>)>,
}

pub(in crate::features::accounts) fn insert_session(
    conn: &mut PgConnection,
    row: &NewSessionRow<'_>,
) -> QueryResult<()> {
    diesel::insert_into(session::table).values(row).execute(conn).map(|_| ())
}

/// Everything a request needs to know about its caller, in one statement: nothing when the session has ended or its
/// owner is disabled.
pub(in crate::features::accounts) fn list_caller_rows(
    conn: &mut PgConnection,
    of: StaffId,
    in_session: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<CallerRow>> {
    session::table
        .inner_join(staff::table.left_join(staff_grant::table))
        .filter(session::id.eq(in_session))
        .filter(session::staff_id.eq(of))
        .filter(session::revoked_at.is_null())
        .filter(session::expires_at.gt(now))
        .filter(staff::disabled_at.is_null())
        .select((
            staff::id,
            staff::username,
            staff::department_id,
            (staff_grant::role, staff_grant::department_id).nullable(),
        ))
        .load(conn)
}

/// The live session whose refresh token this is now, locked. The owner's row stays unlocked: whoever disables the owner
/// locks that one first and the sessions next.
pub(in crate::features::accounts) fn lock_refreshable(
    conn: &mut PgConnection,
    refresh_hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<RefreshableRow>> {
    session::table
        .filter(session::refresh_hash.eq(refresh_hash))
        .filter(session::revoked_at.is_null())
        .filter(session::refresh_expires_at.gt(now))
        .select((session::id, session::staff_id, session::expires_at))
        .for_update()
        .first(conn)
        .optional()
}

pub(in crate::features::accounts) fn update_refresh(
    conn: &mut PgConnection,
    id: SessionId,
    refresh_hash: &[u8],
    refresh_expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(session::table.find(id))
        .set((session::refresh_hash.eq(refresh_hash), session::refresh_expires_at.eq(refresh_expires_at)))
        .execute(conn)
        .map(|_| ())
}

pub(in crate::features::accounts) fn insert_spent(
    conn: &mut PgConnection,
    token_hash: &[u8],
    of: SessionId,
) -> QueryResult<()> {
    diesel::insert_into(spent_refresh_token::table)
        .values((spent_refresh_token::token_hash.eq(token_hash), spent_refresh_token::session_id.eq(of)))
        .execute(conn)
        .map(|_| ())
}

pub(in crate::features::accounts) fn find_spent(
    conn: &mut PgConnection,
    token_hash: &[u8],
) -> QueryResult<Option<SessionId>> {
    spent_refresh_token::table.find(token_hash).select(spent_refresh_token::session_id).first(conn).optional()
}

/// Ends a session. Tells how many were live, 0 or 1.
pub(in crate::features::accounts) fn revoke_session(
    conn: &mut PgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(session::table.find(id).filter(session::revoked_at.is_null()))
        .set(session::revoked_at.eq(now))
        .execute(conn)
}

/// Forgets at most `limit` sessions that ended before `before`.
pub(in crate::features::accounts) fn delete_expired(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    let old =
        session::table.filter(session::expires_at.lt(before)).select(session::id).limit(limit).into_boxed();
    diesel::delete(session::table.filter(session::id.eq_any(old))).execute(conn)
}
