//! Every migration goes down and up again on a database that is in use, and what the older tables can hold survives.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use huiyin::app::demo;

use super::lines;
use crate::support::app::TestApp;

/// What goes with a migration, because the tables before it have no place for it: the migration and what the names of the
/// columns begin with.
const LOST_ON_THE_WAY_DOWN: [(&str, &str); 6] = [
    // What was measured only since then.
    ("001300_metrics", "clock."),
    ("001300_metrics", "alarm."),
    // A ticket on hold goes back to where it was.
    ("001420_legal_hold", "ticket.state"),
    ("001420_legal_hold", "ticket.resume_state"),
    // Broken promises were not counted.
    ("001500_breaches", "statistics_daily."),
    // A duty was that of those who work on the letters.
    ("001510_duty_posts", "duty."),
];

/// What has another name below the migration; the rows are the same.
const RENAMED: [(&str, &str); 1] = [("001850_outbox_consumers", "outbox_message.topic")];

/// What the sample city has none of, and only the newer tables can hold.
const NEWER: [&str; 4] = [
    "UPDATE ticket SET resume_state = state, state = 'on_hold'
     WHERE id = (SELECT id FROM ticket WHERE state = 'in_progress' ORDER BY id LIMIT 1)",
    "INSERT INTO duty (id, staff_id, first_on, last_on, entered_by, entered_at, post)
     SELECT gen_random_uuid(), id, '2026-09-18', '2026-09-20', id, '2026-09-18T01:00:00Z', post
     FROM (SELECT id FROM staff ORDER BY id LIMIT 1) AS somebody, unnest(ARRAY['work', 'supervision']) AS post",
    "UPDATE clock SET metric = 'third_party' WHERE id = (SELECT id FROM clock WHERE metric = 'accept' AND status = 'stopped'
        AND id NOT IN (SELECT clock_id FROM alarm) ORDER BY id LIMIT 1)",
    "INSERT INTO alarm (id, clock_id, ticket_id, reference, metric, arming, level, due_on, fire_at, fired_at, is_absorbed, kind)
     SELECT gen_random_uuid(), clock.id, ticket.id, ticket.reference, 'third_party', 1, 'l0', clock.due_on, clock.due_at, clock.due_at, true, ticket.kind
     FROM clock JOIN ticket ON ticket.id = clock.ticket_id WHERE metric = 'third_party'",
];

/// A digest of every column of every table, by `table.column`.
type Contents = BTreeMap<String, String>;

fn contents(conn: &mut PgConnection) -> Contents {
    let columns = "SELECT c.relname || '.' || a.attname AS line
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
             AND NOT a.attisdropped AND c.relname <> '__diesel_schema_migrations'";
    let mut contents = Contents::new();
    for column in lines(conn, columns) {
        let (table, name) = column.split_once('.').unwrap();
        let sorted = format!("string_agg({name}::text, ',' ORDER BY {name}::text)");
        let query = format!("SELECT count(*) || ' ' || coalesce(md5({sorted}), '') AS line FROM {table}");
        let digest = lines(conn, &query).remove(0);
        contents.insert(column, digest);
    }
    contents
}

/// The migrations, the oldest first.
fn migrations() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut migrations: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    migrations
}

/// One file in one transaction, as the program runs it.
fn run(conn: &mut PgConnection, migration: &Path, file: &str) {
    let path = migration.join(file);
    let statements = std::fs::read_to_string(&path).unwrap();
    // A file of comments alone would be no query.
    conn.transaction(|conn| conn.batch_execute(&format!("{statements}\nSELECT 1;")))
        .unwrap_or_else(|error: diesel::result::Error| panic!("{}: {error}", path.display()));
}

/// The columns whose contents differ, among those that both have.
fn differing(before: &Contents, after: &Contents) -> Vec<String> {
    let both = before.iter().filter_map(|(column, digest)| Some((column, digest, after.get(column)?)));
    both.filter(|(_, before, after)| before != after).map(|(column, _, _)| column.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_migration_goes_down_and_up_again_with_the_data_in_it() {
    let app = TestApp::start().await;
    demo::fill(&app.state.settings, |_, _| {}).await.unwrap();
    app.state.db.close();
    let mut conn = app.database.connect();
    NEWER.iter().for_each(|statement| conn.batch_execute(statement).unwrap());
    let at_first = contents(&mut conn);
    assert!(at_first["ticket.id"].starts_with("89 "), "{}", at_first["ticket.id"]);
    for migration in migrations().iter().rev() {
        let name = migration.file_name().unwrap().to_str().unwrap();
        let before = contents(&mut conn);
        run(&mut conn, migration, "down.sql");
        let below = contents(&mut conn);
        run(&mut conn, migration, "up.sql");
        let again = contents(&mut conn);
        let columns = |contents: &Contents| contents.keys().cloned().collect::<Vec<_>>();
        assert_eq!(columns(&again), columns(&before), "{name} makes what it made before");
        let (mut lost, mut gained) = (differing(&before, &below), differing(&below, &again));
        let is_renamed = |column: &String| RENAMED.contains(&(name, column.as_str()));
        lost.retain(|column| {
            let goes = LOST_ON_THE_WAY_DOWN.iter().any(|(at, lost)| *at == name && column.starts_with(lost));
            !goes && !is_renamed(column)
        });
        gained.retain(|column| !is_renamed(column));
        assert_eq!((lost, gained), (Vec::new(), Vec::new()), "{name} loses data");
        run(&mut conn, migration, "down.sql");
    }
    assert_eq!(contents(&mut conn), Contents::new());
}
