//! A sentence that is not said yet: a key of the catalogue, and what is filled in.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::catalogue::look_up;
use super::sources::Language;
use super::traditional;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bilingual {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
    /// English.
    pub en: String,
}

/// A key of the catalogue with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    key: Cow<'static, str>,
    arguments: Vec<(Cow<'static, str>, Argument)>,
}

/// What is filled into a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// The same in every language.
    Text(String),
    /// A number.
    Number(i64),
    /// A name that has one form a language.
    Name(Bilingual),
    /// A sentence within the sentence.
    Sentence(Sentence),
    /// Several of them, joined as the language does it.
    List(Vec<Argument>),
    /// Several of them, each on a line of its own.
    Lines(Vec<Argument>),
}

impl Sentence {
    /// What stands under this key.
    pub const fn new(key: &'static str) -> Sentence {
        Sentence { key: Cow::Borrowed(key), arguments: Vec::new() }
    }

    /// What stands under the key that is made of a family of words and the stable code of one of them.
    pub fn of(family: &str, code: &str) -> Sentence {
        Sentence { key: Cow::Owned(format!("{family}-{code}")), arguments: Vec::new() }
    }

    /// Fills something in.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, argument: impl Into<Argument>) -> Sentence {
        self.arguments.push((name.into(), argument.into()));
        self
    }

    /// Says it.
    pub fn say(&self, language: Language) -> String {
        let mut arguments = FluentArgs::with_capacity(self.arguments.len());
        for (name, argument) in &self.arguments {
            arguments.set(name.clone(), argument.value(language));
        }
        look_up(language, &self.key, &arguments)
    }

    /// Says it in Traditional Chinese.
    pub fn say_traditional(&self) -> String {
        traditional(&self.say(Language::Chinese))
    }

    /// Says it in both languages.
    pub fn both(&self) -> Bilingual {
        Bilingual { zh_cn: self.say(Language::Chinese), en: self.say(Language::English) }
    }
}

impl Argument {
    fn value(&self, language: Language) -> FluentValue<'_> {
        match self {
            Argument::Text(text) => FluentValue::from(text.as_str()),
            Argument::Number(number) => FluentValue::from(*number),
            Argument::Name(name) => FluentValue::from(match language {
                Language::Chinese => name.zh_cn.as_str(),
                Language::English => name.en.as_str(),
            }),
            Argument::Sentence(sentence) => FluentValue::from(sentence.say(language)),
            Argument::List(_) | Argument::Lines(_) => FluentValue::from(self.said(language)),
        }
    }

    fn said(&self, language: Language) -> String {
        match self {
            Argument::Text(text) => text.clone(),
            Argument::Number(number) => number.to_string(),
            Argument::Name(name) => match language {
                Language::Chinese => name.zh_cn.clone(),
                Language::English => name.en.clone(),
            },
            Argument::Sentence(sentence) => sentence.say(language),
            Argument::List(list) => joined(list, language),
            Argument::Lines(lines) => {
                lines.iter().map(|line| line.said(language)).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

fn joined(list: &[Argument], language: Language) -> String {
    let mut said = String::new();
    for argument in list {
        let next = argument.said(language);
        said = if said.is_empty() {
            next
        } else {
            Sentence::new("list-pair").with("before", said).with("next", next).say(language)
        };
    }
    said
}

impl From<&str> for Argument {
    fn from(text: &str) -> Argument {
        Argument::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Argument {
        Argument::Text(text)
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Argument {
        Argument::Text(text.clone())
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Argument {
        Argument::Number(number)
    }
}

impl From<i16> for Argument {
    fn from(number: i16) -> Argument {
        Argument::Number(number.into())
    }
}

impl From<u16> for Argument {
    fn from(number: u16) -> Argument {
        Argument::Number(number.into())
    }
}

impl From<i32> for Argument {
    fn from(number: i32) -> Argument {
        Argument::Number(number.into())
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Argument {
        Argument::Number(number.into())
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Argument {
        Argument::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Vec<Argument>> for Argument {
    fn from(list: Vec<Argument>) -> Argument {
        Argument::List(list)
    }
}

impl From<chrono::NaiveDate> for Argument {
    fn from(day: chrono::NaiveDate) -> Argument {
        Argument::Text(day.to_string())
    }
}

impl From<Bilingual> for Argument {
    fn from(name: Bilingual) -> Argument {
        Argument::Name(name)
    }
}

impl From<Sentence> for Argument {
    fn from(sentence: Sentence) -> Argument {
        Argument::Sentence(sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_in_three_languages_with_what_is_filled_in() {
        let sentence = Sentence::of("field", "text_too_long").with("max", 1000);
        assert_eq!(sentence.say(Language::Chinese), "最多 1000 个字符");
        assert_eq!(sentence.say(Language::English), "must have at most 1000 characters");
        assert_eq!(sentence.say_traditional(), "最多 1000 個字符");
    }

    #[test]
    fn a_list_is_joined_as_the_language_does_it() {
        let list = Argument::List(vec!["a".into(), "b".into(), "c".into()]);
        assert_eq!(list.said(Language::Chinese), "a、b、c");
        assert_eq!(list.said(Language::English), "a, b, c");
    }

    #[test]
    fn what_is_filled_in_is_never_read_as_a_pattern() {
        let sentence = Sentence::of("field", "text_too_long").with("max", "{ $max } \u{2068}");
        assert_eq!(sentence.say(Language::English), "must have at most { $max } \u{2068} characters");
    }
}
