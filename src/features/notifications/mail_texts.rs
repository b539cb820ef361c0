//! The words of the mails: a template for each kind of notice, built in, and replaced one by one by an operator's folder.

use std::path::Path;

use minijinja::{Environment, Error, State, Value};

use super::examples::examples;
use crate::features::notices::{NoticeContent, NoticeKind};
use crate::platform::locale::Locale;
use crate::platform::mail::{RenderedMail, Site, TemplateError, Templates, spoken};
use crate::rules::texts::Sentence;

macro_rules! built_in {
    ($($name:literal)+) => {
        &[
            built_in!(@file "zh-CN/layout.txt"), built_in!(@file "zh-CN/layout.html"),
            built_in!(@file "en/layout.txt"), built_in!(@file "en/layout.html"),
            $(
                built_in!(@file "zh-CN/", $name, ".subject"), built_in!(@file "zh-CN/", $name, ".txt"),
                built_in!(@file "zh-CN/", $name, ".html"), built_in!(@file "en/", $name, ".subject"),
                built_in!(@file "en/", $name, ".txt"), built_in!(@file "en/", $name, ".html"),
            )+
        ]
    };
    (@file $($part:literal),+) => {
        (concat!($($part),+), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/templates/mail/", $($part),+)))
    };
}

/// The built-in files, by their place under the templates folder. A kind that is missing here is found by the first start.
const BUILT_IN: &[(&str, &str)] = built_in![
    "receipt" "question" "reply_sent" "supplement" "interim_reply" "extended" "held" "released" "declined"
    "transferred_out" "no_answer" "reopened" "withdrawn" "merged" "due_corrected" "alarm" "alarm_digest" "morning_brief"
    "supervision" "sweep_paused" "calendar_missing" "recalculation_digest"
];

/// The words of the mails.
#[derive(Debug)]
pub struct MailTexts(Templates);

impl MailTexts {
    /// Compiles the templates, those of the operator's folder included, and tries every one of them.
    pub fn load(site: Site, folder: Option<&Path>) -> Result<MailTexts, TemplateError> {
        let texts = MailTexts(Templates::compile(site, BUILT_IN, folder, add_filters)?);
        for kind in NoticeKind::ALL {
            texts.try_out(*kind)?;
        }
        Ok(texts)
    }

    /// The mail that tells this.
    pub fn write(&self, content: &NoticeContent, locale: Locale) -> Result<RenderedMail, TemplateError> {
        self.0.render(content.kind().as_str(), locale, content)
    }

    fn try_out(&self, kind: NoticeKind) -> Result<(), TemplateError> {
        for example in examples(kind) {
            for locale in [Locale::ZhCn, Locale::En] {
                self.write(&example, locale)?;
            }
        }
        Ok(())
    }
}

fn add_filters(environment: &mut Environment<'static>) {
    environment.add_filter("department_name", department_name);
}

/// What a department is called in the mail's language; without one, the intake desk.
fn department_name(state: &State<'_, '_>, department: &Value) -> Result<Value, Error> {
    let locale = spoken(state);
    if department.is_none() {
        return Ok(Value::from(locale.say(&Sentence::new("department_name-none"))));
    }
    department.get_attr(if locale == Locale::En { "en" } else { "zh" })
}

#[cfg(test)]
#[path = "mail_texts_tests.rs"]
mod tests;
