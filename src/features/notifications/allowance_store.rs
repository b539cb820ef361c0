//! The table `mail_allowance`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Timestamptz};

use crate::platform::db::schema::mail_allowance;

/// One more mail to an address.
#[derive(Debug, Clone, Copy)]
pub(super) struct OneMore<'a> {
    pub(super) address: &'a [u8],
    pub(super) is_receipt: bool,
    pub(super) now: DateTime<Utc>,
    /// Windows that began before this are over.
    pub(super) since: DateTime<Utc>,
    pub(super) most: i32,
    pub(super) most_receipts: i32,
}

/// Counts a mail if there is room for it in the window. Tells how many were counted, 0 or 1.
pub(super) fn take(conn: &mut PgConnection, one: &OneMore<'_>) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO mail_allowance AS known (address, window_began_at, sent, receipts) VALUES ($1, $2, 1, $3) \
         ON CONFLICT (address) DO UPDATE SET \
             window_began_at = CASE WHEN known.window_began_at <= $4 THEN $2 ELSE known.window_began_at END, \
             sent = CASE WHEN known.window_began_at <= $4 THEN 1 ELSE known.sent + 1 END, \
             receipts = CASE WHEN known.window_began_at <= $4 THEN $3 ELSE known.receipts + $3 END \
         WHERE known.window_began_at <= $4 \
             OR (known.sent < $5 AND ($3 = 0 OR known.receipts < $6))",
    )
    .bind::<Binary, _>(one.address)
    .bind::<Timestamptz, _>(one.now)
    .bind::<Integer, _>(i32::from(one.is_receipt))
    .bind::<Timestamptz, _>(one.since)
    .bind::<Integer, _>(one.most)
    .bind::<Integer, _>(one.most_receipts)
    .execute(conn)
}

/// When the window of an address began.
pub(super) fn find_window(conn: &mut PgConnection, address: &[u8]) -> QueryResult<Option<DateTime<Utc>>> {
    mail_allowance::table.find(address).select(mail_allowance::window_began_at).first(conn).optional()
}

/// Takes one mail back that did not leave.
pub(super) fn give_back(conn: &mut PgConnection, address: &[u8], is_receipt: bool) -> QueryResult<usize> {
    let receipts = i32::from(is_receipt);
    let counted = mail_allowance::sent.gt(0).and(mail_allowance::receipts.ge(receipts));
    diesel::update(mail_allowance::table.find(address).filter(counted))
        .set((
            mail_allowance::sent.eq(mail_allowance::sent - 1),
            mail_allowance::receipts.eq(mail_allowance::receipts - receipts),
        ))
        .execute(conn)
}

/// Forgets at most `limit` windows that began before `before`.
pub(super) fn delete_old(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM mail_allowance WHERE address IN \
             (SELECT address FROM mail_allowance WHERE window_began_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
