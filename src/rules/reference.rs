//! The numbers that are written on paper and said over the telephone: the reference of a ticket and the number of a
//! publication. Both parse what a person types and catch slips. Secret codes are in [`super::secret_code`].
//!
//! The check digit is computed in the field of 32 elements: every single wrong character and every swap of two
//! characters is caught, which no check over decimal digits could do for letters. It is written in Crockford's
//! alphabet, so that it is never I, L, O or U.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::text::fold;

/// The digits of Crockford's base 32, by value.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The largest number a reference can carry: nine digits.
pub const MAX_NUMBER: u32 = 999_999_999;

const PUBLIC_PREFIX: &str = "GK";

/// Why a number is not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not the shape of a reference.
    #[error("is not written like a reference")]
    Malformed,
    /// The shape is right, and a character was mistyped or two were swapped.
    #[error("has a wrong check digit, so a character is mistyped")]
    WrongCheckDigit,
    /// The check digit is right and the day does not exist.
    #[error("names a day that does not exist")]
    NoSuchDay,
}

impl ReferenceError {
    /// The stable code for problem documents.
    pub const fn code(self) -> &'static str {
        match self {
            ReferenceError::Malformed => "reference_malformed",
            ReferenceError::WrongCheckDigit => "reference_check_digit",
            ReferenceError::NoSuchDay => "reference_no_such_day",
        }
    }
}

/// The letters before a city's references: 2 to 6 of A to Z, such as `HY`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[A-Z]{2,6}$")]
pub struct Prefix(String);

impl Prefix {
    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Prefix {
    type Err = ReferenceError;
    fn from_str(letters: &str) -> Result<Self, ReferenceError> {
        let fits = (2..=6).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_uppercase());
        fits.then(|| Self(letters.to_owned())).ok_or(ReferenceError::Malformed)
    }
}

impl TryFrom<String> for Prefix {
    type Error = ReferenceError;
    fn try_from(letters: String) -> Result<Self, ReferenceError> {
        letters.parse()
    }
}

impl From<Prefix> for String {
    fn from(prefix: Prefix) -> Self {
        prefix.0
    }
}

/// The public number of a ticket, `HY-2026-0918-00042-7`: prefix, day of receipt in the city's zone, number of
/// that day with at least five digits, check digit. It is not a secret and may stand in logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[A-Z]{2,6}-[0-9]{4}-[0-9]{4}-[0-9]{5,9}-[0-9A-HJKMNP-TV-Z]$", example = "HY-2026-0918-00042-D")]
pub struct Reference(DayNumber);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct DayNumber {
    prefix: Prefix,
    day: NaiveDate,
    number: u32,
}

impl Reference {
    /// The reference of the `number`th ticket of a day. Fails for a number above [`MAX_NUMBER`] and for a year
    /// that has not four digits.
    pub fn new(prefix: &Prefix, day: NaiveDate, number: u32) -> Result<Self, ReferenceError> {
        let fits = (1..=9999).contains(&day.year()) && number <= MAX_NUMBER;
        fits.then(|| Self(DayNumber { prefix: prefix.clone(), day, number })).ok_or(ReferenceError::Malformed)
    }

    /// The city's prefix.
    pub fn prefix(&self) -> &Prefix {
        &self.0.prefix
    }

    /// The day of receipt.
    pub fn day(&self) -> NaiveDate {
        self.0.day
    }

    /// The number within the day.
    pub fn number(&self) -> u32 {
        self.0.number
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, day, number) = (self.0.prefix.as_str(), self.0.day.format("%Y-%m%d"), self.0.number);
        let text = format!("{prefix}-{day}-{number:05}");
        write!(f, "{text}-{}", check_digit(&text))
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    /// Reads what a person typed: lower case, full-width characters, and spaces or dashes anywhere or nowhere.
    fn from_str(typed: &str) -> Result<Self, ReferenceError> {
        let parts = Parts::read(typed, 8, 5)?;
        let day = NaiveDate::parse_from_str(&parts.date, "%Y%m%d").map_err(|_| ReferenceError::NoSuchDay)?;
        Self::new(&parts.prefix, day, parts.number)
    }
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;
    fn try_from(typed: String) -> Result<Self, ReferenceError> {
        typed.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

/// The number of a publication, `GK-2026-000123-7`: year of publication, number of that year with at least six
/// digits, check digit. It says nothing about the ticket behind it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^GK-[0-9]{4}-[0-9]{6,9}-[0-9A-HJKMNP-TV-Z]$", example = "GK-2026-000123-Y")]
pub struct PublicNumber(YearNumber);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct YearNumber {
    year: u16,
    number: u32,
}

impl PublicNumber {
    /// The `number`th publication of a day's year. Fails like [`Reference::new`].
    pub fn new(day: NaiveDate, number: u32) -> Result<Self, ReferenceError> {
        let year = u16::try_from(day.year()).map_err(|_| ReferenceError::Malformed)?;
        let fits = (1..=9999).contains(&year) && number <= MAX_NUMBER;
        fits.then_some(Self(YearNumber { year, number })).ok_or(ReferenceError::Malformed)
    }

    /// The year of publication.
    pub fn year(self) -> u16 {
        self.0.year
    }

    /// The number within the year.
    pub fn number(self) -> u32 {
        self.0.number
    }
}

impl fmt::Display for PublicNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{PUBLIC_PREFIX}-{:04}-{:06}", self.0.year, self.0.number);
        write!(f, "{text}-{}", check_digit(&text))
    }
}

impl FromStr for PublicNumber {
    type Err = ReferenceError;

    /// As tolerant as [`Reference::from_str`].
    fn from_str(typed: &str) -> Result<Self, ReferenceError> {
        let parts = Parts::read(typed, 4, 6)?;
        if parts.prefix.as_str() != PUBLIC_PREFIX {
            return Err(ReferenceError::Malformed);
        }
        let year = parts.date.parse().map_err(|_| ReferenceError::Malformed)?;
        Ok(Self(YearNumber { year, number: parts.number }))
    }
}

impl TryFrom<String> for PublicNumber {
    type Error = ReferenceError;
    fn try_from(typed: String) -> Result<Self, ReferenceError> {
        typed.parse()
    }
}

impl From<PublicNumber> for String {
    fn from(number: PublicNumber) -> Self {
        number.to_string()
    }
}

/// What stands before, between and after the dashes.
struct Parts {
    prefix: Prefix,
    date: String,
    number: u32,
}

impl Parts {
    /// Reads prefix, `date_digits`, a number of at least `number_digits` without needless zeros, and the check
    /// digit, which is verified.
    fn read(typed: &str, date_digits: usize, number_digits: usize) -> Result<Self, ReferenceError> {
        let mut chars = typed_chars(typed);
        let check = chars.pop().and_then(symbol_value).ok_or(ReferenceError::Malformed)?;
        let letters = chars.iter().take_while(|c| c.is_ascii_uppercase()).count();
        let prefix: Prefix = chars.iter().take(letters).collect::<String>().parse()?;
        let date: String = chars.iter().skip(letters).take(date_digits).collect();
        let number: String = chars.iter().skip(letters + date_digits).collect();
        if !is_number(&number, number_digits) || !is_digits(&date) {
            return Err(ReferenceError::Malformed);
        }
        if symbol(check) != check_digit(&chars.iter().collect::<String>()) {
            return Err(ReferenceError::WrongCheckDigit);
        }
        let number = number.parse().map_err(|_| ReferenceError::Malformed)?;
        Ok(Self { prefix, date, number })
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(text: &str, digits: usize) -> bool {
    let padded = text.len() == digits || !text.starts_with('0');
    is_digits(text) && (digits..=9).contains(&text.len()) && padded
}

/// The characters that count: folded, in capitals, without spaces and dashes. Far too long input is cut off.
pub(super) fn typed_chars(typed: &str) -> Vec<char> {
    let cut: String = typed.chars().take(100).collect();
    fold(&cut).chars().filter(|c| !is_separator(*c)).map(|c| c.to_ascii_uppercase()).collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{feff}' | '\u{200b}')
}

fn check_digit(text: &str) -> char {
    symbol(text.bytes().filter_map(character_value).fold(0, |sum, value| times_x(sum ^ value)))
}

/// Letters and digits stand at different places, so that both may begin at zero.
fn character_value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'Z' => Some(byte - b'A'),
        _ => None,
    }
}

/// Multiplies by the generator of the field with 32 elements, modulo x⁵ + x² + 1.
fn times_x(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

pub(super) fn symbol(value: u8) -> char {
    ALPHABET.get(usize::from(value & 31)).map_or('0', |byte| char::from(*byte))
}

/// The value of a symbol in capitals; O is read as 0, I and L as 1.
pub(super) fn symbol_value(c: char) -> Option<u8> {
    let meant = match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|byte| char::from(*byte) == meant)?;
    u8::try_from(place).ok()
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
