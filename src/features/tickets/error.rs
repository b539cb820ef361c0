//! Why a ticket command is refused, by what the caller can do about it.

use crate::features::calendars::CalendarsError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, PRECONDITION_REQUIRED, Problem, ProblemKind, Sentence,
    TOO_MANY_ATTEMPTS, UNAVAILABLE,
};
use crate::platform::jobs::isolation::RowError;
use crate::platform::jobs::outbox::ErrorCode;
use crate::rules::commands::Command;
use crate::rules::lifecycle::State;

/// The command is not possible in the ticket's state; the document lists those that are.
pub const NOT_ALLOWED_NOW: ProblemKind = ProblemKind::new(409, "not_allowed_now");
/// Two people are needed and this is the same one.
pub const SAME_PERSON: ProblemKind = ProblemKind::new(409, "same_person");
/// Two refusals were made in this cycle.
pub const REFUSALS_USED_UP: ProblemKind = ProblemKind::new(409, "refusals_used_up");
/// The window for handing back has passed, or the designation is final.
pub const REFUSAL_CLOSED: ProblemKind = ProblemKind::new(409, "refusal_closed");
/// Assisting departments have not finished.
pub const ASSISTS_OPEN: ProblemKind = ProblemKind::new(409, "assists_open");
/// The text that was reviewed is not the text that stands there now.
pub const NOT_WHAT_WAS_REVIEWED: ProblemKind = ProblemKind::new(409, "not_what_was_reviewed");
/// Already urged on this working day.
pub const URGED_TODAY: ProblemKind = ProblemKind::new(409, "urged_today");
/// The citizen has reopened once.
pub const REOPENED_ONCE: ProblemKind = ProblemKind::new(409, "reopened_once");
/// The tickets are not from the same submitter.
pub const OTHER_SUBMITTER: ProblemKind = ProblemKind::new(409, "other_submitter");
/// Category and priority are what the command asks for already.
pub const NOTHING_CHANGES: ProblemKind = ProblemKind::new(409, "nothing_changes");
/// The time for the citizen's answer has not passed yet.
pub const STILL_WAITING: ProblemKind = ProblemKind::new(409, "still_waiting");
/// No more time can be granted on this clock.
pub const EXTENSION_NOT_POSSIBLE: ProblemKind = ProblemKind::new(409, "extension_not_possible");
/// The ticket's messages of today are used up; `Retry-After` says when the next day begins.
pub const MESSAGES_USED_UP: ProblemKind = ProblemKind::new(429, "messages_used_up");
/// The ticket has as many messages of its citizen as it can have; write to the department, or hand in another letter.
pub const MESSAGES_FULL: ProblemKind = ProblemKind::new(409, "messages_full");
/// Reference and access code do not belong together, or there is no such ticket.
pub const NO_SUCH_TICKET: ProblemKind = ProblemKind::new(404, "no_such_ticket");

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// No such ticket, or not for this caller.
    #[error("no such ticket")]
    NotFound,
    /// The caller may see it and may not do this.
    #[error("not permitted")]
    Forbidden,
    /// Not in this state.
    #[error("not possible in state {state}")]
    NotAllowed {
        /// Where it stands.
        state: State,
        /// What this caller may do now.
        allowed: Vec<Command>,
    },
    /// `If-Match` is missing.
    #[error("If-Match is required")]
    VersionRequired,
    /// `If-Match` names another version.
    #[error("someone changed the ticket")]
    Stale,
    /// A guard of the domain said no.
    #[error("{}", .0.code)]
    Guard(ProblemKind),
    /// A field names something that does not exist or does not fit.
    #[error("{pointer}: {code}")]
    Invalid {
        /// JSON pointer.
        pointer: &'static str,
        /// Stable code.
        code: &'static str,
        /// For a person.
        message: Sentence,
    },
    /// Several fields of the form are at fault.
    #[error("the form is not valid")]
    Form(Vec<crate::rules::form::FormError>),
    /// Come back after this many seconds.
    #[error("too many attempts")]
    TooManyAttempts(u64),
    /// So many messages of the citizen are enough for today; come back after this many seconds.
    #[error("the ticket's messages of today are used up")]
    MessagesUsedUp(u64),
    /// A clock names a version of a calendar or of time limits that this instance has not read yet.
    #[error("a clock names rules that this instance does not know yet")]
    UnknownRules,
    /// The idempotency key says otherwise.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A defect: sealing failed, a limit is missing.
    #[error("{0}")]
    Internal(String),
}

impl TicketError {
    /// A field at fault, in the words for the code.
    pub fn invalid(pointer: &'static str, code: &'static str) -> TicketError {
        TicketError::invalid_saying(pointer, code, Sentence::of("field", code))
    }

    /// A field at fault, in words of its own.
    pub const fn invalid_saying(pointer: &'static str, code: &'static str, message: Sentence) -> TicketError {
        TicketError::Invalid { pointer, code, message }
    }

    /// A number that is too small or too large.
    pub fn out_of_range(pointer: &'static str, least: i64, most: i64) -> TicketError {
        let message = Sentence::new("field-out_of_range-from_to").with("least", least).with("most", most);
        TicketError::invalid_saying(pointer, "out_of_range", message)
    }
}

impl From<CalendarsError> for TicketError {
    fn from(error: CalendarsError) -> TicketError {
        match error {
            CalendarsError::Database(error) => TicketError::Database(error),
            other => TicketError::Internal(other.to_string()),
        }
    }
}

impl From<diesel::result::Error> for TicketError {
    fn from(error: diesel::result::Error) -> TicketError {
        TicketError::Database(error.into())
    }
}

impl RowError for TicketError {
    fn is_outage(&self) -> bool {
        matches!(self, TicketError::Database(error) if error.is_outage())
    }

    fn code(&self) -> ErrorCode {
        match self {
            TicketError::Database(error) => error.code(),
            TicketError::Guard(kind) => ErrorCode::new(kind.code),
            TicketError::NotAllowed { .. } => ErrorCode::new(NOT_ALLOWED_NOW.code),
            TicketError::UnknownRules => ErrorCode::new("unknown_rules"),
            _ => ErrorCode::new("ticket_error"),
        }
    }
}

impl From<TicketError> for Problem {
    fn from(error: TicketError) -> Problem {
        match error {
            TicketError::NotFound => Problem::not_found(),
            TicketError::Forbidden => Problem::new(FORBIDDEN),
            TicketError::NotAllowed { state, allowed } => not_allowed(state, &allowed),
            TicketError::VersionRequired => Problem::new(PRECONDITION_REQUIRED),
            TicketError::Stale => Problem::new(PRECONDITION_FAILED),
            TicketError::Guard(kind) => Problem::new(kind),
            TicketError::Invalid { pointer, code, message } => Problem::invalid(pointer, code, message),
            TicketError::Form(errors) => errors
                .into_iter()
                .fold(Problem::new(crate::platform::http::problem::INVALID_REQUEST), |problem, error| {
                    problem.field(error.pointer, error.code, error.message)
                }),
            TicketError::TooManyAttempts(seconds) => Problem::new(TOO_MANY_ATTEMPTS).retry_after(seconds),
            TicketError::MessagesUsedUp(seconds) => Problem::new(MESSAGES_USED_UP).retry_after(seconds),
            TicketError::UnknownRules => Problem::new(UNAVAILABLE).retry_after(2).because(error),
            TicketError::Idempotency(error) => error.into(),
            TicketError::Database(error) => error.into(),
            TicketError::Internal(cause) => Problem::new(INTERNAL).because(cause),
        }
    }
}

fn not_allowed(state: State, allowed: &[Command]) -> Problem {
    let words: Vec<&str> = allowed.iter().map(|command| command.as_str()).collect();
    Problem::new(NOT_ALLOWED_NOW).extension("state", state.as_str()).extension("allowed_actions", words)
}
