//! The table `sign_in_storm`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Timestamptz};

use crate::platform::db::schema::sign_in_storm;

/// How a storm stands after one more failure.
#[derive(Debug, Clone, QueryableByName)]
pub(in crate::features::accounts) struct StormRow {
    #[diesel(sql_type = Integer)]
    pub(in crate::features::accounts) failures: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(in crate::features::accounts) told_at: Option<DateTime<Utc>>,
}

/// Counts a failure; a storm that began before `since` is over.
pub(in crate::features::accounts) fn count(
    conn: &mut PgConnection,
    account: &[u8],
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> QueryResult<StormRow> {
    diesel::sql_query(
        "INSERT INTO sign_in_storm AS storm (account, began_at, failures) VALUES ($1, $2, 1) \
         ON CONFLICT (account) DO UPDATE SET \
             began_at = CASE WHEN storm.began_at < $3 THEN $2 ELSE storm.began_at END, \
             failures = CASE WHEN storm.began_at < $3 THEN 1 ELSE least(storm.failures, 1000000) + 1 END \
         RETURNING failures, told_at",
    )
    .bind::<Binary, _>(account)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(since)
    .get_result(conn)
}

pub(in crate::features::accounts) fn update_told(
    conn: &mut PgConnection,
    account: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(sign_in_storm::table.find(account))
        .set(sign_in_storm::told_at.eq(now))
        .execute(conn)
        .map(|_| ())
}

/// Forgets at most `limit` storms that began before `before`.
pub(in crate::features::accounts) fn delete_old(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM sign_in_storm WHERE account IN \
             (SELECT account FROM sign_in_storm WHERE began_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
