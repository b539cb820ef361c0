//! Rows of `reference_block`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date};

use crate::platform::db::schema::reference_block;

/// Takes the next `size` numbers of a day for this instance; returns the first.
pub fn take(conn: &mut PgConnection, day: NaiveDate, size: i64) -> QueryResult<i64> {
    let next: i64 = diesel::insert_into(reference_block::table)
        .values((reference_block::issued_on.eq(day), reference_block::next_number.eq(1 + size)))
        .on_conflict(reference_block::issued_on)
        .do_update()
        .set(reference_block::next_number.eq(reference_block::next_number + size))
        .returning(reference_block::next_number)
        .get_result(conn)?;
    Ok(next - size)
}

#[derive(QueryableByName)]
struct BlockRow {
    #[diesel(sql_type = Date)]
    issued_on: NaiveDate,
    #[diesel(sql_type = BigInt)]
    next_number: i64,
}

/// Takes as many numbers of each day as it says; returns the first of each.
pub fn take_many(
    conn: &mut PgConnection,
    sizes: &BTreeMap<NaiveDate, i64>,
) -> QueryResult<BTreeMap<NaiveDate, i64>> {
    let rows: Vec<BlockRow> = diesel::sql_query(
        "INSERT INTO reference_block (issued_on, next_number) SELECT day, size + 1 FROM unnest($1, $2) AS taken (day, size) \
         ON CONFLICT (issued_on) DO UPDATE SET next_number = reference_block.next_number + excluded.next_number - 1 \
         RETURNING issued_on, next_number",
    )
    .bind::<Array<Date>, _>(sizes.keys().copied().collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(sizes.values().copied().collect::<Vec<_>>())
    .load(conn)?;
    let first = |row: BlockRow| Some((row.issued_on, row.next_number - sizes.get(&row.issued_on)?));
    Ok(rows.into_iter().filter_map(first).collect())
}
