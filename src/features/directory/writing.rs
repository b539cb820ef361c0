//! Writes entries one after the other inside the caller's transaction, and reads them back as they would be written: for
//! cities that are kept as files.

use diesel::PgConnection;

use super::editing::{save_category, save_department, save_district};
use super::entry::{CategoryEntry, DepartmentEntry, DistrictEntry, InvalidEntry};
use super::error::DirectoryError;
use super::service::lock;
use super::snapshot::Snapshot;

/// The directory while it is written. Other writers are kept out until the end of the transaction.
pub struct DirectoryWriting {
    tree: Snapshot,
}

impl DirectoryWriting {
    /// Begins to write.
    pub fn begin(conn: &mut PgConnection) -> Result<DirectoryWriting, DirectoryError> {
        Ok(DirectoryWriting { tree: lock(conn)? })
    }

    /// The directory with everything that was written so far. Names and subtrees are as they were at the beginning.
    pub fn tree(&self) -> &Snapshot {
        &self.tree
    }

    /// Writes a district. Nothing happens when it stands so already.
    pub fn district(&mut self, conn: &mut PgConnection, entry: &DistrictEntry) -> Result<(), DirectoryError> {
        save_district(conn, &mut self.tree, entry).map(drop)
    }

    /// Writes a department. Nothing happens when it stands so already.
    pub fn department(
        &mut self,
        conn: &mut PgConnection,
        entry: &DepartmentEntry,
    ) -> Result<(), DirectoryError> {
        save_department(conn, &mut self.tree, entry).map(drop)
    }

    /// Writes a category. Nothing happens when it stands so already.
    pub fn category(&mut self, conn: &mut PgConnection, entry: &CategoryEntry) -> Result<(), DirectoryError> {
        save_category(conn, &mut self.tree, entry).map(drop)
    }
}

impl Snapshot {
    /// Every district as it would be written, what lies above first.
    pub fn district_entries(&self) -> Result<Vec<DistrictEntry>, InvalidEntry> {
        let mut districts: Vec<_> = self.districts().collect();
        districts.sort_by_key(|district| self.district_depth(&district.code));
        districts.into_iter().map(DistrictEntry::try_from).collect()
    }

    /// Every department as it would be written, what lies above first.
    pub fn department_entries(&self) -> Result<Vec<DepartmentEntry>, InvalidEntry> {
        let mut departments: Vec<_> = self.departments().collect();
        departments.sort_by_key(|department| self.ancestors(department.id).len());
        departments.into_iter().map(|department| DepartmentEntry::of(self, department)).collect()
    }

    /// Every category as it would be written, what lies above first.
    pub fn category_entries(&self) -> Result<Vec<CategoryEntry>, InvalidEntry> {
        let mut categories: Vec<_> = self.categories().collect();
        categories.sort_by_key(|category| self.category_path(category.id).len());
        categories.into_iter().map(|category| CategoryEntry::of(self, category)).collect()
    }
}
