//! The form of a category: which further fields a submission has, and whether what was filled in fits them.
//!
//! A [`FormSchema`] is valid once it is parsed; [`validate`] judges a filled-in form against it. Knows no category.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::rules::text::has_forbidden_control;

/// Fields a form has at most.
pub const MAX_FIELDS: usize = 40;
/// Characters a text has at most when its field does not say.
pub const TEXT_MAX_LENGTH: u32 = 200;
/// Characters a long text has at most when its field does not say.
pub const LONG_TEXT_MAX_LENGTH: u32 = 2_000;
/// Characters a field may allow at most.
pub const LARGEST_MAX_LENGTH: u32 = 10_000;
const URL_MAX_LENGTH: usize = 2_000;
const MAX_ERRORS: usize = 50;
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

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

    fn field(&self, key: &str) -> Option<&FormField> {
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

fn number_of(bound: &Bound) -> Option<f64> {
    match bound {
        Bound::Number(number) => Some(*number).filter(|number| number.is_finite()),
        Bound::Day(_) => None,
    }
}

fn day_of(bound: &Bound) -> Option<NaiveDate> {
    match bound {
        Bound::Number(_) => None,
        Bound::Day(day) => Some(*day),
    }
}

/// Both limits as values of one type; `None` when one is of another.
fn bounds_of<T>(
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

/// What is wrong with one value of a filled-in form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// JSON pointer, under `/form`.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// For a person, in Chinese.
    pub zh: String,
    /// For a person, in English.
    pub en: String,
}

/// Everything that is wrong with a filled-in form, at most 50 findings; empty when it fits.
///
/// Fields that the schema lacks are refused, and `null` is not a value: what is not filled in is left out.
pub fn validate(schema: &FormSchema, form: &Map<String, Value>) -> Vec<FormError> {
    let unknown = form.keys().filter(|key| schema.field(key).is_none()).map(|key| unknown_field(key));
    let known = schema.fields.iter().filter_map(|field| match form.get(&field.key) {
        Some(value) => judge(field, value).err().map(|fault| fault.at(&field.key)),
        None => field.required.then(|| Fault::required().at(&field.key)),
    });
    known.chain(unknown).take(MAX_ERRORS).collect()
}

fn unknown_field(key: &str) -> FormError {
    Fault::new("form_unknown_field", "表单中没有这一项", "The form has no such field").at(key)
}

/// A finding that does not yet know its field.
struct Fault {
    code: &'static str,
    zh: String,
    en: String,
}

impl Fault {
    fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault { code, zh: zh.into(), en: en.into() }
    }

    fn required() -> Fault {
        Fault::new("form_required", "此项必填", "This field is required")
    }

    fn wrong_type(zh: &str, en: &str) -> Fault {
        Fault::new("form_wrong_type", format!("此项应为{zh}"), format!("This field takes {en}"))
    }

    fn at(self, key: &str) -> FormError {
        let pointer = format!("/form/{}", key.replace('~', "~0").replace('/', "~1"));
        FormError { pointer, code: self.code, zh: self.zh, en: self.en }
    }
}

fn judge(field: &FormField, value: &Value) -> Result<(), Fault> {
    match field.field_type {
        FieldType::Text => judge_text(field, value, TEXT_MAX_LENGTH, |text| text.contains(char::is_control)),
        FieldType::LongText => judge_text(field, value, LONG_TEXT_MAX_LENGTH, has_forbidden_control),
        FieldType::Choice => judge_choice(field, value),
        FieldType::Date => judge_date(field, value),
        FieldType::Number => judge_number(field, value),
        FieldType::Url => judge_url(value),
        FieldType::Boolean => match value {
            Value::Bool(_) => Ok(()),
            _ => Err(Fault::wrong_type("是或否(布尔值)", "true or false")),
        },
    }
}

fn text_of(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(|| Fault::wrong_type("文字", "a text"))
}

fn judge_text(
    field: &FormField,
    value: &Value,
    usual_max: u32,
    is_forbidden: fn(&str) -> bool,
) -> Result<(), Fault> {
    let text = text_of(value)?;
    if field.required && text.trim().is_empty() {
        return Err(Fault::required());
    }
    if is_forbidden(text) {
        let (zh, en) = ("不能含有控制字符", "Must not contain control characters");
        return Err(Fault::new("form_control_character", zh, en));
    }
    let max = field.max_length.unwrap_or(usual_max);
    if text.chars().count() > max as usize {
        let (zh, en) = (format!("最多{max}个字"), format!("At most {max} characters"));
        return Err(Fault::new("form_too_long", zh, en));
    }
    Ok(())
}

fn judge_choice(field: &FormField, value: &Value) -> Result<(), Fault> {
    let text = text_of(value)?;
    if field.choices.iter().any(|choice| choice == text) {
        return Ok(());
    }
    Err(Fault::new("form_unknown_choice", "请从给出的选项中选择", "Must be one of the choices"))
}

fn judge_date(field: &FormField, value: &Value) -> Result<(), Fault> {
    let invalid =
        || Fault::new("form_invalid_date", "日期应写作 2026-09-18", "A date is written as 2026-09-18");
    let text = value.as_str().ok_or_else(invalid)?;
    let day = text.parse::<NaiveDate>().ok().filter(|day| day.to_string() == text).ok_or_else(invalid)?;
    let bounds = bounds_of(field.min.as_ref(), field.max.as_ref(), day_of).unwrap_or_default();
    if YEARS.contains(&day.year()) && lies_within(&day, &bounds) {
        return Ok(());
    }
    Err(out_of_range(bounds.0, bounds.1))
}

fn judge_number(field: &FormField, value: &Value) -> Result<(), Fault> {
    let number = value.as_f64().filter(|number| number.is_finite());
    let number = number.ok_or_else(|| Fault::wrong_type("数字", "a number"))?;
    let bounds = bounds_of(field.min.as_ref(), field.max.as_ref(), number_of).unwrap_or_default();
    if lies_within(&number, &bounds) { Ok(()) } else { Err(out_of_range(bounds.0, bounds.1)) }
}

fn lies_within<T: PartialOrd>(value: &T, (min, max): &(Option<T>, Option<T>)) -> bool {
    min.as_ref().is_none_or(|min| value >= min) && max.as_ref().is_none_or(|max| value <= max)
}

fn out_of_range<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> Fault {
    let (zh, en) = match (min, max) {
        (Some(min), Some(max)) => {
            (format!("应在{min}到{max}之间"), format!("Must lie between {min} and {max}"))
        }
        (Some(min), None) => (format!("不能小于{min}"), format!("Must not be below {min}")),
        (None, Some(max)) => (format!("不能大于{max}"), format!("Must not be above {max}")),
        (None, None) => ("超出允许的范围".to_owned(), "Out of range".to_owned()),
    };
    Fault::new("form_out_of_range", zh, en)
}

fn judge_url(value: &Value) -> Result<(), Fault> {
    let text = text_of(value)?;
    if text.chars().count() <= URL_MAX_LENGTH && is_web_address(text) {
        return Ok(());
    }
    Err(Fault::new(
        "form_invalid_url",
        "请填写以 http:// 或 https:// 开头的网址",
        "Must be an http or https address",
    ))
}

/// Whether this is an http or https address with a host, and without credentials in it.
fn is_web_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    is_web
        && !host.is_empty()
        && !authority.contains(['@', '\\'])
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}
