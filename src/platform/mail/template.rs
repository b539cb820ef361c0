//! The words of the mails: built-in templates in two languages, which an operator's folder may replace one by one.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

use crate::platform::locale::Locale;
use crate::rules::vocabulary::AlarmLevel;
use crate::{sql_text_enum, text_enum};

text_enum! {
    /// A language in which we write mails.
    pub enum MailLanguage {
        /// Simplified Chinese.
        ZhCn = "zh-CN",
        /// English.
        En = "en",
    }
}

sql_text_enum!(MailLanguage);

impl From<Locale> for MailLanguage {
    fn from(locale: Locale) -> MailLanguage {
        match locale {
            Locale::ZhCn | Locale::ZhHant => MailLanguage::ZhCn,
            Locale::En => MailLanguage::En,
        }
    }
}

/// Declares the templates: the enum, what each must be given, and the built-in files.
macro_rules! templates {
    ($($(#[$meta:meta])* $variant:ident = $name:literal [$($value:literal),*] $(, perhaps [$($perhaps:literal),*])?;)+) => {
        text_enum! {
            /// One of our mails.
            pub enum Template { $($(#[$meta])* $variant = $name),+ }
        }

        impl Template {
            /// The values it must be given. Those that end in `_on` are days (`2026-09-18`).
            pub const fn values(self) -> &'static [&'static str] {
                match self { $(Template::$variant => &[$($value),*]),+ }
            }

            /// The values it may be given; without one, a sentence is left out.
            pub const fn optional_values(self) -> &'static [&'static str] {
                match self { $(Template::$variant => &[$($($perhaps),*)?]),+ }
            }

            /// Whether it has a place for this value.
            pub fn names(self, value: &str) -> bool {
                self.values().contains(&value) || self.optional_values().contains(&value)
            }
        }

        /// The built-in files, by their place under the templates folder.
        const BUILT_IN: &[(&str, &str)] = &[
            built_in!("zh-CN/layout.txt"), built_in!("zh-CN/layout.html"),
            built_in!("en/layout.txt"), built_in!("en/layout.html"),
            $(
                built_in!("zh-CN/", $name, ".subject"), built_in!("zh-CN/", $name, ".txt"), built_in!("zh-CN/", $name, ".html"),
                built_in!("en/", $name, ".subject"), built_in!("en/", $name, ".txt"), built_in!("en/", $name, ".html"),
            )+
        ];
    };
}

macro_rules! built_in {
    ($($part:literal),+) => {
        (concat!($($part),+), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/templates/mail/", $($part),+)))
    };
}

templates! {
    /// The letter is here.
    Receipt = "receipt" ["reference"], perhaps ["reply_due_on"];
    /// We ask the citizen something.
    Question = "question" ["reference"], perhaps ["answer_by_on"];
    /// The final answer is here.
    ReplySent = "reply_sent" ["reference"], perhaps ["rate_by_on"];
    /// A supplement to the answer, or a correction of it, is here.
    Supplement = "supplement" ["reference"];
    /// An interim answer is here.
    InterimReply = "interim_reply" ["reference"], perhaps ["reply_due_on"];
    /// It takes longer.
    Extended = "extended" ["reference", "due_on"];
    /// It is on legal hold; `ground` is a legal ground's word.
    Held = "held" ["reference", "ground"];
    /// It was released from legal hold.
    Released = "released" ["reference", "due_on"];
    /// We cannot take it up.
    Declined = "declined" ["reference"];
    /// Another body takes care of it; `recipient` is that body's name, `contact` how to reach it.
    TransferredOut = "transferred_out" ["reference", "recipient"], perhaps ["contact"];
    /// Closed, because the citizen did not answer our question.
    NoAnswer = "no_answer" ["reference"];
    /// Taken up again.
    Reopened = "reopened" ["reference"], perhaps ["reply_due_on"];
    /// Joined with another letter of the same submitter, whose reference is `into`.
    Merged = "merged" ["reference", "into"];
    /// To staff: a clock fired; `level` is an [`AlarmLevel`]'s word.
    Alarm = "alarm" ["reference", "level", "due_on", "department"], perhaps ["step"];
    /// To staff: many clocks fired. `items` has a line an alarm: reference, level, due day, department, step.
    AlarmDigest = "alarm_digest" ["count", "items"];
    /// To the leader: what a working day begins with. The lists have a line an item, see `config/templates/mail`.
    MorningBrief = "morning_brief"
        [
            "brief_on", "new_count", "new_items", "overdue_count", "overdue_items", "repeated_items", "order_count",
            "order_items"
        ];
    /// To staff: a supervision order; `step` is issued, reminder, overdue, answered, returned or closed.
    Supervision = "supervision" ["reference", "department", "due_on", "step"];
    /// To those who look after the system: a storm of alarms has paused the sweep.
    SweepPaused = "sweep_paused" ["count", "limit", "paused_on"];
    /// To system administrators: the holidays of `year` are missing, the calendar is official up to `last_on`.
    CalendarMissing = "calendar_missing" ["year", "last_on"];
    /// The calendar or the time limits were corrected, and the answer comes later.
    DueCorrected = "due_corrected" ["reference", "due_on"];
    /// To staff: clocks of a department were moved; the first of their references, and the day it came into force.
    RecalculationDigest = "recalculation_digest"
        ["department", "moved", "later", "earlier", "references", "since_on"];
    /// To staff: choose a password.
    StaffInvitation = "staff_invitation" ["invitation_url", "expires_on"];
}

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

/// All templates, compiled and tried.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    site: Site,
}

impl Templates {
    /// Compiles the built-in templates and those of the operator's folder, and tries every one of them once.
    pub fn load(site: Site, folder: Option<&Path>) -> Result<Templates, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("day", day);
        environment.add_filter("alarm_name", alarm_name);
        environment.add_filter("rows", rows);
        for (file, built_in) in BUILT_IN {
            let source = replaced(folder, file)?.unwrap_or_else(|| (*built_in).to_owned());
            environment.add_template_owned(*file, source)?;
        }
        let templates = Templates { environment, site };
        templates.try_all()?;
        Ok(templates)
    }

    /// The words of one mail.
    pub fn render(
        &self,
        template: Template,
        language: MailLanguage,
        values: &BTreeMap<String, String>,
    ) -> Result<RenderedMail, TemplateError> {
        let mut context = self.context(template, language, values);
        let name = format!("{language}/{template}");
        let subject = self.file(&format!("{name}.subject"), &context)?.trim().to_owned();
        let text = self.file(&format!("{name}.txt"), &context)?;
        let html = self.file(&format!("{name}.html"), &context)?;
        context.insert("subject".to_owned(), Value::from(subject.clone()));
        let text = self.within_layout(&format!("{language}/layout.txt"), context.clone(), &text)?;
        let html = self.within_layout(&format!("{language}/layout.html"), context, &html)?;
        Ok(RenderedMail { subject, text, html })
    }

    fn context(
        &self,
        template: Template,
        language: MailLanguage,
        values: &BTreeMap<String, String>,
    ) -> BTreeMap<String, Value> {
        let site_name = match language {
            MailLanguage::ZhCn => &self.site.name_zh,
            MailLanguage::En => &self.site.name_en,
        };
        let absent = template.optional_values().iter().map(|name| ((*name).to_owned(), Value::from(())));
        let given = values.iter().map(|(name, value)| (name.clone(), Value::from(value.clone())));
        let mut context: BTreeMap<String, Value> = absent.chain(given).collect();
        context.insert("language".to_owned(), Value::from(language.as_str()));
        context.insert("site_name".to_owned(), Value::from(site_name.clone()));
        context.insert("portal_url".to_owned(), Value::from(self.site.portal_url.clone()));
        context
    }

    fn file(&self, name: &str, context: &BTreeMap<String, Value>) -> Result<String, TemplateError> {
        Ok(self.environment.get_template(name)?.render(context)?)
    }

    fn within_layout(
        &self,
        layout: &str,
        mut context: BTreeMap<String, Value>,
        body: &str,
    ) -> Result<String, TemplateError> {
        context.insert("body".to_owned(), Value::from_safe_string(body.trim_end().to_owned()));
        self.file(layout, &context)
    }

    fn try_all(&self) -> Result<(), TemplateError> {
        for template in Template::ALL {
            for language in MailLanguage::ALL {
                self.render(*template, *language, &examples(template.values()))?;
                let all = [template.values(), template.optional_values()].concat();
                self.render(*template, *language, &examples(&all))?;
            }
        }
        Ok(())
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

/// Values to try a template with.
fn examples(names: &[&str]) -> BTreeMap<String, String> {
    names.iter().map(|name| ((*name).to_owned(), example(name))).collect()
}

fn example(name: &str) -> String {
    let text = match name {
        "level" => AlarmLevel::L1.as_str(),
        name if name.ends_with("_on") => "2026-09-18",
        name if name.ends_with("items") => "HY-2026-0918-00042-7|l1|2026-09-18|1|2",
        _ => "HY-2026-0918-00042-7",
    };
    text.to_owned()
}

/// Writes a day out in the mail's language.
fn day(state: &State<'_, '_>, text: &str) -> Result<String, Error> {
    let day: NaiveDate =
        text.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, "a day looks like 2026-09-18"))?;
    Ok(match spoken(state) {
        MailLanguage::ZhCn => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        MailLanguage::En => day.format("%-d %B %Y").to_string(),
    })
}

/// A list: an item on each line, its parts separated by `|`.
fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

/// What a rung of the ladder is called.
fn alarm_name(state: &State<'_, '_>, word: &str) -> Result<&'static str, Error> {
    let level: AlarmLevel =
        word.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, "not an alarm level"))?;
    Ok(match (spoken(state), level) {
        (MailLanguage::ZhCn, AlarmLevel::L0) => "到期提醒",
        (MailLanguage::ZhCn, AlarmLevel::L1) => "到期催办",
        (MailLanguage::ZhCn, AlarmLevel::L2) => "超期督办",
        (MailLanguage::ZhCn, AlarmLevel::L3) => "领导专报",
        (MailLanguage::En, AlarmLevel::L0) => "Due soon",
        (MailLanguage::En, AlarmLevel::L1) => "Due",
        (MailLanguage::En, AlarmLevel::L2) => "Overdue",
        (MailLanguage::En, AlarmLevel::L3) => "Leader's brief",
    })
}

fn spoken(state: &State<'_, '_>) -> MailLanguage {
    let language = state.lookup("language");
    let word = language.as_ref().and_then(Value::as_str).unwrap_or_default();
    word.parse().unwrap_or(MailLanguage::ZhCn)
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
