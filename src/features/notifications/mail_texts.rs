//! The words of the mails: the subject and the text that the catalogue has for each kind of notice, filled with what the
//! notice tells. Days are written out, a list stands as its lines, and what is absent is the word `none`.

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value as Json};

use super::site::Site;
use crate::features::notices::{DepartmentName, NoticeContent};
use crate::platform::locale::Locale;
use crate::platform::mail::{MailWords, RenderedMail};
use crate::rules::texts::{Argument, Bilingual, Sentence};

/// What stands for something absent; texts select on it.
const ABSENT: &str = "none";

/// The words of the mails.
#[derive(Debug, Clone)]
pub struct MailTexts {
    site: Site,
}

impl MailTexts {
    /// The words of the mails of this city.
    pub fn new(site: Site) -> MailTexts {
        MailTexts { site }
    }

    /// The mail that tells this.
    pub fn write(&self, content: &NoticeContent, locale: Locale) -> RenderedMail {
        // A notice is made of words, numbers and days, which always serialise.
        let told = serde_json::to_value(content).unwrap_or_default();
        let told = told.as_object().cloned().unwrap_or_default();
        let kind = content.kind().as_str();
        let say =
            |sentence: Sentence| locale.say(&self.with_site(self.filled(sentence, &told), &told, locale));
        let (subject, body) = (say(Sentence::of("mail_subject", kind)), say(Sentence::of("mail_text", kind)));
        let signature = say(Sentence::new("mail_signature"));
        let words =
            MailWords { language: locale.as_str(), subject: &subject, body: &body, signature: &signature };
        words.render()
    }

    fn with_site(&self, sentence: Sentence, told: &Map<String, Json>, locale: Locale) -> Sentence {
        let reference = told.get("reference").and_then(Json::as_str);
        let link = |link: Option<String>| link.unwrap_or_else(|| ABSENT.to_owned());
        sentence
            .with("site_name", self.site.name(locale))
            .with("portal_link", link(self.site.portal.link(reference)))
            .with("desk_link", link(self.site.desk.link(reference)))
    }

    /// The sentence with everything that is told.
    fn filled(&self, sentence: Sentence, told: &Map<String, Json>) -> Sentence {
        told.iter().fold(sentence, |sentence, (name, value)| match value {
            Json::Array(items) => {
                sentence.with(format!("{name}_count"), items.len()).with(name.clone(), self.list(name, items))
            }
            value => sentence.with(name.clone(), self.argument(name, value)),
        })
    }

    fn argument(&self, name: &str, value: &Json) -> Argument {
        match value {
            // Without a department, the intake desk has it.
            Json::Null if name == "department" => Sentence::new("department_name-none").into(),
            Json::Null => ABSENT.into(),
            Json::String(text) => day(text).map_or_else(|| text.into(), Argument::Sentence),
            Json::Number(number) => number.as_i64().unwrap_or_default().into(),
            Json::Object(_) if name == "department" => department(value),
            Json::Object(told) => self.filled(Sentence::of("mail_line", name), told).into(),
            Json::Bool(_) | Json::Array(_) => value.to_string().into(),
        }
    }

    /// What is listed: texts one after the other, anything else on a line each, with the link to its own ticket.
    fn list(&self, name: &str, items: &[Json]) -> Argument {
        if items.is_empty() {
            return Sentence::new("mail_line-none").into();
        }
        if items.iter().all(Json::is_string) {
            return Argument::List(items.iter().map(|item| self.argument(name, item)).collect());
        }
        let line = |(index, item): (usize, &Json)| {
            let told = item.as_object().cloned().unwrap_or_default();
            let link = told.get("reference").and_then(|of| self.site.desk.link(of.as_str()));
            let sentence = Sentence::of("mail_line", name).with("number", index + 1);
            let sentence = sentence.with("desk_link", link.unwrap_or_else(|| ABSENT.to_owned()));
            Argument::Sentence(self.filled(sentence, &told))
        };
        Argument::Lines(items.iter().enumerate().map(line).collect())
    }
}

/// A day, written out in the language of the mail.
fn day(text: &str) -> Option<Sentence> {
    let day: NaiveDate = text.parse().ok()?;
    // As text, so that no language groups the digits.
    let date = Sentence::new("date").with("year", day.year().to_string());
    let date = date.with("month", day.month().to_string()).with("month_name", day.format("%B").to_string());
    Some(date.with("day", day.day().to_string()))
}

fn department(name: &Json) -> Argument {
    let name: DepartmentName = serde_json::from_value(name.clone()).unwrap_or_default();
    Bilingual { zh_cn: name.zh, en: name.en }.into()
}

#[cfg(test)]
#[path = "mail_texts_tests.rs"]
mod tests;
