//! The platform knows no feature's words. What remains stands below with its reason, and goes when the reason goes.

use super::source::Source;
use super::{Crate, assert_none, segment};

/// Words of features, as parts of names: `AlarmLevel` and `due_alarms` hold `alarm`.
const WORDS: [&str; 12] = [
    "alarm",
    "brief",
    "escalation",
    "publication",
    "recalculation",
    "routing",
    "storm",
    "submitter",
    "supervision",
    "sweep",
    "sweeper",
    "ticket",
];

/// What still knows them, and why.
const REMAINING: [(&str, &[&str], &str); 5] = [
    ("src/platform/auth/caller.rs", &["ticket"], "a citizen is whoever may see one ticket"),
    ("src/platform/auth/token.rs", &["ticket"], "a citizen's token is for one ticket"),
    ("src/platform/db/words.rs", &["alarm"], "its test needs some word of the rules"),
    ("src/platform/jobs/outbox.rs", &["ticket"], "a message tells which ticket it is about, for operators"),
    ("src/platform/jobs/outbox/dead.rs", &["ticket"], "the same for dead letters"),
];

fn remaining(file: &str) -> &'static [&'static str] {
    REMAINING.iter().find(|(known, _, _)| *known == file).map_or(&[], |(_, words, _)| words)
}

/// The words in a name: `AlarmLevel` is `alarm` and `level`. A plural is its singular.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    for c in name.chars() {
        if (c.is_uppercase() || c == '_') && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if c != '_' {
            parts.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    parts.into_iter().map(|part| part.strip_suffix('s').map(str::to_owned).unwrap_or(part)).collect()
}

/// Tests may tell stories with anything.
fn is_looked_at(source: &Source) -> bool {
    let is_schema = segment(&source.module, 1) == "db" && segment(&source.module, 2) == "schema";
    let is_tests = source.module.last().is_some_and(|name| name == "tests" || name.ends_with("_tests"));
    segment(&source.module, 0) == "platform" && !is_schema && !is_tests
}

fn feature_words(read: &Crate) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in read.sources.iter().filter(|source| is_looked_at(source)) {
        for token in &source.tokens {
            let known = remaining(&source.file);
            let foreign = parts(&token.text)
                .into_iter()
                .find(|part| WORDS.contains(&part.as_str()) && !known.contains(&part.as_str()));
            if let Some(word) = foreign {
                complaints.push(format!(
                    "{}:{}: {} is a feature's word ({word})",
                    source.file, token.line, token.text
                ));
            }
        }
    }
    complaints
}

/// Exceptions that nothing needs any more.
fn needless(read: &Crate) -> Vec<String> {
    let mut needless = Vec::new();
    for (file, words, _) in REMAINING {
        let source = read.sources.iter().find(|source| source.file == file);
        let names = |word: &str| {
            source.is_some_and(|source| {
                source.tokens.iter().any(|token| parts(&token.text).iter().any(|part| part == word))
            })
        };
        let gone = words.iter().filter(|word| !names(word));
        needless.extend(gone.map(|word| format!("{file}: names no {word} any more; strike the exception")));
    }
    needless
}

#[test]
fn the_platform_knows_no_features_words() {
    assert_none(&feature_words(&Crate::read()));
}

#[test]
fn every_exception_is_still_needed_and_says_why() {
    assert_none(&needless(&Crate::read()));
    assert!(REMAINING.iter().all(|(_, words, why)| !words.is_empty() && why.len() > 20));
}

mod checks {
    use super::super::checks::made_of;
    use super::*;

    #[test]
    fn a_feature_word_is_found_within_a_name_and_not_in_comments_strings_schema_and_tests() {
        let text = "// tickets\nconst A: &str = \"alarm\";\nstruct EscalationSettings;\nfn due_alarms() {}\nfn sticket() {}";
        let read = made_of(&[
            ("src/platform/config/mod.rs", text),
            ("src/platform/db/schema/tickets.rs", "struct Ticket;"),
            ("src/platform/search/tests.rs", "fn a_ticket() {}"),
            ("src/features/tickets/mod.rs", "struct Ticket;"),
        ]);
        assert_eq!(
            feature_words(&read),
            [
                "src/platform/config/mod.rs:3: EscalationSettings is a feature's word (escalation)",
                "src/platform/config/mod.rs:4: due_alarms is a feature's word (alarm)",
            ]
        );
    }

    #[test]
    fn an_exception_holds_for_its_file_and_its_words_alone() {
        let text = "struct TicketToken; struct Alarm;";
        let read = made_of(&[("src/platform/auth/token.rs", text), ("src/platform/auth/password.rs", text)]);
        assert_eq!(feature_words(&read).len(), 3);
        assert!(!needless(&read).iter().any(|complaint| complaint.contains("token.rs")));
        assert!(needless(&read).iter().any(|complaint| complaint.contains("caller.rs")));
    }
}
