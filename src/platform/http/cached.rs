//! Public answers that anybody may keep for a while: `ETag`, `Cache-Control`, and 304 for who has it already.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::locale::Locale;

/// How long a public answer may be used before asking again.
const MAX_AGE_SECONDS: u32 = 60;

/// The entity tag of a public answer: what it shows, at which version, in which language. The program's own version is
/// part of it, because another program may write the same thing differently.
pub fn public_tag(subject: &str, version: i64, locale: Locale) -> String {
    format!("\"{subject}-{version}-{locale}-{}\"", env!("CARGO_PKG_VERSION"))
}

/// 200 with the view, or 304 without making it when the caller names the tag in `If-None-Match`.
pub fn public<T: Serialize>(request: &HttpRequest, tag: &str, view: impl FnOnce() -> T) -> HttpResponse {
    match not_modified(request, tag) {
        Some(response) => response,
        None => fresh(tag).json(view()),
    }
}

/// The same with a view that takes waiting for and may fail, and is not even begun for who has it already.
pub async fn public_when_asked<T: Serialize, E>(
    request: &HttpRequest,
    tag: &str,
    view: impl AsyncFnOnce() -> Result<T, E>,
) -> Result<HttpResponse, E> {
    match not_modified(request, tag) {
        Some(response) => Ok(response),
        None => Ok(fresh(tag).json(view().await?)),
    }
}

fn not_modified(request: &HttpRequest, tag: &str) -> Option<HttpResponse> {
    has_already(request, tag).then(|| tagged(HttpResponse::NotModified(), tag).finish())
}

fn fresh(tag: &str) -> HttpResponseBuilder {
    tagged(HttpResponse::Ok(), tag)
}

fn tagged(mut response: HttpResponseBuilder, tag: &str) -> HttpResponseBuilder {
    response
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, format!("public, max-age={MAX_AGE_SECONDS}")))
        .insert_header((VARY, "Accept-Language"));
    response
}

/// `If-None-Match` compares weakly (RFC 9110 §13.1.2).
pub(super) fn has_already(request: &HttpRequest, tag: &str) -> bool {
    let names =
        |value: &str| value.split(',').map(str::trim).any(|t| t == "*" || t.trim_start_matches("W/") == tag);
    request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(names)
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;

    use super::*;

    fn status(if_none_match: &str) -> StatusCode {
        let tag = public_tag("departments", 7, Locale::En);
        let request = TestRequest::default().insert_header((IF_NONE_MATCH, if_none_match)).to_http_request();
        let response = public(&request, &tag, || "view");
        assert_eq!(response.headers().get(ETAG).unwrap().to_str().unwrap(), tag);
        response.status()
    }

    #[test]
    fn who_has_it_already_is_not_sent_it_again() {
        let tag = public_tag("departments", 7, Locale::En);
        assert_eq!(status(&tag), StatusCode::NOT_MODIFIED);
        assert_eq!(status(&format!("\"other\", W/{tag}")), StatusCode::NOT_MODIFIED);
        assert_eq!(status("*"), StatusCode::NOT_MODIFIED);
        assert_eq!(status(&public_tag("departments", 8, Locale::En)), StatusCode::OK);
        assert_eq!(status(&public_tag("departments", 7, Locale::ZhCn)), StatusCode::OK);
        assert_eq!(status(""), StatusCode::OK);
    }
}
