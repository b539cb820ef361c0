//! The architecture, read from the sources. The storeys and the order of the features below *are* the architecture:
//! whoever adds a module gives it a place here. Tests inside the sources obey too.

mod files;
mod source;
mod tables;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use source::{Named, Source, macro_homes, read_all};

/// The storeys, the lowest first. Imports point downwards only.
const STOREYS: [&str; 4] = ["rules", "platform", "features", "app"];

/// The features, the lowest first. One may use those of the lines above it, and none of its own line.
const FEATURES: [&[&str]; 8] = [
    &["directory"],
    &["notices"],
    &["accounts"],
    &["calendars"],
    &["tickets"],
    &["notifications", "recalculations", "routing"],
    &["escalation", "publication"],
    &["imports", "inspection", "knowledge", "statistics"],
];

/// What a feature keeps to itself.
const INSIDE: [&str; 4] = ["store", "handlers", "http", "jobs"];

/// What the rules know nothing of.
const TECHNOLOGY: [&str; 3] = ["diesel", "actix", "tokio"];

/// The sources, and where exported macros stand.
struct Crate {
    sources: Vec<Source>,
    macros: HashMap<String, Vec<String>>,
}

impl Crate {
    fn new(sources: Vec<Source>) -> Crate {
        let macros = macro_homes(&sources);
        Crate { sources, macros }
    }

    fn read() -> Crate {
        let read = Crate::new(read_all());
        for storey in STOREYS {
            assert!(
                read.sources.iter().any(|source| segment(&source.module, 0) == storey),
                "{storey} is empty"
            );
        }
        read
    }

    /// Every path that every file names.
    fn named(&self) -> impl Iterator<Item = (&Source, Named)> {
        self.sources
            .iter()
            .flat_map(|source| source.named(&self.macros).into_iter().map(move |named| (source, named)))
    }
}

fn segment(path: &[String], at: usize) -> &str {
    path.get(at).map_or("", String::as_str)
}

fn storey(path: &[String]) -> Option<usize> {
    STOREYS.iter().position(|storey| *storey == segment(path, 0))
}

/// The feature a path belongs to.
fn feature(path: &[String]) -> Option<&str> {
    let is_feature = segment(path, 0) == "features" && path.len() > 1;
    is_feature.then(|| segment(path, 1))
}

fn rank(feature: &str) -> Option<usize> {
    FEATURES.iter().position(|equals| equals.contains(&feature))
}

fn at(source: &Source, named: &Named, why: &str) -> String {
    format!("{}:{}: {} {why}", source.file, named.line, named.path.join("::"))
}

fn upward_imports(read: &Crate) -> Vec<String> {
    let upward = read.named().filter(|(source, named)| {
        storey(&source.module).zip(storey(&named.path)).is_some_and(|(from, to)| to > from)
    });
    upward.map(|(source, named)| at(source, &named, "is a storey above")).collect()
}

fn homeless_modules(read: &Crate) -> Vec<String> {
    let homeless = read.sources.iter().filter(|source| {
        let has_storey = source.module.is_empty() || storey(&source.module).is_some();
        !has_storey || feature(&source.module).is_some_and(|feature| rank(feature).is_none())
    });
    homeless.map(|source| format!("{}: this module has no place in the architecture", source.file)).collect()
}

fn technology_in_rules(read: &Crate) -> Vec<String> {
    let rules = read.sources.iter().filter(|source| segment(&source.module, 0) == "rules");
    let words = rules.flat_map(|source| source.tokens.iter().map(move |token| (source, token)));
    words
        .filter(|(_, token)| TECHNOLOGY.iter().any(|name| token.text.starts_with(name)))
        .map(|(source, token)| format!("{}:{}: rules know no {}", source.file, token.line, token.text))
        .collect()
}

/// The names by which one feature uses another.
fn between_features(read: &Crate) -> Vec<(&Source, Named)> {
    let named = read.named().filter(|(source, named)| {
        feature(&source.module).zip(feature(&named.path)).is_some_and(|(from, to)| from != to)
    });
    named.collect()
}

fn insides_of_others(read: &Crate) -> Vec<String> {
    let inside = |(_, named): &(&Source, Named)| INSIDE.contains(&segment(&named.path, 2));
    let found = between_features(read).into_iter().filter(inside);
    found.map(|(source, named)| at(source, &named, "is the inside of another feature")).collect()
}

fn features_out_of_order(read: &Crate) -> Vec<String> {
    let wrong = |(source, named): &(&Source, Named)| {
        let ranks = feature(&source.module).and_then(rank).zip(feature(&named.path).and_then(rank));
        ranks.is_some_and(|(from, to)| to >= from)
    };
    let found = between_features(read).into_iter().filter(wrong);
    found.map(|(source, named)| at(source, &named, "is a feature that does not stand below")).collect()
}

/// Which module of a storey names which other, and one place where it does.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

fn graph(read: &Crate, storey: &str) -> Graph {
    let modules: BTreeSet<&str> = read
        .sources
        .iter()
        .filter(|source| segment(&source.module, 0) == storey)
        .map(|source| segment(&source.module, 1))
        .collect();
    let mut graph = Graph::new();
    for (source, named) in read.named() {
        let (from, to) = (segment(&source.module, 1), segment(&named.path, 1));
        let is_within = segment(&source.module, 0) == storey && segment(&named.path, 0) == storey;
        if is_within && from != to && !from.is_empty() && modules.contains(to) {
            let place = format!("{}:{}", source.file, named.line);
            graph.entry(from.to_owned()).or_default().entry(to.to_owned()).or_insert(place);
        }
    }
    graph
}

/// Takes away, again and again, the modules that name no other or that no other names, until only cycles are left.
fn cycles(read: &Crate, storey: &str) -> Vec<String> {
    let mut left = graph(read, storey);
    while peel(&mut left) {}
    let edges =
        left.iter().flat_map(|(from, targets)| targets.iter().map(move |(to, place)| (from, to, place)));
    edges.map(|(from, to, place)| format!("{place}: {from} needs {to}, and they stand in a cycle")).collect()
}

/// Whether something was taken away.
fn peel(left: &mut Graph) -> bool {
    let before = edges(left);
    let targets: BTreeSet<String> = left.values().flat_map(|targets| targets.keys().cloned()).collect();
    left.retain(|from, _| targets.contains(from));
    let names: BTreeSet<String> = left.keys().cloned().collect();
    for targets in left.values_mut() {
        targets.retain(|target, _| names.contains(target));
    }
    left.retain(|_, targets| !targets.is_empty());
    edges(left) < before
}

fn edges(graph: &Graph) -> usize {
    graph.values().map(BTreeMap::len).sum()
}

#[track_caller]
fn assert_none(complaints: &[String]) {
    assert!(
        complaints.is_empty(),
        "{} against the architecture:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn imports_point_downwards_only() {
    assert_none(&upward_imports(&Crate::read()));
}

#[test]
fn every_module_has_its_place() {
    assert_none(&homeless_modules(&Crate::read()));
}

#[test]
fn the_rules_know_no_database_no_http_and_no_runtime() {
    assert_none(&technology_in_rules(&Crate::read()));
}

#[test]
fn a_feature_keeps_its_store_handlers_and_jobs_to_itself() {
    assert_none(&insides_of_others(&Crate::read()));
}

#[test]
fn a_feature_uses_lower_features_only() {
    assert_none(&features_out_of_order(&Crate::read()));
}

#[test]
fn the_modules_of_a_storey_form_no_cycle() {
    let read = Crate::read();
    for storey in ["rules", "platform"] {
        assert!(!graph(&read, storey).is_empty(), "no module of {storey} names another");
        assert_none(&cycles(&read, storey));
    }
}

/// The checks themselves, on small sources.
mod checks {
    use super::*;

    pub(super) fn made_of(files: &[(&str, &str)]) -> Crate {
        Crate::new(files.iter().map(|(file, text)| Source::new(file, text)).collect())
    }

    #[test]
    fn an_upward_import_is_found_with_its_line_however_it_is_written() {
        let ways = [
            "\n\nuse crate::features::tickets::Tickets;",
            "\n\nuse crate::{rules::text, features::{self, tickets}};",
            "\n\nfn f() { crate::app::server::start::<u8>() }",
            "\n\nuse super::super::app::state;",
            "mod tests {\n\n use super::super::super::app::state; }",
            "macro_rules! m { () => {\n\n$crate::features::x::y() } }",
        ];
        for way in ways {
            let found = upward_imports(&made_of(&[("src/platform/clock.rs", way)]));
            assert!(
                found.iter().any(|found| found.starts_with("src/platform/clock.rs:3: ")),
                "{way}: {found:?}"
            );
        }
    }

    #[test]
    fn comments_strings_and_characters_are_not_imports() {
        let text = r##"
            //! See [`crate::app::server`].
            /* use crate::app::state; */
            const A: &str = "\" use crate::app::state;";
            const B: &str = r#"" use crate::app::state;"#;
            const C: char = '"'; const D: char = '\'';
            fn f<'a>(x: &'a str) -> &'a str { x } // crate::features::tickets
        "##;
        let read = made_of(&[("src/platform/clock.rs", text)]);
        assert_eq!(upward_imports(&read), Vec::<String>::new());
        assert_eq!(
            technology_in_rules(&made_of(&[("src/rules/text.rs", "// tokio\nconst A: &str = \"diesel\";")])),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_downward_import_is_allowed() {
        let text = "use crate::platform::db::Db; use crate::rules::text; use super::other; mod tests { use super::*; }";
        let read = made_of(&[("src/features/tickets/service.rs", text)]);
        assert_eq!(read.named().count(), 4);
        assert_none(&upward_imports(&read));
        assert_none(&insides_of_others(&read));
    }

    #[test]
    fn an_exported_macro_stands_where_it_is_defined() {
        let words = ("src/platform/db/words.rs", "#[macro_export]\nmacro_rules! sql_words { () => {} }");
        let read = made_of(&[words, ("src/rules/text.rs", "use crate::{sql_words};")]);
        assert_eq!(
            upward_imports(&read),
            ["src/rules/text.rs:1: platform::db::words::sql_words is a storey above"]
        );
    }

    #[test]
    fn a_module_without_a_place_is_found() {
        let read = made_of(&[("src/utils.rs", ""), ("src/features/chat/mod.rs", ""), ("src/lib.rs", "")]);
        assert_eq!(homeless_modules(&read).len(), 2);
    }

    #[test]
    fn technology_in_the_rules_is_found() {
        let read = made_of(&[("src/rules/sla.rs", "\nuse actix_web::web;")]);
        assert_eq!(technology_in_rules(&read), ["src/rules/sla.rs:2: rules know no actix_web"]);
    }

    #[test]
    fn the_inside_of_another_feature_and_a_higher_feature_are_found() {
        let text = "use crate::features::tickets::store::tickets;\nuse crate::features::knowledge::Search;\nuse super::store;";
        let read = made_of(&[("src/features/escalation/sweep.rs", text)]);
        assert_eq!(insides_of_others(&read).len(), 1);
        let order = features_out_of_order(&read);
        assert_eq!(order.len(), 1, "{order:?}");
        assert!(order[0].starts_with("src/features/escalation/sweep.rs:2: features::knowledge::Search"));
    }

    #[test]
    fn features_of_one_line_do_not_use_each_other() {
        let read =
            made_of(&[("src/features/routing/jobs.rs", "use crate::features::notifications::AddressBook;")]);
        assert_eq!(features_out_of_order(&read).len(), 1);
    }

    #[test]
    fn a_cycle_is_found_and_what_only_leads_to_it_is_not_blamed() {
        let files = [
            ("src/platform/http/locale.rs", "use crate::platform::config::Settings;"),
            ("src/platform/config/mod.rs", "use crate::platform::mail::MailSettings;"),
            ("src/platform/mail/compose.rs", "use crate::platform::http::locale::Locale;"),
            ("src/platform/clock.rs", ""),
            ("src/platform/jobs/mod.rs", "use crate::platform::clock::Clock;"),
            ("src/platform/search/mod.rs", "use crate::platform::http::problem::Problem;"),
        ];
        let found = cycles(&made_of(&files), "platform");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("src/platform/config/mod.rs:1: config needs mail"), "{found:?}");
    }
}
