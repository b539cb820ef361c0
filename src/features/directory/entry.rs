//! What people write about departments, categories and districts: the same in a city's files and in the API.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Category, Department, District};
use super::snapshot::Snapshot;
use crate::rules::form::FormField;
use crate::rules::text::Name;
use crate::rules::vocabulary::Kind;

/// What the API calls a department, a category or a district: lower-case letters and digits in groups joined by single
/// hyphens, at most 64 characters. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 64, example = "heating-office")]
pub struct Code(String);

/// The text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be lower-case letters and digits in groups joined by single hyphens, at most 64 characters")]
pub struct InvalidCode;

impl Code {
    /// The code itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = InvalidCode;
    fn from_str(text: &str) -> Result<Code, InvalidCode> {
        let is_group = |group: &str| {
            !group.is_empty() && group.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        let is_code = text.len() <= 64 && text.split('-').all(is_group);
        is_code.then(|| Code(text.to_owned())).ok_or(InvalidCode)
    }
}

impl TryFrom<String> for Code {
    type Error = InvalidCode;
    fn try_from(text: String) -> Result<Code, InvalidCode> {
        text.parse()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A department as it shall be. What is left out takes its default, also when it stood otherwise before.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentEntry {
    /// Its code, for good.
    pub code: Code,
    /// Its Chinese name.
    pub name: Name,
    /// Its English name.
    pub name_en: Name,
    /// The body above it; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Code>,
    /// Other spellings, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Name>,
    /// The district it is competent for; none for the whole city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<Code>,
    /// Who takes over its matters once it is dissolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Code>,
    /// False dissolves it, and then it needs a successor.
    #[serde(default = "yes", skip_serializing_if = "is_so")]
    pub is_active: bool,
    /// False for a body that only groups others and is sent no work orders.
    #[serde(default = "yes", skip_serializing_if = "is_so")]
    pub is_dispatchable: bool,
}

/// A category as it shall be. What is left out takes its default, also when it stood otherwise before.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryEntry {
    /// Its code, for good.
    pub code: Code,
    /// Its Chinese name.
    pub name: Name,
    /// Its English name.
    pub name_en: Name,
    /// The category above it; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Code>,
    /// The kinds of tickets it takes, at least one.
    pub kinds: Vec<Kind>,
    /// Who answers when no routing rule says otherwise; none means the parent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_department: Option<Code>,
    /// False takes no new tickets.
    #[serde(default = "yes", skip_serializing_if = "is_so")]
    pub is_active: bool,
    /// The fields of its form, at most 40.
    #[serde(default, alias = "field", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
}

/// A district as it shall be.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DistrictEntry {
    /// Its code, for good.
    pub code: Code,
    /// Its Chinese name.
    pub name: Name,
    /// Its English name.
    pub name_en: Name,
    /// The district it lies in; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Code>,
    /// False takes no new letters, for what lies in it neither.
    #[serde(default = "yes", skip_serializing_if = "is_so")]
    pub is_active: bool,
}

/// What stands in the database would not be written so today.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {reason}")]
pub struct InvalidEntry {
    /// The entry.
    pub code: String,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidEntry {
    fn of<E: fmt::Display>(code: &str) -> impl FnOnce(E) -> InvalidEntry {
        let code = code.to_owned();
        move |reason| InvalidEntry { code, reason: reason.to_string() }
    }
}

fn name(code: &str, text: &str) -> Result<Name, InvalidEntry> {
    Name::try_from(text).map_err(InvalidEntry::of(code))
}

fn code(text: &str) -> Result<Code, InvalidEntry> {
    text.parse().map_err(InvalidEntry::of(text))
}

impl TryFrom<&District> for DistrictEntry {
    type Error = InvalidEntry;
    fn try_from(district: &District) -> Result<DistrictEntry, InvalidEntry> {
        Ok(DistrictEntry {
            code: code(&district.code)?,
            name: name(&district.code, &district.name)?,
            name_en: name(&district.code, &district.name_en)?,
            parent: district.parent_code.as_deref().map(code).transpose()?,
            is_active: district.is_active,
        })
    }
}

impl DepartmentEntry {
    /// A department as it would be written.
    pub(super) fn of(city: &Snapshot, department: &Department) -> Result<DepartmentEntry, InvalidEntry> {
        let other = |id: Option<i32>| id.and_then(|id| city.department(id)).map(|other| code(&other.code));
        let aliases = department.aliases.iter().map(|alias| name(&department.code, alias));
        Ok(DepartmentEntry {
            code: code(&department.code)?,
            name: name(&department.code, &department.name)?,
            name_en: name(&department.code, &department.name_en)?,
            parent: other(department.parent_id).transpose()?,
            aliases: aliases.collect::<Result<_, _>>()?,
            district: department.district_code.as_deref().map(code).transpose()?,
            successor: other(department.successor_id).transpose()?,
            is_active: department.is_active,
            is_dispatchable: department.is_dispatchable,
        })
    }
}

impl CategoryEntry {
    /// A category as it would be written.
    pub(super) fn of(city: &Snapshot, category: &Category) -> Result<CategoryEntry, InvalidEntry> {
        let parent = category.parent_id.and_then(|id| city.category(id)).map(|parent| code(&parent.code));
        let department = category.default_department_id.and_then(|id| city.department(id));
        Ok(CategoryEntry {
            code: code(&category.code)?,
            name: name(&category.code, &category.name)?,
            name_en: name(&category.code, &category.name_en)?,
            parent: parent.transpose()?,
            kinds: category.kinds.clone(),
            default_department: department.map(|department| code(&department.code)).transpose()?,
            is_active: category.is_active,
            fields: category.form.fields().to_vec(),
        })
    }
}

fn yes() -> bool {
    true
}

/// What a file does not say is so.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_so(value: &bool) -> bool {
    *value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_groups_of_letters_and_digits() {
        for good in ["heating", "a-1", "12345-hotline", &"a".repeat(64)] {
            assert!(good.parse::<Code>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "供暖", "a_b", "a b", &"a".repeat(65)] {
            assert_eq!(bad.parse::<Code>(), Err(InvalidCode), "{bad}");
        }
    }
}
