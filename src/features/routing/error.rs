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
pub const NUMBER_TAKEN: ProblemKind =
    ProblemKind::new(409, "number_taken", "该规则编号已被使用", "The rule number is already in use");

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

    fn zh(&self) -> String {
        match self {
            RuleRefusal::UnknownCategory(code) => format!("没有代码为“{code}”的类别"),
            RuleRefusal::UnknownDistrict(code) => format!("没有代码为“{code}”的地区"),
            RuleRefusal::UnknownDepartment(code) => format!("没有代码为“{code}”的部门"),
            RuleRefusal::NotDispatchable(code) => format!("“{code}”不承办工单"),
            RuleRefusal::TooManyAssists => "协办单位最多10个".to_owned(),
            RuleRefusal::Keywords => "关键词最多100个，每个1至50个字".to_owned(),
            RuleRefusal::NumberRange => "规则编号应在1到1000000000之间".to_owned(),
            RuleRefusal::Number => "规则编号一经确定不能更改".to_owned(),
            RuleRefusal::Priority => "优先级应在0到10000之间".to_owned(),
            RuleRefusal::Validity => "失效日期不能早于生效日期".to_owned(),
            RuleRefusal::Precedent => "先例规则须保留类别，且不能自动派单".to_owned(),
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
                Problem::invalid(pointer, refusal.code(), Sentence::new(refusal.zh(), refusal.to_string()))
            }
        }
    }
}
