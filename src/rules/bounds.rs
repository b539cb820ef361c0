//! Bounds of texts, lists and numbers, for `#[serde(deserialize_with = "…")]`: what lies beyond them is refused while it is
//! read, together with everything else that is wrong. The same bounds stand in the specification.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::text::TextError;

/// What has a length in characters.
pub trait Measured {
    /// The length.
    fn length(&self) -> usize;
}

impl Measured for String {
    fn length(&self) -> usize {
        self.chars().count()
    }
}

impl<T: Measured> Measured for Option<T> {
    fn length(&self) -> usize {
        self.as_ref().map_or(0, Measured::length)
    }
}

/// What is a whole number, or none.
pub trait Whole: Copy {
    /// The number, if there is one.
    fn whole(self) -> Option<i64>;
}

impl Whole for i16 {
    fn whole(self) -> Option<i64> {
        Some(self.into())
    }
}

impl Whole for i32 {
    fn whole(self) -> Option<i64> {
        Some(self.into())
    }
}

impl<T: Whole> Whole for Option<T> {
    fn whole(self) -> Option<i64> {
        self.and_then(Whole::whole)
    }
}

/// A text of at most so many characters.
pub fn at_most<'de, const MOST: usize, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Measured,
    D: Deserializer<'de>,
{
    let text = T::deserialize(deserializer)?;
    if text.length() <= MOST { Ok(text) } else { Err(D::Error::custom(TextError::TooLong { max: MOST })) }
}

/// A list of at most so many items.
pub fn few<'de, const MOST: usize, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let list = Vec::deserialize(deserializer)?;
    if list.len() <= MOST {
        Ok(list)
    } else {
        Err(D::Error::custom(format!("must have at most {MOST} items")))
    }
}

/// A number within these bounds, both included.
pub fn within<'de, const LEAST: i64, const MOST: i64, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Whole,
    D: Deserializer<'de>,
{
    let number = T::deserialize(deserializer)?;
    let fits = number.whole().is_none_or(|number| (LEAST..=MOST).contains(&number));
    if fits { Ok(number) } else { Err(D::Error::custom(format!("must be between {LEAST} and {MOST}"))) }
}

/// The digest of a text that was read: 64 hexadecimal digits.
pub fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest { Ok(text) } else { Err(D::Error::custom("must be 64 hexadecimal digits")) }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Bounded {
        #[serde(default, deserialize_with = "at_most::<3, _, _>")]
        text: Option<String>,
        #[serde(default, deserialize_with = "few::<2, _, _>")]
        list: Vec<u8>,
        #[serde(default, deserialize_with = "within::<1, 5, _, _>")]
        number: Option<i16>,
    }

    #[test]
    fn what_lies_within_is_taken_and_what_lies_beyond_is_not() {
        let taken = |value| serde_json::from_value::<Bounded>(value).is_ok();
        assert!(taken(json!({})) && taken(json!({"text": "路灯亮", "list": [1, 2], "number": 5})));
        assert!(taken(json!({"text": null, "number": null})));
        for beyond in [
            json!({"text": "路灯不亮"}),
            json!({"list": [1, 2, 3]}),
            json!({"number": 0}),
            json!({"number": 6}),
        ] {
            assert!(!taken(beyond.clone()), "{beyond}");
        }
    }
}
