//! The hand-kept schema files are what the migrations make: tables, keys, columns, types, what may be NULL.

use std::collections::BTreeMap;
use std::path::Path;

use super::lines;
use crate::support::database::TestDatabase;

/// Tables that are read and written by SQL alone, so that diesel need not know them.
const BY_SQL_ALONE: [&str; 3] = ["recalculation_move", "statistics_daily", "statistics_open"];

/// A column that the database computes and only its own constraints look at.
const BY_A_CONSTRAINT_ALONE: (&str, &str) = ("staff_grant", "is_administrator -> Bool");

/// The key and the columns of each table, in their order: `name -> Type`.
type Tables = BTreeMap<String, Vec<String>>;

/// Every `table!` of the schema files.
fn declared() -> Tables {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/platform/db/schema");
    let mut tables = Tables::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for block in text.split("diesel::table! {").skip(1) {
            let (name, table) = read_table(block);
            assert!(tables.insert(name.clone(), table).is_none(), "{name} is declared twice");
        }
    }
    tables
}

/// `\n    name (key, key) {\n        column -> Type,\n …    }\n}`
fn read_table(block: &str) -> (String, Vec<String>) {
    let (head, rest) = block.split_once(" {").expect("a table's columns");
    let (name, key) = head.trim().split_once(" (").expect("a table's key");
    let (columns, _) = rest.split_once('}').expect("the end of a table");
    let columns = columns.lines().map(|line| line.trim().trim_end_matches(','));
    let key = format!("key: {}", key.trim_end_matches(')'));
    let columns = columns.filter(|line| !line.is_empty()).map(str::to_owned);
    (name.to_owned(), std::iter::once(key).chain(columns).collect())
}

/// The same of the database.
fn migrated(database: &TestDatabase) -> Tables {
    let mut conn = database.connect();
    let columns = "SELECT concat_ws(' ', c.relname, a.attname, a.attnotnull,
                 coalesce(base.typname, t.typname)) AS line
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_type base ON base.oid = t.typbasetype
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
             AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '__diesel_schema_migrations'
         ORDER BY c.relname, a.attnum";
    let keys = "SELECT c.relname || ' ' || string_agg(a.attname, ', ' ORDER BY k.place) AS line
         FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
         CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace
             AND c.relname <> '__diesel_schema_migrations' GROUP BY c.relname";
    let mut tables = Tables::new();
    for line in lines(&mut conn, keys) {
        let (table, key) = line.split_once(' ').unwrap();
        tables.insert(table.to_owned(), vec![format!("key: {key}")]);
    }
    for line in lines(&mut conn, columns) {
        let [table, column, is_required, type_name] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let mut type_name = in_diesel(type_name);
        if is_required != "t" {
            type_name = format!("Nullable<{type_name}>");
        }
        tables.entry(table.to_owned()).or_default().push(format!("{column} -> {type_name}"));
    }
    tables
}

fn in_diesel(postgres: &str) -> String {
    match postgres {
        "text" => "Text",
        "uuid" => "Uuid",
        "timestamptz" => "Timestamptz",
        "date" => "Date",
        "jsonb" => "Jsonb",
        "bytea" => "Binary",
        "bool" => "Bool",
        "int2" => "SmallInt",
        "int4" => "Integer",
        "int8" => "BigInt",
        array if array.starts_with('_') => return format!("Array<{}>", in_diesel(&array[1..])),
        other => panic!("no column is of type {other}"),
    }
    .to_owned()
}

#[tokio::test]
async fn the_schema_files_are_what_the_migrations_make() {
    let database = TestDatabase::create().await;
    let mut migrated = migrated(&database);
    for table in BY_SQL_ALONE {
        assert!(migrated.remove(table).is_some(), "there is no {table}");
    }
    let (table, column) = BY_A_CONSTRAINT_ALONE;
    let columns = migrated.get_mut(table).unwrap();
    columns.remove(columns.iter().position(|there| there == column).unwrap());
    let declared = declared();
    assert!(declared.len() > 40, "{} tables were read", declared.len());
    let names = |tables: &Tables| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&declared), names(&migrated));
    for (table, columns) in &declared {
        let mut declared: Vec<_> = columns.clone();
        let mut there = migrated[table].clone();
        // New columns stand last in the database and with their like in the files.
        declared.sort();
        there.sort();
        assert_eq!(declared, there, "{table}");
    }
}
