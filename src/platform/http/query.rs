//! Query strings, strictly: every parameter is known, given once, in UTF-8, and free of control characters.

use std::collections::{BTreeSet, HashSet};
use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fault::{Fault, Step};
use super::json::is_forbidden;
use super::problem::{Problem, ProblemKind, Sentence};
use super::reading;
use super::strict::Written;
use super::wording;

/// The query string is not what the specification says.
pub const INVALID_QUERY: ProblemKind = ProblemKind::new(400, "invalid_query");

type Pairs = Vec<(String, String)>;

/// The parameters of the query string, read into a struct whose fields are the only ones allowed.
///
/// A parameter without a value, or with one of blanks alone (`?category=`, `?q=%20`), is as if it were absent when its
/// field is an `Option`.
/// Do not flatten structs into it: serde then loses the list of fields and the types of numbers.
#[derive(Debug, Clone)]
pub struct QueryString<T>(pub T);

impl<T> Deref for QueryString<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for QueryString<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(QueryString))
    }
}

/// Reads a query string; everything that is refused is told at once.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = decode(query)?;
    let repeated = repeated(&pairs);
    let parameters: Map<String, Value> =
        pairs.into_iter().map(|(name, value)| (name, value.into())).collect();
    let read = reading::read(Value::Object(parameters), Written::Query, query.len());
    let faults = match read {
        Ok(read) if repeated.is_empty() => return Ok(read),
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    };
    let found = faults.iter().map(|fault| (name(fault), fault.told()));
    let found = found.filter(|(name, _)| !repeated.contains(name));
    let problem = repeated.iter().fold(Problem::new(INVALID_QUERY), |problem, name| {
        let message = Sentence::of("field", "repeated_parameter");
        problem.field(format!("?{name}"), "repeated_parameter", message)
    });
    Err(found.fold(problem, |problem, (name, (code, message))| {
        let code = if code == "unknown_field" { "unknown_parameter" } else { code };
        problem.field(format!("?{name}"), code, message)
    }))
}

/// The parameter at fault.
fn name(fault: &Fault) -> String {
    match fault.way().into_iter().next() {
        Some(Step::Member(name)) => name,
        Some(Step::Item(_)) | None => String::new(),
    }
}

fn refused(name: &str, code: &'static str, message: Sentence) -> Problem {
    Problem::new(INVALID_QUERY).field(format!("?{name}"), code, message)
}

/// The names that stand more than once.
fn repeated(pairs: &Pairs) -> BTreeSet<String> {
    let mut seen = HashSet::new();
    pairs.iter().filter(|(name, _)| !seen.insert(name)).map(|(name, _)| name.clone()).collect()
}

fn decode(query: &str) -> Result<Pairs, Problem> {
    query.split('&').filter(|pair| !pair.is_empty()).map(decode_pair).collect()
}

fn decode_pair(pair: &str) -> Result<(String, String), Problem> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = decode_text(name).map_err(|(code, message)| refused("", code, message))?;
    let value = decode_text(value).map_err(|(code, message)| refused(&name, code, message))?;
    Ok((name, value))
}

fn decode_text(encoded: &str) -> Result<String, (&'static str, Sentence)> {
    let spaced = encoded.replace('+', " ");
    let text = percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| ("invalid_encoding", Sentence::of("field", "invalid_encoding")))?;
    if text.chars().any(is_forbidden) {
        return Err(wording::of(wording::CONTROL_CHARACTER));
    }
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::platform::http::pagination::Limit;
    use crate::platform::locale::Locale;
    use crate::rules::vocabulary::Kind;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wanted {
        q: Option<String>,
        kind: Option<Kind>,
        #[serde(default)]
        limit: Limit,
        is_open: Option<bool>,
        on: Option<chrono::NaiveDate>,
    }

    fn refused_with(query: &str) -> (u16, String, &'static str) {
        let problem = parse::<Wanted>(query).unwrap_err();
        let error = problem.errors.first().unwrap();
        (problem.kind.status, error.pointer.clone(), error.code)
    }

    #[test]
    fn a_parameter_of_blanks_alone_is_absent() {
        for blank in ["q=", "q=%20", "q=+%09", "q=%E3%80%80", "q=%E2%80%8B", "kind=%20", "on=+"] {
            let wanted: Wanted = parse(blank).unwrap();
            assert_eq!((wanted.q, wanted.kind, wanted.on), (None, None, None), "{blank}");
        }
    }

    #[test]
    fn known_parameters_are_read_with_their_types() {
        let wanted: Wanted =
            parse("q=%E8%B7%AF%E7%81%AF+a&kind=inquiry&limit=7&is_open=true&on=2026-09-18").unwrap();
        assert_eq!(wanted.q.as_deref(), Some("路灯 a"));
        assert_eq!(wanted.kind, Some(Kind::Inquiry));
        assert_eq!(wanted.limit.get(), 7);
        assert_eq!(wanted.is_open, Some(true));
        let nothing: Wanted = parse("kind=&q").unwrap();
        assert_eq!((nothing.kind, nothing.q, nothing.limit.get()), (None, None, 50));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let problem = parse::<Wanted>("colour=red&kind=poem&limit=0&size=1&q=a&q=b").unwrap_err();
        let told: Vec<_> = problem.errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
        for expected in [
            ("?colour", "unknown_parameter"),
            ("?kind", "unknown_value"),
            ("?limit", "out_of_range"),
            ("?size", "unknown_parameter"),
            ("?q", "repeated_parameter"),
        ] {
            assert!(told.contains(&expected), "{told:?}");
        }
        assert_eq!(told.len(), 5);
        for error in problem.errors {
            let chinese = Locale::ZhCn.say(&error.message);
            assert!(!chinese.contains("one of") && !chinese.contains('`'), "{chinese}");
        }
    }

    #[test]
    fn anything_else_is_400_with_the_parameter_named() {
        let cases = [
            ("colour=red", "?colour", "unknown_parameter"),
            ("q=a&q=b", "?q", "repeated_parameter"),
            ("kind=poem", "?kind", "unknown_value"),
            ("limit=0", "?limit", "out_of_range"),
            ("limit=201", "?limit", "out_of_range"),
            ("limit=many", "?limit", "invalid_type"),
            ("limit=99999999999999999999", "?limit", "out_of_range"),
            ("is_open=yes", "?is_open", "invalid_type"),
            ("on=2026-02-30", "?on", "out_of_range"),
            ("q=%FF", "?q", "invalid_encoding"),
            ("q=a%00b", "?q", "text_control_character"),
        ];
        for (query, pointer, code) in cases {
            assert_eq!(refused_with(query), (400, pointer.to_owned(), code), "{query}");
        }
    }
}
