//! Keyset pages: how many, where to go on, and what a page looks like. A cursor holds the last row's sort key, so the
//! thousandth page costs what the first does.

use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue, LINK};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::problem::{Problem, Sentence};
use super::query::INVALID_QUERY;

/// The longest cursor that is read, in characters.
const MAX_CURSOR_CHARS: usize = 1024;

/// How many items a page may have: 1 to 200, 50 when not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = u16, minimum = 1, maximum = 200, default = 50)]
pub struct Limit(u16);

impl Limit {
    /// The number of items.
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// What to ask the database for: one more than the page holds, which tells whether there is a next page.
    pub fn with_one_more(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Limit {
        Limit(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Limit, D::Error> {
        let limit = u64::deserialize(deserializer)?;
        let fits = u16::try_from(limit).ok().filter(|limit| (1..=200).contains(limit));
        fits.map(Limit).ok_or_else(|| D::Error::custom("must be between 1 and 200"))
    }
}

/// Where the next page begins, opaque to the caller: base64url of the sort key of the last item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 1024)]
pub struct Cursor(String);

impl Cursor {
    /// Hides a sort key. A tuple such as `(due_at, id)` makes the shortest cursor.
    pub fn encode<K: Serialize>(key: &K) -> Cursor {
        // A sort key is a tuple of numbers, instants and strings, which always serialise.
        Cursor(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default()))
    }

    /// The sort key, or 400 `invalid_cursor` for one that we did not make for this list.
    pub fn decode<K: DeserializeOwned>(&self) -> Result<K, Problem> {
        self.read().ok_or_else(|| {
            let message = Sentence::of("field", "invalid_cursor");
            Problem::new(INVALID_QUERY).field("?cursor", "invalid_cursor", message)
        })
    }

    fn read<K: DeserializeOwned>(&self) -> Option<K> {
        if self.0.len() > MAX_CURSOR_CHARS {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&self.0).ok()?).ok()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub data: Vec<T>,
    /// Where the next page begins; `null` on the last one.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were fetched with [`Limit::with_one_more`]; `key` tells a row's sort key.
    pub fn new<K: Serialize>(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> K) -> Page<T> {
        let has_more = rows.len() > limit.get();
        rows.truncate(limit.get());
        let next_cursor = rows.last().filter(|_| has_more).map(|last| Cursor::encode(&key(last)));
        Page { data: rows, next_cursor }
    }

    /// The same page with every item turned into what the caller may see.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(view).collect(), next_cursor: self.next_cursor }
    }

    /// The `Link` header that leads to the next page, for `HttpResponseBuilder::insert_header`; empty on the last one.
    pub fn link(&self, request: &HttpRequest) -> (HeaderName, HeaderValue) {
        let link = self.next_cursor.as_ref().map(|cursor| next_link(request, cursor)).unwrap_or_default();
        (LINK, HeaderValue::from_str(&link).unwrap_or(HeaderValue::from_static("")))
    }
}

fn next_link(request: &HttpRequest, cursor: &Cursor) -> String {
    let others = request.query_string().split('&').filter(|pair| !pair.is_empty() && !is_cursor(pair));
    let query: String = others.map(|pair| format!("{pair}&")).collect();
    format!("<{}?{query}cursor={cursor}>; rel=\"next\"", request.path())
}

fn is_cursor(pair: &str) -> bool {
    pair.split('=').next() == Some("cursor")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cursor_gives_its_key_back_and_refuses_anything_else() {
        let cursor = Cursor::encode(&("2026-09-18", 42));
        assert_eq!(cursor.decode::<(String, i64)>().unwrap(), ("2026-09-18".to_owned(), 42));
        for tampered in ["", "!!", "e30", "AAAA"] {
            let problem = Cursor(tampered.to_owned()).decode::<(String, i64)>().unwrap_err();
            assert_eq!((problem.kind.status, problem.errors[0].code), (400, "invalid_cursor"));
        }
        assert!(cursor.decode::<(i64, String)>().is_err());
    }

    #[test]
    fn the_extra_row_is_dropped_and_tells_that_there_is_more() {
        let page = Page::new(vec![1, 2, 3], Limit(2), |row| *row);
        assert_eq!(page.data, [1, 2]);
        assert_eq!(page.next_cursor.as_ref().unwrap().decode::<i32>().unwrap(), 2);
        assert_eq!(Page::new(vec![1, 2], Limit(2), |row| *row).next_cursor, None);
    }

    #[test]
    fn the_link_keeps_the_other_parameters() {
        let request = TestRequest::with_uri("/v1/x?limit=2&cursor=old&q=a%20b").to_http_request();
        let page = Page::new(vec![1, 2, 3], Limit(2), |row| *row);
        let (_, link) = page.link(&request);
        assert_eq!(link.to_str().unwrap(), "</v1/x?limit=2&q=a%20b&cursor=Mg>; rel=\"next\"");
    }
}
