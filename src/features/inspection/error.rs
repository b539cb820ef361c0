//! Why the sentinel refuses or fails.

use super::views::ProbeView;
use crate::features::tickets::TicketError;
use crate::platform::db::DbError;
use crate::platform::http::problem::{FORBIDDEN, INTERNAL, Problem};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum InspectionError {
    /// The caller may not see it.
    #[error("not permitted")]
    Forbidden,
    /// The probe has come to its end, and its transaction is rolled back.
    #[error("the probe is rolled back")]
    RolledBack(Box<ProbeView>),
    /// The letter of the probe.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for InspectionError {
    fn from(error: diesel::result::Error) -> InspectionError {
        InspectionError::Database(error.into())
    }
}

impl From<InspectionError> for Problem {
    fn from(error: InspectionError) -> Problem {
        match error {
            InspectionError::Forbidden => Problem::new(FORBIDDEN),
            InspectionError::RolledBack(_) => Problem::new(INTERNAL).because("a probe outside a probe"),
            InspectionError::Ticket(error) => error.into(),
            InspectionError::Database(error) => error.into(),
        }
    }
}
