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
    /// The database took what was asked and does not answer: try again later. Whether it was done is not known.
    #[error("the database did not answer in time")]
    Silent,
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

/// Why no connection came about, for whoever runs the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectFault {
    /// Nobody answers there.
    #[error("the database cannot be reached at database.url: {0}")]
    Unreachable(String),
    /// The user or the password is wrong.
    #[error("the database refuses the user or the password in database.url: {0}")]
    Refused(String),
    /// There is a server, and no such database on it.
    #[error("the database that database.url names does not exist on its server: {0}")]
    NoDatabase(String),
}

impl ConnectFault {
    /// PostgreSQL tells in words alone; it never repeats the password.
    pub(super) fn of(message: &str) -> ConnectFault {
        let told = message.trim().lines().next().unwrap_or_default().to_owned();
        let has = |part: &str| message.contains(part);
        if has("authentication failed") || has("no password supplied") || has("no pg_hba.conf entry") {
            return ConnectFault::Refused(told);
        }
        if has("role \"") && has("does not exist") {
            return ConnectFault::Refused(told);
        }
        if has("database \"") && has("does not exist") {
            return ConnectFault::NoDatabase(told);
        }
        ConnectFault::Unreachable(told)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_the_connection_are_told_apart() {
        let refused = [
            "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user \"h\"",
            "connection to server failed: fe_sendauth: no password supplied",
            "FATAL:  role \"nobody\" does not exist",
            "FATAL:  no pg_hba.conf entry for host \"10.0.0.9\"",
        ];
        for message in refused {
            assert!(matches!(ConnectFault::of(message), ConnectFault::Refused(_)), "{message}");
        }
        let missing = ConnectFault::of("FATAL:  database \"letters\" does not exist\nmore");
        assert_eq!(
            missing,
            ConnectFault::NoDatabase("FATAL:  database \"letters\" does not exist".to_owned())
        );
        for message in ["could not translate host name \"db\"", "Connection refused", "timeout expired", ""] {
            assert!(matches!(ConnectFault::of(message), ConnectFault::Unreachable(_)), "{message}");
        }
    }
}
