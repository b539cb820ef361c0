//! The port to the search index. The index is a copy of what is published and never the truth: each instance
//! keeps its own, follows the publication's change log by itself, and may throw it away and build it anew.
//!
//! All functions block; callers on an asynchronous thread use `spawn_blocking`.

mod embedded;
mod highlight;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use crate::platform::search::embedded::Embedded;
use crate::rules::reference::PublicNumber;
use crate::rules::vocabulary::Kind;

/// A published matter, as the index knows it. It holds published text only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchDocument {
    /// The key: a second document of the same number replaces the first.
    pub public_no: PublicNumber,
    /// What sort of matter.
    pub kind: Kind,
    /// Codes of the categories from the root to the leaf.
    pub category_path: Vec<String>,
    /// Codes of the departments from the root to the one that answered.
    pub department_path: Vec<String>,
    /// The published title.
    pub title: String,
    /// The published letter.
    pub question: String,
    /// The published answer.
    pub answer: String,
    /// The day of receipt in the city's zone.
    pub received_on: NaiveDate,
    /// The day of the answer in the city's zone.
    pub answered_on: NaiveDate,
    /// When this revision was published.
    pub published_at: DateTime<Utc>,
}

/// A position in the change log, and the mark of the change that stands there: after a restore from a backup the same
/// number is given to another change, and a mark never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// The number of the change, from 1.
    pub change_no: i64,
    /// Its mark.
    pub mark: Uuid,
}

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.change_no, self.mark)
    }
}

/// Not a change number and a mark with a space between.
#[derive(Debug, thiserror::Error)]
#[error("no position in the change log")]
pub struct NoLogPosition;

impl FromStr for LogPosition {
    type Err = NoLogPosition;

    fn from_str(text: &str) -> Result<LogPosition, NoLogPosition> {
        let (change_no, mark) = text.split_once(' ').ok_or(NoLogPosition)?;
        let change_no = change_no.parse().map_err(|_| NoLogPosition)?;
        Ok(LogPosition { change_no, mark: mark.parse().map_err(|_| NoLogPosition)? })
    }
}

/// One step of the change log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexChange {
    /// Published, or published again.
    Upsert(Box<SearchDocument>),
    /// Withdrawn.
    Delete(PublicNumber),
}

/// What is looked for. Text is words to be found and never a query language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words; what stands after the first 100 characters is ignored. `None` lists the newest first, and a text
    /// without a single letter or digit finds nothing.
    pub text: Option<String>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this category and those below it, by code.
    pub category: Option<String>,
    /// Only this department and those below it, by code.
    pub department: Option<String>,
    /// Only answered on this day or later.
    pub answered_from: Option<NaiveDate>,
    /// Only answered on this day or earlier.
    pub answered_to: Option<NaiveDate>,
    /// How many hits, 1 to 200; other values are brought into this range.
    pub limit: usize,
    /// How many hits to leave out, as [`SearchPage::next`] said. Beyond 10 000 nothing is found.
    pub offset: usize,
}

impl Default for SearchQuery {
    fn default() -> Self {
        Self {
            text: None,
            kind: None,
            category: None,
            department: None,
            answered_from: None,
            answered_to: None,
            limit: 20,
            offset: 0,
        }
    }
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The number of the publication.
    pub public_no: PublicNumber,
    /// How well it fits; comparable within one page only, and 0 without a text.
    pub score: f32,
    /// What sort of matter.
    pub kind: Kind,
    /// Code of the category, the leaf of its path.
    pub category: Option<String>,
    /// Code of the department that answered.
    pub department: Option<String>,
    /// The title as it is, not escaped.
    pub title: String,
    /// The title as HTML: escaped, with `<mark>` around what was looked for.
    pub title_highlight: String,
    /// The place in the answer or the letter that fits best, as HTML like the title.
    pub snippet: String,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The day of the answer.
    pub answered_on: NaiveDate,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// Hits, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchPage {
    /// Up to `limit` hits.
    pub hits: Vec<SearchHit>,
    /// The offset of the next page. `None` on the last one.
    pub next: Option<usize>,
}

/// Why the index does not answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process has opened the folder. Each instance needs one of its own.
    #[error("the search index in {0} is in use by another instance; give each instance a folder of its own")]
    Locked(PathBuf),
    /// The folder cannot be read or written.
    #[error("the search index in {folder} cannot be used")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index failed.
    #[error("the search index failed")]
    Index(#[from] tantivy::TantivyError),
}

/// A search index that follows the change log of publications.
pub trait SearchIndex: Send + Sync {
    /// Applies changes in their order and remembers `position`, up to which the change log is now contained.
    /// All or nothing; searches see the result at once.
    fn apply(&self, changes: Vec<IndexChange>, position: LogPosition) -> Result<(), SearchError>;

    /// The position in the change log up to which the index is complete. `None` for an index that was never
    /// filled, or by an older program: then it is to be cleared, and everything published to be applied anew.
    fn position(&self) -> Option<LogPosition>;

    /// Finds documents: those that contain all words first, each group by BM25.
    fn search(&self, query: &SearchQuery) -> Result<SearchPage, SearchError>;

    /// Empties the index and forgets the position.
    fn clear(&self) -> Result<(), SearchError>;
}
