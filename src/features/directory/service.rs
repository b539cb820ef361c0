//! The directory as the rest of the program uses it: a snapshot at hand that is loaded again when it is outdated.

use std::sync::{Arc, PoisonError, RwLock};

use diesel::PgConnection;

use super::error::DirectoryError;
use super::snapshot::Snapshot;
use super::store;
use crate::platform::db::Db;

/// The directory. Cheap to clone; all clones share one snapshot.
#[derive(Clone)]
pub struct Directory {
    db: Db,
    current: Arc<RwLock<Arc<Snapshot>>>,
}

impl Directory {
    /// Reads the directory from the database.
    pub async fn load(db: Db) -> Result<Directory, DirectoryError> {
        let snapshot = read_snapshot(&db).await?;
        Ok(Directory { db, current: Arc::new(RwLock::new(Arc::new(snapshot))) })
    }

    /// The directory as this instance knows it. Keep the snapshot for a whole request, so that it agrees with itself.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Loads the directory again if somebody changed it. Tells whether it did.
    pub async fn refresh(&self) -> Result<bool, DirectoryError> {
        let version = self.db.read(|conn| Ok::<_, DirectoryError>(store::get_version(conn)?)).await?;
        if version == self.snapshot().version() {
            return Ok(false);
        }
        self.take_over(read_snapshot(&self.db).await?);
        Ok(true)
    }

    /// The same on this connection, whose transaction must not have written to the directory: what it sees may be rolled
    /// back.
    pub fn refresh_within(&self, conn: &mut PgConnection) -> Result<bool, DirectoryError> {
        if store::get_version(conn)? == self.snapshot().version() {
            return Ok(false);
        }
        self.take_over(Snapshot::read(conn)?);
        Ok(true)
    }

    fn take_over(&self, newest: Snapshot) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if newest.version() > current.version() {
            *current = Arc::new(newest);
        }
    }

    pub(super) fn db(&self) -> &Db {
        &self.db
    }
}

/// Keeps other writers out and tells how the directory stands, so that two of them cannot close a cycle together.
pub(super) fn lock(conn: &mut PgConnection) -> Result<Snapshot, DirectoryError> {
    store::lock_version(conn)?;
    Snapshot::read(conn)
}

async fn read_snapshot(db: &Db) -> Result<Snapshot, DirectoryError> {
    db.transaction(|conn| {
        store::begin_consistent_read(conn)?;
        Snapshot::read(conn)
    })
    .await
}
