//! The caller's language, from `Accept-Language`: Simplified Chinese unless they prefer English or Traditional Chinese.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};

/// The language itself, which handlers take as an argument.
pub use crate::platform::locale::Locale;

impl Locale {
    /// The language of ours that these headers like best.
    pub fn preferred(headers: &HeaderMap) -> Locale {
        let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0, Locale::ZhCn);
        for (quality, locale) in wanted.split(',').filter_map(weighted) {
            if quality > best.0 {
                best = (quality, locale);
            }
        }
        best.1
    }
}

/// A language range and its quality in thousandths; `None` for what we do not speak.
fn weighted(range: &str) -> Option<(u16, Locale)> {
    let mut parts = range.split(';').map(str::trim);
    let locale = spoken(parts.next()?)?;
    let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
    let thousandths = (quality?.clamp(0.0, 1.0) * 1000.0).round();
    // The value lies within 0 and 1000, so nothing is cut off.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some((thousandths as u16, locale))
}

fn spoken(range: &str) -> Option<Locale> {
    let range = range.to_ascii_lowercase();
    let mut subtags = range.split('-');
    match subtags.next()? {
        "en" => Some(Locale::En),
        "zh" if subtags.any(|tag| matches!(tag, "hant" | "tw" | "hk" | "mo")) => Some(Locale::ZhHant),
        "zh" | "*" => Some(Locale::ZhCn),
        _ => None,
    }
}

impl FromRequest for Locale {
    type Error = Infallible;
    type Future = Ready<Result<Locale, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Locale::preferred(request.headers())))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_language_with_the_highest_quality_that_we_speak_wins() {
        let cases = [
            ("", Locale::ZhCn),
            ("fr", Locale::ZhCn),
            ("en-GB,zh;q=0.8", Locale::En),
            ("zh-CN,en;q=0.9", Locale::ZhCn),
            ("fr, en;q=0.3, zh-TW;q=0.5", Locale::ZhHant),
            ("zh-Hant-HK", Locale::ZhHant),
            ("en;q=0", Locale::ZhCn),
            ("en;q=abc, zh-Hant;q=0.1", Locale::ZhHant),
        ];
        for (header, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(Locale::preferred(&headers), expected, "{header}");
        }
    }
}
