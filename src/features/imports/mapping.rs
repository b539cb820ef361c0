//! A mapping that fits the directory: every code it names exists. It turns the fields of a row into a letter.

use std::collections::HashMap;
use std::sync::Arc;

use chrono_tz::Tz;

use super::mapping_file::{MappingFile, TitleWords};
use crate::features::directory::{Category, Department, Snapshot};
use crate::rules::text::fold;
use crate::rules::vocabulary::Kind;

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Not TOML, or not what a mapping is made of; the reason shows the line.
    #[error("{0}")]
    Malformed(#[from] toml::de::Error),
    /// It names a department that is not in the directory.
    #[error("{place}: there is no department {code:?}")]
    UnknownDepartment {
        /// Where in the mapping.
        place: &'static str,
        /// What it says.
        code: String,
    },
    /// It names a category that is not in the directory.
    #[error("{place}: there is no category {code:?}")]
    UnknownCategory {
        /// Where in the mapping.
        place: &'static str,
        /// What it says.
        code: String,
    },
    /// Rows that do not say so themselves would have none.
    #[error("{place}: needs a field or a default")]
    NothingToGoBy {
        /// Where in the mapping.
        place: &'static str,
    },
    /// A delimiter that takes more than one byte.
    #[error("delimiter: must be one ASCII character")]
    Delimiter,
}

/// A mapping that fits the directory.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) file: MappingFile,
    pub(super) zone: Tz,
    city: Arc<Snapshot>,
    department_aliases: HashMap<String, i32>,
    /// How spellings begin, the longest first.
    department_beginnings: Vec<(String, i32)>,
    default_department: Option<i32>,
    category_values: HashMap<String, i32>,
    category_words: Vec<(Vec<String>, i32)>,
    default_category: Option<i32>,
}

impl Mapping {
    /// Reads a mapping and looks up what it names. `zone` is the city's.
    pub fn read(text: &str, city: Arc<Snapshot>, zone: Tz) -> Result<Mapping, MappingError> {
        let file: MappingFile = toml::from_str(text)?;
        if file.delimiter.is_some_and(|delimiter| !delimiter.is_ascii()) {
            return Err(MappingError::Delimiter);
        }
        check_completeness(&file)?;
        let departments = Departments(&city);
        let mut beginnings: Vec<(String, i32)> = departments
            .spellings("department.beginnings", &file.department.beginnings)?
            .into_iter()
            .collect();
        beginnings.sort_by_key(|(beginning, _)| std::cmp::Reverse(beginning.chars().count()));
        let default_department = file.department.default.as_deref();
        let words = |line: &TitleWords| {
            let words = line.words.iter().map(|word| folded(word)).collect();
            Ok((words, category(&city, "category.title_contains", &line.code)?))
        };
        let value = |(value, code): (&String, &String)| {
            Ok((folded(value), category(&city, "category.values", code)?))
        };
        let default_category = file.category.default.as_deref();
        Ok(Mapping {
            zone: file.zone.unwrap_or(zone),
            department_aliases: departments.spellings("department.aliases", &file.department.aliases)?,
            department_beginnings: beginnings,
            default_department: default_department
                .map(|code| departments.id("department.default", code))
                .transpose()?,
            category_values: file.category.values.iter().map(value).collect::<Result<_, MappingError>>()?,
            category_words: file
                .category
                .title_contains
                .iter()
                .map(words)
                .collect::<Result<_, MappingError>>()?,
            default_category: default_category
                .map(|code| category(&city, "category.default", code))
                .transpose()?,
            city,
            file,
        })
    }

    /// Who answered, by what the row says, if it says anything.
    pub(super) fn department(&self, said: Option<&str>, category_id: i32) -> Option<i32> {
        let named = said.and_then(|name| self.named_department(name));
        let of_category = || self.city.default_department(category_id).map(|department| department.id);
        named.or(self.default_department).or_else(of_category)
    }

    fn named_department(&self, name: &str) -> Option<i32> {
        let spelling = folded(name);
        let known = || self.city.department_by_name_or_alias(name).map(|department| department.id);
        let begins = || {
            let fits = |(beginning, _): &&(String, i32)| spelling.starts_with(beginning.as_str());
            self.department_beginnings.iter().find(fits).map(|(_, id)| *id)
        };
        self.department_aliases.get(&spelling).copied().or_else(known).or_else(begins)
    }

    /// What it is about, by what the row says, if it says anything, and by its title.
    pub(super) fn category(&self, said: Option<&str>, title: &str) -> Option<&Category> {
        let named = said.and_then(|value| {
            let by_code = || self.city.category_by_code(value).map(|category| category.id);
            self.category_values.get(&folded(value)).copied().or_else(by_code)
        });
        let title = folded(title);
        let by_title = || {
            let fits =
                |(words, _): &&(Vec<String>, i32)| words.iter().any(|word| title.contains(word.as_str()));
            self.category_words.iter().find(fits).map(|(_, id)| *id)
        };
        self.city.category(named.or_else(by_title).or(self.default_category)?)
    }

    /// What sort of matter it is, by what the row says, if it says anything.
    pub(super) fn kind(&self, said: Option<&str>) -> Option<Kind> {
        let named = said.and_then(|value| {
            let known = self.file.kind.values.get(value).copied();
            known.or_else(|| value.parse().ok())
        });
        named.or(self.file.kind.default)
    }

    /// What is known of the file before it is opened.
    pub fn opening(&self, path: std::path::PathBuf) -> super::rows::Opening {
        let delimiter = self.file.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
        super::rows::Opening { path, format: self.file.format, delimiter }
    }
}

fn check_completeness(file: &MappingFile) -> Result<(), MappingError> {
    let has_category = file.category.field.is_some() || file.category.default.is_some();
    if !has_category {
        return Err(MappingError::NothingToGoBy { place: "category" });
    }
    if file.kind.field.is_none() && file.kind.default.is_none() {
        return Err(MappingError::NothingToGoBy { place: "kind" });
    }
    Ok(())
}

/// A spelling as it is compared.
fn folded(name: &str) -> String {
    fold(name).chars().filter(|c| !c.is_whitespace()).collect()
}

fn category(city: &Snapshot, place: &'static str, code: &str) -> Result<i32, MappingError> {
    let found = city.category_by_code(code).map(|category| category.id);
    found.ok_or_else(|| MappingError::UnknownCategory { place, code: code.to_owned() })
}

struct Departments<'a>(&'a Snapshot);

impl Departments<'_> {
    /// The department of this code, or who took over from it.
    fn id(&self, place: &'static str, code: &str) -> Result<i32, MappingError> {
        let found: Option<&Department> =
            self.0.department_by_code(code).and_then(|department| self.0.department_in_charge(department.id));
        let unknown = || MappingError::UnknownDepartment { place, code: code.to_owned() };
        found.map(|department| department.id).ok_or_else(unknown)
    }

    fn spellings<'b>(
        &self,
        place: &'static str,
        by_code: impl IntoIterator<Item = (&'b String, &'b Vec<String>)>,
    ) -> Result<HashMap<String, i32>, MappingError> {
        let mut found = HashMap::new();
        for (code, spellings) in by_code {
            let id = self.id(place, code)?;
            found.extend(spellings.iter().map(|spelling| (folded(spelling), id)));
        }
        Ok(found)
    }
}
