//! What the directory refuses, and how a caller is told.

use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, Problem, ProblemKind, Sentence,
};
use crate::rules::form::FormSchemaError;

/// The code already names another one.
pub const CODE_TAKEN: ProblemKind = ProblemKind::new(409, "code_taken");

/// Why the directory refuses.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A stored row that this program cannot read: a defect, or a newer program's row.
    #[error("category {code} cannot be read: {reason}")]
    Unreadable {
        /// Which category.
        code: String,
        /// Why.
        reason: String,
    },
    /// The request's idempotency key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The caller may not change the directory.
    #[error("the caller may not change the directory")]
    Forbidden,
    /// Nothing has this code.
    #[error("nothing has this code")]
    NotFound,
    /// Something has this code already.
    #[error("the code is already in use")]
    CodeTaken,
    /// Someone changed it since the caller read it.
    #[error("it was changed meanwhile")]
    Stale,
    /// The entry does not fit the rest of the directory.
    #[error("{pointer}: {refusal}")]
    Refused {
        /// The member at fault, as a JSON pointer.
        pointer: &'static str,
        /// Why.
        refusal: Refusal,
    },
}

/// Why an entry does not fit the rest of the directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No department has this code.
    #[error("there is no department {0:?}")]
    UnknownDepartment(String),
    /// No category has this code.
    #[error("there is no category {0:?}")]
    UnknownCategory(String),
    /// No district has this code.
    #[error("there is no district {0:?}")]
    UnknownDistrict(String),
    /// It would lie below itself, or succeed itself.
    #[error("{0:?} would come to lie below itself")]
    Cycle(String),
    /// It is dissolved, and nobody takes over.
    #[error("a department that is not active needs a successor")]
    NeedsSuccessor,
    /// Work cannot be sent there.
    #[error("{0:?} is sent no work orders")]
    NotDispatchable(String),
    /// More aliases than 50.
    #[error("at most 50 aliases are allowed")]
    TooManyAliases,
    /// No kind.
    #[error("at least one kind is needed")]
    NoKinds,
    /// A code that is to change.
    #[error("a code never changes")]
    CodeChanged,
    /// A form that is none.
    #[error(transparent)]
    Form(FormSchemaError),
}

impl Refusal {
    /// At this member of the entry.
    pub(super) fn at(self, pointer: &'static str) -> DirectoryError {
        DirectoryError::Refused { pointer, refusal: self }
    }

    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Refusal::UnknownDepartment(_) => "unknown_department",
            Refusal::UnknownCategory(_) => "unknown_category",
            Refusal::UnknownDistrict(_) => "unknown_district",
            Refusal::Cycle(_) => "cycle",
            Refusal::NeedsSuccessor => "needs_successor",
            Refusal::NotDispatchable(_) => "not_dispatchable",
            Refusal::TooManyAliases => "too_many_aliases",
            Refusal::NoKinds => "no_kinds",
            Refusal::CodeChanged => "code_changed",
            Refusal::Form(_) => "invalid_form_schema",
        }
    }

    /// What is said of it.
    fn sentence(&self) -> Sentence {
        match self {
            Refusal::UnknownDepartment(code) => {
                Sentence::new("field-unknown_department-code").with("code", code)
            }
            Refusal::UnknownCategory(code) => Sentence::new("field-unknown_category-code").with("code", code),
            Refusal::UnknownDistrict(code) => Sentence::new("field-unknown_district-code").with("code", code),
            Refusal::Cycle(code) => Sentence::new("field-cycle").with("code", code),
            Refusal::NeedsSuccessor => Sentence::new("field-needs_successor"),
            Refusal::NotDispatchable(code) => Sentence::new("field-not_dispatchable").with("code", code),
            Refusal::TooManyAliases => Sentence::new("field-too_many_aliases"),
            Refusal::NoKinds => Sentence::new("field-no_kinds"),
            Refusal::CodeChanged => Sentence::new("field-code_changed"),
            Refusal::Form(error) => error.sentence(),
        }
    }
}

impl From<diesel::result::Error> for DirectoryError {
    fn from(error: diesel::result::Error) -> DirectoryError {
        DirectoryError::Database(error.into())
    }
}

impl From<DirectoryError> for Problem {
    fn from(error: DirectoryError) -> Problem {
        match error {
            DirectoryError::Database(error) => error.into(),
            DirectoryError::Idempotency(error) => error.into(),
            DirectoryError::Unreadable { .. } => Problem::new(INTERNAL).because(error),
            DirectoryError::Forbidden => Problem::new(FORBIDDEN),
            DirectoryError::NotFound => Problem::not_found(),
            DirectoryError::CodeTaken => Problem::new(CODE_TAKEN),
            DirectoryError::Stale => Problem::new(PRECONDITION_FAILED),
            DirectoryError::Refused { pointer, refusal } => {
                let message = refusal.sentence();
                Problem::invalid(pointer, refusal.code(), message)
            }
        }
    }
}
