//! The catalogues of words for people: complete in both languages, without a word too many, and the only place where words
//! for people stand.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;
use regex::Regex;
use serde_json::Value;

use huiyin::features::notices::{NoticeContent, NoticeKind};
use huiyin::rules::calendar::DayKind;
use huiyin::rules::legal_hold::LegalGround;
use huiyin::rules::texts::{Language, SOURCES};
use huiyin::rules::vocabulary::{AlarmLevel, Channel, Kind, Metric, Unit};

use crate::support::sources::sources;

/// Source files that may hold Chinese, and why.
const MAY_HOLD_CHINESE: &[(&str, &str)] = &[
    ("src/app/commands/calendar.rs", "an example of a notice's title in the help"),
    ("src/app/commands/demo.rs", "the name of the sample city"),
    ("src/app/commands/demo_folder.rs", "the name of the sample city"),
    ("src/app/demo/life.rs", "the letters of the sample city are data"),
    ("src/app/openapi.rs", "examples in the specification"),
    ("src/features/accounts/requests.rs", "an example in the specification"),
    ("src/features/imports/dates.rs", "how days are written in the files that are read"),
    ("src/features/notices/example.rs", "values to try the words of mails with"),
    ("src/features/routing/views.rs", "an example in the specification"),
    ("src/features/tickets/letter/preview.rs", "the preview letter, which is never kept"),
    ("src/platform/auth/password.rs", "words that no password may consist of"),
    ("src/app/settings/check.rs", "an example of a sender"),
    ("src/platform/http/document.rs", "examples in the specification"),
    ("src/rules/legal_hold.rs", "titles of laws"),
    ("src/rules/characters.rs", "radicals that look like characters"),
    ("src/rules/contact/phones.rs", "words before an extension"),
    ("src/rules/personal_data/addresses.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/births.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/cues.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/documents.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/generated_tests/frames.rs", "sentences that detectors are measured with"),
    ("src/rules/personal_data/generated_tests/numbers.rs", "spellings that detectors are measured with"),
    ("src/rules/personal_data/generated_tests/persons.rs", "spellings that detectors are measured with"),
    ("src/rules/personal_data/generated_tests/spellings.rs", "spellings that detectors are measured with"),
    ("src/rules/personal_data/generated_tests/values.rs", "spellings that detectors are measured with"),
    ("src/rules/personal_data/finding.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/mails.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/messengers.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/names.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/phones.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/plates.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/simplified.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/suspicion.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/view.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/words.rs", "what personal data looks like in Chinese text"),
    ("src/rules/personal_data/submitter.rs", "what personal data looks like in Chinese text"),
];

/// What marks another key among what a key takes.
const REFERENCE: &str = "key ";

/// A catalogue: what each key takes.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn catalogue(text: &str) -> Catalogue {
    let resource = parse(text).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut catalogue = Catalogue::new();
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                let mut takes = BTreeSet::new();
                arguments(message.value.as_ref().expect("a message says something"), &mut takes);
                let key = message.id.name.to_owned();
                assert!(catalogue.insert(key.clone(), takes).is_none(), "{key} stands there twice");
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            other => panic!("{other:?}"),
        }
    }
    catalogue
}

fn arguments(pattern: &Pattern<&str>, takes: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                variants.iter().for_each(|variant| arguments(&variant.value, takes));
                selector
            }
        };
        match inline {
            InlineExpression::VariableReference { id } => {
                takes.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, .. } => {
                takes.insert(format!("{REFERENCE}{}", id.name));
            }
            _ => {}
        }
    }
}

fn both() -> (Catalogue, Catalogue) {
    let of = |language| catalogue(SOURCES.iter().find(|(of, _)| *of == language).unwrap().1);
    (of(Language::Chinese), of(Language::English))
}

/// The code without comments and without the tests at its end.
fn code() -> Vec<(String, String)> {
    let comment = Regex::new(r"(?m)(^|\s)//.*$").unwrap();
    let own = sources().into_iter().filter(|(file, _)| !file.ends_with("tests.rs"));
    own.map(|(file, text)| {
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap().to_owned();
        (file, comment.replace_all(&code, "").into_owned())
    })
    .collect()
}

/// What the pattern's only group finds in all the code.
fn found(code: &[(String, String)], pattern: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    let all = code.iter().flat_map(|(_, text)| pattern.captures_iter(text));
    all.map(|found| found[1].to_owned()).collect()
}

/// The keys that the code and other keys name, whole or by the family and the code of one of its words.
fn wanted() -> BTreeSet<String> {
    let code = code();
    let mut keys = found(&code, r#"Sentence::new\(\s*"([^"]+)""#);
    keys.extend(found(&code, r#"wording\(\s*"\w+",\s*(?:"(?:[^"\\]|\\.)*"|[A-Z_]+),\s*"([^"]+)""#));
    let mut words = |family: &str, codes: Vec<&str>| {
        keys.extend(codes.into_iter().map(|code| format!("{family}-{code}")));
    };
    let fields = found(
        &code,
        r#"(?:Sentence::of\(\s*"field",|TicketError::invalid\(\s*[^,()]+,|Fault::new\(|version\()\s*"(\w+)""#,
    );
    words("field", fields.iter().map(String::as_str).collect());
    let problems = found(&code, r#"ProblemKind::new\(\s*\w+,\s*"(\w+)""#);
    words("problem", problems.iter().map(String::as_str).collect());
    let wrong_types = found(&code, r#"Fault::wrong_type\(\s*"(\w+)""#);
    words("field-form_wrong_type", wrong_types.iter().map(String::as_str).collect());
    words("alarm_name", AlarmLevel::ALL.iter().map(|word| word.as_str()).collect());
    words("channel_name", Channel::ALL.iter().map(|word| word.as_str()).collect());
    words("day_reason", DayKind::ALL.iter().map(|word| word.as_str()).collect());
    words("kind_name", Kind::ALL.iter().map(|word| word.as_str()).collect());
    words("metric_name", Metric::ALL.iter().map(|word| word.as_str()).collect());
    words("legal_ground", LegalGround::ALL.iter().map(|word| word.as_str()).collect());
    words("mail_subject", NoticeKind::ALL.iter().map(|word| word.as_str()).collect());
    words("mail_text", NoticeKind::ALL.iter().map(|word| word.as_str()).collect());
    let lists = lists_in_notices();
    words("mail_line", lists.iter().map(String::as_str).collect());
    words("unit_name", Unit::ALL.iter().map(|word| word.as_str()).collect());
    // A key that is chosen first and made a sentence afterwards.
    let (chinese, _) = both();
    let literals = found(&code, r#""([a-z_0-9]+(?:-[a-z_0-9]+)+)""#);
    keys.extend(literals.into_iter().filter(|literal| chinese.contains_key(literal)));
    let references = chinese.values().flatten().filter_map(|taken| taken.strip_prefix(REFERENCE));
    keys.extend(references.map(str::to_owned));
    keys
}

/// What notices tell that has parts of its own: lists of things, and things that are no department.
fn lists_in_notices() -> BTreeSet<String> {
    let examples = NoticeKind::ALL.iter().flat_map(|kind| NoticeContent::examples(*kind));
    let told = examples.map(|example| serde_json::to_value(example).unwrap().as_object().unwrap().clone());
    let is_list = |value: &Value| value.as_array().is_some_and(|items| items.iter().any(Value::is_object));
    let has_parts = |name: &str, value: &Value| is_list(value) || (value.is_object() && name != "department");
    told.flatten().filter(|(name, value)| has_parts(name, value)).map(|(name, _)| name).collect()
}

/// The families of words that code picks from.
#[test]
fn every_family_of_words_that_is_picked_from_is_known_to_these_tests() {
    let families = found(&code(), r#"Sentence::of\(\s*"([^"]+)""#);
    let known = [
        "channel_name",
        "day_reason",
        "field",
        "field-form_wrong_type",
        "kind_name",
        "legal_ground",
        "mail_line",
        "mail_subject",
        "mail_text",
        "metric_name",
        "problem",
        "unit_name",
    ];
    assert_eq!(families, known.map(str::to_owned).into());
}

#[test]
fn every_key_says_the_same_in_both_languages() {
    let (chinese, english) = both();
    let keys = |catalogue: &Catalogue| catalogue.keys().cloned().collect::<BTreeSet<_>>();
    let one_only: Vec<String> = keys(&chinese).symmetric_difference(&keys(&english)).cloned().collect();
    assert!(one_only.is_empty(), "only in one language: {one_only:?}");
    // A language may leave out what its grammar has no place for, but not what only the other one is given.
    const LEFT_OUT: &[&str] = &["date", "clock-extended", "field-mail_malformed-required"];
    for (key, takes) in &chinese {
        let same = *takes == english[key] || LEFT_OUT.contains(&key.as_str());
        assert!(same, "{key}: {takes:?} in Chinese, {:?} in English", english[key]);
    }
}

#[test]
fn every_key_that_is_named_exists() {
    let (chinese, _) = both();
    let missing: Vec<String> = wanted().into_iter().filter(|key| !chinese.contains_key(key)).collect();
    assert!(missing.is_empty(), "no words for: {missing:?}");
}

#[test]
fn no_key_is_without_use() {
    let (chinese, _) = both();
    let wanted = wanted();
    let unused: Vec<&String> = chinese.keys().filter(|key| !wanted.contains(*key)).collect();
    assert!(unused.is_empty(), "nobody says: {unused:?}");
}

#[test]
fn words_for_people_stand_in_the_catalogues_only() {
    let chinese = Regex::new(r"[\p{Han}，。：；“”《》【】（）]").unwrap();
    let mut holding = BTreeSet::new();
    for (file, text) in code() {
        let line = text.lines().find(|line| chinese.is_match(line));
        let is_allowed = MAY_HOLD_CHINESE.iter().any(|(allowed, _)| *allowed == file);
        assert!(line.is_none() || is_allowed, "{file}: {}", line.unwrap_or_default());
        holding.extend(line.map(|_| file));
    }
    let needless: Vec<_> = MAY_HOLD_CHINESE.iter().filter(|(file, _)| !holding.contains(*file)).collect();
    assert!(needless.is_empty(), "no Chinese any more: {needless:?}");
}
