//! Long answers are packed (gzip) for callers who take that.
//!
//! Only answers to GET are. What must stay secret, a token or an access code, is told in answers to POST alone, so that no
//! secret is ever packed together with what somebody else can choose (BREACH); and no browser sends a caller's token by
//! itself. Short answers are left as they are: packing them saves no packet.

use std::io::Write;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Shorter answers fit into one packet anyway.
const SHORTEST: usize = 1_400;

/// Use it as `App::wrap(from_fn(compress))`, within the edge.
pub async fn compress<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_wanted = *request.method() == Method::GET && takes_gzip(request.headers());
    let response = next.call(request).await?.map_into_boxed_body();
    if !may_be_packed(response.headers()) {
        return Ok(response);
    }
    let mut is_packed = false;
    let mut response = response.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) => match packed(&bytes, is_wanted) {
            Some(packed) => {
                is_packed = true;
                BoxBody::new(packed)
            }
            None => BoxBody::new(bytes),
        },
        Err(body) => body,
    });
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    if is_packed {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        weaken_tag(response.headers_mut());
    }
    Ok(response)
}

/// Text that nobody has packed before.
fn may_be_packed(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text = ["application/json", "text/", "application/javascript", "image/svg"];
    !headers.contains_key(CONTENT_ENCODING) && is_text.iter().any(|start| kind.starts_with(start))
}

/// Whether the caller takes gzip: it is named, or anything is, and not with a quality of nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let wanted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let quality = |name: &str| {
        wanted.split(',').find_map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next().filter(|coding| coding.eq_ignore_ascii_case(name))?;
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            Some(quality.map_or(1.0, |quality| quality.parse::<f32>().unwrap_or(0.0)))
        })
    };
    quality("gzip").or_else(|| quality("*")).is_some_and(|quality| quality > 0.0)
}

fn packed(bytes: &[u8], is_wanted: bool) -> Option<Bytes> {
    if !is_wanted || bytes.len() < SHORTEST {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// Two codings of one answer are not the same to the byte, so that a cache must compare their tags weakly. The tags of
/// what callers change are left alone: they name versions, and come back in `If-Match`.
fn weaken_tag(headers: &mut HeaderMap) {
    let is_for_caches =
        headers.get(CACHE_CONTROL).is_some_and(|control| control.as_bytes().starts_with(b"public"));
    let strong = headers.get(ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| tag.starts_with('"'));
    let weak = strong.and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok());
    if let (true, Some(weak)) = (is_for_caches, weak) {
        headers.insert(ETAG, weak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_by_whoever_says_so() {
        for (header, expected) in [
            ("", false),
            ("br", false),
            ("gzip", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0, *", false),
            ("*", true),
            ("identity, *;q=0", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(header));
            assert_eq!(takes_gzip(&headers), expected, "{header}");
        }
    }
}
