//! Rows of `statistics_daily`, `statistics_open` and `statistics_version`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, SmallInt, Text};

use super::counting::{Cell, Measure, OpenCell};
use super::requests::Grouping;
use crate::platform::db::schema::statistics_version;

/// Takes the one lock under which counters change, and says that they have changed.
pub(super) fn lock_version(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::update(statistics_version::table)
        .set(statistics_version::value.eq(statistics_version::value + 1))
        .execute(conn)
}

/// Grows with every batch of facts.
pub(super) fn get_version(conn: &mut PgConnection) -> QueryResult<i64> {
    statistics_version::table.select(statistics_version::value).first(conn)
}

/// Adds to the counters of days.
pub(super) fn add_daily(conn: &mut PgConnection, changes: &BTreeMap<Cell, i64>) -> QueryResult<usize> {
    let each = |cell: fn(&Cell) -> &'static str| changes.keys().map(cell).collect::<Vec<_>>();
    diesel::sql_query(
        "INSERT INTO statistics_daily (on_day, kind, category_id, department_id, measure, bucket, count) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (on_day, kind, category_id, department_id, measure, bucket) \
         DO UPDATE SET count = statistics_daily.count + excluded.count",
    )
    .bind::<Array<Date>, _>(changes.keys().map(|cell| cell.on_day).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(each(|cell| cell.kind.as_str()))
    .bind::<Array<Integer>, _>(changes.keys().map(|cell| cell.category_id).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(changes.keys().map(|cell| cell.department_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(each(|cell| cell.measure.as_str()))
    .bind::<Array<SmallInt>, _>(changes.keys().map(|cell| cell.bucket).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(changes.values().copied().collect::<Vec<_>>())
    .execute(conn)
}

/// Adds to the counters of what is open.
pub(super) fn add_open(conn: &mut PgConnection, changes: &BTreeMap<OpenCell, i64>) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO statistics_open (kind, category_id, department_id, count) \
         SELECT * FROM unnest($1, $2, $3, $4) \
         ON CONFLICT (kind, category_id, department_id) \
         DO UPDATE SET count = statistics_open.count + excluded.count",
    )
    .bind::<Array<Text>, _>(changes.keys().map(|cell| cell.kind.as_str()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(changes.keys().map(|cell| cell.category_id).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(changes.keys().map(|cell| cell.department_id).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(changes.values().copied().collect::<Vec<_>>())
    .execute(conn)
}

/// A sum over counters of days.
#[derive(Debug, QueryableByName)]
pub(super) struct DailySum {
    #[diesel(sql_type = Nullable<Integer>)]
    pub group_id: Option<i32>,
    #[diesel(sql_type = Text)]
    pub measure: Measure,
    #[diesel(sql_type = SmallInt)]
    pub bucket: i16,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// What happened on the days `from` to `to`, both included.
pub(super) fn sum_daily(
    conn: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
    grouping: Grouping,
) -> QueryResult<Vec<DailySum>> {
    diesel::sql_query(format!(
        "SELECT {} AS group_id, measure, bucket, sum(count)::bigint AS count FROM statistics_daily \
         WHERE on_day BETWEEN $1 AND $2 GROUP BY 1, 2, 3",
        grouping.column()
    ))
    .bind::<Date, _>(from)
    .bind::<Date, _>(to)
    .load(conn)
}

/// A sum over counters of what is open.
#[derive(Debug, QueryableByName)]
pub(super) struct OpenSum {
    #[diesel(sql_type = Nullable<Integer>)]
    pub group_id: Option<i32>,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// What is open now.
pub(super) fn sum_open(conn: &mut PgConnection, grouping: Grouping) -> QueryResult<Vec<OpenSum>> {
    diesel::sql_query(format!(
        "SELECT {} AS group_id, sum(count)::bigint AS count FROM statistics_open GROUP BY 1",
        grouping.column()
    ))
    .load(conn)
}
