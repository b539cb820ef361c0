//! Responses that carry a version, so that the next write can name it in `If-Match`.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderValue, LOCATION, VARY};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cached::has_already;
use super::problem::{INTERNAL, Problem};

/// A view of something that has a version.
pub trait Versioned {
    /// The version, counted up with every change.
    fn version(&self) -> i32;
}

/// The strong entity tag of a version, `"v12"`.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// 200 with the view and its `ETag`.
pub fn found<T: Versioned + Serialize>(view: &T) -> HttpResponse {
    HttpResponse::Ok().insert_header((ETAG, etag(view.version()))).json(view)
}

/// 200 with the view; or 304 when the caller names its tag in `If-None-Match`. The tag is the version and a digest of what
/// is shown, since what is shown may change with the day and the language; `If-Match` reads the version in it.
pub fn found_or_known<T: Versioned + Serialize>(
    request: &HttpRequest,
    view: &T,
) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_vec(view).map_err(|_| Problem::new(INTERNAL))?;
    let digest: [u8; 8] = Sha256::digest(&body).first_chunk().copied().unwrap_or_default();
    let tag = format!("\"v{}-{}\"", view.version(), hex::encode(digest));
    let mut response = match has_already(request, &tag) {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response.insert_header((ETAG, tag.as_str())).insert_header((CACHE_CONTROL, "private, no-cache"));
    response.insert_header((VARY, "Accept-Language, Authorization"));
    Ok(match has_already(request, &tag) {
        true => response.finish(),
        false => response.content_type("application/json").body(body),
    })
}

/// 200 with the view and its `ETag` after a write, saying whether it is the stored answer of an earlier request.
pub fn changed<T: Versioned + Serialize>(view: &T, is: Answer) -> HttpResponse {
    answered(StatusCode::OK, is).insert_header((ETAG, etag(view.version()))).json(view)
}

/// 201 with the view, its `ETag` and where it can be read.
pub fn created<T: Versioned + Serialize>(view: &T, location: &str, is: Answer) -> HttpResponse {
    let mut response = answered(StatusCode::CREATED, is);
    response.insert_header((ETAG, etag(view.version())));
    if let Ok(location) = HeaderValue::from_str(location) {
        response.insert_header((LOCATION, location));
    }
    response.json(view)
}

/// Whether an answer is new or was stored under the request's idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The command ran now.
    New,
    /// The command ran earlier, and this is what it answered.
    Replayed,
}

/// A response with this status, and with `Idempotent-Replayed: true` when it is a stored one.
pub fn answered(status: StatusCode, is: Answer) -> HttpResponseBuilder {
    let mut response = HttpResponseBuilder::new(status);
    if is == Answer::Replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    response
}
