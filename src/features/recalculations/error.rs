//! What recalculations refuse, and how a caller is told.

use crate::features::accounts::AccountsError;
use crate::features::calendars::CalendarsError;
use crate::features::tickets::TicketError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, Problem, ProblemKind, Sentence,
};
use crate::platform::jobs::isolation::RowError;
use crate::platform::jobs::outbox::ErrorCode;

/// It was decided already.
pub const NOT_PLANNED: ProblemKind = ProblemKind::new(409, "not_planned");
/// Another version came into force since it was planned.
pub const SUPERSEDED: ProblemKind = ProblemKind::new(409, "superseded");
/// Another recalculation moves clocks.
pub const ANOTHER_AT_WORK: ProblemKind = ProblemKind::new(409, "another_at_work");

/// Why a recalculation is refused, or stands still.
#[derive(Debug, thiserror::Error)]
pub enum RecalculationError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The request's idempotency key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The caller may not manage time limits.
    #[error("the caller may not manage time limits")]
    Forbidden,
    /// There is no such recalculation.
    #[error("there is no such recalculation")]
    NotFound,
    /// Someone decided on it, or moved it on, since the caller read it.
    #[error("it was changed meanwhile")]
    Stale,
    /// The plan cannot be decided on so.
    #[error("{}", .0.code)]
    Conflict(ProblemKind),
    /// No such version was proposed.
    #[error("there is no such version")]
    UnknownVersion,
    /// The version is in force.
    #[error("this version is in force already")]
    InForce,
    /// A clock or an account cannot be had.
    #[error("{0}")]
    Internal(String),
}

impl From<diesel::result::Error> for RecalculationError {
    fn from(error: diesel::result::Error) -> RecalculationError {
        RecalculationError::Database(error.into())
    }
}

impl RowError for RecalculationError {
    fn is_outage(&self) -> bool {
        matches!(self, RecalculationError::Database(error) if error.is_outage())
    }

    fn code(&self) -> ErrorCode {
        match self {
            RecalculationError::Database(error) => error.code(),
            _ => ErrorCode::new("recalculation_error"),
        }
    }
}

impl From<serde_json::Error> for RecalculationError {
    fn from(error: serde_json::Error) -> RecalculationError {
        RecalculationError::Internal(error.to_string())
    }
}

impl From<TicketError> for RecalculationError {
    fn from(error: TicketError) -> RecalculationError {
        match error {
            TicketError::Database(error) => RecalculationError::Database(error),
            other => RecalculationError::Internal(other.to_string()),
        }
    }
}

impl From<CalendarsError> for RecalculationError {
    fn from(error: CalendarsError) -> RecalculationError {
        match error {
            CalendarsError::Database(error) => RecalculationError::Database(error),
            other => RecalculationError::Internal(other.to_string()),
        }
    }
}

impl From<AccountsError> for RecalculationError {
    fn from(error: AccountsError) -> RecalculationError {
        match error {
            AccountsError::Database(error) => RecalculationError::Database(error),
            other => RecalculationError::Internal(other.to_string()),
        }
    }
}

impl From<RecalculationError> for Problem {
    fn from(error: RecalculationError) -> Problem {
        let version = |code| Problem::invalid("/version", code, Sentence::of("field", code));
        match error {
            RecalculationError::Database(error) => error.into(),
            RecalculationError::Idempotency(error) => error.into(),
            RecalculationError::Forbidden => Problem::new(FORBIDDEN),
            RecalculationError::NotFound => Problem::not_found(),
            RecalculationError::Stale => Problem::new(PRECONDITION_FAILED),
            RecalculationError::Conflict(kind) => Problem::new(kind),
            RecalculationError::UnknownVersion => version("unknown_version"),
            RecalculationError::InForce => version("already_in_force"),
            RecalculationError::Internal(cause) => Problem::new(INTERNAL).because(cause),
        }
    }
}
