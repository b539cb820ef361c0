//! From the fields of a row to a letter, or to the reason why not.

use chrono::{DateTime, TimeZone, Utc};
use serde_json::Value;

use super::dates::{self, Moment};
use super::mapping::Mapping;
use super::mapping_file::{DateField, OnFault};
use super::refusal::{Refusal, RefusalCode};
use super::rows::Fields;
use crate::features::tickets::ImportedLetter;
use crate::rules::text::{Body, PersonName, Title};

/// The most characters of a source reference.
const MOST_REFERENCE_CHARS: usize = 100;
/// How much of a letter makes a title.
const TITLE_OF_BODY_CHARS: usize = 30;
const FIRST_YEAR: i32 = 1990;

impl Mapping {
    /// What the other system calls the letter of a row, as far as that can be told.
    pub(super) fn reference(&self, fields: &Fields) -> Result<String, Refusal> {
        let name = &self.file.reference.field;
        let reference = self.text(fields, name)?.unwrap_or_default();
        if reference.is_empty() {
            return Err(Refusal::at(RefusalCode::MissingReference, name));
        }
        let is_valid =
            reference.chars().count() <= MOST_REFERENCE_CHARS && !reference.contains(char::is_control);
        if is_valid { Ok(reference) } else { Err(Refusal::at(RefusalCode::InvalidReference, name)) }
    }

    /// The letter of a row. `now` is the latest that anything can have happened.
    pub(super) fn letter(&self, fields: &Fields, now: DateTime<Utc>) -> Result<ImportedLetter, Refusal> {
        let source_reference = self.reference(fields)?;
        let reply_field = &self.file.reply.field;
        let reply = self.text(fields, reply_field)?.unwrap_or_default();
        let reply = Body::try_from(reply)
            .map_err(|error| Refusal::of_text(error, RefusalCode::NoReply, reply_field))?;
        let (received_at, answered_at) = self.dates(fields, now)?;
        let (title, body) = self.title_and_body(fields)?;
        let said = |field: &Option<String>| match field {
            Some(field) => self.text(fields, field),
            None => Ok(None),
        };
        let field = |field: &Option<String>, code| Refusal { code, field: field.clone() };
        let (kind_field, category_field) = (&self.file.kind.field, &self.file.category.field);
        let kind = self.kind(said(kind_field)?.as_deref());
        let kind = kind.ok_or_else(|| field(kind_field, RefusalCode::UnknownKind))?;
        let category = self.category(said(category_field)?.as_deref(), title.as_str());
        let category = category.ok_or_else(|| field(category_field, RefusalCode::UnknownCategory))?;
        if !category.kinds.is_empty() && !category.kinds.contains(&kind) {
            return Err(field(kind_field, RefusalCode::KindNotInCategory));
        }
        let department_field = &self.file.department.field;
        let department = self.department(said(department_field)?.as_deref(), category.id);
        let department_id =
            department.ok_or_else(|| field(department_field, RefusalCode::UnknownDepartment))?;
        Ok(ImportedLetter {
            source_reference,
            kind,
            category_id: category.id,
            department_id,
            title,
            body,
            reply,
            received_at,
            answered_at,
            submitter: self.submitter(fields)?,
        })
    }

    /// A field as text, trimmed; `None` when there is none.
    fn text(&self, fields: &Fields, name: &str) -> Result<Option<String>, Refusal> {
        let text = match fields.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(value)) => value.to_string(),
            Some(_) => return Err(Refusal::at(RefusalCode::NotText, name)),
        };
        let text = match self.file.control_characters {
            OnFault::Refuse => text,
            OnFault::Mend => {
                text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
            }
        };
        Ok(Some(text.trim().to_owned()))
    }

    fn dates(&self, fields: &Fields, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), Refusal> {
        let received = self.date(fields, &self.file.received, now)?;
        let answered = self.date(fields, &self.file.answered, now)?;
        let day = |moment: Moment| self.zone.from_utc_datetime(&moment.at.naive_utc()).date_naive();
        let only_by_clock =
            day(received) == day(answered) && (received.is_whole_day || answered.is_whole_day);
        if answered.at < received.at && !only_by_clock {
            return Err(Refusal::at(RefusalCode::AnsweredBeforeReceived, &self.file.answered.field));
        }
        Ok((received.at, answered.at.max(received.at)))
    }

    fn date(&self, fields: &Fields, date: &DateField, now: DateTime<Utc>) -> Result<Moment, Refusal> {
        let at = |code| Refusal::at(code, &date.field);
        let text = self.text(fields, &date.field)?.unwrap_or_default();
        if text.is_empty() {
            return Err(at(RefusalCode::MissingDate));
        }
        let moment =
            dates::read(&text, &date.formats, self.zone).ok_or_else(|| at(RefusalCode::InvalidDate))?;
        if moment.at > now {
            return Err(at(RefusalCode::DateInFuture));
        }
        let year = chrono::Datelike::year(&moment.at);
        if year < FIRST_YEAR { Err(at(RefusalCode::DateTooEarly)) } else { Ok(moment) }
    }

    fn title_and_body(&self, fields: &Fields) -> Result<(Title, Body), Refusal> {
        let (title_field, body_field) = (&self.file.title, &self.file.body);
        let mut title = one_line(&self.text(fields, &title_field.field)?.unwrap_or_default());
        let mut body = self.text(fields, &body_field.field)?.unwrap_or_default();
        if body.is_empty() && body_field.when_empty == OnFault::Mend {
            body.clone_from(&title);
        }
        if title.is_empty() && title_field.when_empty == OnFault::Mend {
            title = shortened(&one_line(&body), TITLE_OF_BODY_CHARS);
        }
        if title.chars().count() > Title::MAX_CHARS && title_field.when_too_long == OnFault::Mend {
            body = format!("{title}\n\n{body}");
            title = shortened(&title, Title::MAX_CHARS);
        }
        let title = Title::try_from(title)
            .map_err(|error| Refusal::of_text(error, RefusalCode::MissingTitle, &title_field.field))?;
        let body = Body::try_from(body)
            .map_err(|error| Refusal::of_text(error, RefusalCode::MissingBody, &body_field.field))?;
        Ok((title, body))
    }

    fn submitter(&self, fields: &Fields) -> Result<Option<PersonName>, Refusal> {
        let Some(field) = self.file.submitter.as_ref().filter(|field| field.is_real_name) else {
            return Ok(None);
        };
        let name = self.text(fields, &field.name)?.filter(|name| !name.is_empty());
        let name = name.map(|name| PersonName::try_from(one_line(&name))).transpose();
        name.map_err(|error| Refusal::of_text(error, RefusalCode::NotText, &field.name))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text in at most so many characters, the last of them an ellipsis if something is missing.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}
