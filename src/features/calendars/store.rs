//! The tables of versions.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::model::RulesKind;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{rules_change, rules_in_force, rules_version};

/// What is new about a version.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = rules_version, treat_none_as_default_value = false)]
pub(super) struct NewVersionRow {
    pub(super) kind: RulesKind,
    pub(super) code: String,
    pub(super) version: i32,
    pub(super) document: String,
    pub(super) source_title: Option<String>,
    pub(super) last_official_on: Option<NaiveDate>,
    pub(super) created_by: Option<StaffId>,
    pub(super) created_at: DateTime<Utc>,
}

/// A version with its text.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = rules_version, check_for_backend(diesel::pg::Pg))]
pub(super) struct DocumentRow {
    pub(super) kind: RulesKind,
    pub(super) code: String,
    pub(super) version: i32,
    pub(super) document: String,
}

/// Which version is in force.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rules_in_force, check_for_backend(diesel::pg::Pg))]
pub(super) struct InForceRow {
    pub(super) kind: RulesKind,
    pub(super) code: String,
    pub(super) version: i32,
    pub(super) since: DateTime<Utc>,
}

pub(super) fn get_change(conn: &mut PgConnection) -> QueryResult<i64> {
    rules_change::table.select(rules_change::value).first(conn)
}

/// Keeps other writers out until the end of the transaction.
pub(super) fn lock_change(conn: &mut PgConnection) -> QueryResult<i64> {
    rules_change::table.select(rules_change::value).for_update().first(conn)
}

/// The keys of all versions, the oldest of each code first.
pub(super) fn list_keys(conn: &mut PgConnection) -> QueryResult<Vec<(RulesKind, String, i32)>> {
    rules_version::table
        .order((rules_version::kind, rules_version::code, rules_version::version))
        .select((rules_version::kind, rules_version::code, rules_version::version))
        .load(conn)
}

pub(super) fn find_document(
    conn: &mut PgConnection,
    key: (RulesKind, &str, i32),
) -> QueryResult<Option<DocumentRow>> {
    rules_version::table.find(key).select(DocumentRow::as_select()).first(conn).optional()
}

pub(super) fn insert_version(conn: &mut PgConnection, row: &NewVersionRow) -> QueryResult<usize> {
    diesel::insert_into(rules_version::table).values(row).execute(conn)
}

pub(super) fn list_in_force(conn: &mut PgConnection) -> QueryResult<Vec<InForceRow>> {
    rules_in_force::table
        .order((rules_in_force::kind, rules_in_force::code))
        .select(InForceRow::as_select())
        .load(conn)
}

pub(super) fn insert_in_force(conn: &mut PgConnection, row: &InForceRow) -> QueryResult<usize> {
    diesel::insert_into(rules_in_force::table).values(row).execute(conn)
}

pub(super) fn update_in_force(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
    version: i32,
    since: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(rules_in_force::table.find((kind, code)))
        .set((rules_in_force::version.eq(version), rules_in_force::since.eq(since)))
        .execute(conn)
}

/// A version without its text.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = rules_version, check_for_backend(diesel::pg::Pg))]
pub(super) struct VersionRow {
    pub(super) kind: RulesKind,
    pub(super) code: String,
    pub(super) version: i32,
    pub(super) digest: Vec<u8>,
    pub(super) source_title: Option<String>,
    pub(super) last_official_on: Option<NaiveDate>,
    pub(super) created_by: Option<StaffId>,
    pub(super) created_at: DateTime<Utc>,
}

/// All versions of a kind, the newest of each code first.
pub(super) fn list_versions(conn: &mut PgConnection, kind: RulesKind) -> QueryResult<Vec<VersionRow>> {
    rules_version::table
        .filter(rules_version::kind.eq(kind))
        .order((rules_version::code, rules_version::version.desc()))
        .select(VersionRow::as_select())
        .load(conn)
}

pub(super) fn find_version(
    conn: &mut PgConnection,
    key: (RulesKind, &str, i32),
) -> QueryResult<Option<VersionRow>> {
    rules_version::table.find(key).select(VersionRow::as_select()).first(conn).optional()
}
