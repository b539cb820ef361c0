//! Why there are no figures.

use crate::platform::db::DbError;
use crate::platform::http::problem::{Problem, Sentence};
use crate::platform::http::query::INVALID_QUERY;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum StatisticsError {
    /// The first day lies after the last.
    #[error("the first day lies after the last")]
    DaysReversed,
    /// More days than one answer covers.
    #[error("more than {most} days")]
    TooManyDays {
        /// The most days.
        most: i64,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for StatisticsError {
    fn from(error: diesel::result::Error) -> StatisticsError {
        StatisticsError::Database(error.into())
    }
}

impl From<StatisticsError> for Problem {
    fn from(error: StatisticsError) -> Problem {
        match error {
            StatisticsError::DaysReversed => Problem::new(INVALID_QUERY).field(
                "?from",
                "days_reversed",
                Sentence::new("field-days_reversed-statistics"),
            ),
            StatisticsError::TooManyDays { most } => Problem::new(INVALID_QUERY).field(
                "?from",
                "too_many_days",
                Sentence::new("field-too_many_days").with("most", most),
            ),
            StatisticsError::Database(error) => error.into(),
        }
    }
}
