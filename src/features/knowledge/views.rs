//! What the public sees. Every field comes from the public projection, or from the index of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::publication::PublishedEntry;
use crate::platform::http::locale::Locale;
use crate::platform::search::SearchHit;
use crate::rules::reference::PublicNumber;
use crate::rules::vocabulary::Kind;

/// How many characters of the answer a list shows.
const EXCERPT_CHARS: usize = 120;

/// What a code stands for, named as it was when the matter was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// The code.
    pub code: String,
    /// The name in the reader's language.
    pub name: String,
}

/// A published matter in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublishedItem {
    /// The public number.
    pub public_no: PublicNumber,
    /// What sort of matter.
    pub kind: Kind,
    /// The category.
    pub category: Option<Named>,
    /// The department that answered.
    pub department: Option<Named>,
    /// The title.
    pub title: String,
    /// How the answer begins.
    pub excerpt: String,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The day of the answer.
    pub answered_on: NaiveDate,
    /// When it was published in its present form.
    pub published_at: DateTime<Utc>,
}

/// A published matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublishedTicket {
    /// The public number.
    pub public_no: PublicNumber,
    /// Which revision of it this is, from 1.
    pub revision: i32,
    /// What sort of matter.
    pub kind: Kind,
    /// The category.
    pub category: Option<Named>,
    /// Codes of the categories from the root to this one.
    pub category_path: Vec<String>,
    /// The department that answered.
    pub department: Option<Named>,
    /// Codes of the departments from the root to this one.
    pub department_path: Vec<String>,
    /// The title.
    pub title: String,
    /// The letter.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The day of the answer.
    pub answered_on: NaiveDate,
    /// When it was published in its present form.
    pub published_at: DateTime<Utc>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchHitView {
    /// The public number.
    pub public_no: PublicNumber,
    /// What sort of matter.
    pub kind: Kind,
    /// Code of the category.
    pub category: Option<String>,
    /// Code of the department that answered.
    pub department: Option<String>,
    /// The title.
    pub title: String,
    /// The title as HTML: escaped, with `<mark>` around what was looked for.
    pub title_highlight: String,
    /// The place that fits best, as HTML like the title.
    pub snippet: String,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The day of the answer.
    pub answered_on: NaiveDate,
    /// When it was published in its present form.
    pub published_at: DateTime<Utc>,
}

/// An answered matter that may be the one the visitor is typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    /// The public number.
    pub public_no: PublicNumber,
    /// The title.
    pub title: String,
    /// The title as HTML: escaped, with `<mark>` around what was looked for.
    pub title_highlight: String,
}

/// The suggestions, the best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestions {
    /// At most five.
    pub data: Vec<Suggestion>,
}

impl PublishedItem {
    pub(super) fn new(entry: PublishedEntry, locale: Locale) -> PublishedItem {
        PublishedItem {
            category: category(&entry, locale),
            department: department(&entry, locale),
            public_no: entry.public_no,
            kind: entry.kind,
            title: entry.title,
            excerpt: excerpt(&entry.answer),
            received_on: entry.received_on,
            answered_on: entry.answered_on,
            published_at: entry.published_at,
        }
    }
}

impl PublishedTicket {
    pub(super) fn new(entry: PublishedEntry, locale: Locale) -> PublishedTicket {
        PublishedTicket {
            category: category(&entry, locale),
            department: department(&entry, locale),
            public_no: entry.public_no,
            revision: entry.revision,
            kind: entry.kind,
            category_path: entry.category_path,
            department_path: entry.department_path,
            title: entry.title,
            question: entry.question,
            answer: entry.answer,
            received_on: entry.received_on,
            answered_on: entry.answered_on,
            published_at: entry.published_at,
        }
    }
}

impl From<SearchHit> for SearchHitView {
    fn from(hit: SearchHit) -> SearchHitView {
        SearchHitView {
            public_no: hit.public_no,
            kind: hit.kind,
            category: hit.category,
            department: hit.department,
            title: hit.title,
            title_highlight: hit.title_highlight,
            snippet: hit.snippet,
            received_on: hit.received_on,
            answered_on: hit.answered_on,
            published_at: hit.published_at,
        }
    }
}

impl From<SearchHit> for Suggestion {
    fn from(hit: SearchHit) -> Suggestion {
        Suggestion { public_no: hit.public_no, title: hit.title, title_highlight: hit.title_highlight }
    }
}

fn category(entry: &PublishedEntry, locale: Locale) -> Option<Named> {
    let code = entry.category_path.last()?.clone();
    Some(Named { code, name: in_language(locale, &entry.category_name, &entry.category_name_en) })
}

fn department(entry: &PublishedEntry, locale: Locale) -> Option<Named> {
    let code = entry.department_path.last()?.clone();
    let (zh, en) = (entry.department_name.as_deref()?, entry.department_name_en.as_deref()?);
    Some(Named { code, name: in_language(locale, zh, en) })
}

fn in_language(locale: Locale, zh: &str, en: &str) -> String {
    match locale {
        Locale::En => en.to_owned(),
        Locale::ZhCn | Locale::ZhHant => zh.to_owned(),
    }
}

fn excerpt(answer: &str) -> String {
    let mut chars = answer.chars();
    let mut excerpt: String = chars.by_ref().take(EXCERPT_CHARS).collect();
    if chars.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_between_characters_and_says_so() {
        assert_eq!(excerpt("已修复。"), "已修复。");
        let long = "热".repeat(EXCERPT_CHARS + 1);
        assert_eq!(excerpt(&long).chars().count(), EXCERPT_CHARS + 1);
        assert!(excerpt(&long).ends_with('…'));
    }
}
