//! Bytes into values, strictly: UTF-8, bounded depth, no control characters or lone surrogates in any string, no member
//! twice, and all that is refused is told at once, each with its place.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::fault::{Fault, Step, Way, Wrong, pointer};
use super::problem::{FieldProblem, INVALID_REQUEST, Problem, ProblemKind, Sentence};
use super::reading;
use super::strict::Written;
use super::wording;

/// The bytes are not JSON.
pub const MALFORMED_JSON: ProblemKind = ProblemKind::new(400, "malformed_json");
/// The JSON is nested too deeply.
pub const TOO_DEEP: ProblemKind = ProblemKind::new(400, "too_deep");

/// How many brackets may stand in one another.
pub const MAX_DEPTH: usize = 32;

/// Reads a value; everything that is refused is told with its place.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| not_utf8(body, error))?;
    let (value, mut faults) = inspect(text)?;
    match reading::read(value, Written::Json, body.len()) {
        Ok(read) if faults.is_empty() => Ok(read),
        Ok(_) => Err(refused(&faults)),
        Err(found) => {
            faults.extend(found);
            Err(refused(&faults))
        }
    }
}

/// Reads a value that was not written in JSON; tells everything that does not fit.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Vec<FieldProblem>> {
    let bytes = value.to_string().len();
    reading::read(value, Written::Json, bytes).map_err(|faults| refused(&faults).errors)
}

fn refused(faults: &[Fault]) -> Problem {
    let mut seen = HashSet::new();
    let told = faults.iter().map(|fault| (pointer(&fault.way()), fault));
    told.filter(|(at, _)| seen.insert(at.clone())).fold(
        Problem::new(INVALID_REQUEST),
        |problem, (at, fault)| {
            let (code, message) = fault.told();
            problem.field(at, code, message)
        },
    )
}

/// Looks at the whole document before any type does, so that no string escapes the rules because a type ignores it.
fn inspect(text: &str) -> Result<(Value, Vec<Fault>), Problem> {
    let mut json = serde_json::Deserializer::from_str(text);
    let seen = RefCell::new(Seen::default());
    let inspection = Inspection { depth: 0, seen: &seen };
    let value = inspection.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    let Seen { way, faults } = seen.into_inner();
    value.map(|value| (value, faults)).map_err(|error| refusal(&error, &way))
}

fn not_utf8(body: &[u8], error: std::str::Utf8Error) -> Problem {
    let good = body.get(..error.valid_up_to()).unwrap_or_default();
    let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
    Problem::new(MALFORMED_JSON).detail(Sentence::new("detail-not_utf8").with("line", line))
}

/// What the reader of JSON refuses, on its way to this place.
fn refusal(error: &serde_json::Error, way: &[Step]) -> Problem {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let said = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    let (code, message) = wording::of(said);
    match code {
        "too_deep" => {
            Problem::new(TOO_DEEP).detail(Sentence::new("detail-too_deep").with("levels", MAX_DEPTH))
        }
        "lone_surrogate" | "text_control_character" => {
            Problem::new(INVALID_REQUEST).field(pointer(way), code, message)
        }
        _ => Problem::new(MALFORMED_JSON)
            .detail(Sentence::new("detail-json_syntax").with("line", line).with("column", column))
            .extension("line", line)
            .extension("column", column),
    }
}

/// How far the inspection has come, and what it found.
#[derive(Default)]
struct Seen {
    way: Way,
    faults: Vec<Fault>,
}

/// Reads a document, and notes what no type has to look for.
#[derive(Clone, Copy)]
struct Inspection<'s> {
    depth: usize,
    seen: &'s RefCell<Seen>,
}

impl Inspection<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH { Err(E::custom(wording::TOO_DEEP)) } else { Ok(Inspection { depth, ..self }) }
    }

    fn enter(self, step: Step) {
        self.seen.borrow_mut().way.push(step);
    }

    fn leave(self) {
        self.seen.borrow_mut().way.pop();
    }

    fn note(self, wrong: Wrong) {
        let mut seen = self.seen.borrow_mut();
        let fault = Fault::at(&seen.way, wrong);
        seen.faults.push(fault);
    }

    fn look_at(self, text: &str) {
        if text.chars().any(is_forbidden) {
            self.note(Wrong::Said(wording::CONTROL_CHARACTER.to_owned()));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Inspection<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inspection<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.look_at(text);
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut items = Vec::new();
        self.enter(Step::Item(0));
        while let Some(item) = list.next_element_seed(inside)? {
            items.push(item);
            self.leave();
            self.enter(Step::Item(items.len()));
        }
        self.leave();
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if name.chars().any(is_forbidden) {
                self.look_at(&name);
                object.next_value_seed(inside)?;
                continue;
            }
            self.enter(Step::Member(name.clone()));
            let value = object.next_value_seed(inside)?;
            if members.contains_key(&name) {
                self.note(Wrong::Twice(name.clone()));
            }
            members.entry(name).or_insert(value);
            self.leave();
        }
        Ok(Value::Object(members))
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
    #[serde(deny_unknown_fields)]
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
    fn everything_that_is_wrong_is_told_at_once() {
        let body = r#"{"title":"","pages":"7","colour":1,"size":2,"pages":1,
            "parts":[{"a/b":"poem"},7,{"x":"\u0001"},{"a/b":"inquiry"}]}"#;
        let problem = parse::<Letter>(body.as_bytes()).unwrap_err();
        let mut told: Vec<_> =
            problem.errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
        told.sort_unstable();
        let expected = [
            ("/colour", "unknown_field"),
            ("/pages", "duplicate_field"),
            ("/parts/0/a~1b", "unknown_value"),
            ("/parts/1", "invalid_type"),
            ("/parts/2/a~1b", "missing_field"),
            ("/parts/2/x", "text_control_character"),
            ("/size", "unknown_field"),
            ("/title", "text_empty"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn nothing_is_told_in_the_words_of_the_program() {
        let bodies =
            ["[]", "7", "\"x\"", "null", r#"{"title":[],"pages":{},"parts":{}}"#, r#"{"parts":[[],"x"]}"#];
        for body in bodies {
            let problem = parse::<Letter>(body.as_bytes()).unwrap_err();
            for error in &problem.errors {
                for locale in [Locale::ZhCn, Locale::En, Locale::ZhHant] {
                    let said = locale.say(&error.message);
                    let is_ours = ["struct", "Letter", "Part", "u8", "sequence", "map", "element", "variant"];
                    assert!(!is_ours.iter().any(|word| said.contains(word)), "{body}: {said}");
                }
                let chinese = Locale::ZhCn.say(&error.message);
                assert!(!chinese.contains("expected") && !chinese.contains("one of"), "{chinese}");
            }
        }
        // A list is no object, however well its items would fit.
        assert_eq!(refused(r#"["a"]"#), (422, String::new(), "invalid_type"));
    }

    #[test]
    fn a_large_body_of_faults_is_not_read_for_ever() {
        let many: String = (0..20_000).map(|number| format!("\"k{number}\":1,")).collect();
        let problem = parse::<Letter>(format!("{{{many}\"title\":1}}").as_bytes()).unwrap_err();
        assert!((1..=50).contains(&problem.errors.len()));
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
