//! Rows of `reply`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::features::tickets::model::{ReplyId, ReplyKind, ReplyStatus, TicketId};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::reply;
use crate::rules::lifecycle::Outcome;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = reply, check_for_backend(diesel::pg::Pg))]
pub struct ReplyRow {
    pub id: ReplyId,
    pub cycle: i16,
    pub kind: ReplyKind,
    pub status: ReplyStatus,
    pub body: String,
    pub outcome: Option<Outcome>,
    pub author_ids: Vec<StaffId>,
    pub reviewer_id: Option<StaffId>,
    pub return_reason: Option<String>,
    pub content_digest: Vec<u8>,
    pub reviewed_digest: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub sent_at: Option<DateTime<Utc>>,
    pub version: i32,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = reply)]
pub struct NewReplyRow<'a> {
    pub id: ReplyId,
    pub ticket_id: TicketId,
    pub cycle: i16,
    pub kind: ReplyKind,
    pub status: ReplyStatus,
    pub origin: &'a str,
    pub body: &'a str,
    pub outcome: Option<Outcome>,
    pub author_ids: Vec<StaffId>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

#[derive(AsChangeset)]
#[diesel(table_name = reply, treat_none_as_null = true)]
struct ReplyChanges<'a> {
    status: ReplyStatus,
    body: &'a str,
    outcome: Option<Outcome>,
    author_ids: &'a [StaffId],
    reviewer_id: Option<StaffId>,
    return_reason: Option<&'a str>,
    reviewed_digest: Option<&'a [u8]>,
    submitted_at: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    version: i32,
}

pub fn insert(conn: &mut PgConnection, rows: &[NewReplyRow<'_>]) -> QueryResult<usize> {
    diesel::insert_into(reply::table).values(rows).execute(conn)
}

/// Writes a changed row back.
pub fn update(conn: &mut PgConnection, row: &ReplyRow) -> QueryResult<usize> {
    let changes = ReplyChanges {
        status: row.status,
        body: &row.body,
        outcome: row.outcome,
        author_ids: &row.author_ids,
        reviewer_id: row.reviewer_id,
        return_reason: row.return_reason.as_deref(),
        reviewed_digest: row.reviewed_digest.as_deref(),
        submitted_at: row.submitted_at,
        sent_at: row.sent_at,
        version: row.version,
    };
    diesel::update(reply::table.filter(reply::id.eq(row.id))).set(changes).execute(conn)
}

/// Lays aside what is written on a ticket and not sent, but for the reply `except`.
pub fn discard_unsent(
    conn: &mut PgConnection,
    ticket_id: TicketId,
    except: Option<ReplyId>,
) -> QueryResult<usize> {
    let unsent = reply::table
        .filter(reply::ticket_id.eq(ticket_id))
        .filter(reply::status.eq_any([ReplyStatus::Draft, ReplyStatus::InReview]))
        .filter(reply::id.ne(except.unwrap_or(ReplyId(Uuid::nil()))));
    diesel::update(unsent)
        .set((reply::status.eq(ReplyStatus::Discarded), reply::version.eq(reply::version + 1)))
        .execute(conn)
}

pub fn find(conn: &mut PgConnection, ticket_id: TicketId, id: ReplyId) -> QueryResult<Option<ReplyRow>> {
    reply::table
        .filter(reply::id.eq(id).and(reply::ticket_id.eq(ticket_id)))
        .select(ReplyRow::as_select())
        .first(conn)
        .optional()
}

/// The replies of a ticket: those sent in the order of sending, then the others, oldest first.
pub fn list(conn: &mut PgConnection, ticket_id: TicketId) -> QueryResult<Vec<ReplyRow>> {
    reply::table
        .filter(reply::ticket_id.eq(ticket_id))
        .order((reply::sent_at, reply::created_at, reply::id))
        .select(ReplyRow::as_select())
        .load(conn)
}
