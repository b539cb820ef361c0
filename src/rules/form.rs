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
    let known = schema.fields().iter().filter_map(|field| match form.get(&field.key) {
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
        FieldType::Text => judge_text(field, value, |text| text.contains(char::is_control)),
        FieldType::LongText => judge_text(field, value, has_forbidden_control),
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

fn judge_text(field: &FormField, value: &Value, is_forbidden: fn(&str) -> bool) -> Result<(), Fault> {
    let text = text_of(value)?;
    if field.required && text.trim().is_empty() {
        return Err(Fault::required());
    }
    if is_forbidden(text) {
        let (zh, en) = ("不能含有控制字符", "Must not contain control characters");
        return Err(Fault::new("form_control_character", zh, en));
    }
    let max = field.longest().unwrap_or(TEXT_MAX_LENGTH);
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

#[cfg(test)]
mod tests;
