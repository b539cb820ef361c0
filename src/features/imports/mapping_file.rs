//! A mapping as it is written in TOML: which fields of the file are ours, and what stands for what. `config/import`
//! explains it with examples.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Deserialize;

use super::rows::FileFormat;
use crate::rules::vocabulary::Kind;

/// A mapping file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingFile {
    /// How rows are written; found out when absent.
    pub format: Option<FileFormat>,
    /// What stands between the columns of CSV; found out when absent.
    pub delimiter: Option<char>,
    /// The zone of times without one; the city's when absent.
    pub zone: Option<Tz>,
    /// Whether everybody could read these letters with their answers before: only then are any published unseen.
    #[serde(default)]
    pub was_public: bool,
    /// What happens to rows with control characters.
    #[serde(default)]
    pub control_characters: OnFault,
    /// What the other system calls a letter.
    pub reference: FieldName,
    /// The title.
    pub title: TitleField,
    /// The letter.
    pub body: BodyField,
    /// The answer.
    pub reply: FieldName,
    /// When it came in.
    pub received: DateField,
    /// When it was answered.
    pub answered: DateField,
    /// Who answered.
    pub department: DepartmentField,
    /// What it is about.
    pub category: CategoryField,
    /// What sort of matter it is.
    pub kind: KindField,
    /// Who wrote.
    pub submitter: Option<SubmitterField>,
}

/// What happens to a row with a fault that can be mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFault {
    /// The row is refused.
    #[default]
    Refuse,
    /// It is mended: control characters are left out, a long title is shortened and stands whole before the letter, an
    /// empty title is the beginning of the letter, an empty letter is the title.
    Mend,
}

/// A field of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldName {
    /// Its name, or a JSON pointer into nested objects (`/reply/text`).
    pub field: String,
}

/// The title.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleField {
    /// The field.
    pub field: String,
    /// A title of more than 100 characters.
    #[serde(default)]
    pub when_too_long: OnFault,
    /// No title.
    #[serde(default)]
    pub when_empty: OnFault,
}

/// The letter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyField {
    /// The field.
    pub field: String,
    /// No letter.
    #[serde(default)]
    pub when_empty: OnFault,
}

/// A day or an instant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateField {
    /// The field.
    pub field: String,
    /// `rfc3339`, or patterns of `strftime` such as `%Y-%m-%d %H:%M:%S`; the first that fits counts. The usual ones when
    /// absent.
    #[serde(default)]
    pub formats: Vec<String>,
}

/// Who answered: by an alias of the mapping, by a name or alias of the directory, by how the name begins, by default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentField {
    /// The field; absent when the file does not say.
    pub field: Option<String>,
    /// The code for rows whose department is unknown or not said. When absent, the category's department.
    pub default: Option<String>,
    /// Further spellings, by code.
    #[serde(default)]
    pub aliases: BTreeMap<String, Vec<String>>,
    /// How spellings begin, by code; the longest that fits counts.
    #[serde(default)]
    pub beginnings: BTreeMap<String, Vec<String>>,
}

/// What it is about: by the value of a field, by words of the title, by default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryField {
    /// The field; absent when the file does not say.
    pub field: Option<String>,
    /// Values of the field that stand for a code. Codes stand for themselves.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Words that a title contains; the first line that fits counts.
    #[serde(default)]
    pub title_contains: Vec<TitleWords>,
    /// The code for all other rows.
    pub default: Option<String>,
}

/// A category and the words that give it away.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleWords {
    /// The category's code.
    pub code: String,
    /// One of these is enough.
    pub words: Vec<String>,
}

/// What sort of matter it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindField {
    /// The field; absent when the file does not say.
    pub field: Option<String>,
    /// Values of the field that stand for a kind. Kinds stand for themselves.
    #[serde(default)]
    pub values: BTreeMap<String, Kind>,
    /// The kind of all other rows.
    pub default: Option<Kind>,
}

/// Who wrote.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitterField {
    /// The field with the name.
    pub name: String,
    /// Whether that is a person's real name. Otherwise (a pseudonym, a number) it is not taken over.
    pub is_real_name: bool,
}
