//! The files of a feature form no circle: of two files, at most one needs the other, however long the way.

use std::collections::{BTreeSet, HashMap};

use super::{Crate, FEATURES, Graph, assert_none, feature, peel};

/// Which modules are files, and where that stands which a module passes on from its children.
struct Files {
    modules: BTreeSet<Vec<String>>,
    passed_on: HashMap<Vec<String>, Vec<String>>,
}

impl Files {
    fn of(read: &Crate) -> Files {
        let modules = read.sources.iter().map(|source| source.module.clone()).collect();
        let passed_on = read.sources.iter().flat_map(|source| {
            let name = |path: &[String]| [source.module.as_slice(), &path[path.len() - 1..]].concat();
            source.passed_on().into_iter().map(move |named| (name(&named.path), named.path))
        });
        Files { modules, passed_on: passed_on.collect() }
    }

    /// The file in which that stands which a path names.
    fn file_of(&self, path: &[String]) -> Option<Vec<String>> {
        let mut path = path.to_vec();
        // A name is passed on from module to module, at most so often.
        for _ in 0..8 {
            let depth = (1..=path.len()).rev().find(|depth| self.modules.contains(&path[..*depth]))?;
            match path.get(..=depth).and_then(|name| self.passed_on.get(name)) {
                Some(target) if *target != path[..=depth] => path = [target, &path[depth + 1..]].concat(),
                _ => return Some(path[..depth].to_vec()),
            }
        }
        None
    }
}

/// Which file of a feature needs which other. What a module passes on of its children is no need.
fn graph(read: &Crate, wanted: &str) -> Graph {
    let files = Files::of(read);
    let mut graph = Graph::new();
    for (source, named) in read.named().filter(|(source, _)| feature(&source.module) == Some(wanted)) {
        let Some(target) = files.file_of(&named.path) else { continue };
        let is_other = feature(&target) == Some(wanted) && !target.starts_with(&source.module);
        if is_other {
            let place = format!("{}:{}", source.file, named.line);
            let needs = graph.entry(source.module[1..].join("::")).or_default();
            needs.entry(target[1..].join("::")).or_insert(place);
        }
    }
    graph
}

/// Every circle, as the way around it, with a place where it is closed.
fn circles(mut left: Graph) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(circle) = cut_circle(&mut left) {
        found.push(circle);
    }
    found
}

/// Walks on from the first file until one comes again; cuts the last step, so that the next walk finds another circle.
fn cut_circle(left: &mut Graph) -> Option<String> {
    while peel(left) {}
    let mut way = vec![left.keys().next()?.clone()];
    loop {
        let here = way.last()?.clone();
        let (next, place) =
            left.get(&here)?.iter().next().map(|(next, place)| (next.clone(), place.clone()))?;
        let Some(from) = way.iter().position(|known| *known == next) else {
            way.push(next);
            continue;
        };
        left.get_mut(&here)?.remove(&next);
        return Some(format!("{place}: {} -> {next}", way[from..].join(" -> ")));
    }
}

#[test]
fn the_files_of_a_feature_form_no_circle() {
    let read = Crate::read();
    for feature in FEATURES.iter().copied().flatten() {
        let graph = graph(&read, feature);
        assert!(!graph.is_empty(), "no file of {feature} needs another");
        assert_none(&circles(graph));
    }
}

mod checks {
    use super::super::checks::made_of;
    use super::*;

    #[test]
    fn a_circle_is_named_even_when_it_leads_through_what_a_module_passes_on() {
        let files = [
            ("src/features/publication/mod.rs", "mod store; mod service; pub use service::Publisher;"),
            ("src/features/publication/service.rs", "use super::store::entries::EntryRow;"),
            ("src/features/publication/store/mod.rs", "pub(super) mod entries;"),
            (
                "src/features/publication/store/entries.rs",
                "\nuse crate::features::publication::{Publisher, X};",
            ),
            ("src/features/publication/views.rs", "use super::service::Publisher;"),
        ];
        assert_eq!(
            circles(graph(&made_of(&files), "publication")),
            [
                "src/features/publication/store/entries.rs:2: publication::service -> publication::store::entries \
              -> publication::service"
            ]
        );
    }

    #[test]
    fn a_longer_circle_and_a_second_one_are_found_and_other_features_do_not_count() {
        let files = [
            ("src/features/routing/a.rs", "use super::b::B;"),
            ("src/features/routing/b.rs", "use super::c::C; use crate::features::tickets::x::X;"),
            ("src/features/routing/c.rs", "use super::a::A; use super::d::D;"),
            ("src/features/routing/d.rs", "use super::c::C;"),
            ("src/features/tickets/x.rs", "use crate::features::routing::b::B;"),
        ];
        let found = circles(graph(&made_of(&files), "routing"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].ends_with("routing::a -> routing::b -> routing::c -> routing::a"), "{found:?}");
    }

    #[test]
    fn a_module_may_pass_on_what_needs_it() {
        let files = [
            (
                "src/features/routing/mod.rs",
                "mod jobs; pub use jobs::Job; pub struct Rule; use self::jobs::run;",
            ),
            ("src/features/routing/jobs.rs", "use super::Rule;"),
        ];
        assert_none(&circles(graph(&made_of(&files), "routing")));
    }
}
