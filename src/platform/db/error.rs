//! What can go wrong with the database, sorted by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A database error. Constraint names are ours (see the migrations); messages of PostgreSQL stay inside.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection came free in time: try again shortly.
    #[error("the database connections are all busy")]
    Exhausted,
    /// The database does not answer: try again later.
    #[error("the database is not reachable")]
    Unreachable,
    /// Another transaction holds what this one needs, or this one was sacrificed: try again shortly.
    #[error("another transaction holds the row")]
    Busy,
    /// A unique constraint of this name refused the row.
    #[error("unique constraint {0} refused the row")]
    Unique(String),
    /// A check, foreign key or exclusion constraint of this name refused the row.
    #[error("constraint {0} refused the row")]
    Constraint(String),
    /// There is no such row.
    #[error("no such row")]
    NotFound,
    /// Anything else: a defect or a fault of the server.
    #[error("{0}")]
    Internal(String),
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> DbError {
        match error {
            DieselError::NotFound => DbError::NotFound,
            DieselError::DatabaseError(kind, information) => {
                let constraint = || information.constraint_name().unwrap_or_default().to_owned();
                match kind {
                    DatabaseErrorKind::UniqueViolation => DbError::Unique(constraint()),
                    DatabaseErrorKind::CheckViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::ExclusionViolation
                    | DatabaseErrorKind::RestrictViolation
                    | DatabaseErrorKind::NotNullViolation => DbError::Constraint(constraint()),
                    DatabaseErrorKind::SerializationFailure => DbError::Busy,
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                        DbError::Unreachable
                    }
                    _ => from_message(information.message()),
                }
            }
            other => DbError::Internal(other.to_string()),
        }
    }
}

/// diesel does not keep the SQLSTATE of these, so the message has to tell.
fn from_message(message: &str) -> DbError {
    let has = |part: &str| message.contains(part);
    if has("lock timeout") || has("deadlock detected") {
        return DbError::Busy;
    }
    if has("terminating connection")
        || has("server closed the connection")
        || has("shutting down")
        || has("starting up")
    {
        return DbError::Unreachable;
    }
    DbError::Internal(message.to_owned())
}

impl From<deadpool_diesel::PoolError> for DbError {
    fn from(error: deadpool_diesel::PoolError) -> DbError {
        match error {
            deadpool_diesel::PoolError::Timeout(deadpool_diesel::TimeoutType::Wait) => DbError::Exhausted,
            _ => DbError::Unreachable,
        }
    }
}

impl From<deadpool_diesel::InteractError> for DbError {
    fn from(error: deadpool_diesel::InteractError) -> DbError {
        DbError::Internal(error.to_string())
    }
}
