//! The directory as the rest of the program uses it: a snapshot at hand, and the commands that change it.

use std::sync::{Arc, PoisonError, RwLock};

use diesel::PgConnection;

use super::editing::{save_category, save_department};
use super::entry::{CategoryEntry, Code, DepartmentEntry};
use super::error::{DirectoryError, Refusal};
use super::model::{Category, Department};
use super::snapshot::Snapshot;
use super::store;
use crate::platform::auth::caller::Caller;
use crate::platform::auth::permissions::Operation;
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
        let newest = Arc::new(read_snapshot(&self.db).await?);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if newest.version() > current.version() {
            *current = newest;
        }
        Ok(true)
    }

    /// Founds a department.
    pub async fn create_department(
        &self,
        caller: &Caller,
        entry: DepartmentEntry,
    ) -> Result<Department, DirectoryError> {
        authorise(caller)?;
        let created = self.db.transaction(move |conn| {
            let mut tree = lock(conn)?;
            if tree.department_by_code(entry.code.as_str()).is_some() {
                return Err(DirectoryError::CodeTaken);
            }
            save_department(conn, &mut tree, &entry)
        });
        self.showing(created.await?).await
    }

    /// Changes a department, provided that it still is at this version.
    pub async fn update_department(
        &self,
        caller: &Caller,
        code: &Code,
        version: i32,
        entry: DepartmentEntry,
    ) -> Result<Department, DirectoryError> {
        authorise(caller)?;
        keep_code(code, &entry.code)?;
        let updated = self.db.transaction(move |conn| {
            let mut tree = lock(conn)?;
            let known = tree.department_by_code(entry.code.as_str()).ok_or(DirectoryError::NotFound)?;
            if known.version != version {
                return Err(DirectoryError::Stale);
            }
            save_department(conn, &mut tree, &entry)
        });
        self.showing(updated.await?).await
    }

    /// Adds a category.
    pub async fn create_category(
        &self,
        caller: &Caller,
        entry: CategoryEntry,
    ) -> Result<Category, DirectoryError> {
        authorise(caller)?;
        let created = self.db.transaction(move |conn| {
            let mut tree = lock(conn)?;
            if tree.category_by_code(entry.code.as_str()).is_some() {
                return Err(DirectoryError::CodeTaken);
            }
            save_category(conn, &mut tree, &entry)
        });
        self.showing(created.await?).await
    }

    /// Changes a category, provided that it still is at this version.
    pub async fn update_category(
        &self,
        caller: &Caller,
        code: &Code,
        version: i32,
        entry: CategoryEntry,
    ) -> Result<Category, DirectoryError> {
        authorise(caller)?;
        keep_code(code, &entry.code)?;
        let updated = self.db.transaction(move |conn| {
            let mut tree = lock(conn)?;
            let known = tree.category_by_code(entry.code.as_str()).ok_or(DirectoryError::NotFound)?;
            if known.version != version {
                return Err(DirectoryError::Stale);
            }
            save_category(conn, &mut tree, &entry)
        });
        self.showing(updated.await?).await
    }

    /// Lets this instance see its own change at once; the others see it when they are woken.
    async fn showing<T>(&self, changed: T) -> Result<T, DirectoryError> {
        self.refresh().await?;
        Ok(changed)
    }
}

fn authorise(caller: &Caller) -> Result<(), DirectoryError> {
    if caller.may(Operation::ManageDirectory, &[]) { Ok(()) } else { Err(DirectoryError::Forbidden) }
}

fn keep_code(code: &Code, entry: &Code) -> Result<(), DirectoryError> {
    if code == entry { Ok(()) } else { Err(Refusal::CodeChanged.at("/code")) }
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
