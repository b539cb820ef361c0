//! What those who manage the directory do to it: each command one transaction that keeps other writers out.

use diesel::PgConnection;

use super::editing::{save_category, save_department, save_district};
use super::entry::{CategoryEntry, Code, DepartmentEntry, DistrictEntry};
use super::error::{DirectoryError, Refusal};
use super::news::department_changed;
use super::service::{Directory, lock};
use super::staff_views::{CategoryView, DepartmentView, DistrictView};
use crate::platform::auth::caller::Caller;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::versioned::Versioned;
use crate::platform::jobs::outbox;
use crate::rules::permissions::CityOperation;

/// The commands that change the directory. Cheap to clone.
#[derive(Clone)]
pub struct DirectoryAdministration {
    directory: Directory,
    sealer: Sealer,
    clock: SharedClock,
}

impl DirectoryAdministration {
    /// Changes this directory; answers to repeated requests are sealed.
    pub fn new(directory: Directory, sealer: Sealer, clock: SharedClock) -> DirectoryAdministration {
        DirectoryAdministration { directory, sealer, clock }
    }

    /// Every department, dissolved ones too.
    pub fn departments(&self, caller: &Caller) -> Result<Vec<DepartmentView>, DirectoryError> {
        authorise(caller)?;
        let city = self.directory.snapshot();
        Ok(city.departments().map(|department| DepartmentView::new(&city, department)).collect())
    }

    /// One department.
    pub fn department(&self, caller: &Caller, code: &Code) -> Result<DepartmentView, DirectoryError> {
        authorise(caller)?;
        let city = self.directory.snapshot();
        let department = city.department_by_code(code.as_str()).ok_or(DirectoryError::NotFound)?;
        Ok(DepartmentView::new(&city, department))
    }

    /// Founds a department.
    pub async fn create_department(
        &self,
        caller: &Caller,
        idempotency: Idempotency,
        entry: DepartmentEntry,
    ) -> Result<Once<DepartmentView>, DirectoryError> {
        self.create(caller, idempotency, move |conn| {
            let mut tree = lock(conn)?;
            if tree.department_by_code(entry.code.as_str()).is_some() {
                return Err(DirectoryError::CodeTaken);
            }
            let created = save_department(conn, &mut tree, &entry)?;
            Ok(DepartmentView::new(&tree, &created))
        })
        .await
    }

    /// Changes a department, provided that it still is at this version.
    pub async fn update_department(
        &self,
        caller: &Caller,
        code: &Code,
        version: i32,
        entry: DepartmentEntry,
    ) -> Result<DepartmentView, DirectoryError> {
        authorise(caller)?;
        keep_code(code, &entry.code)?;
        let now = self.clock.now();
        let updated = self.directory.db().transaction(move |conn| {
            let mut tree = lock(conn)?;
            let known = tree.department_by_code(entry.code.as_str()).ok_or(DirectoryError::NotFound)?;
            if known.version != version {
                return Err(DirectoryError::Stale);
            }
            let updated = save_department(conn, &mut tree, &entry)?;
            if updated.version != version {
                outbox::enqueue(conn, &[department_changed(now, &updated.code)])?;
            }
            Ok(DepartmentView::new(&tree, &updated))
        });
        self.showing(updated.await?).await
    }

    /// Every category, those out of use too.
    pub fn categories(&self, caller: &Caller) -> Result<Vec<CategoryView>, DirectoryError> {
        authorise(caller)?;
        let city = self.directory.snapshot();
        Ok(city.categories().map(|category| CategoryView::new(&city, category)).collect())
    }

    /// One category.
    pub fn category(&self, caller: &Caller, code: &Code) -> Result<CategoryView, DirectoryError> {
        authorise(caller)?;
        let city = self.directory.snapshot();
        let category = city.category_by_code(code.as_str()).ok_or(DirectoryError::NotFound)?;
        Ok(CategoryView::new(&city, category))
    }

    /// Adds a category.
    pub async fn create_category(
        &self,
        caller: &Caller,
        idempotency: Idempotency,
        entry: CategoryEntry,
    ) -> Result<Once<CategoryView>, DirectoryError> {
        self.create(caller, idempotency, move |conn| {
            let mut tree = lock(conn)?;
            if tree.category_by_code(entry.code.as_str()).is_some() {
                return Err(DirectoryError::CodeTaken);
            }
            let created = save_category(conn, &mut tree, &entry)?;
            Ok(CategoryView::new(&tree, &created))
        })
        .await
    }

    /// Changes a category, provided that it still is at this version.
    pub async fn update_category(
        &self,
        caller: &Caller,
        code: &Code,
        version: i32,
        entry: CategoryEntry,
    ) -> Result<CategoryView, DirectoryError> {
        authorise(caller)?;
        keep_code(code, &entry.code)?;
        let updated = self.directory.db().transaction(move |conn| {
            let mut tree = lock(conn)?;
            let known = tree.category_by_code(entry.code.as_str()).ok_or(DirectoryError::NotFound)?;
            if known.version != version {
                return Err(DirectoryError::Stale);
            }
            let updated = save_category(conn, &mut tree, &entry)?;
            Ok(CategoryView::new(&tree, &updated))
        });
        self.showing(updated.await?).await
    }

    /// Every district, those out of use too.
    pub fn districts(&self, caller: &Caller) -> Result<Vec<DistrictView>, DirectoryError> {
        authorise(caller)?;
        Ok(self.directory.snapshot().districts().map(DistrictView::from).collect())
    }

    /// One district.
    pub fn district(&self, caller: &Caller, code: &Code) -> Result<DistrictView, DirectoryError> {
        authorise(caller)?;
        let city = self.directory.snapshot();
        city.district(code.as_str()).map(DistrictView::from).ok_or(DirectoryError::NotFound)
    }

    /// Adds a district.
    pub async fn create_district(
        &self,
        caller: &Caller,
        idempotency: Idempotency,
        entry: DistrictEntry,
    ) -> Result<Once<DistrictView>, DirectoryError> {
        self.create(caller, idempotency, move |conn| {
            let mut tree = lock(conn)?;
            if tree.district(entry.code.as_str()).is_some() {
                return Err(DirectoryError::CodeTaken);
            }
            Ok(DistrictView::from(&save_district(conn, &mut tree, &entry)?))
        })
        .await
    }

    /// Changes a district, provided that it still is at this version.
    pub async fn update_district(
        &self,
        caller: &Caller,
        code: &Code,
        version: i32,
        entry: DistrictEntry,
    ) -> Result<DistrictView, DirectoryError> {
        authorise(caller)?;
        keep_code(code, &entry.code)?;
        let updated = self.directory.db().transaction(move |conn| {
            let mut tree = lock(conn)?;
            let known = tree.district(entry.code.as_str()).ok_or(DirectoryError::NotFound)?;
            if known.version != version {
                return Err(DirectoryError::Stale);
            }
            Ok(DistrictView::from(&save_district(conn, &mut tree, &entry)?))
        });
        self.showing(updated.await?).await
    }

    async fn create<V, F>(
        &self,
        caller: &Caller,
        idempotency: Idempotency,
        work: F,
    ) -> Result<Once<V>, DirectoryError>
    where
        V: Versioned + serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<V, DirectoryError> + Clone + Send + 'static,
    {
        authorise(caller)?;
        let (sealer, now) = (self.sealer.clone(), self.clock.now());
        let created =
            self.directory.db().transaction(move |conn| once(conn, &idempotency, &sealer, now, &work));
        self.showing(created.await?).await
    }

    /// Lets this instance see its own change at once; the others see it when they are woken.
    async fn showing<T>(&self, changed: T) -> Result<T, DirectoryError> {
        self.directory.refresh().await?;
        Ok(changed)
    }
}

fn authorise(caller: &Caller) -> Result<(), DirectoryError> {
    if caller.may_city_wide(CityOperation::ManageDirectory) { Ok(()) } else { Err(DirectoryError::Forbidden) }
}

fn keep_code(code: &Code, entry: &Code) -> Result<(), DirectoryError> {
    if code == entry { Ok(()) } else { Err(Refusal::CodeChanged.at("/code")) }
}
