//! What parsers say, as a stable code and a sentence in both languages.
//!
//! Types that parse report by the English text of their error, because that is all serde carries through. This catalogue
//! finds the text again. It never repeats what the caller sent: that may be personal data. A text that is not listed
//! becomes `invalid_value` with the text itself as the English sentence.

use super::problem::Sentence;

/// One thing a parser says. `{}` in `said` is a hole; `{0}` and `{1}` in the sentences are what stood there.
struct Wording {
    code: &'static str,
    said: &'static str,
    zh: &'static str,
    en: &'static str,
}

const fn wording(code: &'static str, said: &'static str, zh: &'static str, en: &'static str) -> Wording {
    Wording { code, said, zh, en }
}

/// Said by [`super::json`] when brackets stand in brackets too often.
pub(super) const TOO_DEEP: &str = "is nested too deeply";
/// Said by every text type, and by [`super::json`] for any string.
pub(super) const CONTROL_CHARACTER: &str = "must not contain control characters";

const CATALOGUE: &[Wording] = &[
    // serde
    wording("missing_field", "missing field `{}`", "缺少字段 {0}", "the field {0} is required"),
    wording(
        "unknown_field",
        "unknown field `{}`, expected {}",
        "没有这个字段，可用的字段：{1}",
        "there is no such field; expected {1}",
    ),
    wording("unknown_field", "unknown field `{}`{}", "没有这个字段", "there is no such field"),
    wording("duplicate_field", "duplicate field `{}`", "字段 {0} 重复", "the field {0} is given twice"),
    wording(
        "unknown_value",
        "unknown variant `{}`, expected {}",
        "不是可用的值，应为：{1}",
        "is not a known value; expected {1}",
    ),
    wording("invalid_type", "invalid type: {}, expected {}", "类型不正确，应为 {1}", "must be {1}"),
    wording(
        "out_of_range",
        "invalid value: integer `{}`, expected {}",
        "数值超出允许范围（应为 {1}）",
        "is out of range; expected {1}",
    ),
    wording("invalid_value", "invalid value: {}, expected {}", "值不正确，应为 {1}", "must be {1}"),
    wording(
        "invalid_length",
        "invalid length {}, expected {}",
        "长度 {0} 不正确，应为 {1}",
        "has length {0}; expected {1}",
    ),
    wording(
        "lone_surrogate",
        "lone leading surrogate in hex escape{}",
        "包含不成对的代理字符",
        "must not contain lone surrogates",
    ),
    wording(
        "lone_surrogate",
        "unexpected end of hex escape{}",
        "包含不成对的代理字符",
        "must not contain lone surrogates",
    ),
    wording(
        "text_control_character",
        "control character (\\u0000-\\u001F) found while parsing a string{}",
        "不能包含控制字符",
        CONTROL_CHARACTER,
    ),
    // numbers, words, days
    wording("invalid_type", "invalid digit found in string", "应为整数", "must be a whole number"),
    wording("out_of_range", "number too {} to fit in target type", "数值超出允许范围", "is out of range"),
    wording(
        "out_of_range",
        "must be between {} and {}",
        "应在 {0} 与 {1} 之间",
        "must be between {0} and {1}",
    ),
    wording("out_of_range", "input is out of range", "日期超出允许范围", "is out of range"),
    wording(
        "invalid_value",
        "provided string was not `true` or `false`",
        "应为 true 或 false",
        "must be true or false",
    ),
    wording("invalid_value", "premature end of input", "日期不完整", "is not a complete date"),
    wording(
        "invalid_value",
        "input contains invalid characters",
        "日期格式不正确",
        "is not written like a date",
    ),
    wording("invalid_value", "trailing input", "日期格式不正确", "is not written like a date"),
    wording("invalid_value", "UUID parsing failed{}", "标识符格式不正确", "is not an identifier"),
    wording(
        "unknown_value",
        "is not one of the known words",
        "不是可用的值",
        "is not one of the known words",
    ),
    // rules::text
    wording("text_empty", "must not be empty", "不能为空", "must not be empty"),
    wording(
        "text_too_long",
        "must have at most {} characters",
        "最多 {0} 个字符",
        "must have at most {0} characters",
    ),
    wording("text_control_character", CONTROL_CHARACTER, "不能包含控制字符", CONTROL_CHARACTER),
    wording("text_line_break", "must stand on one line", "不能换行", "must stand on one line"),
    // rules::reference
    wording(
        "reference_malformed",
        "is not written like a reference",
        "编号格式不正确",
        "is not written like a reference",
    ),
    wording(
        "reference_check_digit",
        "has a wrong check digit, so a character is mistyped",
        "校验码不符，请检查是否输错",
        "has a wrong check digit, so a character is mistyped",
    ),
    wording(
        "reference_no_such_day",
        "names a day that does not exist",
        "编号中的日期不存在",
        "names a day that does not exist",
    ),
    wording(
        "access_code_malformed",
        "is not written like an access code",
        "查询码格式不正确",
        "is not written like an access code",
    ),
    // rules::contact, and what features parse
    wording(
        "phone_malformed",
        "is not a telephone number",
        "不是有效的电话号码",
        "is not a telephone number",
    ),
    wording("mail_malformed", "is not a mail address", "不是有效的邮箱地址", "is not a mail address"),
    wording("mail_malformed", "must be a mail address", "不是有效的邮箱地址", "must be a mail address"),
    wording(
        "identity_number_malformed",
        "is not an identity number",
        "不是有效的身份证号码",
        "is not an identity number",
    ),
    wording(
        "code_malformed",
        "must be lower-case letters and digits in groups joined by single hyphens, at most {} characters",
        "应为小写字母和数字，可用单个连字符分组，最多 {0} 个字符",
        "must be lower-case letters and digits in groups joined by single hyphens, at most {0} characters",
    ),
    wording(
        "username_malformed",
        "must be 3 to 32 characters of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit",
        "应为 3 至 32 个小写字母、数字、点、横线或下划线，以字母或数字开头",
        "must be 3 to 32 characters of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit",
    ),
    // platform::http
    wording("invalid_cursor", "is not a cursor of this list", "翻页标记无效", "is not a cursor of this list"),
    wording("too_deep", TOO_DEEP, "嵌套过深", TOO_DEEP),
];

/// The code and the sentence for what a parser said.
pub(super) fn of(said: &str) -> (&'static str, Sentence) {
    for wording in CATALOGUE {
        if let Some(holes) = holes(wording.said, said) {
            return (wording.code, Sentence::new(filled(wording.zh, &holes), filled(wording.en, &holes)));
        }
    }
    ("invalid_value", Sentence::new("值不正确", said))
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

fn filled(sentence: &str, holes: &[&str]) -> String {
    let mut filled = sentence.to_owned();
    for (place, hole) in holes.iter().enumerate() {
        filled = filled.replace(&format!("{{{place}}}"), hole);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::contact::ContactError;
    use crate::rules::reference::{AccessCodeError, ReferenceError};
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
        assert_eq!(of("must have at most 100 characters").1.zh, "最多 100 个字符");
        let (code, sentence) = of("unknown variant `secret`, expected `web` or `mail`");
        assert_eq!(code, "unknown_value");
        assert_eq!(sentence.en, "is not a known value; expected `web` or `mail`");
        assert!(!sentence.zh.contains("secret"));
    }

    #[test]
    fn an_unlisted_text_is_an_invalid_value() {
        let (code, sentence) = of("is odd");
        assert_eq!((code, sentence.en.as_ref()), ("invalid_value", "is odd"));
    }
}
