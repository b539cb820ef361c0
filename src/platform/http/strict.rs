//! Reads a value as JSON, or as a query string, strictly: an object is no list, text is no number, and every refusal is a
//! [`Fault`] that knows its place.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::fault::{Fault, Step, Wanted, Wrong};
use crate::rules::text::is_blank;

/// What the value was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// JSON, which has types.
    Json,
    /// A query string, where all is text, and a parameter without a value is as good as absent.
    Query,
}

/// A value to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strict<'a> {
    value: &'a Value,
    written: Written,
}

impl<'a> Strict<'a> {
    pub(super) fn new(value: &'a Value, written: Written) -> Strict<'a> {
        Strict { value, written }
    }

    /// The text of a parameter, which becomes what its field wants.
    fn parameter(self) -> Option<&'a str> {
        self.value.as_str().filter(|_| self.written == Written::Query)
    }

    fn text(self) -> Result<&'a str, Fault> {
        self.value.as_str().ok_or_else(|| wants(Wanted::Text))
    }

    fn boolean(self) -> Result<bool, Fault> {
        let parsed = self.parameter().and_then(|text| text.parse().ok());
        self.value.as_bool().or(parsed).ok_or_else(|| wants(Wanted::Boolean))
    }

    fn number(self) -> Result<f64, Fault> {
        let parsed =
            self.parameter().and_then(|text| text.parse().ok()).filter(|number: &f64| number.is_finite());
        self.value.as_f64().or(parsed).ok_or_else(|| wants(Wanted::Number))
    }

    fn whole<N: TryFrom<i128>>(self, least: i128, most: i128) -> Result<N, Fault> {
        let number = match (self.value, self.parameter()) {
            (_, Some(text)) => whole_in(text),
            // A whole number beyond 64 bits is read as a fraction.
            (Value::Number(number), None) => whole_in(&number.to_string()).or_else(|fault| {
                let is_huge = number.as_f64().is_some_and(|number| number.abs() >= 9e18);
                if is_huge { Ok(i128::MAX) } else { Err(fault) }
            }),
            _ => Err(wants(Wanted::WholeNumber)),
        };
        N::try_from(number?).map_err(|_| Fault::new(Wrong::Beyond(least, most)))
    }

    fn members(self) -> Result<Members<'a>, Fault> {
        let members = self.value.as_object().ok_or_else(|| wants(Wanted::Object))?;
        Ok(Members { left: members.iter(), value: None, written: self.written })
    }

    fn items(self) -> Result<Items<'a>, Fault> {
        let items = self.value.as_array().ok_or_else(|| wants(Wanted::List))?;
        Ok(Items { left: items.iter().enumerate(), written: self.written })
    }
}

fn wants(wanted: Wanted) -> Fault {
    Fault::new(Wrong::Type(wanted))
}

fn whole_in(text: &str) -> Result<i128, Fault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { Ok(text.parse().unwrap_or(i128::MAX)) } else { Err(wants(Wanted::WholeNumber)) }
}

macro_rules! whole_numbers {
    ($($method:ident => $visit:ident as $type:ty),+ $(,)?) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.whole(i128::from(<$type>::MIN), i128::from(<$type>::MAX))?)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Strict<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => visitor.visit_seq(self.items()?),
            Value::Object(_) => visitor.visit_map(self.members()?),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, number) => visitor.visit_f64(number.unwrap_or_default()),
            },
        }
    }

    whole_numbers! {
        deserialize_i8 => visit_i8 as i8, deserialize_i16 => visit_i16 as i16,
        deserialize_i32 => visit_i32 as i32, deserialize_i64 => visit_i64 as i64,
        deserialize_u8 => visit_u8 as u8, deserialize_u16 => visit_u16 as u16,
        deserialize_u32 => visit_u32 as u32, deserialize_u64 => visit_u64 as u64,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_bool(self.boolean()?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let is_absent = self.value.is_null() || self.parameter().is_some_and(is_blank);
        if is_absent { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_null() { visitor.visit_unit() } else { Err(wants(Wanted::Nothing)) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self.members()?)
    }

    /// A parameter that is no field is refused, whatever the type says of fields it does not know.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let members = self.members()?;
        let stranger = members.left.clone().find(|(name, _)| !fields.contains(&name.as_str()));
        match stranger.filter(|_| self.written == Written::Query) {
            Some((name, _)) => Err(Fault::new(Wrong::Unknown(fields)).within(Step::Member(name.clone()))),
            None => visitor.visit_map(members),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::String(word) => {
                visitor.visit_enum(IntoDeserializer::<Fault>::into_deserializer(word.as_str()))
            }
            Value::Object(members) => visitor.visit_enum(Variant { members, written: self.written }),
            _ => Err(wants(Wanted::Text)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf identifier }
}

/// The members of an object, one after the other.
struct Members<'a> {
    left: serde_json::map::Iter<'a>,
    value: Option<(&'a String, &'a Value)>,
    written: Written,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.value = self.left.next();
        let Some((name, _)) = self.value else { return Ok(None) };
        let key: StrDeserializer<'_, Fault> = name.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|fault| fault.within(Step::Member(name.clone())))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let Some((name, value)) = self.value.take() else { return Err(Fault::new(Wrong::Odd)) };
        seed.deserialize(Strict::new(value, self.written))
            .map_err(|fault| fault.within(Step::Member(name.clone())))
    }
}

/// The items of a list, one after the other.
struct Items<'a> {
    left: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
    written: Written,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some((number, item)) = self.left.next() else { return Ok(None) };
        let read = seed.deserialize(Strict::new(item, self.written));
        read.map(Some).map_err(|fault| fault.within(Step::Item(number)))
    }
}

/// A word with content, written as an object of one member.
struct Variant<'a> {
    members: &'a Map<String, Value>,
    written: Written,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Fault;
    type Variant = Content<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content<'a>), Fault> {
        let mut members = self.members.iter();
        let (Some((name, content)), None) = (members.next(), members.next()) else {
            return Err(wants(Wanted::Text));
        };
        let word: StrDeserializer<'_, Fault> = name.as_str().into_deserializer();
        Ok((seed.deserialize(word)?, Content { name, content: Strict::new(content, self.written) }))
    }
}

/// The content of such a word.
struct Content<'a> {
    name: &'a str,
    content: Strict<'a>,
}

impl Content<'_> {
    fn step(&self) -> impl FnOnce(Fault) -> Fault + use<> {
        let step = Step::Member(self.name.to_owned());
        move |fault| fault.within(step)
    }
}

impl<'de> VariantAccess<'de> for Content<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Err(wants(Wanted::Text))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        let step = self.step();
        seed.deserialize(self.content).map_err(step)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let step = self.step();
        self.content.deserialize_tuple(length, visitor).map_err(step)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let step = self.step();
        self.content.deserialize_struct("", fields, visitor).map_err(step)
    }
}
