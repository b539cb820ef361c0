//! What people write about departments, categories and districts: the same in a city's files and in the API.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::rules::form::FormField;
use crate::rules::text::Name;
use crate::rules::vocabulary::Kind;

/// What the API calls a department, a category or a district: lower-case letters and digits in groups joined by single
/// hyphens, at most 64 characters. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, ToSchema)]
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
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentEntry {
    /// Its code, for good.
    pub code: Code,
    /// Its Chinese name.
    pub name: Name,
    /// Its English name.
    pub name_en: Name,
    /// The body above it; none at the top.
    #[serde(default)]
    pub parent: Option<Code>,
    /// Other spellings, at most 50.
    #[serde(default)]
    pub aliases: Vec<Name>,
    /// The district it is competent for; none for the whole city.
    #[serde(default)]
    pub district: Option<Code>,
    /// Who takes over its matters once it is dissolved.
    #[serde(default)]
    pub successor: Option<Code>,
    /// False dissolves it, and then it needs a successor.
    #[serde(default = "yes")]
    pub is_active: bool,
    /// False for a body that only groups others and is sent no work orders.
    #[serde(default = "yes")]
    pub is_dispatchable: bool,
}

/// A category as it shall be. What is left out takes its default, also when it stood otherwise before.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryEntry {
    /// Its code, for good.
    pub code: Code,
    /// Its Chinese name.
    pub name: Name,
    /// Its English name.
    pub name_en: Name,
    /// The category above it; none at the top.
    #[serde(default)]
    pub parent: Option<Code>,
    /// The kinds of tickets it takes, at least one.
    pub kinds: Vec<Kind>,
    /// Who answers when no routing rule says otherwise; none means the parent's.
    #[serde(default)]
    pub default_department: Option<Code>,
    /// False takes no new tickets.
    #[serde(default = "yes")]
    pub is_active: bool,
    /// The fields of its form, at most 40.
    #[serde(default, alias = "field")]
    pub fields: Vec<FormField>,
}

/// A district as it shall be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DistrictEntry {
    /// Its code, for good.
    pub code: Code,
    /// Its Chinese name.
    pub name: Name,
    /// Its English name.
    pub name_en: Name,
    /// The district it lies in; none at the top.
    #[serde(default)]
    pub parent: Option<Code>,
}

fn yes() -> bool {
    true
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
