//! Rows of `redaction_finding`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::features::publication::model::{FindingId, FindingStatus, PublicationId};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::redaction_finding;
use crate::rules::personal_data::{Confidence, FindingKind, Part};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = redaction_finding, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::publication) struct FindingRow {
    pub id: FindingId,
    pub publication_id: PublicationId,
    pub revision: i32,
    pub field: Part,
    pub start_char: i32,
    pub end_char: i32,
    pub kind: FindingKind,
    pub confidence: Confidence,
    pub status: FindingStatus,
    pub reason: Option<String>,
    pub resolved_by: Option<StaffId>,
    pub resolved_at: Option<DateTime<Utc>>,
}

pub(in crate::features::publication) fn insert(
    conn: &mut PgConnection,
    rows: &[FindingRow],
) -> QueryResult<usize> {
    diesel::insert_into(redaction_finding::table).values(rows).execute(conn)
}

pub(in crate::features::publication) fn list(
    conn: &mut PgConnection,
    id: PublicationId,
    revision: i32,
) -> QueryResult<Vec<FindingRow>> {
    redaction_finding::table
        .filter(redaction_finding::publication_id.eq(id).and(redaction_finding::revision.eq(revision)))
        .order((redaction_finding::field, redaction_finding::start_char))
        .select(FindingRow::as_select())
        .load(conn)
}

/// Forgets the findings of a revision, before they are written as they stand now.
pub(in crate::features::publication) fn delete(
    conn: &mut PgConnection,
    id: PublicationId,
    revision: i32,
) -> QueryResult<usize> {
    let of_revision = redaction_finding::publication_id.eq(id).and(redaction_finding::revision.eq(revision));
    diesel::delete(redaction_finding::table.filter(of_revision)).execute(conn)
}
