//! Why escalation refuses or fails, by what the caller can do about it.

use crate::features::accounts::AccountsError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{FORBIDDEN, PRECONDITION_FAILED, Problem, Sentence};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum EscalationError {
    /// No such alarm, or not for this caller.
    #[error("no such alarm")]
    NotFound,
    /// The caller has to do with no alarms, or may see this one and not acknowledge it.
    #[error("not permitted")]
    Forbidden,
    /// Somebody else acknowledged it meanwhile.
    #[error("the version in If-Match is not the present one")]
    Stale,
    /// A department that does not exist was asked for.
    #[error("there is no such department")]
    UnknownDepartment,
    /// The request's key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// Asking who is to be told.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for EscalationError {
    fn from(error: diesel::result::Error) -> EscalationError {
        EscalationError::Database(error.into())
    }
}

impl From<EscalationError> for Problem {
    fn from(error: EscalationError) -> Problem {
        match error {
            EscalationError::NotFound => Problem::not_found(),
            EscalationError::Forbidden => Problem::new(FORBIDDEN),
            EscalationError::Stale => Problem::new(PRECONDITION_FAILED),
            EscalationError::UnknownDepartment => {
                let message = Sentence::fixed("没有这个部门", "there is no such department");
                Problem::invalid("?department", "unknown_department", message)
            }
            EscalationError::Idempotency(error) => error.into(),
            EscalationError::Accounts(error) => error.into(),
            EscalationError::Database(error) => error.into(),
        }
    }
}
