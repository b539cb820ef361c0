//! Why escalation refuses or fails, by what the caller can do about it.

use chrono::NaiveDate;

use crate::features::accounts::AccountsError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, Problem, ProblemKind, Sentence,
};
use crate::platform::jobs::isolation::RowError;
use crate::platform::jobs::outbox::ErrorCode;

/// The leader's level is not snoozed.
const LEADER_DOES_NOT_REST: ProblemKind = ProblemKind::new(409, "leader_level_does_not_rest");
/// What was acknowledged needs no rest.
const ALREADY_ACKNOWLEDGED: ProblemKind = ProblemKind::new(409, "already_acknowledged");

/// An order goes its way step by step.
const ORDER_STEP_NOT_POSSIBLE: ProblemKind = ProblemKind::new(409, "order_step_not_possible");

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
    /// The leader's level does not rest.
    #[error("an alarm of the leader's level does not rest")]
    LeaderDoesNotRest,
    /// It was acknowledged, and there is nothing to let rest.
    #[error("the alarm has been acknowledged")]
    Acknowledged,
    /// The end of a snooze is not between now and the last day that is allowed.
    #[error("a snooze ends after now and on {0} at the latest")]
    SnoozeTooLong(NaiveDate),
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    DaysReversed,
    /// A member of staff who does not exist was named in this field.
    #[error("there is no such member of staff")]
    UnknownStaff(&'static str),
    /// Somebody stands in for themselves.
    #[error("nobody stands in for themselves")]
    OwnSubstitute,
    /// A department that does not exist was named in this field.
    #[error("there is no such department")]
    UnknownDepartmentIn(&'static str),
    /// A department that does not exist was asked for.
    #[error("there is no such department")]
    UnknownDepartment,
    /// The order does not stand so that this could be done.
    #[error("the order does not stand so that this could be done")]
    OrderStep,
    /// Our own fault.
    #[error("internal: {0}")]
    Internal(String),
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

impl RowError for EscalationError {
    fn is_outage(&self) -> bool {
        self.database().is_some_and(RowError::is_outage)
    }

    fn code(&self) -> ErrorCode {
        self.database().map_or_else(|| ErrorCode::new("escalation_error"), RowError::code)
    }
}

impl EscalationError {
    fn database(&self) -> Option<&DbError> {
        match self {
            EscalationError::Database(error) | EscalationError::Accounts(AccountsError::Database(error)) => {
                Some(error)
            }
            _ => None,
        }
    }
}

impl From<EscalationError> for Problem {
    fn from(error: EscalationError) -> Problem {
        match error {
            EscalationError::NotFound => Problem::not_found(),
            EscalationError::Forbidden => Problem::new(FORBIDDEN),
            EscalationError::Stale => Problem::new(PRECONDITION_FAILED),
            EscalationError::LeaderDoesNotRest => Problem::new(LEADER_DOES_NOT_REST),
            EscalationError::Acknowledged => Problem::new(ALREADY_ACKNOWLEDGED),
            EscalationError::SnoozeTooLong(last) => {
                let message = Sentence::new("field-snooze_out_of_range").with("last", last);
                Problem::invalid("/until", "snooze_out_of_range", message)
            }
            EscalationError::DaysReversed => {
                let message = Sentence::new("field-days_reversed-absence");
                Problem::invalid("/last_on", "days_reversed", message)
            }
            EscalationError::UnknownStaff(pointer) => {
                let message = Sentence::of("field", "unknown_staff");
                Problem::invalid(pointer, "unknown_staff", message)
            }
            EscalationError::OwnSubstitute => {
                let message = Sentence::of("field", "own_substitute");
                Problem::invalid("/substitute_id", "own_substitute", message)
            }
            EscalationError::UnknownDepartmentIn(pointer) => {
                let message = Sentence::of("field", "unknown_department");
                Problem::invalid(pointer, "unknown_department", message)
            }
            EscalationError::UnknownDepartment => {
                let message = Sentence::of("field", "unknown_department");
                Problem::invalid("?department", "unknown_department", message)
            }
            EscalationError::OrderStep => Problem::new(ORDER_STEP_NOT_POSSIBLE),
            EscalationError::Internal(cause) => Problem::new(INTERNAL).because(cause),
            EscalationError::Idempotency(error) => error.into(),
            EscalationError::Accounts(error) => error.into(),
            EscalationError::Database(error) => error.into(),
        }
    }
}
