//! Rows of `publication_revision`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::features::publication::model::{PublicationId, RevisionOrigin, RevisionStatus};
use crate::features::publication::redaction::Texts;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::publication_revision;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = publication_revision, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::publication) struct RevisionRow {
    pub publication_id: PublicationId,
    pub number: i32,
    pub origin: RevisionOrigin,
    pub status: RevisionStatus,
    pub title: String,
    pub question: String,
    pub answer: String,
    pub answer_digest: Vec<u8>,
    pub editor_ids: Vec<StaffId>,
    pub reviewer_id: Option<StaffId>,
    pub return_reason: Option<String>,
    pub content_digest: Vec<u8>,
    pub reviewed_digest: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub published_at: Option<DateTime<Utc>>,
}

impl RevisionRow {
    pub fn texts(&self) -> Texts {
        Texts { title: self.title.clone(), question: self.question.clone(), answer: self.answer.clone() }
    }
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = publication_revision)]
pub(in crate::features::publication) struct NewRevisionRow {
    pub publication_id: PublicationId,
    pub number: i32,
    pub origin: RevisionOrigin,
    pub status: RevisionStatus,
    pub title: String,
    pub question: String,
    pub answer: String,
    pub answer_digest: Vec<u8>,
    pub editor_ids: Vec<StaffId>,
    pub created_at: DateTime<Utc>,
    pub published_at: Option<DateTime<Utc>>,
}

#[derive(AsChangeset)]
#[diesel(table_name = publication_revision, treat_none_as_null = true)]
struct RevisionChanges<'a> {
    origin: RevisionOrigin,
    status: RevisionStatus,
    title: &'a str,
    question: &'a str,
    answer: &'a str,
    editor_ids: &'a [StaffId],
    reviewer_id: Option<StaffId>,
    return_reason: Option<&'a str>,
    reviewed_digest: Option<&'a [u8]>,
    submitted_at: Option<DateTime<Utc>>,
    published_at: Option<DateTime<Utc>>,
}

pub(in crate::features::publication) fn insert(
    conn: &mut PgConnection,
    rows: &[NewRevisionRow],
) -> QueryResult<usize> {
    diesel::insert_into(publication_revision::table).values(rows).execute(conn)
}

pub(in crate::features::publication) fn get(
    conn: &mut PgConnection,
    id: PublicationId,
    number: i32,
) -> QueryResult<RevisionRow> {
    publication_revision::table.find((id, number)).select(RevisionRow::as_select()).first(conn)
}

/// Writes a changed row; returns it with the digest of its texts.
pub(in crate::features::publication) fn update(
    conn: &mut PgConnection,
    row: &RevisionRow,
) -> QueryResult<RevisionRow> {
    let changes = RevisionChanges {
        origin: row.origin,
        status: row.status,
        title: &row.title,
        question: &row.question,
        answer: &row.answer,
        editor_ids: &row.editor_ids,
        reviewer_id: row.reviewer_id,
        return_reason: row.return_reason.as_deref(),
        reviewed_digest: row.reviewed_digest.as_deref(),
        submitted_at: row.submitted_at,
        published_at: row.published_at,
    };
    diesel::update(publication_revision::table.find((row.publication_id, row.number)))
        .set(changes)
        .returning(RevisionRow::as_returning())
        .get_result(conn)
}

pub(in crate::features::publication) fn set_status(
    conn: &mut PgConnection,
    id: PublicationId,
    number: i32,
    status: RevisionStatus,
) -> QueryResult<usize> {
    diesel::update(publication_revision::table.find((id, number)))
        .set(publication_revision::status.eq(status))
        .execute(conn)
}
