//! Fills the directory from a city's files: `districts.toml`, `departments.toml`, `categories.toml`.
//!
//! A file is the truth about every entry it names, and says nothing about the others: an entry is founded or brought to
//! what the file says, and one that is gone from the file stays. Seeding twice changes nothing.

use std::path::Path;

use diesel::PgConnection;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::editing::{save_category, save_department, save_district};
use super::entry::{CategoryEntry, DepartmentEntry, DistrictEntry};
use super::error::DirectoryError;
use super::service::lock;
use crate::platform::db::DbError;

const DISTRICTS: &str = "districts.toml";
const DEPARTMENTS: &str = "departments.toml";
const CATEGORIES: &str = "categories.toml";

/// The texts of a city's files.
#[derive(Debug, Clone)]
pub struct CityFiles {
    /// `[[district]]` entries; a parent stands before what lies in it.
    pub districts: String,
    /// `[[department]]` entries; a parent and a successor stand before those who name them.
    pub departments: String,
    /// `[[category]]` entries with their `[[category.field]]`; a parent stands before what lies below it.
    pub categories: String,
}

/// How many entries the files had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeded {
    /// In `districts.toml`.
    pub districts: usize,
    /// In `departments.toml`.
    pub departments: usize,
    /// In `categories.toml`.
    pub categories: usize,
}

/// Why a city's files cannot be taken over. Names the file and the entry.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A file that cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// Why.
        reason: std::io::Error,
    },
    /// A file that is not TOML, or has a value that is not what it should be; the reason shows the line.
    #[error("{file}: {reason}")]
    Malformed {
        /// Which file.
        file: &'static str,
        /// Why, with the line.
        reason: String,
    },
    /// Two entries of one code.
    #[error("{file}: entry {code:?} stands twice")]
    Duplicate {
        /// Which file.
        file: &'static str,
        /// Which entry.
        code: String,
    },
    /// An entry that does not fit the rest.
    #[error("{file}: entry {code:?}: {reason}")]
    Refused {
        /// Which file.
        file: &'static str,
        /// Which entry.
        code: String,
        /// Why.
        reason: DirectoryError,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The directory as it stands.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl From<diesel::result::Error> for SeedError {
    fn from(error: diesel::result::Error) -> SeedError {
        SeedError::Database(error.into())
    }
}

impl CityFiles {
    /// Reads the three files of a folder.
    pub fn read(folder: &Path) -> Result<CityFiles, SeedError> {
        let read = |name: &str| {
            let path = folder.join(name);
            let unreadable = |reason| SeedError::Unreadable { file: path.display().to_string(), reason };
            std::fs::read_to_string(&path).map_err(unreadable)
        };
        Ok(CityFiles {
            districts: read(DISTRICTS)?,
            departments: read(DEPARTMENTS)?,
            categories: read(CATEGORIES)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Districts {
    #[serde(default)]
    district: Vec<DistrictEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Departments {
    #[serde(default)]
    department: Vec<DepartmentEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Categories {
    #[serde(default)]
    category: Vec<CategoryEntry>,
}

/// Takes a city's files over, inside the caller's transaction: all of it, or on an error nothing.
pub fn seed(conn: &mut PgConnection, files: &CityFiles) -> Result<Seeded, SeedError> {
    let districts = parse::<Districts>(DISTRICTS, &files.districts)?.district;
    let departments = parse::<Departments>(DEPARTMENTS, &files.departments)?.department;
    let categories = parse::<Categories>(CATEGORIES, &files.categories)?.category;
    let mut tree = lock(conn)?;
    each(
        DISTRICTS,
        &districts,
        |e| e.code.as_str(),
        |entry| save_district(conn, &mut tree, entry).map(drop),
    )?;
    each(
        DEPARTMENTS,
        &departments,
        |e| e.code.as_str(),
        |entry| save_department(conn, &mut tree, entry).map(drop),
    )?;
    each(
        CATEGORIES,
        &categories,
        |e| e.code.as_str(),
        |entry| save_category(conn, &mut tree, entry).map(drop),
    )?;
    Ok(Seeded { districts: districts.len(), departments: departments.len(), categories: categories.len() })
}

fn parse<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, SeedError> {
    toml::from_str(text).map_err(|error| SeedError::Malformed { file, reason: error.to_string() })
}

fn each<E>(
    file: &'static str,
    entries: &[E],
    code: fn(&E) -> &str,
    mut save: impl FnMut(&E) -> Result<(), DirectoryError>,
) -> Result<(), SeedError> {
    let mut seen = std::collections::HashSet::new();
    for entry in entries {
        let code = code(entry);
        if !seen.insert(code) {
            return Err(SeedError::Duplicate { file, code: code.to_owned() });
        }
        save(entry).map_err(|reason| SeedError::Refused { file, code: code.to_owned(), reason })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::form::FormSchema;

    fn sample_city() -> CityFiles {
        CityFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city")).unwrap()
    }

    #[test]
    fn the_sample_city_parses_and_its_forms_are_valid() {
        let files = sample_city();
        assert_eq!(parse::<Districts>(DISTRICTS, &files.districts).unwrap().district.len(), 18);
        assert!(parse::<Departments>(DEPARTMENTS, &files.departments).unwrap().department.len() >= 40);
        let categories = parse::<Categories>(CATEGORIES, &files.categories).unwrap().category;
        assert!(categories.len() >= 30);
        for category in categories {
            let code = category.code.to_string();
            assert!(FormSchema::new(category.fields).is_ok(), "{code}");
        }
    }
}
