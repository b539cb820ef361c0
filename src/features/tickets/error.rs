//! Why a ticket command is refused, by what the caller can do about it.

use crate::features::calendars::CalendarsError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, PRECONDITION_REQUIRED, Problem, ProblemKind, Sentence,
    UNAVAILABLE,
};
use crate::platform::jobs::isolation::RowError;
use crate::platform::jobs::outbox::ErrorCode;
use crate::rules::commands::Command;
use crate::rules::transitions::State;

/// The command is not possible in the ticket's state; the document lists those that are.
pub const NOT_ALLOWED_NOW: ProblemKind = ProblemKind::new(
    409,
    "not_allowed_now",
    "当前状态下不能执行此操作",
    "Not possible in the ticket's present state",
);
/// Two people are needed and this is the same one.
pub const SAME_PERSON: ProblemKind =
    ProblemKind::new(409, "same_person", "此操作须由另一人完成", "This takes another person");
/// Two refusals were made in this cycle.
pub const REFUSALS_USED_UP: ProblemKind = ProblemKind::new(
    409,
    "refusals_used_up",
    "本轮退回次数已达上限，须由监督人员裁定主办部门",
    "This cycle's refusals are used up; a supervisor designates the department",
);
/// The window for handing back has passed, or the designation is final.
pub const REFUSAL_CLOSED: ProblemKind = ProblemKind::new(
    409,
    "refusal_closed",
    "已过退回期限或已作最终指定，不能退回",
    "The window for handing back has passed, or the designation is final",
);
/// Assisting departments have not finished.
pub const ASSISTS_OPEN: ProblemKind = ProblemKind::new(
    409,
    "assists_open",
    "协办部门尚未办结，须办结或免除协办后再提交",
    "Assisting departments have neither finished nor been waived",
);
/// The text that was reviewed is not the text that stands there now.
pub const NOT_WHAT_WAS_REVIEWED: ProblemKind = ProblemKind::new(
    409,
    "not_what_was_reviewed",
    "答复内容与审核时不一致",
    "The reply is not what was reviewed",
);
/// Already urged on this working day.
pub const URGED_TODAY: ProblemKind = ProblemKind::new(
    409,
    "urged_today",
    "今天已催办过，请于下一工作日再试",
    "Already urged today; try again on the next working day",
);
/// The citizen has reopened once.
pub const REOPENED_ONCE: ProblemKind = ProblemKind::new(
    409,
    "reopened_once",
    "每件来信只能申请一次重新办理",
    "A ticket can be reopened by its citizen once",
);
/// The tickets are not from the same submitter.
pub const OTHER_SUBMITTER: ProblemKind = ProblemKind::new(
    409,
    "other_submitter",
    "只能合并同一来信人的诉求",
    "Only tickets of the same submitter can be merged",
);
/// Category and priority are what the command asks for already.
pub const NOTHING_CHANGES: ProblemKind = ProblemKind::new(
    409,
    "nothing_changes",
    "类别和紧急程度均无变化",
    "Category and priority are that already",
);
/// The time for the citizen's answer has not passed yet.
pub const STILL_WAITING: ProblemKind = ProblemKind::new(
    409,
    "still_waiting",
    "补充材料期限尚未届满",
    "The time for the citizen's answer has not passed yet",
);
/// No more time can be granted on this clock.
pub const EXTENSION_NOT_POSSIBLE: ProblemKind = ProblemKind::new(
    409,
    "extension_not_possible",
    "此时限不能再延长",
    "This clock cannot be extended, or not by that much",
);
/// Reference and access code do not belong together, or there is no such ticket.
pub const NO_SUCH_TICKET: ProblemKind = ProblemKind::new(
    404,
    "no_such_ticket",
    "查询码或编号不正确",
    "No ticket with this reference and access code",
);

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
    /// A field at fault.
    pub const fn invalid(
        pointer: &'static str,
        code: &'static str,
        zh: &'static str,
        en: &'static str,
    ) -> TicketError {
        TicketError::Invalid { pointer, code, message: Sentence::fixed(zh, en) }
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
                    problem.field(error.pointer, error.code, Sentence::new(error.zh, error.en))
                }),
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
