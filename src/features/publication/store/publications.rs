//! Rows of `publication` and `public_number_year`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::features::publication::model::{FindingStatus, PublicationId, PublicationStatus};
use crate::features::tickets::TicketId;
use crate::platform::db::schema::{public_number_year, publication, publication_revision, redaction_finding};
use crate::rules::vocabulary::Kind;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = publication, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::publication) struct PublicationRow {
    pub id: PublicationId,
    pub ticket_id: TicketId,
    pub reference: String,
    pub public_no: String,
    pub kind: Kind,
    pub category_id: i32,
    pub department_id: Option<i32>,
    pub received_on: NaiveDate,
    pub answered_on: NaiveDate,
    pub status: PublicationStatus,
    pub revision: i32,
    pub published_revision: Option<i32>,
    pub submitter_refused: bool,
    pub withdrawal_reason: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

#[derive(AsChangeset)]
#[diesel(table_name = publication, treat_none_as_null = true)]
struct PublicationChanges<'a> {
    category_id: i32,
    department_id: Option<i32>,
    answered_on: NaiveDate,
    status: PublicationStatus,
    revision: i32,
    published_revision: Option<i32>,
    submitter_refused: bool,
    withdrawal_reason: Option<&'a str>,
    updated_at: DateTime<Utc>,
    version: i32,
}

/// Which publications a list shows.
#[derive(Debug, Clone)]
pub(in crate::features::publication) struct ListFilter {
    pub status: PublicationStatus,
    /// Only these departments; `None`: everywhere.
    pub departments: Option<Vec<i32>>,
    /// Only after this one.
    pub after: Option<PublicationId>,
    pub limit: i64,
}

/// Takes the next `count` numbers of a year; returns the first. The row stays locked until the transaction ends.
pub(in crate::features::publication) fn take_numbers(
    conn: &mut PgConnection,
    year: i16,
    count: i32,
) -> QueryResult<i32> {
    let next: i32 = diesel::insert_into(public_number_year::table)
        .values((public_number_year::year.eq(year), public_number_year::next_number.eq(1 + count)))
        .on_conflict(public_number_year::year)
        .do_update()
        .set(public_number_year::next_number.eq(public_number_year::next_number + count))
        .returning(public_number_year::next_number)
        .get_result(conn)?;
    Ok(next - count)
}

pub(in crate::features::publication) fn insert(
    conn: &mut PgConnection,
    rows: &[PublicationRow],
) -> QueryResult<usize> {
    diesel::insert_into(publication::table).values(rows).execute(conn)
}

pub(in crate::features::publication) fn find(
    conn: &mut PgConnection,
    id: PublicationId,
) -> QueryResult<Option<PublicationRow>> {
    publication::table
        .filter(publication::id.eq(id))
        .select(PublicationRow::as_select())
        .first(conn)
        .optional()
}

/// Locks the publication for the rest of the transaction.
pub(in crate::features::publication) fn lock(
    conn: &mut PgConnection,
    id: PublicationId,
) -> QueryResult<Option<PublicationRow>> {
    publication::table
        .filter(publication::id.eq(id))
        .select(PublicationRow::as_select())
        .for_update()
        .first(conn)
        .optional()
}

/// Locks the ticket's publication for the rest of the transaction.
pub(in crate::features::publication) fn lock_by_ticket(
    conn: &mut PgConnection,
    ticket_id: TicketId,
) -> QueryResult<Option<PublicationRow>> {
    publication::table
        .filter(publication::ticket_id.eq(ticket_id))
        .select(PublicationRow::as_select())
        .for_update()
        .first(conn)
        .optional()
}

pub(in crate::features::publication) fn update(
    conn: &mut PgConnection,
    row: &PublicationRow,
) -> QueryResult<usize> {
    let changes = PublicationChanges {
        category_id: row.category_id,
        department_id: row.department_id,
        answered_on: row.answered_on,
        status: row.status,
        revision: row.revision,
        published_revision: row.published_revision,
        submitter_refused: row.submitter_refused,
        withdrawal_reason: row.withdrawal_reason.as_deref(),
        updated_at: row.updated_at,
        version: row.version,
    };
    diesel::update(publication::table.filter(publication::id.eq(row.id))).set(changes).execute(conn)
}

/// Publications with the titles of their newest revisions, in the order they were proposed.
pub(in crate::features::publication) fn list(
    conn: &mut PgConnection,
    filter: &ListFilter,
) -> QueryResult<Vec<(PublicationRow, String)>> {
    let newest = publication_revision::publication_id
        .eq(publication::id)
        .and(publication_revision::number.eq(publication::revision));
    let mut query = publication::table
        .inner_join(publication_revision::table.on(newest))
        .filter(publication::status.eq(filter.status))
        .order(publication::id)
        .limit(filter.limit)
        .select((PublicationRow::as_select(), publication_revision::title))
        .into_boxed();
    if let Some(departments) = &filter.departments {
        query = query.filter(publication::department_id.eq_any(departments));
    }
    if let Some(after) = filter.after {
        query = query.filter(publication::id.gt(after));
    }
    query.load(conn)
}

/// How many findings are open in the newest revisions of these publications.
pub(in crate::features::publication) fn count_open_findings(
    conn: &mut PgConnection,
    ids: &[PublicationId],
) -> QueryResult<HashMap<PublicationId, i64>> {
    let newest = redaction_finding::publication_id
        .eq(publication::id)
        .and(redaction_finding::revision.eq(publication::revision));
    let counted: Vec<(PublicationId, i64)> = publication::table
        .inner_join(redaction_finding::table.on(newest))
        .filter(publication::id.eq_any(ids))
        .filter(redaction_finding::status.eq(FindingStatus::Open))
        .group_by(publication::id)
        .select((publication::id, count_star()))
        .load(conn)?;
    Ok(counted.into_iter().collect())
}
