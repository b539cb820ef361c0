//! The languages we answer in. What a request prefers is read in [`super::http::locale`].

use crate::rules::texts::{Bilingual, Language, Sentence, traditional};
use crate::{sql_text_enum, text_enum};

text_enum! {
    /// A language we answer in.
    pub enum Locale {
        /// Simplified Chinese, the default.
        ZhCn = "zh-CN",
        /// English.
        En = "en",
        /// Traditional Chinese, converted from Simplified.
        ZhHant = "zh-Hant",
    }
}

sql_text_enum!(Locale);

impl Locale {
    /// A sentence in this language.
    pub fn say(self, sentence: &Sentence) -> String {
        match self {
            Locale::ZhCn => sentence.say(Language::Chinese),
            Locale::En => sentence.say(Language::English),
            Locale::ZhHant => sentence.say_traditional(),
        }
    }

    /// A text in this language.
    pub fn choose(self, text: &Bilingual) -> String {
        match self {
            Locale::ZhCn => text.zh_cn.clone(),
            Locale::En => text.en.clone(),
            Locale::ZhHant => traditional(&text.zh_cn),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_in_every_language() {
        let sentence = Sentence::of("problem", "rate_limited");
        assert_eq!(Locale::ZhCn.say(&sentence), "请求过于频繁，请稍后再试");
        assert_eq!(Locale::ZhHant.say(&sentence), "請求過於頻繁，請稍後再試");
        assert_eq!(Locale::En.say(&sentence), "Too many requests");
    }
}
