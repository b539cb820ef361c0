//! Rows of `morning_brief`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::platform::db::schema::morning_brief;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = morning_brief, check_for_backend(diesel::pg::Pg))]
pub(super) struct BriefRow {
    pub brief_on: NaiveDate,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub content: Value,
    pub made_at: DateTime<Utc>,
}

/// Adds the brief of a day. Tells how many were added: none when it stands already.
pub(super) fn insert(conn: &mut PgConnection, row: &BriefRow) -> QueryResult<usize> {
    diesel::insert_into(morning_brief::table).values(row).on_conflict_do_nothing().execute(conn)
}

pub(super) fn find(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Option<BriefRow>> {
    morning_brief::table.find(day).select(BriefRow::as_select()).first(conn).optional()
}

/// The briefs of the days before `before`, the newest first.
pub(super) fn list(conn: &mut PgConnection, before: NaiveDate, limit: i64) -> QueryResult<Vec<BriefRow>> {
    morning_brief::table
        .filter(morning_brief::brief_on.lt(before))
        .order(morning_brief::brief_on.desc())
        .limit(limit)
        .select(BriefRow::as_select())
        .load(conn)
}
