//! The tables of recalculations.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use serde_json::Value;
use uuid::Uuid;

use super::model::{RecalculationId, RecalculationStatus};
use crate::features::calendars::RulesKind;
use crate::features::tickets::Movement;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::recalculation;

/// A recalculation.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = recalculation, check_for_backend(diesel::pg::Pg), treat_none_as_default_value = false)]
pub(super) struct RecalculationRow {
    pub(super) id: RecalculationId,
    pub(super) kind: RulesKind,
    pub(super) code: String,
    pub(super) version: i32,
    pub(super) from_version: i32,
    pub(super) status: RecalculationStatus,
    pub(super) plan: Value,
    pub(super) progress: Value,
    pub(super) proposed_by: StaffId,
    pub(super) proposed_at: DateTime<Utc>,
    pub(super) decided_by: Option<StaffId>,
    pub(super) decided_at: Option<DateTime<Utc>>,
    pub(super) finished_at: Option<DateTime<Utc>>,
    pub(super) cursor: Option<Uuid>,
    pub(super) pass_started_at: Option<DateTime<Utc>>,
    pub(super) has_skipped: bool,
    pub(super) revision: i32,
}

/// What changes while it goes on.
#[derive(AsChangeset)]
#[diesel(table_name = recalculation, treat_none_as_null = true)]
struct Changes<'a> {
    status: RecalculationStatus,
    progress: &'a Value,
    decided_by: Option<StaffId>,
    decided_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    cursor: Option<Uuid>,
    pass_started_at: Option<DateTime<Utc>>,
    has_skipped: bool,
}

const AT_WORK: [RecalculationStatus; 2] = [RecalculationStatus::Approved, RecalculationStatus::Running];

pub(super) fn insert(conn: &mut PgConnection, row: &RecalculationRow) -> QueryResult<usize> {
    diesel::insert_into(recalculation::table).values(row).execute(conn)
}

pub(super) fn find(conn: &mut PgConnection, id: RecalculationId) -> QueryResult<Option<RecalculationRow>> {
    recalculation::table.find(id).select(RecalculationRow::as_select()).first(conn).optional()
}

/// Locks one for the rest of the transaction.
pub(super) fn lock(conn: &mut PgConnection, id: RecalculationId) -> QueryResult<Option<RecalculationRow>> {
    recalculation::table.find(id).select(RecalculationRow::as_select()).for_update().first(conn).optional()
}

/// Locks the one that moves clocks, unless another instance is at it this very moment.
pub(super) fn lock_at_work(conn: &mut PgConnection) -> QueryResult<Option<RecalculationRow>> {
    recalculation::table
        .filter(recalculation::status.eq_any(AT_WORK))
        .select(RecalculationRow::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()
}

/// Whether any moves clocks.
pub(super) fn is_any_at_work(conn: &mut PgConnection) -> QueryResult<bool> {
    let found: Option<RecalculationId> = recalculation::table
        .filter(recalculation::status.eq_any(AT_WORK))
        .select(recalculation::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// A page, the youngest first.
pub(super) fn list(
    conn: &mut PgConnection,
    before: Option<RecalculationId>,
    limit: i64,
) -> QueryResult<Vec<RecalculationRow>> {
    let query = recalculation::table.select(RecalculationRow::as_select()).into_boxed();
    let query = match before {
        Some(before) => query.filter(recalculation::id.lt(before)),
        None => query,
    };
    query.order(recalculation::id.desc()).limit(limit).load(conn)
}

/// Writes back what changed, under the next revision.
pub(super) fn update(conn: &mut PgConnection, row: &RecalculationRow) -> QueryResult<RecalculationRow> {
    let changes = Changes {
        status: row.status,
        progress: &row.progress,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        finished_at: row.finished_at,
        cursor: row.cursor,
        pass_started_at: row.pass_started_at,
        has_skipped: row.has_skipped,
    };
    diesel::update(recalculation::table.find(row.id))
        .set((changes, recalculation::revision.eq(recalculation::revision + 1)))
        .returning(RecalculationRow::as_returning())
        .get_result(conn)
}

/// Adds the clocks that were moved, with one statement.
pub(super) fn insert_moves(
    conn: &mut PgConnection,
    id: RecalculationId,
    moves: &[&Movement],
) -> QueryResult<usize> {
    if moves.is_empty() {
        return Ok(0);
    }
    diesel::sql_query(
        "INSERT INTO recalculation_move (recalculation_id, clock_id, reference, department_id, due_on_before, due_on_after, is_later) \
         SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Array<SqlUuid>, _>(moves.iter().map(|one| one.clock_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(moves.iter().map(|one| one.reference.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(moves.iter().map(|one| one.department_id).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(moves.iter().map(|one| one.due_on_before).collect::<Vec<NaiveDate>>())
    .bind::<Array<Date>, _>(moves.iter().map(|one| one.due_on_after).collect::<Vec<NaiveDate>>())
    .bind::<Array<Bool>, _>(moves.iter().map(|one| one.due_at_after > one.due_at_before).collect::<Vec<_>>())
    .execute(conn)
}

/// What moved in one department.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct DepartmentMoves {
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) department_id: Option<i32>,
    #[diesel(sql_type = BigInt)]
    pub(super) moved: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) later: i64,
    /// The first of their references.
    #[diesel(sql_type = Array<Text>)]
    pub(super) references: Vec<String>,
}

/// What moved, by department, with the first `shown` references of each.
pub(super) fn summarise_moves(
    conn: &mut PgConnection,
    id: RecalculationId,
    shown: i32,
) -> QueryResult<Vec<DepartmentMoves>> {
    diesel::sql_query(
        "SELECT department_id, count(*) AS moved, count(*) FILTER (WHERE is_later) AS later, \
             (array_agg(DISTINCT reference ORDER BY reference))[1:$2] AS \"references\" \
         FROM recalculation_move WHERE recalculation_id = $1 GROUP BY department_id ORDER BY department_id",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(shown)
    .load(conn)
}
