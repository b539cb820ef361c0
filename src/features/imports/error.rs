//! Why an import stops. What it had committed stays, and the next run goes on from there.

use super::rows::OpenError;
use crate::features::publication::PublicationError;
use crate::features::tickets::TicketError;
use crate::platform::db::DbError;
use crate::platform::jobs::isolation::RowError;
use crate::platform::jobs::outbox::ErrorCode;

/// Why an import stops.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read at all.
    #[error(transparent)]
    Unopened(#[from] OpenError),
    /// The file cannot be read on.
    #[error("the file cannot be read on after row {row}: {reason}")]
    BrokenOff {
        /// The last row that could be read.
        row: u64,
        /// Why.
        reason: std::io::Error,
    },
    /// The report of refused rows cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(std::io::Error),
    /// Another process imports the same file right now.
    #[error("another import of this file is under way, or has just finished")]
    UnderWay,
    /// Letters cannot be written.
    #[error(transparent)]
    Tickets(#[from] TicketError),
    /// Letters cannot be published.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> ImportError {
        ImportError::Database(error.into())
    }
}

impl RowError for ImportError {
    fn is_outage(&self) -> bool {
        self.database().is_some_and(RowError::is_outage)
    }

    fn code(&self) -> ErrorCode {
        self.database().map_or_else(|| ErrorCode::new("import_error"), RowError::code)
    }
}

impl ImportError {
    fn database(&self) -> Option<&DbError> {
        match self {
            ImportError::Database(error)
            | ImportError::Tickets(TicketError::Database(error))
            | ImportError::Publication(
                PublicationError::Database(error) | PublicationError::Ticket(TicketError::Database(error)),
            ) => Some(error),
            _ => None,
        }
    }
}
