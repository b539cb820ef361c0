//! Writes a city back as files, and tells how it stands, entry by entry.

use std::collections::BTreeMap;

use diesel::PgConnection;
use serde::Serialize;
use serde_json::Value;

use super::document::{Files, called};
use crate::features::accounts::{AccountsError, StaffEntry, staff_entries};
use crate::features::directory::{
    CategoryEntry, DepartmentEntry, DirectoryError, DistrictEntry, InvalidEntry, Snapshot,
};
use crate::features::routing::{RoutingError, RuleEntry, rule_entries};

/// Why a city cannot be written as files.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// What stands in the database would not be written so today.
    #[error(transparent)]
    Entry(#[from] InvalidEntry),
    /// The directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The rules.
    #[error(transparent)]
    Routing(#[from] RoutingError),
    /// The accounts.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The files.
    #[error(transparent)]
    Toml(#[from] toml::ser::Error),
    /// The entries.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Everything of a city that stands in files.
struct City {
    districts: Vec<DistrictEntry>,
    departments: Vec<DepartmentEntry>,
    categories: Vec<CategoryEntry>,
    rules: Vec<RuleEntry>,
    staff: Vec<StaffEntry>,
}

impl City {
    fn read(conn: &mut PgConnection) -> Result<City, ExportError> {
        let directory = Snapshot::read(conn)?;
        Ok(City {
            districts: directory.district_entries()?,
            departments: directory.department_entries()?,
            categories: directory.category_entries()?,
            rules: rule_entries(conn, &directory)?.into_iter().collect::<Result<_, _>>()?,
            staff: staff_entries(conn, &directory)?,
        })
    }
}

#[derive(Serialize)]
struct Districts {
    district: Vec<DistrictEntry>,
}

#[derive(Serialize)]
struct Departments {
    department: Vec<DepartmentEntry>,
}

#[derive(Serialize)]
struct Categories {
    category: Vec<CategoryEntry>,
}

#[derive(Serialize)]
struct Rules {
    rule: Vec<RuleEntry>,
}

#[derive(Serialize)]
struct Staff {
    staff: Vec<StaffEntry>,
}

/// The city as files. Precedents are left out, because cases make them, and so are accounts that are closed or have no
/// department; nobody's password is in them.
pub fn export(conn: &mut PgConnection) -> Result<Files, ExportError> {
    let City { districts, departments, categories, rules, staff } = City::read(conn)?;
    Ok(Files::from([
        ("districts.toml", toml::to_string(&Districts { district: districts })?),
        ("departments.toml", toml::to_string(&Departments { department: departments })?),
        ("categories.toml", toml::to_string(&Categories { category: categories })?),
        ("routing.toml", toml::to_string(&Rules { rule: rules })?),
        ("staff.toml", toml::to_string(&Staff { staff })?),
    ]))
}

/// How the entries of every file stand, by what they are called.
#[derive(Debug, Default)]
pub(super) struct Standing(BTreeMap<&'static str, BTreeMap<String, Value>>);

impl Standing {
    /// The entries of a file.
    pub(super) fn take(&mut self, file: &str) -> BTreeMap<String, Value> {
        self.0.remove(file).unwrap_or_default()
    }
}

/// How a city stands before anything is written.
pub(super) fn standing(conn: &mut PgConnection) -> Result<Standing, ExportError> {
    let City { districts, departments, categories, rules, staff } = City::read(conn)?;
    Ok(Standing(BTreeMap::from([
        ("districts.toml", by_name(&districts, "code")?),
        ("departments.toml", by_name(&departments, "code")?),
        ("categories.toml", by_name(&categories, "code")?),
        ("routing.toml", by_name(&rules, "number")?),
        ("staff.toml", by_name(&staff, "username")?),
    ])))
}

fn by_name<T: Serialize>(entries: &[T], name: &str) -> Result<BTreeMap<String, Value>, ExportError> {
    let value = |entry: &T| {
        let value = serde_json::to_value(entry)?;
        Ok((called(&value, name), value))
    };
    entries.iter().map(value).collect()
}
