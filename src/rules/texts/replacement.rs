//! A city's own words in the place of built-in ones.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::sources::{Language, SOURCES};

/// Words of one language that replace the built-in ones of the same keys.
pub struct Replacement {
    /// The language.
    pub(super) language: Language,
    /// The words.
    pub(super) words: FluentResource,
}

impl Replacement {
    /// Reads words in the catalogue's format. An error is everything that is wrong with them, in English: what cannot be
    /// read, a key that is none of ours, a value that is not given under that key.
    pub fn parse(language: Language, text: String) -> Result<Replacement, Vec<String>> {
        let words = FluentResource::try_new(text)
            .map_err(|(_, errors)| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let (own, built_in) = (Uses::of(&words), built_in());
        let faults: Vec<String> =
            own.messages.iter().flat_map(|(key, uses)| faults(key, uses, &built_in)).collect();
        if faults.is_empty() { Ok(Replacement { language, words }) } else { Err(faults) }
    }
}

fn faults(key: &str, uses: &Names, built_in: &[Uses]) -> Vec<String> {
    if !built_in.iter().any(|uses| uses.messages.contains_key(key)) {
        return vec![format!("{key} is no key of the catalogue")];
    }
    let given: BTreeSet<&str> = built_in.iter().flat_map(|uses| uses.values_under(key)).collect();
    let unknown_values = uses.values.iter().filter(|name| !given.contains(name.as_str()));
    let is_known = |name: &str| built_in.iter().any(|uses| uses.messages.contains_key(name));
    let unknown_keys = uses.keys.iter().filter(|name| !is_known(name));
    let values = unknown_values.map(|name| format!("{key} is not given ${name}"));
    values
        .chain(unknown_keys.map(|name| format!("{key} names {name}, which is no key of the catalogue")))
        .collect()
}

fn built_in() -> Vec<Uses> {
    let read = |text: &str| FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    SOURCES.into_iter().map(|(_, text)| Uses::of(&read(text))).collect()
}

/// What a message names: values that are filled in, and other keys.
#[derive(Default)]
struct Names {
    values: BTreeSet<String>,
    keys: BTreeSet<String>,
}

/// What each message of a file names.
struct Uses {
    messages: BTreeMap<String, Names>,
}

impl Uses {
    fn of(resource: &FluentResource) -> Uses {
        let mut messages = BTreeMap::new();
        for entry in resource.entries() {
            let Entry::Message(message) = entry else { continue };
            let mut names = Names::default();
            if let Some(pattern) = &message.value {
                names.collect(pattern);
            }
            messages.insert(message.id.name.to_owned(), names);
        }
        Uses { messages }
    }

    /// The values under a key and under the keys that it names.
    fn values_under(&self, key: &str) -> Vec<&str> {
        let Some(names) = self.messages.get(key) else { return Vec::new() };
        // Keys that are named name none themselves, but for the words of a level.
        let named = names.keys.iter().filter_map(|key| self.messages.get(key));
        names.values.iter().chain(named.flat_map(|names| &names.values)).map(String::as_str).collect()
    }
}

impl Names {
    fn collect(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            let PatternElement::Placeable { expression } = element else { continue };
            let inline = match expression {
                Expression::Inline(inline) => inline,
                Expression::Select { selector, variants } => {
                    variants.iter().for_each(|variant| self.collect(&variant.value));
                    selector
                }
            };
            match inline {
                InlineExpression::VariableReference { id } => {
                    self.values.insert(id.name.to_owned());
                }
                InlineExpression::MessageReference { id, .. } => {
                    self.keys.insert(id.name.to_owned());
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use fluent_bundle::FluentArgs;

    use super::super::catalogue::Catalogue;
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        Replacement::parse(Language::English, text.to_owned()).err().unwrap_or_default()
    }

    #[test]
    fn a_citys_own_words_replace_ours_key_by_key() {
        let text = "mail_subject-declined = No: { $reference }\n".to_owned();
        let own = Replacement::parse(Language::English, text).ok().unwrap();
        let catalogue = Catalogue::with(vec![own]);
        let mut arguments = FluentArgs::new();
        arguments.set("reference", "R");
        assert_eq!(catalogue.say(Language::English, "mail_subject-declined", &arguments), "No: R");
        assert_eq!(catalogue.say(Language::English, "mail-greeting", &arguments), "Hello,");
        assert_eq!(catalogue.say(Language::Chinese, "mail-greeting", &arguments), "您好：");
    }

    #[test]
    fn a_mistake_is_told_with_its_key() {
        assert_eq!(
            faults("mail_subject-declined = { $refrence }"),
            ["mail_subject-declined is not given $refrence"]
        );
        assert_eq!(faults("mail_subject-decline = No"), ["mail_subject-decline is no key of the catalogue"]);
        let unknown = "mail_text-declined names mail-nothing, which is no key of the catalogue";
        assert_eq!(faults("mail_text-declined = { mail-nothing }"), [unknown]);
        assert!(!faults("what is this").is_empty());
    }

    #[test]
    fn words_may_use_whatever_the_built_in_ones_use() {
        assert!(faults("mail_text-declined = { $reference } { $portal_link } { mail-look_up }").is_empty());
    }
}
