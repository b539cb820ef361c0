//! The words of the mails: a template for each kind of notice, built in, and replaced one by one by an operator's folder.

use std::path::Path;

use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::examples::examples;
use crate::features::notices::{NoticeContent, NoticeKind};
use crate::platform::locale::Locale;
use crate::platform::mail::{RenderedMail, Site, TemplateError, Templates, spoken};
use crate::rules::vocabulary::AlarmLevel;

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
    environment.add_filter("alarm_name", alarm_name);
    environment.add_filter("department_name", department_name);
}

/// What a rung of the ladder is called.
fn alarm_name(state: &State<'_, '_>, word: &str) -> Result<&'static str, Error> {
    let level: AlarmLevel =
        word.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, "not an alarm level"))?;
    Ok(match (spoken(state), level) {
        (Locale::En, AlarmLevel::L0) => "Due soon",
        (Locale::En, AlarmLevel::L1) => "Due",
        (Locale::En, AlarmLevel::L2) => "Overdue",
        (Locale::En, AlarmLevel::L3) => "Leader's brief",
        (_, AlarmLevel::L0) => "到期提醒",
        (_, AlarmLevel::L1) => "到期催办",
        (_, AlarmLevel::L2) => "超期督办",
        (_, AlarmLevel::L3) => "领导专报",
    })
}

/// What a department is called in the mail's language; without one, the intake desk.
fn department_name(state: &State<'_, '_>, department: &Value) -> Result<Value, Error> {
    let locale = spoken(state);
    if department.is_none() {
        return Ok(Value::from(if locale == Locale::En { "Intake desk" } else { "受理台" }));
    }
    department.get_attr(if locale == Locale::En { "en" } else { "zh" })
}

#[cfg(test)]
#[path = "mail_texts_tests.rs"]
mod tests;
