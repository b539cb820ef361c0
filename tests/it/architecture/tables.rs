//! Each table belongs to one: only the store of one feature names it, or one part of the platform.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::source::Source;
use super::{Crate, assert_none, feature, segment};

const SCHEMA: [&str; 3] = ["platform", "db", "schema"];

fn is_schema(source: &Source) -> bool {
    SCHEMA.iter().enumerate().all(|(at, name)| segment(&source.module, at) == *name)
}

/// The tables, as the schema declares them.
fn tables(read: &Crate) -> BTreeSet<String> {
    let schemas = read.sources.iter().filter(|source| is_schema(source));
    let declared = |source: &Source| -> Vec<String> {
        let words: Vec<&str> = source.tokens.iter().map(|token| token.text.as_str()).collect();
        let tables = words.windows(4).filter(|window| matches!(window, ["table", "!", "{", _]));
        tables.map(|window| window[3].to_owned()).collect()
    };
    schemas.flat_map(declared).collect()
}

/// The tables that a file names in statements of diesel and in statements that are written out.
fn named_in(read: &Crate, source: &Source, tables: &BTreeSet<String>) -> BTreeSet<String> {
    static WRITTEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:ONLY\s+)?([a-z_]+)").unwrap());
    let paths = source.named(&read.macros);
    let of_schema = paths
        .iter()
        .filter(|named| SCHEMA.iter().enumerate().all(|(at, name)| segment(&named.path, at) == *name));
    let imported = of_schema.map(|named| segment(&named.path, SCHEMA.len()).to_owned());
    let written = WRITTEN.captures_iter(&source.text).map(|found| found[1].to_owned());
    imported.chain(written).filter(|name| tables.contains(name)).collect()
}

/// Whose table it is that a file names: a feature's, or a part of the platform's.
fn owner(source: &Source) -> String {
    feature(&source.module)
        .map_or_else(|| source.module.iter().take(2).cloned().collect::<Vec<_>>().join("::"), str::to_owned)
}

/// In a feature, only the store names tables; the platform has no stores of its own.
fn may_name_tables(source: &Source) -> bool {
    let is_store = |name: &String| name == "store" || name.ends_with("_store");
    match feature(&source.module) {
        Some(_) => source.module.iter().any(is_store),
        None => segment(&source.module, 0) == "platform",
    }
}

fn complaints(read: &Crate) -> Vec<String> {
    let tables = tables(read);
    let mut owners: BTreeMap<&str, BTreeSet<String>> =
        tables.iter().map(|table| (table.as_str(), BTreeSet::new())).collect();
    let mut complaints = Vec::new();
    for source in read.sources.iter().filter(|source| !is_schema(source)) {
        for table in named_in(read, source, &tables) {
            if !may_name_tables(source) {
                complaints.push(format!("{}: names the table {table} and is no store", source.file));
            }
            if let Some(owners) = owners.get_mut(table.as_str()) {
                owners.insert(owner(source));
            }
        }
    }
    for (table, owners) in owners.iter().filter(|(_, owners)| owners.len() != 1) {
        complaints.push(format!("{table}: is named by {owners:?}, and belongs to one"));
    }
    complaints
}

#[test]
fn each_table_is_named_by_the_store_of_one_feature() {
    let read = Crate::read();
    assert!(tables(&read).len() > 40, "the schema is not found");
    assert_none(&complaints(&read));
}

mod checks {
    use super::super::checks::made_of;
    use super::*;

    const SCHEMA_FILE: (&str, &str) =
        ("src/platform/db/schema/tickets.rs", "diesel::table! {\n    ticket (id) { id -> Uuid } }");

    #[test]
    fn a_table_that_two_features_name_is_found_however_they_write_it() {
        let one = ("src/features/tickets/store/tickets.rs", "use crate::platform::db::schema::{ticket};");
        let other = ("src/features/statistics/store.rs", "const Q: &str = \"SELECT 1 FROM ticket\";");
        let found = complaints(&made_of(&[SCHEMA_FILE, one, other]));
        assert_eq!(found, [r#"ticket: is named by {"statistics", "tickets"}, and belongs to one"#]);
        assert_none(&complaints(&made_of(&[SCHEMA_FILE, one])));
    }

    #[test]
    fn a_service_or_the_assembly_that_names_a_table_is_found_and_so_is_a_table_nobody_names() {
        for file in ["src/features/tickets/service.rs", "src/app/demo.rs"] {
            let text = "fn f() { crate::platform::db::schema::ticket::table; }";
            let found = complaints(&made_of(&[SCHEMA_FILE, (file, text)]));
            assert_eq!(found, [format!("{file}: names the table ticket and is no store")]);
        }
        assert_eq!(complaints(&made_of(&[SCHEMA_FILE])), ["ticket: is named by {}, and belongs to one"]);
    }
}
