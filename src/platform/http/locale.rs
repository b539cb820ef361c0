//! The caller's language, from `Accept-Language`: the city's (`city.locale`) unless they prefer another of ours.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};

/// The language itself, which handlers take as an argument.
pub use crate::platform::locale::Locale;

impl Locale {
    /// The language of ours that these headers like best, or the city's.
    pub fn preferred(headers: &HeaderMap, own: Locale) -> Locale {
        let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0, own);
        for (quality, locale) in wanted.split(',').filter_map(|range| weighted(range, own)) {
            if quality > best.0 {
                best = (quality, locale);
            }
        }
        best.1
    }
}

/// A language range and its quality in thousandths; `None` for what we do not speak.
fn weighted(range: &str, own: Locale) -> Option<(u16, Locale)> {
    let mut parts = range.split(';').map(str::trim);
    let locale = spoken(parts.next()?, own)?;
    let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
    let thousandths = (quality?.clamp(0.0, 1.0) * 1000.0).round();
    // The value lies within 0 and 1000, so nothing is cut off.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some((thousandths as u16, locale))
}

/// A script that is named counts more than a region.
fn spoken(range: &str, own: Locale) -> Option<Locale> {
    let range = range.to_ascii_lowercase();
    let mut subtags = range.split('-');
    let language = subtags.next()?;
    let subtags: Vec<&str> = subtags.collect();
    let has = |tags: &[&str]| tags.iter().any(|tag| subtags.contains(tag));
    match language {
        "*" => Some(own),
        "en" => Some(Locale::En),
        "zh" if has(&["hans"]) => Some(Locale::ZhCn),
        "zh" if has(&["hant", "tw", "hk", "mo"]) => Some(Locale::ZhHant),
        "zh" if subtags.is_empty() && own == Locale::ZhHant => Some(own),
        "zh" => Some(Locale::ZhCn),
        _ => None,
    }
}

/// The city's own language, among the data of the server.
#[derive(Debug, Clone, Copy)]
pub struct CityLocale(pub Locale);

/// The language for a caller who prefers none of ours: the city's.
pub(super) fn city_locale(own: Option<&CityLocale>) -> Locale {
    own.map_or(Locale::ZhCn, |own| own.0)
}

impl FromRequest for Locale {
    type Error = Infallible;
    type Future = Ready<Result<Locale, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Locale::preferred(request.headers(), city_locale(request.app_data()))))
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
            ("zh-Hans-HK", Locale::ZhCn),
            ("zh-hans-TW, en;q=0.9", Locale::ZhCn),
            ("zh-Hans-MO", Locale::ZhCn),
            ("zh-Hant-CN", Locale::ZhHant),
            ("en;q=0", Locale::ZhCn),
            ("en;q=abc, zh-Hant;q=0.1", Locale::ZhHant),
        ];
        for (header, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(Locale::preferred(&headers, Locale::ZhCn), expected, "{header}");
        }
    }

    #[test]
    fn whoever_prefers_none_of_ours_is_answered_in_the_citys_language() {
        for (header, own, expected) in [
            ("", Locale::En, Locale::En),
            ("fr, *;q=0.5", Locale::ZhHant, Locale::ZhHant),
            ("zh", Locale::ZhHant, Locale::ZhHant),
            ("zh-CN", Locale::ZhHant, Locale::ZhCn),
            ("zh", Locale::En, Locale::ZhCn),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(Locale::preferred(&headers, own), expected, "{header}");
        }
    }
}
