//! The database against the program and its keys, before anything else is put together.

use anyhow::{Context, ensure};

use crate::features::tickets::opens_submitters;
use crate::platform::clock::SharedClock;
use crate::platform::db::{Db, DbError, pending_migrations};
use crate::platform::keys::{KeyError, KeyRing};

/// Nothing is done on a database of another version, and nothing is sealed, indexed or signed with keys that are not its own.
pub(super) async fn check_keys(
    db: &Db,
    keys: &KeyRing,
    accepts: bool,
    clock: &SharedClock,
) -> anyhow::Result<()> {
    let pending = db.read(|conn| pending_migrations(conn).map_err(|e| DbError::Internal(e.to_string())));
    let pending = pending.await.context("asking the database for its version")?;
    ensure!(pending == 0, "the database lacks {pending} migrations; run `huiyin migrate` first");
    let (keys, now) = (keys.clone(), clock.now());
    let checked = db.transaction::<_, KeyError, _>(move |conn| {
        if accepts {
            keys.accept_token_key(conn)?;
        }
        keys.check_in(conn, now, |conn| opens_submitters(conn, keys.sealer()))
    });
    Ok(checked.await?)
}
