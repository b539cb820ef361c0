//! What notifications refuse, and how a caller is told.

use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{FORBIDDEN, Problem};

/// Why an operator's request is refused.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The request's key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The caller may not look after the outbox.
    #[error("the caller may not look after the outbox")]
    Forbidden,
    /// There is no such dead message; perhaps someone has replayed it already.
    #[error("there is no such dead message")]
    NotFound,
}

impl From<diesel::result::Error> for NotificationError {
    fn from(error: diesel::result::Error) -> NotificationError {
        NotificationError::Database(error.into())
    }
}

impl From<NotificationError> for Problem {
    fn from(error: NotificationError) -> Problem {
        match error {
            NotificationError::Database(error) => error.into(),
            NotificationError::Idempotency(error) => error.into(),
            NotificationError::Forbidden => Problem::new(FORBIDDEN),
            NotificationError::NotFound => Problem::not_found(),
        }
    }
}
