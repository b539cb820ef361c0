//! What a form looks like: its fields, and the checks that make a schema valid.

use crate::rules::texts::Sentence;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Fields a form has at most.
pub const MAX_FIELDS: usize = 40;
/// Characters a text has at most when its field does not say.
pub const TEXT_MAX_LENGTH: u32 = 200;
/// Characters a long text has at most when its field does not say.
pub const LONG_TEXT_MAX_LENGTH: u32 = 2_000;
/// Characters a field may allow at most.
pub const LARGEST_MAX_LENGTH: u32 = 10_000;

text_enum! {
    /// What a field of a form takes.
    pub enum FieldType {
        /// One line.
        Text = "text",
        /// Several lines.
        LongText = "long_text",
        /// One of the choices.
        Choice = "choice",
        /// A day, as `YYYY-MM-DD`.
        Date = "date",
        /// A number.
        Number = "number",
        /// An http or https address.
        Url = "url",
        /// Yes or no.
        Boolean = "boolean",
    }
}

/// A limit of a number or of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Bound {
    /// For a number.
    Number(f64),
    /// For a date.
    Day(NaiveDate),
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name in the filled-in form: a lower-case letter, then lower-case letters, digits and `_`; at most 40 characters.
    pub key: String,
    /// Its label in Chinese.
    pub label: String,
    /// Its label in English.
    pub label_en: String,
    /// What it takes.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// The most characters of a text; `None` means 200 for a text and 2000 for a long text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The words of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The least number or the first day allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Bound>,
    /// The greatest number or the last day allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Bound>,
    /// A hint for the person who fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl FormField {
    /// The most characters of a text; `None` for what is no text.
    pub fn longest(&self) -> Option<u32> {
        match self.field_type {
            FieldType::Text => Some(self.max_length.unwrap_or(TEXT_MAX_LENGTH)),
            FieldType::LongText => Some(self.max_length.unwrap_or(LONG_TEXT_MAX_LENGTH)),
            FieldType::Choice | FieldType::Date | FieldType::Number | FieldType::Url | FieldType::Boolean => {
                None
            }
        }
    }
}

/// The form of a category. Valid once parsed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "UncheckedSchema")]
pub struct FormSchema {
    fields: Vec<FormField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedSchema {
    fields: Vec<FormField>,
}

/// Why a schema is refused. Each names the field by its key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormSchemaError {
    /// More fields than a form may have.
    #[error("a form has at most {MAX_FIELDS} fields")]
    TooManyFields,
    /// A key that is not a name.
    #[error(
        "field {0:?}: the key is a lower-case letter, then lower-case letters, digits and _, at most 40 in all"
    )]
    Key(String),
    /// Two fields of one key.
    #[error("field {0:?}: the key stands twice")]
    DuplicateKey(String),
    /// An empty or overlong label.
    #[error("field {0:?}: label and label_en have 1 to 200 characters, help at most 500")]
    Label(String),
    /// A `max_length` where there is none, or out of its range.
    #[error("field {0:?}: max_length stands with text and long_text only, from 1 to {LARGEST_MAX_LENGTH}")]
    MaxLength(String),
    /// Choices missing, empty, double, or where there are none.
    #[error("field {0:?}: a choice, and nothing else, has 1 to 100 different choices of 1 to 200 characters")]
    Choices(String),
    /// `min` or `max` of the wrong type or order.
    #[error(
        "field {0:?}: min and max stand with number (as numbers) and date (as YYYY-MM-DD), min not above max"
    )]
    Bounds(String),
}

impl FormSchemaError {
    /// What is said of it.
    pub fn sentence(&self) -> Sentence {
        match self {
            FormSchemaError::TooManyFields => {
                Sentence::new("form_schema-too_many_fields").with("most", MAX_FIELDS)
            }
            FormSchemaError::Key(key) => Sentence::new("form_schema-key").with("key", key),
            FormSchemaError::DuplicateKey(key) => Sentence::new("form_schema-duplicate_key").with("key", key),
            FormSchemaError::Label(key) => Sentence::new("form_schema-label").with("key", key),
            FormSchemaError::MaxLength(key) => {
                Sentence::new("form_schema-max_length").with("key", key).with("most", LARGEST_MAX_LENGTH)
            }
            FormSchemaError::Choices(key) => Sentence::new("form_schema-choices").with("key", key),
            FormSchemaError::Bounds(key) => Sentence::new("form_schema-bounds").with("key", key),
        }
    }
}

impl TryFrom<UncheckedSchema> for FormSchema {
    type Error = FormSchemaError;
    fn try_from(unchecked: UncheckedSchema) -> Result<FormSchema, FormSchemaError> {
        FormSchema::new(unchecked.fields)
    }
}

impl FormSchema {
    /// The schema of these fields, or what is wrong with them.
    pub fn new(fields: Vec<FormField>) -> Result<FormSchema, FormSchemaError> {
        if fields.len() > MAX_FIELDS {
            return Err(FormSchemaError::TooManyFields);
        }
        let mut keys = std::collections::HashSet::new();
        for field in &fields {
            check_field(field)?;
            if !keys.insert(field.key.as_str()) {
                return Err(FormSchemaError::DuplicateKey(field.key.clone()));
            }
        }
        Ok(FormSchema { fields })
    }

    /// Its fields, in the order they are asked.
    pub fn fields(&self) -> &[FormField] {
        &self.fields
    }

    pub(super) fn field(&self, key: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.key == key)
    }
}

fn check_field(field: &FormField) -> Result<(), FormSchemaError> {
    let key = || field.key.clone();
    if !is_key(&field.key) {
        return Err(FormSchemaError::Key(key()));
    }
    let help_fits = field.help.as_deref().is_none_or(|help| help.chars().count() <= 500);
    if !has_length(&field.label) || !has_length(&field.label_en) || !help_fits {
        return Err(FormSchemaError::Label(key()));
    }
    let is_text = matches!(field.field_type, FieldType::Text | FieldType::LongText);
    if field.max_length.is_some_and(|max| !is_text || max == 0 || max > LARGEST_MAX_LENGTH) {
        return Err(FormSchemaError::MaxLength(key()));
    }
    if !choices_fit(field) {
        return Err(FormSchemaError::Choices(key()));
    }
    if bounds_fit(field) { Ok(()) } else { Err(FormSchemaError::Bounds(key())) }
}

fn is_key(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn has_length(label: &str) -> bool {
    (1..=200).contains(&label.chars().count())
}

fn choices_fit(field: &FormField) -> bool {
    if field.field_type != FieldType::Choice {
        return field.choices.is_empty();
    }
    let different: std::collections::HashSet<&String> = field.choices.iter().collect();
    (1..=100).contains(&field.choices.len())
        && different.len() == field.choices.len()
        && field.choices.iter().all(|choice| has_length(choice))
}

fn bounds_fit(field: &FormField) -> bool {
    let (min, max) = (field.min.as_ref(), field.max.as_ref());
    match field.field_type {
        FieldType::Number => ordered(bounds_of(min, max, number_of)),
        FieldType::Date => ordered(bounds_of(min, max, day_of)),
        FieldType::Text | FieldType::LongText | FieldType::Choice | FieldType::Url | FieldType::Boolean => {
            min.is_none() && max.is_none()
        }
    }
}

pub(super) fn number_of(bound: &Bound) -> Option<f64> {
    match bound {
        Bound::Number(number) => Some(*number).filter(|number| number.is_finite()),
        Bound::Day(_) => None,
    }
}

pub(super) fn day_of(bound: &Bound) -> Option<NaiveDate> {
    match bound {
        Bound::Number(_) => None,
        Bound::Day(day) => Some(*day),
    }
}

/// Both limits as values of one type; `None` when one is of another.
pub(super) fn bounds_of<T>(
    min: Option<&Bound>,
    max: Option<&Bound>,
    value: fn(&Bound) -> Option<T>,
) -> Option<(Option<T>, Option<T>)> {
    let read = |bound: Option<&Bound>| match bound {
        Some(bound) => value(bound).map(Some),
        None => Some(None),
    };
    Some((read(min)?, read(max)?))
}

fn ordered<T: PartialOrd>(bounds: Option<(Option<T>, Option<T>)>) -> bool {
    match bounds {
        Some((Some(min), Some(max))) => min <= max,
        Some(_) => true,
        None => false,
    }
}
