//! The catalogues, embedded and read once.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

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

static CHINESE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::Chinese));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::English));

/// What stands under the key; the key itself where there is nothing, which a test rules out.
pub(super) fn look_up(language: Language, key: &str, arguments: &FluentArgs<'_>) -> String {
    let bundle = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    // An argument that is missing is shown by its name; the tests of each sentence rule that out.
    bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned()
}

fn read(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![identifier(language)]);
    // Marks for the direction of writing would stand in JSON and mails, where nobody mixes directions.
    bundle.set_use_isolating(false);
    let own = SOURCES.into_iter().filter(|(of, _)| *of == language);
    for (_, text) in own {
        // A line that cannot be read is left out here, and found by a test.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn identifier(language: Language) -> LanguageIdentifier {
    let tag: &[u8] = match language {
        Language::Chinese => b"zh-CN",
        Language::English => b"en",
    };
    LanguageIdentifier::from_bytes(tag).unwrap_or_default()
}
