//! Rows of `import_run`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::platform::db::schema::import_run;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = import_run, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub(super) struct RunRow {
    pub id: Uuid,
    pub source: String,
    pub file_digest: Vec<u8>,
    pub next_row: i64,
    pub imported: i64,
    pub known: i64,
    pub published: i64,
    pub held_back: i64,
    pub held_back_for: Value,
    pub refused: Value,
    pub started_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// The run of a file that is not finished.
pub(super) fn find_unfinished(
    conn: &mut PgConnection,
    source: &str,
    file_digest: &[u8],
) -> QueryResult<Option<RunRow>> {
    import_run::table
        .filter(import_run::source.eq(source).and(import_run::file_digest.eq(file_digest)))
        .filter(import_run::finished_at.is_null())
        .select(RunRow::as_select())
        .first(conn)
        .optional()
}

pub(super) fn insert(conn: &mut PgConnection, row: &RunRow) -> QueryResult<usize> {
    diesel::insert_into(import_run::table).values(row).execute(conn)
}

/// Where a run stands, locked for the rest of the transaction; `None` when it is finished.
pub(super) fn lock_next_row(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<i64>> {
    import_run::table
        .filter(import_run::id.eq(id).and(import_run::finished_at.is_null()))
        .select(import_run::next_row)
        .for_update()
        .first(conn)
        .optional()
}

pub(super) fn update(conn: &mut PgConnection, row: &RunRow) -> QueryResult<usize> {
    diesel::update(import_run::table.filter(import_run::id.eq(row.id))).set(row).execute(conn)
}
