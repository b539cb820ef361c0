//! Texts that people write: parsed once at the border and valid from then on, and the folding and
//! cutting into words that search, classification and redaction share. It knows no language beyond Unicode.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::characters::{is_invisible, turns_direction};

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing is left after trimming.
    #[error("must not be empty")]
    Empty,
    /// More characters (Unicode scalar values) than allowed.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// NUL or another control character; on one line also one that turns the reading direction.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// A line break in a text of one line.
    #[error("must stand on one line")]
    LineBreak,
}

impl TextError {
    /// The stable code for problem documents.
    pub const fn code(self) -> &'static str {
        match self {
            TextError::Empty => "text_empty",
            TextError::TooLong { .. } => "text_too_long",
            TextError::ControlCharacter => "text_control_character",
            TextError::LineBreak => "text_line_break",
        }
    }
}

/// Whether a text of several lines may not contain what this one does: any control character but newline and tab.
pub fn has_forbidden_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether nothing of the text is to be seen: white space, blanks and invisible characters alone, or nothing at all.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| is_trimmed(c) || is_invisible(c) || c == '\u{2800}')
}

/// What is taken off both ends. Of other invisible characters some belong to the visible one before them.
fn is_trimmed(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn fitting(text: &str, max: usize) -> Result<String, TextError> {
    if is_blank(text) {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    Ok(text.to_owned())
}

fn one_line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim_matches(is_trimmed);
    if text.contains(is_line_break) {
        return Err(TextError::LineBreak);
    }
    if text.contains(|c: char| c.is_control() || turns_direction(c)) {
        return Err(TextError::ControlCharacter);
    }
    fitting(text, max)
}

fn many_lines(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_matches(is_trimmed);
    if has_forbidden_control(text) {
        return Err(TextError::ControlCharacter);
    }
    fitting(text, max)
}

/// Declares a text type. Its `Debug` tells the length only, because logs never hold what people wrote.
macro_rules! text_type {
    ($(#[$meta:meta])* $name:ident, $parse:ident, $max:tt) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String")]
        #[schema(value_type = String, min_length = 1, max_length = $max)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX_CHARS: usize = $max;

            /// The text, trimmed and valid.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, for a row.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl TryFrom<&str> for $name {
            type Error = TextError;
            fn try_from(text: &str) -> Result<Self, TextError> {
                $parse(text, $max).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(text: String) -> Result<Self, TextError> {
                Self::try_from(text.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = TextError;
            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::try_from(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} characters)"), self.0.chars().count())
            }
        }
    };
}

text_type!(
    /// A title: 1 to 100 characters on one line, trimmed, without NUL or control characters.
    Title, one_line, 100
);
text_type!(
    /// A letter, a reply or an article: 1 to 10 000 characters, trimmed, lines ended by LF; newlines and tabs
    /// are the only control characters.
    Body, many_lines, 10_000
);
text_type!(
    /// A published letter or answer, labels and supplements included: 1 to 40 000 characters, like a [`Body`].
    PublishedText, many_lines, 40_000
);
text_type!(
    /// A remark of 1 to 500 characters, trimmed, which may have several lines.
    ShortText, many_lines, 500
);
text_type!(
    /// Why somebody did something: 1 to 500 characters, trimmed, which may have several lines.
    Reason, many_lines, 500
);
text_type!(
    /// What a department, a category, a district or a rule is called: 1 to 100 characters on one line, trimmed.
    Name, one_line, 100
);
text_type!(
    /// A person's name: 1 to 50 characters on one line, trimmed.
    PersonName, one_line, 50
);

/// The text with full-width and mathematical letters and digits made plain, and in lower case.
/// One character becomes exactly one character, so that character offsets hold for both texts.
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        '\u{4e00}'..='\u{9fff}' => c,
        _ => lower(plain(c)),
    }
}

fn plain(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' => only(std::iter::once(c).nfkc()).unwrap_or(c),
        _ => c,
    }
}

fn lower(c: char) -> char {
    only(c.to_lowercase()).unwrap_or(c)
}

/// The character, if there is exactly one.
fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// Whether a character is written without spaces around its word: Han, kana, Hangul.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// A piece of a text: two neighbouring CJK characters, one that stands alone, or a run of letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The folded text.
    pub text: String,
    /// Where it begins, in characters of the original text.
    pub start: usize,
    /// Where it ends (exclusive), in characters of the original text.
    pub end: usize,
}

/// Cuts a text into overlapping pairs of CJK characters, and into folded words and numbers of other scripts.
pub fn bigrams(text: &str) -> Vec<Token> {
    let folded: Vec<char> = text.chars().map(fold_char).collect();
    let token = |span: Range<usize>| {
        let text = folded.get(span.clone())?.iter().collect();
        Some(Token { text, start: span.start, end: span.end })
    };
    spans(&folded).into_iter().filter_map(token).collect()
}

/// Where the tokens of [`bigrams`] stand in a folded text.
pub fn spans(folded: &[char]) -> Vec<Range<usize>> {
    let mut spans = Vec::with_capacity(folded.len());
    let mut start = 0;
    for run in folded.chunk_by(|a, b| script(*a) == script(*b)) {
        let end = start + run.len();
        match run.first().map(|c| script(*c)) {
            Some(Script::Cjk) if run.len() > 1 => spans.extend((start..end - 1).map(|at| at..at + 2)),
            Some(Script::Cjk | Script::Word) => spans.push(start..end),
            Some(Script::None) | None => {}
        }
        start = end;
    }
    spans
}

#[derive(PartialEq)]
enum Script {
    Cjk,
    Word,
    None,
}

fn script(c: char) -> Script {
    if is_cjk(c) {
        return Script::Cjk;
    }
    if c.is_alphanumeric() { Script::Word } else { Script::None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        bigrams(text).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn a_title_is_trimmed_and_stands_on_one_line() {
        assert_eq!(Title::try_from("　路灯不亮 \n").unwrap().as_str(), "路灯不亮");
        assert_eq!(Title::try_from("路灯\n不亮").unwrap_err(), TextError::LineBreak);
        assert_eq!(Title::try_from("路灯\u{2028}不亮").unwrap_err(), TextError::LineBreak);
        assert_eq!(Title::try_from("路灯\0").unwrap_err(), TextError::ControlCharacter);
        assert_eq!(Title::try_from(" \u{200b}\u{feff} ").unwrap_err(), TextError::Empty);
    }

    #[test]
    fn what_nobody_sees_is_empty() {
        for invisible in [
            "\u{200d}",
            "\u{ad}\u{200b}",
            "\u{3164}",
            "\u{2800} ",
            "\u{fe0f}\u{200c}\n",
            "\u{e0041}",
            "\u{115f}\u{34f}",
        ] {
            assert_eq!(Body::try_from(invisible).unwrap_err(), TextError::Empty, "{invisible:?}");
            assert_eq!(Reason::try_from(invisible).unwrap_err(), TextError::Empty, "{invisible:?}");
            assert!(Title::try_from(invisible).is_err() && PersonName::try_from(invisible).is_err());
        }
        assert_eq!(Title::try_from("❤\u{fe0f}").unwrap().as_str(), "❤\u{fe0f}");
    }

    #[test]
    fn a_line_cannot_turn_the_reading_direction() {
        for turn in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            let line = format!("退款{turn}00元");
            assert_eq!(Title::try_from(line.as_str()).unwrap_err(), TextError::ControlCharacter);
            assert_eq!(PersonName::try_from(line.as_str()).unwrap_err(), TextError::ControlCharacter);
            assert_eq!(Name::try_from(line.as_str()).unwrap_err(), TextError::ControlCharacter);
            assert!(Body::try_from(line).is_ok());
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(Title::try_from("路".repeat(100)).is_ok());
        assert_eq!(Title::try_from("路".repeat(101)).unwrap_err(), TextError::TooLong { max: 100 });
        assert!(Title::try_from("𠮷".repeat(100)).is_ok());
        assert!(Body::try_from("路".repeat(10_000)).is_ok());
        assert_eq!(Body::try_from("路".repeat(10_001)).unwrap_err().code(), "text_too_long");
        assert!(PersonName::try_from("张".repeat(51)).is_err());
        assert!(Reason::try_from("因".repeat(501)).is_err());
    }

    #[test]
    fn a_body_keeps_newlines_and_tabs_and_no_other_control_character() {
        assert_eq!(Body::try_from("一\r\n二\r三\t四").unwrap().as_str(), "一\n二\n三\t四");
        for refused in ["a\0b", "a\u{7}b", "a\u{1b}[0m", "a\u{7f}b", "a\u{9b}b"] {
            assert_eq!(Body::try_from(refused).unwrap_err(), TextError::ControlCharacter);
        }
    }

    #[test]
    fn json_is_parsed_and_debug_shows_no_text() {
        let title: Title = serde_json::from_str(r#"" 路灯 ""#).unwrap();
        assert_eq!(serde_json::to_string(&title).unwrap(), r#""路灯""#);
        assert_eq!(format!("{title:?}"), "Title(2 characters)");
        let error = serde_json::from_str::<Title>(r#""""#).unwrap_err();
        assert!(error.to_string().contains("must not be empty"));
    }

    #[test]
    fn the_schema_is_a_string_with_its_limits() {
        use utoipa::PartialSchema;
        let schema = serde_json::to_value(Title::schema()).unwrap();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["minLength"], 1);
        assert_eq!(schema["maxLength"], 100);
    }

    #[test]
    fn folding_makes_wide_letters_and_digits_plain() {
        assert_eq!(fold("０７３６－１２３ＡＢＣ　Ｘ"), "0736-123abc x");
        assert_eq!(fold("𝟏𝟑𝟖"), "138");
        assert_eq!(fold("①½İ"), "①½İ");
    }

    #[test]
    fn chinese_is_cut_into_pairs_and_latin_into_words() {
        assert_eq!(words("路灯不亮"), ["路灯", "灯不", "不亮"]);
        assert_eq!(words("办ＥＴＣ卡，在Ａ2区"), ["办", "etc", "卡", "在", "a2", "区"]);
        assert_eq!(words("——！？ \n"), Vec::<String>::new());
        let tokens = bigrams("，G312 国道");
        assert_eq!(tokens[0], Token { text: "g312".into(), start: 1, end: 5 });
        assert_eq!(tokens[1], Token { text: "国道".into(), start: 6, end: 8 });
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in any::<String>()) {
            if let Ok(body) = Body::try_from(text.as_str()) {
                prop_assert_eq!(Body::try_from(body.as_str()).unwrap(), body);
            }
            if let Ok(title) = Title::try_from(text.as_str()) {
                prop_assert_eq!(Title::try_from(title.as_str()).unwrap(), title);
            }
        }

        #[test]
        fn folding_keeps_every_offset(text in any::<String>()) {
            prop_assert_eq!(fold(&text).chars().count(), text.chars().count());
        }

        #[test]
        fn tokens_are_the_folded_pieces_they_point_at(text in any::<String>()) {
            let folded: Vec<char> = fold(&text).chars().collect();
            for token in bigrams(&text) {
                let piece: String = folded[token.start..token.end].iter().collect();
                prop_assert_eq!(piece, token.text);
            }
        }
    }
}
