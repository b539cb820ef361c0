//! The catalogues, embedded and read once.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::replacement::Replacement;
use super::sources::{Language, SOURCES};

/// The catalogues that everybody speaks from.
static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();

/// Words in both languages.
pub struct Catalogue {
    chinese: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// The built-in words, with a city's own in the place of those that have the same key.
    pub fn with(replacements: Vec<Replacement>) -> Catalogue {
        let mut catalogue = Catalogue { chinese: read(Language::Chinese), english: read(Language::English) };
        for replacement in replacements {
            catalogue.bundle_mut(replacement.language).add_resource_overriding(replacement.words);
        }
        catalogue
    }

    /// Speaks from this catalogue from now on. Only before anything was said; returns whether it was.
    pub fn install(self) -> bool {
        CATALOGUE.set(self).is_ok()
    }

    /// What stands under the key; the key itself where there is nothing, which a test rules out.
    pub(super) fn say(&self, language: Language, key: &str, arguments: &FluentArgs<'_>) -> String {
        let bundle = match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        // An argument that is missing is shown by its name; the tests of each sentence rule that out.
        bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned()
    }

    fn bundle_mut(&mut self, language: Language) -> &mut FluentBundle<FluentResource> {
        match language {
            Language::Chinese => &mut self.chinese,
            Language::English => &mut self.english,
        }
    }
}

/// What the catalogue in use has under the key.
pub(super) fn look_up(language: Language, key: &str, arguments: &FluentArgs<'_>) -> String {
    CATALOGUE.get_or_init(|| Catalogue::with(Vec::new())).say(language, key, arguments)
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
