//! What parsers say, as a stable code and a sentence of the catalogue.
//!
//! Types that parse report by the English text of their error, because that is all serde carries through. This catalogue
//! finds the text again. It never repeats what the caller sent: that may be personal data. A text that is not listed
//! becomes a plain `invalid_value`, for it may be told in the program's own words.

use super::problem::Sentence;

/// One thing a parser says. `{}` in `said` is a hole; what stood there is filled into the sentence under these names.
struct Wording {
    code: &'static str,
    said: &'static str,
    key: &'static str,
    names: &'static [&'static str],
}

const fn wording(
    code: &'static str,
    said: &'static str,
    key: &'static str,
    names: &'static [&'static str],
) -> Wording {
    Wording { code, said, key, names }
}

/// Said by [`super::json`] when brackets stand in brackets too often.
pub(super) const TOO_DEEP: &str = "is nested too deeply";
/// Said by every text type, and by [`super::json`] for any string.
pub(super) const CONTROL_CHARACTER: &str = "must not contain control characters";

const CATALOGUE: &[Wording] = &[
    // the reader of JSON
    wording("lone_surrogate", "lone leading surrogate in hex escape{}", "field-lone_surrogate", &[]),
    wording("lone_surrogate", "unexpected end of hex escape{}", "field-lone_surrogate", &[]),
    wording(
        "text_control_character",
        "control character (\\u0000-\\u001F) found while parsing a string{}",
        "field-text_control_character",
        &[],
    ),
    // numbers, words, days
    wording("out_of_range", "must be between {} and {}", "field-out_of_range-between", &["least", "most"]),
    wording("out_of_range", "input is out of range", "field-out_of_range-date", &[]),
    wording("invalid_value", "premature end of input", "field-invalid_value-incomplete_date", &[]),
    wording("invalid_value", "input contains invalid characters", "field-invalid_value-date", &[]),
    wording("invalid_value", "trailing input", "field-invalid_value-date", &[]),
    wording("invalid_value", "UUID parsing failed{}", "field-invalid_value-identifier", &[]),
    wording("unknown_value", "is not one of the known words", "field-unknown_value", &[]),
    // rules::text
    wording("text_empty", "must not be empty", "field-text_empty", &[]),
    wording("text_too_long", "must have at most {} characters", "field-text_too_long", &["max"]),
    wording("text_control_character", CONTROL_CHARACTER, "field-text_control_character", &[]),
    wording("text_line_break", "must stand on one line", "field-text_line_break", &[]),
    // rules::bounds
    wording("too_many_items", "must have at most {} items", "field-too_many_items", &["most"]),
    wording("digest_malformed", "must be 64 hexadecimal digits", "field-digest_malformed", &[]),
    // rules::reference
    wording("reference_malformed", "is not written like a reference", "field-reference_malformed", &[]),
    wording(
        "reference_check_digit",
        "has a wrong check digit, so a character is mistyped",
        "field-reference_check_digit",
        &[],
    ),
    wording("reference_no_such_day", "names a day that does not exist", "field-reference_no_such_day", &[]),
    wording(
        "access_code_malformed",
        "is not written like an access code",
        "field-access_code_malformed",
        &[],
    ),
    // rules::contact, and what features parse
    wording("phone_malformed", "is not a telephone number", "field-phone_malformed", &[]),
    wording("mail_malformed", "is not a mail address", "field-mail_malformed", &[]),
    wording("mail_malformed", "must be a mail address", "field-mail_malformed-required", &[]),
    wording("identity_number_malformed", "is not an identity number", "field-identity_number_malformed", &[]),
    wording(
        "code_malformed",
        "must be lower-case letters and digits in groups joined by single hyphens, at most {} characters",
        "field-code_malformed",
        &["max"],
    ),
    wording(
        "username_malformed",
        "must be 3 to 32 characters of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit",
        "field-username_malformed",
        &[],
    ),
    wording("invalid_value", "must be a day or an instant", "field-invalid_value-day_or_instant", &[]),
    // platform::http
    wording("invalid_cursor", "is not a cursor of this list", "field-invalid_cursor", &[]),
    wording("too_deep", TOO_DEEP, "field-too_deep", &[]),
];

/// The code and the sentence for what a parser said.
pub(super) fn of(said: &str) -> (&'static str, Sentence) {
    for wording in CATALOGUE {
        if let Some(holes) = holes(wording.said, said) {
            let fill = |sentence: Sentence, (name, hole): (&&'static str, &&str)| sentence.with(*name, *hole);
            let sentence = wording.names.iter().zip(&holes).fold(Sentence::new(wording.key), fill);
            return (wording.code, sentence);
        }
    }
    ("invalid_value", Sentence::new("field-invalid_value"))
}

/// What stands in the holes of the pattern; `None` when the text does not fit.
fn holes<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    for part in parts {
        let (hole, after) = if part.is_empty() { (rest, "") } else { rest.split_once(part)? };
        found.push(hole);
        rest = after;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::locale::Locale;
    use crate::rules::contact::ContactError;
    use crate::rules::reference::ReferenceError;
    use crate::rules::secret_code::AccessCodeError;
    use crate::rules::text::TextError;

    #[test]
    fn every_error_of_the_text_types_is_found_by_its_own_code() {
        let texts = [
            TextError::Empty,
            TextError::TooLong { max: 100 },
            TextError::ControlCharacter,
            TextError::LineBreak,
        ];
        for error in texts {
            assert_eq!(of(&error.to_string()).0, error.code());
        }
        let references =
            [ReferenceError::Malformed, ReferenceError::WrongCheckDigit, ReferenceError::NoSuchDay];
        for error in references {
            assert_eq!(of(&error.to_string()).0, error.code());
        }
        assert_eq!(of(&AccessCodeError.to_string()).0, AccessCodeError.code());
        for error in [ContactError::Phone, ContactError::Mail, ContactError::IdentityNumber] {
            assert_eq!(of(&error.to_string()).0, error.code());
        }
    }

    #[test]
    fn holes_are_filled_into_the_sentence() {
        assert_eq!(Locale::ZhCn.say(&of("must have at most 100 characters").1), "最多 100 个字符");
    }

    #[test]
    fn an_unlisted_text_is_an_invalid_value() {
        let (code, sentence) = of("is odd");
        assert_eq!((code, Locale::En.say(&sentence).as_str()), ("invalid_value", "is not valid"));
    }
}
