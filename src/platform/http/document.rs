//! Problems as `application/problem+json`, in the caller's language.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LANGUAGE, RETRY_AFTER, VARY, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::locale::Locale;
use super::problem::Problem;

/// The media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What every refusal looks like (RFC 9457). Some kinds have further members, such as `allowed_actions`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// The kind of problem as an address; its last part is `code`.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/problems/invalid_request")]
    kind: String,
    /// The kind of problem, for people.
    #[schema(example = "请求内容不符合要求")]
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    status: u16,
    /// What happened this time, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
    /// The kind of problem, for programs. It never changes.
    #[schema(example = "invalid_request")]
    code: &'static str,
    /// Name it when you ask for help.
    #[schema(example = "3f0c8b7d5a7e4b6f9d21c0a4e8b1f6d2")]
    request_id: String,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    #[serde(flatten)]
    #[schema(ignore)]
    extensions: Map<String, Value>,
}

/// A field at fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer into the body (RFC 6901), or `?name` for a query parameter.
    #[schema(example = "/title")]
    pointer: String,
    /// What is wrong with it, for programs.
    #[schema(example = "text_too_long")]
    code: &'static str,
    /// What is wrong with it, for people.
    #[schema(example = "最多 100 个字符")]
    message: String,
}

/// The response that tells this problem.
pub(super) fn response(problem: &Problem, locale: Locale, request_id: &str) -> HttpResponse {
    let status = StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_LANGUAGE, locale.as_str())).insert_header((VARY, "Accept-Language"));
    if let Some(seconds) = problem.retry_after_seconds {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    let document = serde_json::to_vec(&document(problem, locale, request_id)).unwrap_or_default();
    response.content_type(PROBLEM_JSON).body(document)
}

fn document(problem: &Problem, locale: Locale, request_id: &str) -> ProblemDocument {
    let kind = problem.kind;
    let errors = problem.errors.iter().map(|error| FieldError {
        pointer: error.pointer.clone(),
        code: error.code,
        message: locale.say(&error.message),
    });
    ProblemDocument {
        kind: format!("/problems/{}", kind.code),
        title: locale.say(&kind.title()),
        status: kind.status,
        detail: problem.detail.as_ref().map(|detail| locale.say(detail)),
        code: kind.code,
        request_id: request_id.to_owned(),
        errors: errors.collect(),
        extensions: problem.extensions.clone(),
    }
}
