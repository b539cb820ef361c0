//! What routing refuses, and how a caller is told.

use crate::features::directory::DirectoryError;
use crate::features::tickets::TicketError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, Problem, ProblemKind, Sentence,
};
use crate::rules::routing::RuleSetError;

/// The number already names another rule.
pub const NUMBER_TAKEN: ProblemKind = ProblemKind::new(409, "number_taken");

/// Why routing refuses.
#[derive(Debug, thiserror::Error)]
pub enum RoutingError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The directory cannot be read.
    #[error(transparent)]
    Directory(DirectoryError),
    /// The request's idempotency key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// Stored rules that this program cannot use: a defect, or a newer program's rules.
    #[error("the stored routing rules cannot be used: {0}")]
    Unusable(#[from] RuleSetError),
    /// The caller may not do this.
    #[error("the caller may not do this")]
    Forbidden,
    /// No rule has this number.
    #[error("no rule has this number")]
    NotFound,
    /// A rule has this number already.
    #[error("a rule has this number already")]
    NumberTaken,
    /// Someone changed it since the caller read it.
    #[error("it was changed meanwhile")]
    Stale,
    /// A member of the body is not as it should be.
    #[error("{pointer}: {refusal}")]
    Refused {
        /// The member at fault, as a JSON pointer.
        pointer: &'static str,
        /// Why.
        refusal: RuleRefusal,
    },
}

/// Why a rule, or a letter to try it on, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleRefusal {
    /// No category has this code.
    #[error("there is no category {0:?}")]
    UnknownCategory(String),
    /// No district has this code.
    #[error("there is no district {0:?}")]
    UnknownDistrict(String),
    /// No department has this code.
    #[error("there is no department {0:?}")]
    UnknownDepartment(String),
    /// Work cannot be sent there.
    #[error("{0:?} is sent no work orders")]
    NotDispatchable(String),
    /// More than 10 assists.
    #[error("at most 10 assists are allowed")]
    TooManyAssists,
    /// Keywords blank, too long or too many.
    #[error("at most 100 keywords of 1 to 50 characters are allowed")]
    Keywords,
    /// A number that is none.
    #[error("a rule's number lies between 1 and 1000000000")]
    NumberRange,
    /// A number that is to change, or is missing in a file.
    #[error("a rule's number never changes, and a file gives every rule one")]
    Number,
    /// A priority out of its range.
    #[error("a priority lies between 0 and 10000")]
    Priority,
    /// The last day is before the first.
    #[error("valid_until is not before valid_from")]
    Validity,
    /// A precedent that is to be automatic or to lose its category.
    #[error("a precedent keeps its category and is not automatic")]
    Precedent,
}

impl RuleRefusal {
    /// At this member of the body.
    pub(super) fn at(self, pointer: &'static str) -> RoutingError {
        RoutingError::Refused { pointer, refusal: self }
    }

    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            RuleRefusal::UnknownCategory(_) => "unknown_category",
            RuleRefusal::UnknownDistrict(_) => "unknown_district",
            RuleRefusal::UnknownDepartment(_) => "unknown_department",
            RuleRefusal::NotDispatchable(_) => "not_dispatchable",
            RuleRefusal::TooManyAssists => "too_many_assists",
            RuleRefusal::Keywords => "invalid_keywords",
            RuleRefusal::NumberRange | RuleRefusal::Priority => "out_of_range",
            RuleRefusal::Number => "number_changed",
            RuleRefusal::Validity => "invalid_validity",
            RuleRefusal::Precedent => "precedent",
        }
    }

    /// What is said of it.
    fn sentence(&self) -> Sentence {
        match self {
            RuleRefusal::UnknownCategory(code) => {
                Sentence::new("field-unknown_category-code").with("code", code)
            }
            RuleRefusal::UnknownDistrict(code) => {
                Sentence::new("field-unknown_district-code").with("code", code)
            }
            RuleRefusal::UnknownDepartment(code) => {
                Sentence::new("field-unknown_department-code").with("code", code)
            }
            RuleRefusal::NotDispatchable(code) => Sentence::new("field-not_dispatchable").with("code", code),
            RuleRefusal::TooManyAssists => Sentence::new("field-too_many_assists"),
            RuleRefusal::Keywords => Sentence::new("field-invalid_keywords"),
            RuleRefusal::NumberRange => Sentence::new("field-out_of_range-rule_number"),
            RuleRefusal::Number => Sentence::new("field-number_changed"),
            RuleRefusal::Priority => Sentence::new("field-out_of_range-rule_priority"),
            RuleRefusal::Validity => Sentence::new("field-invalid_validity"),
            RuleRefusal::Precedent => Sentence::new("field-precedent"),
        }
    }
}

impl From<TicketError> for RoutingError {
    fn from(error: TicketError) -> RoutingError {
        match error {
            TicketError::Database(error) => RoutingError::Database(error),
            other => RoutingError::Database(DbError::Internal(other.to_string())),
        }
    }
}

impl From<diesel::result::Error> for RoutingError {
    fn from(error: diesel::result::Error) -> RoutingError {
        RoutingError::Database(error.into())
    }
}

impl From<DirectoryError> for RoutingError {
    fn from(error: DirectoryError) -> RoutingError {
        match error {
            DirectoryError::Database(error) => RoutingError::Database(error),
            other => RoutingError::Directory(other),
        }
    }
}

impl From<RoutingError> for Problem {
    fn from(error: RoutingError) -> Problem {
        match error {
            RoutingError::Database(error) => error.into(),
            RoutingError::Directory(error) => error.into(),
            RoutingError::Idempotency(error) => error.into(),
            RoutingError::Unusable(_) => Problem::new(INTERNAL).because(error),
            RoutingError::Forbidden => Problem::new(FORBIDDEN),
            RoutingError::NotFound => Problem::not_found(),
            RoutingError::NumberTaken => Problem::new(NUMBER_TAKEN),
            RoutingError::Stale => Problem::new(PRECONDITION_FAILED),
            RoutingError::Refused { pointer, refusal } => {
                Problem::invalid(pointer, refusal.code(), refusal.sentence())
            }
        }
    }
}
