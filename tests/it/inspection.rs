//! The inspection sentinel: countdowns for staff and for monitoring, and a letter that leaves nothing behind.

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::sync::LazyLock;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use huiyin::platform::clock::{Clock, SystemClock};
use huiyin::platform::crypto::generate_key;
use huiyin::rules::vocabulary::{AlarmLevel, Role};
use serde_json::{Value, json};

use crate::support::app::{TestApp, success};
use crate::support::city::heating_letter;
use crate::support::database::TestDatabase;
use crate::support::overdue;
use crate::support::personas::{seed_city, sign_in};

/// Level and letter of a check, as an auditor sees it who has just signed in.
async fn check(app: &TestApp, name: &str) -> (String, Option<String>) {
    let username = format!("auditor.{}", &uuid::Uuid::now_v7().simple().to_string()[20..]);
    let auditor = sign_in(app, &username, &[(Role::Auditor, None)]);
    let seen = success(app.get("/v1/staff/inspection").bearer_auth(auditor.token)).await;
    let checks = seen["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["check"] == name).unwrap();
    assert!(!check["title"].as_str().unwrap().is_empty());
    (check["level"].as_str().unwrap().to_owned(), check["reference"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn the_oldest_unanswered_letter_is_counted_down_and_so_is_what_was_never_counted() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    assert_eq!(check(&app, "oldest_unanswered").await, ("ok".into(), None));
    assert_eq!(check(&app, "last_published").await, ("warn".into(), None), "nothing ever was");
    let receipt = success(app.post_once("/v1/tickets", &heating_letter())).await;
    let reference = receipt["reference"].as_str().map(str::to_owned);
    assert_eq!(check(&app, "oldest_unanswered").await, ("ok".into(), reference.clone()));

    // No worker runs here: the letter is neither routed nor counted.
    app.advance(TimeDelta::minutes(25));
    assert_eq!(check(&app, "messages").await.0, "warn");
    assert_eq!(check(&app, "statistics").await.0, "warn");
    app.advance(TimeDelta::minutes(40));
    assert_eq!(check(&app, "messages").await.0, "critical");
    assert_eq!(check(&app, "statistics").await.0, "critical");
    app.deliver_outbox().await;
    assert_eq!(check(&app, "messages").await.0, "ok");
    assert_eq!(check(&app, "statistics").await.0, "ok");

    app.advance(TimeDelta::days(62));
    assert_eq!(check(&app, "oldest_unanswered").await, ("warn".into(), reference.clone()));
    app.advance(TimeDelta::days(30));
    assert_eq!(check(&app, "oldest_unanswered").await, ("critical".into(), reference));
}

#[tokio::test]
async fn a_citys_stricter_threshold_changes_the_level_and_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thresholds.toml");
    let own = r#"
        [[checks]]
        check = "oldest_unanswered"
        limit = 10
        unit = "days"
        warn_before = 5
        critical_before = 1
        title = "最久未答复的来信(本市要求)"
        title_en = "Oldest unanswered letter (the city's own rule)"
    "#;
    std::fs::write(&file, own).unwrap();
    let app =
        TestApp::start_with(|sources| sources.fix("inspection.thresholds_file", file.to_str().unwrap()))
            .await;
    seed_city(&app).await;
    success(app.post_once("/v1/tickets", &heating_letter())).await;
    app.deliver_outbox().await;
    for (days, level) in [(4, "ok"), (3, "warn"), (3, "critical")] {
        app.advance(TimeDelta::days(days));
        assert_eq!(check(&app, "oldest_unanswered").await.0, level, "after {days} days more");
    }
    assert_eq!(check(&app, "last_published").await.0, "warn", "as it is built in");
}

#[tokio::test]
async fn the_letter_of_the_probe_is_routed_and_found_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    success(app.post_once("/v1/tickets", &heating_letter())).await;
    let before = contents(&app.database);
    for _ in 0..3 {
        let probe = app.state.inspector().probe().await.unwrap();
        assert!(probe.is_ok(), "{probe:#?}");
        let steps: Vec<&str> = probe.steps.iter().map(|step| step.step).collect();
        assert_eq!(steps, ["submit", "route", "find"]);
        assert!(probe.steps[0].detail.starts_with("PROBE-"), "{probe:#?}");
    }
    assert_eq!(contents(&app.database), before, "no row more, none changed");
}

#[tokio::test]
async fn the_probe_gets_through_where_every_category_asks_for_a_form_or_takes_other_kinds_only() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let mut conn = app.database.connect();
    let field = |kind: &str| json!({"fields": [{"key": "what", "label": "何事", "label_en": "What", "type": kind, "required": true}]});
    let demand = |conn: &mut PgConnection, form: Value, kinds: &[&str]| {
        diesel::sql_query("UPDATE category SET form = $1, kinds = $2")
            .bind::<diesel::sql_types::Jsonb, _>(form)
            .bind::<diesel::sql_types::Array<Text>, _>(kinds)
            .execute(conn)
            .unwrap();
    };
    for kinds in [["inquiry", "complaint"], ["complaint", "mayor_letter"], ["error_report", "suggestion"]] {
        demand(&mut conn, field("date"), &kinds);
        app.state.directory.refresh().await.unwrap();
        let probe = app.state.inspector().probe().await.unwrap();
        assert!(probe.is_ok(), "{kinds:?}: {probe:#?}");
    }
    for kind in ["mayor_letter", "error_report", "information_request"] {
        demand(&mut conn, field("long_text"), &[kind]);
        app.state.directory.refresh().await.unwrap();
        let probe = app.state.inspector().probe().await.unwrap();
        assert!(probe.is_ok(), "{kind}: {probe:#?}");
    }
}

#[tokio::test]
async fn a_probe_that_cannot_get_through_says_where() {
    let app = TestApp::start().await;
    let probe = app.state.inspector().probe().await.unwrap();
    assert!(!probe.is_ok() && probe.steps[0].step == "submit", "{probe:#?}");
    seed_city(&app).await;
    let mut conn = app.database.connect();
    diesel::sql_query("ALTER TABLE ticket_event ADD CONSTRAINT broken CHECK (kind <> 'submitted')")
        .execute(&mut conn)
        .unwrap();
    let probe = app.state.inspector().probe().await.unwrap();
    assert!(!probe.is_ok(), "{probe:#?}");
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Summed {
    #[diesel(sql_type = BigInt)]
    rows: i64,
    #[diesel(sql_type = Text)]
    digest: String,
}

/// Rows and a digest of every table.
fn contents(database: &TestDatabase) -> BTreeMap<String, (i64, String)> {
    let mut conn = database.connect();
    let tables =
        "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: Vec<Named> = diesel::sql_query(tables).load(&mut conn).unwrap();
    let mut contents = BTreeMap::new();
    for Named { name } in tables {
        let query = format!(
            "SELECT count(*) AS rows, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest FROM {name} AS t"
        );
        let summed: Summed = diesel::sql_query(query).get_result(&mut conn).unwrap();
        contents.insert(name, (summed.rows, summed.digest));
    }
    assert!(contents.len() > 20);
    contents
}

/// The keys of the city; with others, its database is refused.
static SEALING_KEY: LazyLock<String> = LazyLock::new(|| generate_key().to_string());
static TOKEN_KEY: LazyLock<String> = LazyLock::new(|| generate_key().to_string());

/// Runs `huiyin inspect` against a database.
fn inspect(url: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_huiyin"))
        .arg("inspect")
        .args(arguments)
        .env_remove("HUIYIN_CONFIG")
        .env("HUIYIN__DATABASE__URL", url)
        .env("HUIYIN__SECRETS__SEALING_KEYS", format!("1:{}", SEALING_KEY.as_str()))
        .env("HUIYIN__SECRETS__TOKEN_KEY", TOKEN_KEY.as_str())
        .env("HUIYIN__DATA__FOLDER", folder.path())
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn monitoring_is_told_by_exit_codes_and_json() {
    let database = TestDatabase::create().await;
    overdue::populate(&mut database.connect());
    let nothing_published = inspect(database.url(), &["--json", "--probe"]);
    let told = String::from_utf8_lossy(&nothing_published.stdout).into_owned();
    assert_eq!(nothing_published.status.code(), Some(1), "{told}");
    let seen: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(seen["inspection"]["level"], "warn");
    assert_eq!(seen["probe"]["steps"][2]["is_ok"], json!(true), "{seen:#}");

    let old = SystemClock.now() - TimeDelta::days(120);
    overdue::put(&mut database.connect(), 1, old, AlarmLevel::L3);
    let late = inspect(database.url(), &[]);
    let told = String::from_utf8_lossy(&late.stdout).into_owned();
    assert_eq!(late.status.code(), Some(2), "{told}");
    assert!(told.starts_with("critical\ncritical  最久未答复的来信: 逾期 "), "{told}");

    let nowhere = inspect("postgres://huiyin@127.0.0.1:1/nowhere", &[]);
    assert_eq!(nowhere.status.code(), Some(3));
}
