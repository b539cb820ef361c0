//! Makes the words of a mail from templates: a subject, a text and an HTML part a mail and language, within a layout. An
//! operator's folder may replace the files one by one. What the mails are and tell, the caller knows.

use std::path::Path;

use chrono::{Datelike, NaiveDate};
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::platform::locale::Locale;
use crate::rules::texts::{Sentence, traditional};

/// What every mail says of the site.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Where citizens look up their letters.
    pub portal_url: String,
}

/// The words of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML document.
    pub html: String,
}

/// A template that cannot be read, or does not fit its values.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file of the operator's folder.
    #[error("mail template {file}: {reason}")]
    File {
        /// Its place under the folder.
        file: String,
        /// Why.
        reason: std::io::Error,
    },
    /// The template itself.
    #[error("mail template: {0:#}")]
    Template(#[from] Error),
}

/// Templates, compiled. Every name that a template uses must be among the values, or it is not rendered.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    site: Site,
}

impl Templates {
    /// Compiles the built-in files (by their place, such as `en/receipt.txt`), or those of the folder that replace them.
    /// `extend` adds what the templates may use besides the filters `day` and `word`.
    pub fn compile(
        site: Site,
        built_in: &[(&'static str, &'static str)],
        folder: Option<&Path>,
        extend: impl FnOnce(&mut Environment<'static>),
    ) -> Result<Templates, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("day", day);
        environment.add_filter("word", word);
        extend(&mut environment);
        for (file, built_in) in built_in {
            let source = replaced(folder, file)?.unwrap_or_else(|| (*built_in).to_owned());
            environment.add_template_owned(*file, source)?;
        }
        Ok(Templates { environment, site })
    }

    /// The words of the mail of this name. Traditional Chinese is converted from Simplified.
    pub fn render(
        &self,
        name: &str,
        locale: Locale,
        values: &impl Serialize,
    ) -> Result<RenderedMail, TemplateError> {
        let place = format!("{}/{name}", folder_of(locale));
        let within = context! { ..Value::from(Serde(values)), ..self.of_site(locale) };
        let subject = self.file(&format!("{place}.subject"), &within)?.trim().to_owned();
        let part = |kind: &str| {
            let body = self.file(&format!("{place}.{kind}"), &within)?;
            let body = Value::from_safe_string(body.trim_end().to_owned());
            let layout = format!("{}/layout.{kind}", folder_of(locale));
            let own = context! { body, subject => &subject };
            self.file(&layout, &context! { ..own, ..within.clone() })
        };
        let mail = RenderedMail { text: part("txt")?, html: part("html")?, subject };
        Ok(if locale == Locale::ZhHant { mail.map(traditional) } else { mail })
    }

    fn of_site(&self, locale: Locale) -> Value {
        let site_name = match locale {
            Locale::ZhCn | Locale::ZhHant => &self.site.name_zh,
            Locale::En => &self.site.name_en,
        };
        context! { language => locale.as_str(), site_name, portal_url => &self.site.portal_url }
    }

    fn file(&self, name: &str, values: &Value) -> Result<String, TemplateError> {
        Ok(self.environment.get_template(name)?.render(values)?)
    }
}

impl RenderedMail {
    fn map(self, change: impl Fn(&str) -> String) -> RenderedMail {
        RenderedMail { subject: change(&self.subject), text: change(&self.text), html: change(&self.html) }
    }
}

/// The language in which the templates for these readers are written.
const fn folder_of(locale: Locale) -> &'static str {
    match locale {
        Locale::ZhCn | Locale::ZhHant => "zh-CN",
        Locale::En => "en",
    }
}

/// The operator's version of a file, when there is one.
fn replaced(folder: Option<&Path>, file: &str) -> Result<Option<String>, TemplateError> {
    let Some(folder) = folder else { return Ok(None) };
    match std::fs::read_to_string(folder.join(file)) {
        Ok(source) => Ok(Some(source)),
        Err(reason) if reason.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(TemplateError::File { file: file.to_owned(), reason }),
    }
}

/// Writes a day out in the mail's language.
fn day(state: &State<'_, '_>, text: &str) -> Result<String, Error> {
    let day: NaiveDate =
        text.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, "a day looks like 2026-09-18"))?;
    // As text, so that no language groups the digits.
    let date = Sentence::new("date")
        .with("year", day.year().to_string())
        .with("month", day.month().to_string())
        .with("month_name", day.format("%B").to_string())
        .with("day", day.day().to_string());
    Ok(spoken(state).say(&date))
}

/// A word of the catalogue: `{{ level | word("alarm_name") }}`.
fn word(state: &State<'_, '_>, code: &str, family: &str) -> String {
    spoken(state).say(&Sentence::of(family, code))
}

/// The language of the mail that is being written, for filters.
pub fn spoken(state: &State<'_, '_>) -> Locale {
    let language = state.lookup("language");
    let word = language.as_ref().and_then(Value::as_str).unwrap_or_default();
    word.parse().unwrap_or(Locale::ZhCn)
}
