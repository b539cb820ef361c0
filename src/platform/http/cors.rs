//! Pages of other origins (CORS): those that `server.allowed_origins` names may call the API from a browser, no other.
//!
//! Nothing that a browser sends by itself identifies anybody here: callers show a token in a header. So no answer ever allows
//! credentials, and there is no wildcard.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};

/// What a page may send.
const REQUEST_HEADERS: &str =
    "authorization, content-type, accept-language, if-match, if-none-match, idempotency-key, x-request-id";
/// What a page may read besides what every page may.
const RESPONSE_HEADERS: &str = "etag, location, link, retry-after, ratelimit, ratelimit-policy, \
    x-request-id, idempotent-replayed, content-language";
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// For how many seconds a browser need not ask again.
const MAX_AGE_SECONDS: &str = "600";

/// The origins whose pages may call, among the data of the server.
#[derive(Debug, Clone, Default)]
pub struct AllowedOrigins(pub Vec<String>);

/// Where a request comes from, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// No origin is allowed here, so that nothing depends on it.
    Anybody,
    /// Not a page, or one of an origin that is not allowed.
    Elsewhere,
    /// A page of an origin that is allowed.
    Page(HeaderValue),
}

impl Caller {
    pub(super) fn of(headers: &HeaderMap, allowed: Option<&AllowedOrigins>) -> Caller {
        let Some(AllowedOrigins(allowed)) = allowed.filter(|allowed| !allowed.0.is_empty()) else {
            return Caller::Anybody;
        };
        match headers.get(ORIGIN) {
            Some(origin) if allowed.iter().any(|known| known.as_bytes() == origin.as_bytes()) => {
                Caller::Page(origin.clone())
            }
            _ => Caller::Elsewhere,
        }
    }

    /// The answer to the question that a browser asks before it sends what a page wants to send.
    pub(super) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<HttpResponse> {
        let is_asked = *method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let Caller::Page(_) = self else { return None };
        is_asked.then(|| {
            HttpResponse::NoContent()
                .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
                .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS))
                .finish()
        })
    }

    /// Says on an answer who may read it.
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        if *self == Caller::Anybody {
            return;
        }
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Caller::Page(origin) = self {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(RESPONSE_HEADERS));
        }
    }
}

/// Whether a text is an origin as browsers write it: scheme, host and port, nothing behind it.
pub fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_host =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '[' | ']');
    rest.is_some_and(|host| !host.is_empty() && host.chars().all(is_host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for good in [
            "https://letters.example.gov.cn",
            "http://localhost:5173",
            "https://a.cn:8443",
            "http://[::1]:80",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "*",
            "null",
            "",
            "letters.example.gov.cn",
            "https://",
            "https://a.cn/",
            "https://*.cn",
            "HTTPS://A.CN",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
