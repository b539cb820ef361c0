//! The languages we answer in. What a request prefers is read in [`super::http::locale`].

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
