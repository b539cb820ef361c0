//! Problem documents (RFC 9457): what a caller is told when something is refused, in the caller's language.
//!
//! A feature declares each refusal once as a [`ProblemKind`] beside its error enum and converts the error into a
//! [`Problem`]. The edge (`platform::http::edge`) adds the request id and picks the language. The internal cause never
//! leaves: it is logged once, at the edge.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::platform::db::DbError;

/// What is said to people, which stands in the catalogue.
pub use crate::rules::texts::Sentence;

/// One kind of refusal: a status and a code that never changes. Its title stands in the catalogue under that code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemKind {
    /// The HTTP status.
    pub status: u16,
    /// Stable, snake_case; also the last part of the `type` address.
    pub code: &'static str,
}

impl ProblemKind {
    /// Declares a kind.
    pub const fn new(status: u16, code: &'static str) -> ProblemKind {
        ProblemKind { status, code }
    }

    /// Its title.
    pub fn title(self) -> Sentence {
        Sentence::of("problem", self.code)
    }
}

/// A field at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// Stable code of what is wrong with it.
    pub code: &'static str,
    /// What is wrong with it, for a person.
    pub message: Sentence,
}

/// A refusal on its way out.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Which kind.
    pub kind: ProblemKind,
    /// What happened this time.
    pub detail: Option<Sentence>,
    /// The fields at fault.
    pub errors: Vec<FieldProblem>,
    /// Seconds after which trying again makes sense (`Retry-After`).
    pub retry_after_seconds: Option<u64>,
    /// Further members of the document, such as `allowed_actions`.
    pub extensions: serde_json::Map<String, serde_json::Value>,
    /// Why, for the log only.
    pub cause: Option<String>,
}

/// The request is not what the specification says.
pub const INVALID_REQUEST: ProblemKind = ProblemKind::new(422, "invalid_request");
/// The address or what it names is not there, or not for this caller.
pub const NOT_FOUND: ProblemKind = ProblemKind::new(404, "not_found");
/// The caller may not do this.
pub const FORBIDDEN: ProblemKind = ProblemKind::new(403, "forbidden");
/// The caller has not said who they are, or their token is no longer good.
pub const UNAUTHENTICATED: ProblemKind = ProblemKind::new(401, "unauthenticated");
/// The server is busy or a part of it is away.
pub const UNAVAILABLE: ProblemKind = ProblemKind::new(503, "temporarily_unavailable");
/// A defect of ours.
pub const INTERNAL: ProblemKind = ProblemKind::new(500, "internal_error");
/// `If-Match` is missing.
pub const PRECONDITION_REQUIRED: ProblemKind = ProblemKind::new(428, "precondition_required");
/// `If-Match` names another version.
pub const PRECONDITION_FAILED: ProblemKind = ProblemKind::new(412, "precondition_failed");
/// Too many tries in a short time; `Retry-After` says when the next may be made.
pub const TOO_MANY_ATTEMPTS: ProblemKind = ProblemKind::new(429, "too_many_attempts");
/// Another request is working on the same thing right now.
pub const CONFLICT_IN_FLIGHT: ProblemKind = ProblemKind::new(409, "in_flight");

impl Problem {
    /// A problem of this kind with nothing further to say.
    pub fn new(kind: ProblemKind) -> Problem {
        Problem {
            kind,
            detail: None,
            errors: Vec::new(),
            retry_after_seconds: None,
            extensions: serde_json::Map::new(),
            cause: None,
        }
    }

    /// Says what happened this time.
    pub fn detail(mut self, detail: Sentence) -> Problem {
        self.detail = Some(detail);
        self
    }

    /// Names a field at fault.
    pub fn field(mut self, pointer: impl Into<String>, code: &'static str, message: Sentence) -> Problem {
        self.errors.push(FieldProblem { pointer: pointer.into(), code, message });
        self
    }

    /// Says when to try again.
    pub fn retry_after(mut self, seconds: u64) -> Problem {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Adds a member to the document.
    pub fn extension(mut self, name: &str, value: impl Into<serde_json::Value>) -> Problem {
        self.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// Keeps the internal cause for the log.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Problem {
        self.cause = Some(cause.to_string());
        self
    }

    /// A single invalid field.
    pub fn invalid(pointer: impl Into<String>, code: &'static str, message: Sentence) -> Problem {
        Problem::new(INVALID_REQUEST).field(pointer, code, message)
    }

    /// Not there, or not for this caller.
    pub fn not_found() -> Problem {
        Problem::new(NOT_FOUND)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.code)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// An empty response: the edge writes the document, for only it knows the language and the request id.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Problem {
        match error {
            DbError::NotFound => Problem::not_found(),
            DbError::Exhausted | DbError::Unreachable | DbError::Silent | DbError::Busy => {
                Problem::new(UNAVAILABLE).retry_after(2).because(error)
            }
            DbError::Unique(_) | DbError::Constraint(_) | DbError::Internal(_) => {
                Problem::new(INTERNAL).because(error)
            }
        }
    }
}
