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

/// A look at a submitter, to be inserted.
#[derive(Debug, Insertable)]
#[diesel(table_name = submitter_access)]
pub struct NewAccessRow<'a> {
    pub id: Uuid,
    pub ticket_id: TicketId,
    pub staff_id: StaffId,
    pub accessed_at: DateTime<Utc>,
    pub reason: &'a str,
}

pub fn insert_access(conn: &mut PgConnection, row: &NewAccessRow<'_>) -> QueryResult<usize> {
    diesel::insert_into(submitter_access::table).values(row).execute(conn)
}

/// A look at a submitter, with the ticket's public number.
#[derive(Debug, Queryable)]
pub struct AccessRow {
    pub id: Uuid,
    pub reference: String,
    pub staff_id: StaffId,
    pub accessed_at: DateTime<Utc>,
    pub reason: Option<String>,
}

/// Which looks; `None`: all.
#[derive(Debug, Clone, Default)]
pub struct AccessFilter {
    pub staff_id: Option<StaffId>,
    pub ticket_id: Option<TicketId>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// A page of looks, the newest first, those before `before`.
pub fn list_accesses(
    conn: &mut PgConnection,
    filter: &AccessFilter,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> QueryResult<Vec<AccessRow>> {
    let mut query = submitter_access::table
        .inner_join(ticket::table.on(ticket::id.eq(submitter_access::ticket_id)))
        .order((submitter_access::accessed_at.desc(), submitter_access::id.desc()))
        .limit(limit)
        .select((
            submitter_access::id,
            ticket::reference,
            submitter_access::staff_id,
            submitter_access::accessed_at,
            submitter_access::reason,
        ))
        .into_boxed();
    if let Some(staff_id) = filter.staff_id {
        query = query.filter(submitter_access::staff_id.eq(staff_id));
    }
    if let Some(ticket_id) = filter.ticket_id {
        query = query.filter(submitter_access::ticket_id.eq(ticket_id));
    }
    if let Some(from) = filter.from {
        query = query.filter(submitter_access::accessed_at.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(submitter_access::accessed_at.lt(until));
    }
    if let Some((at, id)) = before {
        let is_before = submitter_access::accessed_at
            .lt(at)
            .or(submitter_access::accessed_at.eq(at).and(submitter_access::id.lt(id)));
        query = query.filter(submitter_access::accessed_at.le(at)).filter(is_before);
    }
    query.load(conn)
}
