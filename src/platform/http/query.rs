//! Query strings, strictly: every parameter is known, given once, in UTF-8, and free of control characters.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_path_to_error::{Segment, Track};

use super::json::is_forbidden;
use super::problem::{Problem, ProblemKind, Sentence};
use super::wording;

/// The query string is not what the specification says.
pub const INVALID_QUERY: ProblemKind = ProblemKind::new(400, "invalid_query");

type Error = serde::de::value::Error;
type Pairs = Vec<(String, String)>;

/// The parameters of the query string, read into a struct whose fields are the only ones allowed.
///
/// A parameter without a value (`?category=`) is as if it were absent when its field is an `Option`.
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

/// Reads a query string.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = decode(query)?;
    refuse_repeated(&pairs)?;
    let mut track = Track::new();
    T::deserialize(serde_path_to_error::Deserializer::new(Parameters(pairs), &mut track)).map_err(|error| {
        let said = error.to_string();
        let name = match track.path().iter().next() {
            Some(Segment::Map { key }) => key.clone(),
            _ => named_in(&said),
        };
        let (code, message) = wording::of(&said);
        let code = if code == "unknown_field" { "unknown_parameter" } else { code };
        refused(&name, code, message)
    })
}

fn refused(name: &str, code: &'static str, message: Sentence) -> Problem {
    Problem::new(INVALID_QUERY).field(format!("?{name}"), code, message)
}

/// The field that serde's message names between backticks.
fn named_in(said: &str) -> String {
    said.split('`').nth(1).unwrap_or_default().to_owned()
}

fn refuse_repeated(pairs: &Pairs) -> Result<(), Problem> {
    for (place, (name, _)) in pairs.iter().enumerate() {
        if pairs.iter().skip(place + 1).any(|(other, _)| other == name) {
            let message = Sentence::of("field", "repeated_parameter");
            return Err(refused(name, "repeated_parameter", message));
        }
    }
    Ok(())
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

/// Hands the parameters to a struct, and refuses those it does not name.
struct Parameters(Pairs);

impl Parameters {
    fn map(self) -> MapDeserializer<'static, std::vec::IntoIter<(String, Parameter)>, Error> {
        let pairs: Vec<_> = self.0.into_iter().map(|(name, value)| (name, Parameter(value))).collect();
        MapDeserializer::new(pairs.into_iter())
    }
}

impl<'de> Deserializer<'de> for Parameters {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.map().deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0.iter().find(|(name, _)| !fields.contains(&name.as_str())) {
            Some((name, _)) => Err(Error::unknown_field(name, fields)),
            None => self.map().deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// One value: text that becomes what the field wants.
struct Parameter(String);

impl<'de> IntoDeserializer<'de, Error> for Parameter {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Parses the text as the number or word that the visitor asks for.
macro_rules! parsed {
    ($($method:ident => $visit:ident),+ $(,)?) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.0.parse().map_err(Error::custom)?)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Parameter {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        IntoDeserializer::<Error>::into_deserializer(self.0).deserialize_enum(name, variants, visitor)
    }

    parsed! {
        deserialize_bool => visit_bool,
        deserialize_i8 => visit_i8, deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32, deserialize_i64 => visit_i64,
        deserialize_u8 => visit_u8, deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32, deserialize_u64 => visit_u64,
        deserialize_f64 => visit_f64,
    }

    forward_to_deserialize_any! {
        i128 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::platform::http::pagination::Limit;
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
    fn anything_else_is_400_with_the_parameter_named() {
        let cases = [
            ("colour=red", "?colour", "unknown_parameter"),
            ("q=a&q=b", "?q", "repeated_parameter"),
            ("kind=poem", "?kind", "unknown_value"),
            ("limit=0", "?limit", "out_of_range"),
            ("limit=201", "?limit", "out_of_range"),
            ("limit=many", "?limit", "invalid_type"),
            ("limit=99999999999999999999", "?limit", "out_of_range"),
            ("is_open=yes", "?is_open", "invalid_value"),
            ("on=2026-02-30", "?on", "out_of_range"),
            ("q=%FF", "?q", "invalid_encoding"),
            ("q=a%00b", "?q", "text_control_character"),
        ];
        for (query, pointer, code) in cases {
            assert_eq!(refused_with(query), (400, pointer.to_owned(), code), "{query}");
        }
    }
}
