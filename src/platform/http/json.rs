//! Bytes into values, strictly: UTF-8, bounded depth, no control characters or lone surrogates in any string, and every
//! refusal says where.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::{Path, Segment, Track};

use super::problem::{INVALID_REQUEST, Problem, ProblemKind, Sentence};
use super::wording;

/// The bytes are not JSON.
pub const MALFORMED_JSON: ProblemKind = ProblemKind::new(400, "malformed_json");
/// The JSON is nested too deeply.
pub const TOO_DEEP: ProblemKind = ProblemKind::new(400, "too_deep");

/// How many brackets may stand in one another.
pub const MAX_DEPTH: usize = 32;

/// Reads a value; what is refused is told with its place.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| not_utf8(body, error))?;
    inspect(text)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = Track::new();
    T::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track))
        .map_err(|error| refusal(&error, &track.path()))
}

/// Looks at the whole document before any type does, so that no string escapes the rules because a type ignores it.
fn inspect(text: &str) -> Result<(), Problem> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = Track::new();
    Inspection { depth: 0 }
        .deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track))
        .and_then(|()| json.end())
        .map_err(|error| refusal(&error, &track.path()))
}

fn not_utf8(body: &[u8], error: std::str::Utf8Error) -> Problem {
    let good = body.get(..error.valid_up_to()).unwrap_or_default();
    let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
    Problem::new(MALFORMED_JSON).detail(Sentence::new("detail-not_utf8").with("line", line))
}

fn refusal(error: &serde_json::Error, path: &Path) -> Problem {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let said = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    let (code, message) = wording::of(said);
    if code == "too_deep" {
        return Problem::new(TOO_DEEP).detail(Sentence::new("detail-too_deep").with("levels", MAX_DEPTH));
    }
    let is_malformed = matches!(error.classify(), serde_json::error::Category::Syntax)
        && !matches!(code, "lone_surrogate" | "text_control_character");
    if is_malformed || error.is_eof() {
        return Problem::new(MALFORMED_JSON)
            .detail(Sentence::new("detail-json_syntax").with("line", line).with("column", column))
            .extension("line", line)
            .extension("column", column);
    }
    Problem::new(INVALID_REQUEST).field(pointer(path, said), code, message)
}

/// The JSON pointer to the value at fault. Of a missing or repeated field serde names the object only.
fn pointer(path: &Path, said: &str) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key } => push(&mut pointer, key),
            Segment::Enum { variant } => push(&mut pointer, variant),
            Segment::Unknown => {}
        }
    }
    let absent = said.strip_prefix("missing field `").or_else(|| said.strip_prefix("duplicate field `"));
    if let Some(field) = absent.and_then(|rest| rest.strip_suffix('`')) {
        push(&mut pointer, field);
    }
    pointer
}

/// Appends a token as RFC 6901 escapes it.
fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

/// Walks a document and keeps nothing of it.
#[derive(Clone, Copy)]
struct Inspection {
    depth: usize,
}

impl Inspection {
    fn deeper<E: serde::de::Error>(self) -> Result<Inspection, E> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH { Err(E::custom(wording::TOO_DEEP)) } else { Ok(Inspection { depth }) }
    }
}

impl<'de> DeserializeSeed<'de> for Inspection {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inspection {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.chars().any(is_forbidden) { Err(E::custom(wording::CONTROL_CHARACTER)) } else { Ok(()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inside = self.deeper()?;
        while items.next_element_seed(inside)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inside = self.deeper()?;
        while let Some(key) = members.next_key::<String>()? {
            if key.chars().any(is_forbidden) {
                return Err(A::Error::custom(wording::CONTROL_CHARACTER));
            }
            members.next_value_seed(inside)?;
        }
        Ok(())
    }
}

/// Control characters but newline, carriage return and tab. The text types may be stricter.
pub(super) fn is_forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::platform::locale::Locale;
    use crate::rules::text::Title;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Letter {
        title: Title,
        #[serde(default)]
        pages: Option<u8>,
        #[serde(default)]
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Part {
        #[serde(rename = "a/b")]
        kind: crate::rules::vocabulary::Kind,
    }

    /// The status, and the pointer and code of the first field at fault.
    fn refused(body: &str) -> (u16, String, &'static str) {
        let problem = parse::<Letter>(body.as_bytes()).unwrap_err();
        match problem.errors.first() {
            Some(error) => (problem.kind.status, error.pointer.clone(), error.code),
            None => (problem.kind.status, String::new(), problem.kind.code),
        }
    }

    #[test]
    fn a_good_body_is_read() {
        let letter: Letter = parse(r#"{"title":" 路灯 ","parts":[{"a/b":"inquiry"}]}"#.as_bytes()).unwrap();
        assert_eq!(letter.title.as_str(), "路灯");
    }

    #[test]
    fn every_refusal_has_a_code_and_a_place() {
        let cases = [
            (r#"{"title":""#, 400, "", "malformed_json"),
            (r#"{"title":"a"} x"#, 400, "", "malformed_json"),
            ("", 400, "", "malformed_json"),
            (r#"{"pages":1}"#, 422, "/title", "missing_field"),
            (r#"{"title":"a","colour":1}"#, 422, "/colour", "unknown_field"),
            (r#"{"title":"a","title":"b"}"#, 422, "/title", "duplicate_field"),
            (r#"{"title":1}"#, 422, "/title", "invalid_type"),
            (r#"{"title":"  "}"#, 422, "/title", "text_empty"),
            (r#"{"title":"a","pages":300}"#, 422, "/pages", "out_of_range"),
            (r#"{"title":"a","pages":-1}"#, 422, "/pages", "out_of_range"),
            (r#"{"title":"a","parts":[{"a/b":"poem"}]}"#, 422, "/parts/0/a~1b", "unknown_value"),
            (r#"{"title":"a","parts":[{}]}"#, 422, "/parts/0/a~1b", "missing_field"),
            (r#"{"title":"a\u0000b"}"#, 422, "/title", "text_control_character"),
            ("{\"title\":\"a\u{7}b\"}", 422, "/title", "text_control_character"),
            ("{\"title\":\"a\u{85}b\"}", 422, "/title", "text_control_character"),
            (r#"{"title":"a\ud800b"}"#, 422, "/title", "lone_surrogate"),
            (r#"{"title":"a\ud800\u0041"}"#, 422, "/title", "lone_surrogate"),
            (r#"{"title":"a\udc00"}"#, 422, "/title", "lone_surrogate"),
            (r#"{"title":"a","deep":{"x":["\u001b"]}}"#, 422, "/deep/x/0", "text_control_character"),
            (r#"{"title":"a","k\u0000":1}"#, 422, "", "text_control_character"),
        ];
        for (body, status, pointer, code) in cases {
            assert_eq!(refused(body), (status, pointer.to_owned(), code), "{body}");
        }
    }

    #[test]
    fn thirty_two_levels_are_read_and_thirty_three_are_not() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse::<serde_json::Value>(nested(32).as_bytes()).is_ok());
        let problem = parse::<serde_json::Value>(nested(33).as_bytes()).unwrap_err();
        assert_eq!(problem.kind, TOO_DEEP);
        assert_eq!(parse::<serde_json::Value>(nested(100_000).as_bytes()).unwrap_err().kind, TOO_DEEP);
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_malformed() {
        let problem = parse::<Letter>(b"{\n\"title\":\"\xff\"}").unwrap_err();
        assert_eq!(problem.kind, MALFORMED_JSON);
        assert!(Locale::En.say(&problem.detail.unwrap()).contains("Line 2"));
    }
}
