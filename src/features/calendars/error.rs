//! What can go wrong with calendars and time limits.

use super::model::RulesKind;
use super::refusal::Refusal;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{FORBIDDEN, INTERNAL, Problem};
use crate::rules::calendar::CalendarError;
use crate::rules::time_limits::TimeLimitsError;

/// Why calendars and time limits cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum CalendarsError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// No version of this code is in force.
    #[error("no {kind} is called {code:?}, or this program cannot read it; import it first")]
    NotInForce {
        /// What is missing.
        kind: RulesKind,
        /// Its code.
        code: String,
    },
    /// The request's idempotency key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The caller may not look at versions or propose any.
    #[error("the caller may not manage time limits")]
    Forbidden,
    /// There is no such version.
    #[error("there is no such version")]
    NotFound,
    /// A document that was handed in.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The text of a calendar.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The text of a set of time limits.
    #[error(transparent)]
    TimeLimits(#[from] TimeLimitsError),
}

impl From<diesel::result::Error> for CalendarsError {
    fn from(error: diesel::result::Error) -> CalendarsError {
        CalendarsError::Database(error.into())
    }
}

impl From<CalendarsError> for Problem {
    fn from(error: CalendarsError) -> Problem {
        match error {
            CalendarsError::Database(error) => error.into(),
            CalendarsError::Idempotency(error) => error.into(),
            CalendarsError::Forbidden => Problem::new(FORBIDDEN),
            CalendarsError::NotFound => Problem::not_found(),
            CalendarsError::Refused(refusal) => refusal.into(),
            CalendarsError::NotInForce { .. }
            | CalendarsError::Calendar(_)
            | CalendarsError::TimeLimits(_) => Problem::new(INTERNAL).because(error),
        }
    }
}
