//! Forgetting: consumed messages and leases of finished jobs that nobody will ask about any more.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::outbox;
use crate::platform::db::schema::job_lease;
use crate::platform::db::{Db, DbError};

/// Rows deleted in one transaction, so that no delete runs long.
const BATCH: usize = 5_000;

/// Deletes messages consumed, and leases of jobs due, before the instant. Returns how many messages. Dead messages stay.
pub async fn forget_done(db: &Db, before: DateTime<Utc>) -> Result<usize, DbError> {
    let mut forgotten = 0;
    loop {
        let deleted: usize = db
            .transaction::<_, DbError, _>(move |conn| Ok(outbox::purge_done(conn, before, BATCH as i64)?))
            .await?;
        forgotten += deleted;
        if deleted < BATCH {
            break;
        }
    }
    db.transaction::<_, DbError, _>(move |conn| {
        diesel::delete(job_lease::table.filter(job_lease::due_at.lt(before))).execute(conn)?;
        Ok(())
    })
    .await?;
    Ok(forgotten)
}
