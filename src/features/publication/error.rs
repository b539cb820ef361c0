//! Why a publication command is refused, by what the caller can do about it.

use super::model::{PublicationAction, PublicationStatus};
use crate::features::tickets::TicketError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, Problem, ProblemKind, Sentence,
};
use crate::platform::http::query::INVALID_QUERY;
use crate::rules::reference::ReferenceError;

/// The command is not possible where the publication stands; the document lists those that are.
pub const NOT_ALLOWED_NOW: ProblemKind = ProblemKind::new(409, "publication_not_allowed_now");
/// Findings are open.
pub const FINDINGS_OPEN: ProblemKind = ProblemKind::new(409, "findings_open");
/// Whoever wrote some of a revision does not review it.
pub const EDITOR_CANNOT_REVIEW: ProblemKind = ProblemKind::new(409, "editor_cannot_review");
/// The text that was reviewed is not the text that stands there now.
pub const NOT_THE_REVIEWED_TEXT: ProblemKind = ProblemKind::new(409, "not_the_reviewed_text");
/// The submitter does not want it.
pub const SUBMITTER_REFUSES: ProblemKind = ProblemKind::new(409, "submitter_refuses");
/// The finding is settled already.
pub const FINDING_SETTLED: ProblemKind = ProblemKind::new(409, "finding_settled");

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// No such publication or finding, or not for this caller.
    #[error("no such publication")]
    NotFound,
    /// The caller may see it and may not do this.
    #[error("not permitted")]
    Forbidden,
    /// Not where it stands.
    #[error("{action} is not possible in status {status}")]
    NotAllowed {
        /// What was asked for.
        action: PublicationAction,
        /// Where it stands.
        status: PublicationStatus,
        /// What this caller may do now.
        allowed: Vec<PublicationAction>,
    },
    /// `If-Match` names another version.
    #[error("someone changed the publication")]
    Stale,
    /// A guard of the domain said no.
    #[error("{}", .0.code)]
    Guard(ProblemKind),
    /// A list is asked for a department that does not exist.
    #[error("there is no such department")]
    UnknownDepartment,
    /// The idempotency key says otherwise.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// Reading the ticket.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The year's numbers are used up, or a stored number cannot be read.
    #[error(transparent)]
    Number(#[from] ReferenceError),
}

impl From<diesel::result::Error> for PublicationError {
    fn from(error: diesel::result::Error) -> PublicationError {
        PublicationError::Database(error.into())
    }
}

impl From<PublicationError> for Problem {
    fn from(error: PublicationError) -> Problem {
        match error {
            PublicationError::NotFound => Problem::not_found(),
            PublicationError::Forbidden => Problem::new(FORBIDDEN),
            PublicationError::NotAllowed { status, allowed, .. } => not_allowed(status, &allowed),
            PublicationError::Stale => Problem::new(PRECONDITION_FAILED),
            PublicationError::Guard(kind) => Problem::new(kind),
            PublicationError::UnknownDepartment => {
                let message = Sentence::of("field", "unknown_department");
                Problem::new(INVALID_QUERY).field("?department", "unknown_department", message)
            }
            PublicationError::Idempotency(error) => error.into(),
            PublicationError::Ticket(error) => error.into(),
            PublicationError::Database(error) => error.into(),
            PublicationError::Number(error) => Problem::new(INTERNAL).because(error),
        }
    }
}

fn not_allowed(status: PublicationStatus, allowed: &[PublicationAction]) -> Problem {
    let words: Vec<&str> = allowed.iter().map(|action| action.as_str()).collect();
    Problem::new(NOT_ALLOWED_NOW)
        .extension("publication_status", status.as_str())
        .extension("allowed_actions", words)
}
