//! Rows of `published_entry` and `publication_change`: all that the public can read, and how it changed.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use crate::features::publication::model::{ChangeKind, PublicationId};
use crate::platform::db::schema::{publication_change, published_entry};
use crate::rules::vocabulary::Kind;

/// The advisory lock under which change numbers are given.
const CHANGE_LOCK: i64 = 0x0068_7579_7075_0001;

/// The sort key of a list of entries.
pub type EntryKey = (NaiveDate, String);

/// Which entries a list shows.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this category and those below it, by code.
    pub category: Option<String>,
    /// Only this department and those below it, by code.
    pub department: Option<String>,
    /// Only answered on this day or later.
    pub answered_from: Option<NaiveDate>,
    /// Only answered on this day or earlier.
    pub answered_to: Option<NaiveDate>,
    /// Only what comes after this key.
    pub after: Option<EntryKey>,
    /// How many at most.
    pub limit: i64,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = published_entry, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::publication) struct EntryRow {
    pub public_no: String,
    pub publication_id: PublicationId,
    pub revision: i32,
    pub kind: Kind,
    pub category_path: Vec<String>,
    pub category_name: String,
    pub category_name_en: String,
    pub department_path: Vec<String>,
    pub department_name: Option<String>,
    pub department_name_en: Option<String>,
    pub title: String,
    pub question: String,
    pub answer: String,
    pub received_on: NaiveDate,
    pub answered_on: NaiveDate,
    pub published_at: DateTime<Utc>,
    pub change_no: i64,
}

/// A change as it is written; the database gives it its mark.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = publication_change)]
pub(in crate::features::publication) struct NewChangeRow {
    pub change_no: i64,
    pub public_no: String,
    pub op: ChangeKind,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = publication_change, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::publication) struct ChangeRow {
    pub change_no: i64,
    pub public_no: String,
    pub op: ChangeKind,
    pub mark: Uuid,
}

/// Keeps everybody else from numbering changes until this transaction ends, so that numbers become visible in their
/// order and no reader of the log can pass over one that commits late.
pub(in crate::features::publication) fn lock_changes(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<BigInt, _>(CHANGE_LOCK)
        .execute(conn)
        .map(|_| ())
}

/// The newest change number, 0 before the first. A statement of its own: its snapshot is taken under the lock.
pub(in crate::features::publication) fn newest_change(conn: &mut PgConnection) -> QueryResult<i64> {
    let newest: Option<i64> =
        publication_change::table.select(diesel::dsl::max(publication_change::change_no)).first(conn)?;
    Ok(newest.unwrap_or(0))
}

pub(in crate::features::publication) fn insert_changes(
    conn: &mut PgConnection,
    rows: &[NewChangeRow],
) -> QueryResult<usize> {
    diesel::insert_into(publication_change::table).values(rows).execute(conn)
}

pub(in crate::features::publication) fn insert(
    conn: &mut PgConnection,
    rows: &[EntryRow],
) -> QueryResult<usize> {
    diesel::insert_into(published_entry::table).values(rows).execute(conn)
}

/// Shows an entry, in place of the one of the same number.
pub(in crate::features::publication) fn upsert(
    conn: &mut PgConnection,
    row: &EntryRow,
) -> QueryResult<usize> {
    diesel::insert_into(published_entry::table)
        .values(row)
        .on_conflict(published_entry::public_no)
        .do_update()
        .set(row)
        .execute(conn)
}

pub(in crate::features::publication) fn delete(
    conn: &mut PgConnection,
    public_no: &str,
) -> QueryResult<usize> {
    diesel::delete(published_entry::table.filter(published_entry::public_no.eq(public_no))).execute(conn)
}

pub(in crate::features::publication) fn find(
    conn: &mut PgConnection,
    public_no: &str,
) -> QueryResult<Option<EntryRow>> {
    published_entry::table
        .filter(published_entry::public_no.eq(public_no))
        .select(EntryRow::as_select())
        .first(conn)
        .optional()
}

/// Entries, newest answer first.
pub(in crate::features::publication) fn list(
    conn: &mut PgConnection,
    filter: &EntryFilter,
) -> QueryResult<Vec<EntryRow>> {
    let mut query = published_entry::table
        .order((published_entry::answered_on.desc(), published_entry::public_no.desc()))
        .limit(filter.limit)
        .select(EntryRow::as_select())
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(published_entry::kind.eq(kind));
    }
    if let Some(category) = &filter.category {
        query = query.filter(published_entry::category_path.contains(vec![category.as_str()]));
    }
    if let Some(department) = &filter.department {
        query = query.filter(published_entry::department_path.contains(vec![department.as_str()]));
    }
    if let Some(from) = filter.answered_from {
        query = query.filter(published_entry::answered_on.ge(from));
    }
    if let Some(to) = filter.answered_to {
        query = query.filter(published_entry::answered_on.le(to));
    }
    if let Some((day, public_no)) = &filter.after {
        let earlier = published_entry::answered_on.lt(*day);
        let same_day = published_entry::answered_on.eq(*day);
        query = query
            .filter(published_entry::answered_on.le(*day))
            .filter(earlier.or(same_day.and(published_entry::public_no.lt(public_no.as_str()))));
    }
    query.load(conn)
}

/// The mark of the change of this number.
pub(in crate::features::publication) fn find_mark(
    conn: &mut PgConnection,
    change_no: i64,
) -> QueryResult<Option<Uuid>> {
    publication_change::table.find(change_no).select(publication_change::mark).first(conn).optional()
}

/// The changes after a position in their order.
pub(in crate::features::publication) fn list_changes(
    conn: &mut PgConnection,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<ChangeRow>> {
    publication_change::table
        .filter(publication_change::change_no.gt(after))
        .order(publication_change::change_no)
        .limit(limit)
        .select(ChangeRow::as_select())
        .load(conn)
}

/// The entries of these numbers as they stand now.
pub(in crate::features::publication) fn list_by_numbers(
    conn: &mut PgConnection,
    public_nos: &[&str],
) -> QueryResult<Vec<EntryRow>> {
    published_entry::table
        .filter(published_entry::public_no.eq_any(public_nos))
        .select(EntryRow::as_select())
        .load(conn)
}

/// When something was published last.
pub(in crate::features::publication) fn last_published_at(
    conn: &mut PgConnection,
) -> QueryResult<Option<DateTime<Utc>>> {
    published_entry::table
        .order(published_entry::published_at.desc())
        .select(published_entry::published_at)
        .first(conn)
        .optional()
}
