//! The form of a category: which further fields a submission has, and whether what was filled in fits them.
//!
//! A [`FormSchema`] is valid once it is parsed; [`validate`] judges a filled-in form against it. Knows no category.

mod schema;

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value};

pub use schema::{
    Bound, FieldType, FormField, FormSchema, FormSchemaError, LARGEST_MAX_LENGTH, LONG_TEXT_MAX_LENGTH,
    MAX_FIELDS, TEXT_MAX_LENGTH,
};

use crate::rules::text::has_forbidden_control;
use crate::rules::texts::Sentence;
use schema::{bounds_of, day_of, number_of};

const URL_MAX_LENGTH: usize = 2_000;
const MAX_ERRORS: usize = 50;
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// What is wrong with one value of a filled-in form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// JSON pointer, under `/form`.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// For a person.
    pub message: Sentence,
}

/// Everything that is wrong with a filled-in form, at most 50 findings; empty when it fits.
///
/// Fields that the schema lacks are refused, and `null` is not a value: what is not filled in is left out.
pub fn validate(schema: &FormSchema, form: &Map<String, Value>) -> Vec<FormError> {
    let unknown = form.keys().filter(|key| schema.field(key).is_none()).map(|key| unknown_field(key));
    let known = schema.fields().iter().filter_map(|field| match form.get(&field.key) {
        Some(value) => judge(field, value).err().map(|fault| fault.at(&field.key)),
        None => field.required.then(|| Fault::required().at(&field.key)),
    });
    known.chain(unknown).take(MAX_ERRORS).collect()
}

/// A form that fits: every required field filled in with the first thing that it takes. For trying the channel.
pub fn specimen(schema: &FormSchema) -> Map<String, Value> {
    let required = schema.fields().iter().filter(|field| field.required);
    required.map(|field| (field.key.clone(), specimen_of(field))).collect()
}

fn specimen_of(field: &FormField) -> Value {
    let bound = field.min.as_ref().or(field.max.as_ref());
    match field.field_type {
        FieldType::Text | FieldType::LongText => "-".into(),
        FieldType::Choice => field.choices.first().cloned().unwrap_or_default().into(),
        FieldType::Date => bound.and_then(day_of).unwrap_or_default().to_string().into(),
        FieldType::Number => bound.and_then(number_of).unwrap_or_default().into(),
        FieldType::Url => "https://example.org/".into(),
        FieldType::Boolean => true.into(),
    }
}

fn unknown_field(key: &str) -> FormError {
    Fault::new("form_unknown_field").at(key)
}

/// A finding that does not yet know its field.
struct Fault {
    code: &'static str,
    message: Sentence,
}

impl Fault {
    fn new(code: &'static str) -> Fault {
        Fault::saying(code, Sentence::of("field", code))
    }

    fn saying(code: &'static str, message: Sentence) -> Fault {
        Fault { code, message }
    }

    fn required() -> Fault {
        Fault::new("form_required")
    }

    fn wrong_type(expected: &'static str) -> Fault {
        Fault::saying("form_wrong_type", Sentence::of("field-form_wrong_type", expected))
    }

    fn at(self, key: &str) -> FormError {
        let pointer = format!("/form/{}", key.replace('~', "~0").replace('/', "~1"));
        FormError { pointer, code: self.code, message: self.message }
    }
}

fn judge(field: &FormField, value: &Value) -> Result<(), Fault> {
    match field.field_type {
        FieldType::Text => judge_text(field, value, |text| text.contains(char::is_control)),
        FieldType::LongText => judge_text(field, value, has_forbidden_control),
        FieldType::Choice => judge_choice(field, value),
        FieldType::Date => judge_date(field, value),
        FieldType::Number => judge_number(field, value),
        FieldType::Url => judge_url(value),
        FieldType::Boolean => match value {
            Value::Bool(_) => Ok(()),
            _ => Err(Fault::wrong_type("boolean")),
        },
    }
}

fn text_of(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(|| Fault::wrong_type("text"))
}

fn judge_text(field: &FormField, value: &Value, is_forbidden: fn(&str) -> bool) -> Result<(), Fault> {
    let text = text_of(value)?;
    if field.required && text.trim().is_empty() {
        return Err(Fault::required());
    }
    if is_forbidden(text) {
        return Err(Fault::new("form_control_character"));
    }
    let max = field.longest().unwrap_or(TEXT_MAX_LENGTH);
    if text.chars().count() > max as usize {
        let message = Sentence::new("field-form_too_long").with("max", max);
        return Err(Fault::saying("form_too_long", message));
    }
    Ok(())
}

fn judge_choice(field: &FormField, value: &Value) -> Result<(), Fault> {
    let text = text_of(value)?;
    if field.choices.iter().any(|choice| choice == text) {
        return Ok(());
    }
    Err(Fault::new("form_unknown_choice"))
}

fn judge_date(field: &FormField, value: &Value) -> Result<(), Fault> {
    let invalid = || Fault::new("form_invalid_date");
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
    let number = number.ok_or_else(|| Fault::wrong_type("number"))?;
    let bounds = bounds_of(field.min.as_ref(), field.max.as_ref(), number_of).unwrap_or_default();
    if lies_within(&number, &bounds) { Ok(()) } else { Err(out_of_range(bounds.0, bounds.1)) }
}

fn lies_within<T: PartialOrd>(value: &T, (min, max): &(Option<T>, Option<T>)) -> bool {
    min.as_ref().is_none_or(|min| value >= min) && max.as_ref().is_none_or(|max| value <= max)
}

fn out_of_range<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> Fault {
    let message = match (min, max) {
        (Some(min), Some(max)) => Sentence::new("field-form_out_of_range-between")
            .with("least", min.to_string())
            .with("most", max.to_string()),
        (Some(min), None) => Sentence::new("field-form_out_of_range-least").with("least", min.to_string()),
        (None, Some(max)) => Sentence::new("field-form_out_of_range-most").with("most", max.to_string()),
        (None, None) => Sentence::new("field-form_out_of_range"),
    };
    Fault::saying("form_out_of_range", message)
}

fn judge_url(value: &Value) -> Result<(), Fault> {
    let text = text_of(value)?;
    if text.chars().count() <= URL_MAX_LENGTH && is_web_address(text) {
        return Ok(());
    }
    Err(Fault::new("form_invalid_url"))
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

#[cfg(test)]
mod tests;
