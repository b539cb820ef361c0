//! Why the public's questions are not answered.

use crate::platform::db::DbError;
use crate::platform::http::problem::{INTERNAL, Problem, Sentence, UNAVAILABLE};
use crate::platform::http::query::INVALID_QUERY;
use crate::platform::search::SearchError;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Nothing of this number is published (any more).
    #[error("nothing of this number is published")]
    NotFound,
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    DaysReversed,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The search index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The search index is being filled.
    #[error("the search index is being filled")]
    NotFilled,
    /// A thread of the search ended unexpectedly.
    #[error("the search was cut off: {0}")]
    CutOff(String),
}

impl From<KnowledgeError> for Problem {
    fn from(error: KnowledgeError) -> Problem {
        match error {
            KnowledgeError::NotFound => Problem::not_found(),
            KnowledgeError::DaysReversed => {
                let message = Sentence::new("field-days_reversed-answered");
                Problem::new(INVALID_QUERY).field("?answered_to", "days_reversed", message)
            }
            KnowledgeError::Database(error) => error.into(),
            KnowledgeError::Search(error) => Problem::new(UNAVAILABLE).retry_after(5).because(error),
            KnowledgeError::NotFilled => Problem::new(UNAVAILABLE).retry_after(5).because(error),
            KnowledgeError::CutOff(cause) => Problem::new(INTERNAL).because(cause),
        }
    }
}
