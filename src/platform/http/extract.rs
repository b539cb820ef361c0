//! What handlers take out of a request, strictly: [`JsonBody`], [`PathSegment`], [`IfMatch`].
//! Query strings are read by [`super::query::QueryString`].

use std::future::{Ready, ready};
use std::ops::Deref;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, IF_MATCH};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::json;
use super::problem::{PRECONDITION_FAILED, PRECONDITION_REQUIRED, Problem, ProblemKind, Sentence};

/// The body is not `application/json`.
pub const UNSUPPORTED_MEDIA_TYPE: ProblemKind = ProblemKind::new(415, "unsupported_media_type");
/// The body has more bytes than allowed.
pub const PAYLOAD_TOO_LARGE: ProblemKind = ProblemKind::new(413, "payload_too_large");
/// The body broke off or cannot be read.
pub const UNREADABLE_BODY: ProblemKind = ProblemKind::new(400, "unreadable_body");
/// `If-Match` is not written as RFC 9110 wants it.
pub const INVALID_IF_MATCH: ProblemKind = ProblemKind::new(400, "invalid_if_match");

/// The body took too long to arrive.
pub const REQUEST_TIMEOUT: ProblemKind = ProblemKind::new(408, "request_timeout");

/// How long a body may take to arrive, so that slow senders cannot hold every connection.
const MAX_BODY_TIME: Duration = Duration::from_secs(30);

/// The most bytes a JSON body may have.
pub const MAX_JSON_BYTES: usize = 256 * 1024;

/// The SHA-256 of a request's raw body: what tells a repeated request from another one under the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestDigest(pub [u8; 32]);

/// A body of `application/json` in UTF-8 of at most 256 KiB, read into `T`.
///
/// A request with neither body nor `Content-Type` is read as `{}`, so that an action without arguments needs none.
#[derive(Debug)]
pub struct JsonBody<T> {
    value: T,
    digest: RequestDigest,
}

impl<T> JsonBody<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The digest of the bytes it was read from, for [`super::idempotency::Idempotency`].
    pub fn digest(&self) -> RequestDigest {
        self.digest
    }
}

impl<T> Deref for JsonBody<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let accepted = accept(request);
        let payload = payload.take();
        Box::pin(async move {
            let may_be_empty = accepted?;
            let bytes =
                timeout(MAX_BODY_TIME, read(payload)).await.map_err(|_| Problem::new(REQUEST_TIMEOUT))??;
            let digest = RequestDigest(Sha256::digest(&bytes).into());
            let text: &[u8] = if bytes.is_empty() && may_be_empty { b"{}" } else { &bytes };
            Ok(JsonBody { value: json::parse(text)?, digest })
        })
    }
}

/// Looks at the headers before a byte of the body is read. Tells whether the body may be empty.
fn accept(request: &HttpRequest) -> Result<bool, Problem> {
    let announced = header(request, CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_JSON_BYTES as u64) {
        return Err(too_large());
    }
    if header(request, CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(Problem::new(UNSUPPORTED_MEDIA_TYPE).detail(Sentence::new("detail-content_encoding")));
    }
    if !request.headers().contains_key(CONTENT_TYPE) {
        return Ok(true);
    }
    let is_json = header(request, CONTENT_TYPE).is_some_and(is_json);
    if is_json { Ok(false) } else { Err(Problem::new(UNSUPPORTED_MEDIA_TYPE)) }
}

/// `application/json`, with no other parameter than `charset=utf-8`.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|parameter| {
            let parameter = parameter.to_ascii_lowercase();
            matches!(parameter.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"")
        })
}

async fn read(mut payload: Payload) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::new(UNREADABLE_BODY).because(error))?;
        if bytes.len() + chunk.len() > MAX_JSON_BYTES {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn too_large() -> Problem {
    Problem::new(PAYLOAD_TOO_LARGE)
        .detail(Sentence::new("detail-body_limit"))
        .extension("max_bytes", MAX_JSON_BYTES)
}

fn header(request: &HttpRequest, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// A value, or a tuple of values, in the path. What cannot be read names nothing, so it is 404.
#[derive(Debug, Clone, Copy)]
pub struct PathSegment<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for PathSegment<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let path = web::Path::<T>::from_request(request, payload).into_inner();
        ready(path.map(|path| PathSegment(path.into_inner())).map_err(|_| Problem::not_found()))
    }
}

/// The version the caller has seen, from `If-Match: "v12"`; `None` without the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i32>);

impl IfMatch {
    /// The version, or 428 when the caller sent none.
    pub fn require(self) -> Result<i32, Problem> {
        self.0.ok_or_else(|| Problem::new(PRECONDITION_REQUIRED))
    }

    /// `If-Match` compares strongly (RFC 9110 §13.1.1): a weak tag, or one that is not ours, matches nothing.
    fn parse(value: &str) -> Result<i32, Problem> {
        let value = value.trim();
        let is_weak = value.starts_with("W/");
        let tag = value.strip_prefix("W/").unwrap_or(value);
        let opaque = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let opaque = opaque.filter(|tag| !tag.contains(['"', ' '])).ok_or_else(malformed_if_match)?;
        // What follows a dash says how the version was shown, not which it is.
        let version = opaque.split('-').next().unwrap_or_default();
        let version = version.strip_prefix('v').and_then(|digits| digits.parse().ok());
        version.filter(|_| !is_weak).ok_or_else(|| Problem::new(PRECONDITION_FAILED))
    }
}

fn malformed_if_match() -> Problem {
    Problem::new(INVALID_IF_MATCH).detail(Sentence::new("detail-entity_tag"))
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<IfMatch, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all(IF_MATCH);
        ready(match (values.next(), values.next()) {
            (None, _) => Ok(IfMatch(None)),
            (Some(value), None) => value
                .to_str()
                .map_err(|_| malformed_if_match())
                .and_then(IfMatch::parse)
                .map(|version| IfMatch(Some(version))),
            (Some(_), Some(_)) => Err(malformed_if_match()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_in_utf_8_is_json() {
        for good in
            ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
        {
            assert!(is_json(good), "{good}");
        }
        for bad in
            ["text/json", "application/json; charset=gbk", "application/jsonp", "application/problem+json"]
        {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn if_match_takes_one_strong_tag() {
        assert_eq!(IfMatch::parse("\"v12\"").unwrap(), 12);
        let cases = [
            ("W/\"v12\"", 412),
            ("\"abc\"", 412),
            ("\"v99999999999\"", 412),
            ("v12", 400),
            ("\"v1\", \"v2\"", 400),
            ("*", 400),
            ("", 400),
        ];
        for (value, status) in cases {
            assert_eq!(IfMatch::parse(value).unwrap_err().kind.status, status, "{value}");
        }
    }

    #[test]
    fn a_missing_if_match_is_428_where_it_is_required() {
        assert_eq!(IfMatch(None).require().unwrap_err().kind.status, 428);
        assert_eq!(IfMatch(Some(3)).require().unwrap(), 3);
    }
}
