//! Rows of `submitter` and `submitter_access`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::features::tickets::model::TicketId;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{submitter, submitter_access, ticket};
use crate::platform::locale::Locale;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = submitter, check_for_backend(diesel::pg::Pg), treat_none_as_default_value = false)]
pub struct SubmitterRow {
    pub ticket_id: TicketId,
    pub sealed: Vec<u8>,
    pub phone_index: Option<Vec<u8>>,
    pub mail_index: Option<Vec<u8>>,
}

pub fn insert(conn: &mut PgConnection, row: &SubmitterRow) -> QueryResult<usize> {
    diesel::insert_into(submitter::table).values(row).execute(conn)
}

pub fn insert_all(conn: &mut PgConnection, rows: &[SubmitterRow]) -> QueryResult<usize> {
    diesel::insert_into(submitter::table).values(rows).execute(conn)
}

/// The next submitters in the order of their tickets, locked until the transaction ends.
pub fn lock_after(
    conn: &mut PgConnection,
    after: Option<TicketId>,
    limit: i64,
) -> QueryResult<Vec<SubmitterRow>> {
    let after = after.unwrap_or(TicketId(Uuid::nil()));
    submitter::table
        .filter(submitter::ticket_id.gt(after))
        .order(submitter::ticket_id)
        .limit(limit)
        .select(SubmitterRow::as_select())
        .for_update()
        .load(conn)
}

/// Writes changed data back.
pub fn update(conn: &mut PgConnection, row: &SubmitterRow) -> QueryResult<usize> {
    diesel::update(submitter::table.filter(submitter::ticket_id.eq(row.ticket_id)))
        .set((
            submitter::sealed.eq(&row.sealed),
            submitter::phone_index.eq(&row.phone_index),
            submitter::mail_index.eq(&row.mail_index),
        ))
        .execute(conn)
}

pub fn find(conn: &mut PgConnection, id: TicketId) -> QueryResult<Option<SubmitterRow>> {
    submitter::table
        .filter(submitter::ticket_id.eq(id))
        .select(SubmitterRow::as_select())
        .first(conn)
        .optional()
}

/// The submitters of the first ticket and of the last, by the primary key.
pub fn list_ends(conn: &mut PgConnection) -> QueryResult<Vec<SubmitterRow>> {
    let rows = submitter::table.select(SubmitterRow::as_select()).limit(1).into_boxed();
    let last: Vec<SubmitterRow> = rows.order(submitter::ticket_id.desc()).load(conn)?;
    let rows = submitter::table.select(SubmitterRow::as_select()).limit(1).into_boxed();
    let first: Vec<SubmitterRow> = rows.order(submitter::ticket_id.asc()).load(conn)?;
    Ok(first.into_iter().chain(last).collect())
}

/// The submitter, and the language of their letter.
pub fn find_with_locale(
    conn: &mut PgConnection,
    id: TicketId,
) -> QueryResult<Option<(SubmitterRow, Locale)>> {
    submitter::table
        .inner_join(ticket::table.on(ticket::id.eq(submitter::ticket_id)))
        .filter(submitter::ticket_id.eq(id))
        .select((SubmitterRow::as_select(), ticket::locale))
        .first(conn)
        .optional()
}

pub fn insert_access(
    conn: &mut PgConnection,
    access_id: Uuid,
    id: TicketId,
    staff: StaffId,
    at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(submitter_access::table)
        .values((
            submitter_access::id.eq(access_id),
            submitter_access::ticket_id.eq(id),
            submitter_access::staff_id.eq(staff),
            submitter_access::accessed_at.eq(at),
        ))
        .execute(conn)
}
