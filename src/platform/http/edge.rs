//! The outermost layer of the server. Every request gets an id, every refusal and every panic becomes a problem document
//! in the caller's language, every answer gets safe headers, and each is logged and counted once.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName,
    HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use futures_util::FutureExt;
use metrics::{counter, histogram};
use tracing::{Instrument, error, info, info_span, warn};

use super::cors::Caller;
use super::document;
use super::extract::{PAYLOAD_TOO_LARGE, REQUEST_TIMEOUT, UNSUPPORTED_MEDIA_TYPE};
use super::locale::{Locale, city_locale};
use super::problem::{INTERNAL, NOT_FOUND, Problem, ProblemKind, UNAVAILABLE};
use super::rate_limit::{RATE_LIMITED, Standing};
use crate::platform::crypto::random_bytes;
use crate::platform::db::deadline;

/// The request is malformed in a way that nothing more precise was said about.
pub const BAD_REQUEST: ProblemKind = ProblemKind::new(400, "bad_request");
/// The address knows other methods.
pub const METHOD_NOT_ALLOWED: ProblemKind = ProblemKind::new(405, "method_not_allowed");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Of an incoming request id.
const MAX_ID_CHARS: usize = 64;
/// Refusals before the end of the body.
const UNREAD_BODY: &[ProblemKind] =
    &[PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, REQUEST_TIMEOUT, RATE_LIMITED];
/// What a JSON answer may load if a browser shows it: nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// What a page may load: its own server's files, and nothing from any other host.
const OWN_FILES: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// The id of a request, in its extensions: from `X-Request-Id` if that is sane, else made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Use it as `App::wrap(from_fn(edge))`, after every other `wrap`, so that it is the outermost.
pub async fn edge<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let exchange = Exchange::begin(&mut request);
    if let Some(answer) = exchange.caller.preflight(request.method(), request.headers()) {
        let response = request.into_response(answer).map_into_boxed_body();
        return Ok(exchange.finish(response).map_body(|_, body| EitherBody::right(body.boxed())));
    }
    let span = info_span!("request", request_id = %exchange.id);
    let answer = deadline::within(deadline::OF_A_REQUEST, next.call(request));
    let outcome = AssertUnwindSafe(answer).catch_unwind().instrument(span).await;
    match outcome {
        Ok(Ok(response)) => Ok(exchange.finish(response)),
        Ok(Err(error)) => Err(exchange.fail(&problem_of(&error, error.as_response_error().status_code()))),
        Err(panic) => Err(exchange.fail(&Problem::new(INTERNAL).because(panic_text(&*panic)))),
    }
}

/// What is remembered of a request until it is answered.
struct Exchange {
    id: String,
    locale: Locale,
    caller: Caller,
    method: Method,
    started: Instant,
}

impl Exchange {
    fn begin(request: &mut ServiceRequest) -> Exchange {
        let id = incoming_id(request.headers()).unwrap_or_else(|| hex::encode(random_bytes::<16>()));
        request.extensions_mut().insert(RequestId(id.clone()));
        let method = request.method().clone();
        // A HEAD is a GET whose body stays here (RFC 9110 §9.3.2); the connection knows that it was a HEAD.
        if method == Method::HEAD {
            request.head_mut().method = Method::GET;
        }
        let locale = Locale::preferred(request.headers(), city_locale(request.app_data()));
        let caller = Caller::of(request.headers(), request.app_data());
        Exchange { id, locale, caller, method, started: Instant::now() }
    }

    fn finish<B: MessageBody>(&self, response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
        let pattern = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
        let standing = response.request().extensions().get::<Standing>().copied();
        let problem = refusal(&response);
        let mut response = match &problem {
            None => response.map_into_left_body(),
            Some(problem) => {
                let allow = response.headers().get(ALLOW).cloned();
                let mut document = document::response(problem, self.locale, &self.id);
                if let Some(allow) = allow {
                    document.headers_mut().insert(ALLOW, allow);
                }
                response.into_response(document).map_into_right_body()
            }
        };
        self.record(&pattern, response.status(), problem.as_ref());
        self.complete(response.headers_mut(), problem.as_ref(), standing);
        response
    }

    /// The request was lost on the way, so there is only an error to carry the response.
    fn fail(&self, problem: &Problem) -> Error {
        let mut response = document::response(problem, self.locale, &self.id);
        self.record("unmatched", response.status(), Some(problem));
        self.complete(response.headers_mut(), Some(problem), None);
        InternalError::from_response(problem.clone(), response.map_into_boxed_body()).into()
    }

    fn complete(&self, headers: &mut HeaderMap, problem: Option<&Problem>, standing: Option<Standing>) {
        set(headers, X_REQUEST_ID, &self.id);
        self.caller.tell(headers);
        set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(headers, X_FRAME_OPTIONS, "DENY");
        set(headers, REFERRER_POLICY, "no-referrer");
        let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        set(headers, CONTENT_SECURITY_POLICY, if is_page { OWN_FILES } else { NOTHING });
        if !headers.contains_key(CACHE_CONTROL) {
            set(headers, CACHE_CONTROL, "no-store");
        }
        // The rest of a body that nobody will read must not be taken for the next request.
        if problem.is_some_and(|problem| UNREAD_BODY.contains(&problem.kind)) {
            set(headers, CONNECTION, "close");
        }
        if let Some(standing) = standing {
            tell_standing(headers, standing);
        }
    }

    fn record(&self, pattern: &str, status: StatusCode, problem: Option<&Problem>) {
        let elapsed = self.started.elapsed();
        let (method, status) = (self.method.as_str(), status.as_u16());
        let labels = [
            ("method", known_method(&self.method).to_owned()),
            ("pattern", pattern.to_owned()),
            ("status", status.to_string()),
        ];
        counter!("http_requests_total", &labels).increment(1);
        histogram!("http_request_duration_seconds", &labels[..2]).record(elapsed.as_secs_f64());
        let duration_ms = elapsed.as_secs_f64() * 1000.0;
        let code = problem.map(|problem| problem.kind.code);
        let cause = problem.and_then(|problem| problem.cause.as_deref());
        let request_id = self.id.as_str();
        if status >= 500 && status != 503 {
            error!(
                request_id,
                http.method = method,
                pattern,
                status,
                duration_ms,
                code,
                cause,
                "Failed {method} {pattern}"
            );
        } else if status >= 500 {
            warn!(
                request_id,
                http.method = method,
                pattern,
                status,
                duration_ms,
                code,
                cause,
                "Put off {method} {pattern}"
            );
        } else {
            info!(
                request_id,
                http.method = method,
                pattern,
                status,
                duration_ms,
                code,
                cause,
                "Answered {method} {pattern} with {status}"
            );
        }
    }
}

/// The problem in a response that refuses: the handler's own, or one made of the bare status. A refusal that a handler
/// wrote itself, with a body, is left alone.
fn refusal<B: MessageBody>(response: &ServiceResponse<B>) -> Option<Problem> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    if let Some(error) = response.response().error() {
        return Some(problem_of(error, status));
    }
    let is_empty = matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0));
    is_empty.then(|| Problem::new(kind_of(status)))
}

fn problem_of(error: &Error, status: StatusCode) -> Problem {
    match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None if status.is_server_error() => Problem::new(kind_of(status)).because(error),
        None => Problem::new(kind_of(status)),
    }
}

fn kind_of(status: StatusCode) -> ProblemKind {
    match status {
        StatusCode::NOT_FOUND => NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => METHOD_NOT_ALLOWED,
        StatusCode::REQUEST_TIMEOUT => REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE => PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => UNSUPPORTED_MEDIA_TYPE,
        StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE,
        status if status.is_server_error() => INTERNAL,
        _ => ProblemKind { status: status.as_u16(), ..BAD_REQUEST },
    }
}

fn incoming_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let is_sane = (1..=MAX_ID_CHARS).contains(&id.len())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_sane.then(|| id.to_owned())
}

/// Methods that callers invent must not become label values.
fn known_method(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

fn tell_standing(headers: &mut HeaderMap, standing: Standing) {
    let Standing { limited, per_minute, remaining, reset_seconds } = standing;
    let policy = HeaderName::from_static("ratelimit-policy");
    set(headers, policy, &format!("\"{limited}\";q={per_minute};w=60"));
    let limit = HeaderName::from_static("ratelimit");
    set(headers, limit, &format!("\"{limited}\";r={remaining};t={reset_seconds}"));
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a text"))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE};
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body, try_call_service};
    use actix_web::{App, HttpResponse, web};
    use serde_json::Value;

    use super::super::document::PROBLEM_JSON;
    use super::*;

    async fn refuse() -> Result<HttpResponse, Problem> {
        Err(Problem::new(UNAVAILABLE).retry_after(7).because("the cause"))
    }

    async fn break_down() -> HttpResponse {
        panic!("a defect")
    }

    macro_rules! server {
        () => {
            init_service(
                App::new()
                    .route("/refuse", web::get().to(refuse))
                    .route("/panic", web::get().to(break_down))
                    .route("/page", web::get().to(|| async { web::Html::new("<p>") }))
                    .wrap(from_fn(edge)),
            )
            .await
        };
    }

    #[actix_web::test]
    async fn a_refusal_becomes_a_document_without_its_cause() {
        let server = server!();
        let request = TestRequest::get()
            .uri("/refuse")
            .insert_header((ACCEPT_LANGUAGE, "en"))
            .insert_header(("x-request-id", "abc-1"));
        let response = call_service(&server, request.to_request()).await;
        let header = |name: HeaderName| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(response.status(), 503);
        assert_eq!(header(CONTENT_TYPE), PROBLEM_JSON);
        assert_eq!(header(CONTENT_LANGUAGE), "en");
        assert_eq!(header(X_REQUEST_ID), "abc-1");
        assert_eq!(header(CACHE_CONTROL), "no-store");
        assert_eq!(response.headers().get("retry-after").unwrap(), "7");
        let text = read_body(response).await;
        let document: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(document["code"], "temporarily_unavailable");
        assert_eq!(document["type"], "/problems/temporarily_unavailable");
        assert_eq!(document["request_id"], "abc-1");
        assert!(!String::from_utf8_lossy(&text).contains("the cause"));
    }

    #[actix_web::test]
    async fn a_panic_is_a_defect_that_tells_nothing() {
        let server = server!();
        let error =
            try_call_service(&server, TestRequest::get().uri("/panic").to_request()).await.unwrap_err();
        let response = error.error_response();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers().get(CONTENT_TYPE).unwrap(), PROBLEM_JSON);
        let text = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        let document: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(document["code"], "internal_error");
        assert!(!String::from_utf8_lossy(&text).contains("defect"));
    }

    #[actix_web::test]
    async fn an_insane_request_id_is_replaced_and_a_page_may_load_its_own_files() {
        let server = server!();
        let request = TestRequest::get().uri("/page").insert_header(("x-request-id", "a b;c"));
        let response = call_service(&server, request.to_request()).await;
        assert_eq!(response.headers().get(X_REQUEST_ID).unwrap().len(), 32);
        assert_eq!(response.headers().get(CONTENT_SECURITY_POLICY).unwrap(), OWN_FILES);
    }
}
