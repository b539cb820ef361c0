//! The built-in words as they are written, embedded.

/// A language in which words are written by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

/// The catalogues as they are written.
pub const SOURCES: [(Language, &str); 2] = [
    (Language::Chinese, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/texts/zh-CN.ftl"))),
    (Language::English, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/texts/en.ftl"))),
];
