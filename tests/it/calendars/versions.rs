//! Versions: installed once, never changed, and each clock keeps its own.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Timestamptz};
use serde_json::{Value, json};

use huiyin::features::calendars::{
    CalendarsError, Embedded, Installed, Outcome, RulesKind, embedded, install,
};
use huiyin::platform::db::DbError;
use huiyin::platform::db::schema::{rules_in_force, rules_version};
use huiyin::rules::calendar::CALENDARS;

use crate::support::app::{START, TestApp};
use crate::support::city::{City, heating_letter};
use crate::support::database::TestDatabase;

fn outcomes(installed: &[Installed]) -> Vec<(RulesKind, i32, Outcome)> {
    installed.iter().map(|one| (one.kind, one.version, one.outcome)).collect()
}

fn install_now(conn: &mut PgConnection, documents: &[Embedded]) -> Result<Vec<Installed>, CalendarsError> {
    conn.transaction(|conn| install(conn, documents, START.parse().unwrap()))
}

/// The built-in calendar as another version, with a day off that no notice knows.
fn other_calendar(version: i32, day_off: &str) -> String {
    let text = CALENDARS[0].1.replace("\nversion = 1\n", &format!("\nversion = {version}\n"));
    let extra = format!("off = [\n  {{ from = \"{day_off}\", to = \"{day_off}\", holiday = \"元旦\" }},\n");
    let (before, year) = text.split_once("year = 2026\n").unwrap();
    format!("{before}year = 2026\n{}", year.replacen("off = [\n", &extra, 1))
}

fn proposal(version: i32) -> Embedded {
    Embedded { kind: RulesKind::Calendar, document: other_calendar(version, "2026-09-23") }
}

#[test]
fn the_built_in_documents_are_installed_once_however_many_instances_start() {
    let database = TestDatabase::new();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let mut conn = database.connect();
            std::thread::spawn(move || install_now(&mut conn, &embedded()).unwrap())
        })
        .collect();
    let firsts = starts.into_iter().map(|start| start.join().unwrap());
    let firsts =
        firsts.filter(|installed| installed.iter().all(|one| one.outcome == Outcome::InForce)).count();
    assert_eq!(firsts, 1, "the others found everything there");

    let mut conn = database.connect();
    assert_eq!(rules_version::table.count().get_result(&mut conn), Ok(2));
    assert_eq!(rules_in_force::table.count().get_result(&mut conn), Ok(2));
    let again = install_now(&mut conn, &embedded()).unwrap();
    assert!(again.iter().all(|one| one.outcome == Outcome::Known), "{again:?}");
}

#[test]
fn a_newer_built_in_document_is_proposed_and_not_put_in_force() {
    let database = TestDatabase::new();
    let mut conn = database.connect();
    install_now(&mut conn, &embedded()).unwrap();
    let newer = install_now(&mut conn, &[proposal(3)]).unwrap();
    assert_eq!(outcomes(&newer), [(RulesKind::Calendar, 3, Outcome::Proposed)]);
    let in_force: i32 = rules_in_force::table
        .filter(rules_in_force::kind.eq(RulesKind::Calendar))
        .select(rules_in_force::version)
        .first(&mut conn)
        .unwrap();
    assert_eq!(in_force, 1);
    let older = install_now(&mut conn, &[proposal(2), proposal(1), proposal(3)]).unwrap();
    let older: Vec<_> = older.iter().map(|one| one.outcome).collect();
    assert_eq!(older, [Outcome::Older, Outcome::Different, Outcome::Known]);
}

#[test]
fn no_version_is_ever_changed_or_deleted() {
    let database = TestDatabase::new();
    let mut conn = database.connect();
    install_now(&mut conn, &embedded()).unwrap();
    for statement in [
        "UPDATE rules_version SET document = ''",
        "UPDATE rules_version SET source_title = 'x'",
        "DELETE FROM rules_version",
        "TRUNCATE rules_version CASCADE",
        "DELETE FROM rules_in_force",
        "UPDATE rules_in_force SET version = 1",
    ] {
        let refused = diesel::sql_query(statement).execute(&mut conn).map_err(DbError::from);
        assert!(matches!(refused, Err(DbError::Constraint(_))), "{statement}: {refused:?}");
    }
}

/// Writes another version of the city's calendar, which is not in force, and lets the server read it.
async fn propose(app: &TestApp, version: i32, day_off: &str) {
    let document = Embedded { kind: RulesKind::Calendar, document: other_calendar(version, day_off) };
    install_now(&mut app.database.connect(), &[document]).unwrap();
    assert!(app.state.calendars.refresh().await.unwrap());
    assert!(!app.state.calendars.refresh().await.unwrap(), "nothing is new any more");
}

/// Moves the clocks of a letter to a version, as a recalculation does.
fn name_version(app: &TestApp, reference: &str, version: i32) {
    diesel::sql_query(
        "UPDATE clock SET calendar_version = $1 WHERE ticket_id = (SELECT id FROM ticket WHERE reference = $2)",
    )
    .bind::<Integer, _>(version)
    .bind::<Text, _>(reference)
    .execute(&mut app.database.connect())
    .unwrap();
}

async fn letter_in_progress(city: &City) -> String {
    let reference = city.submit(&heating_letter()).await.reference;
    city.bring_to(&reference, "heating-office", "housing.handler").await;
    reference
}

async fn reply_clock(city: &City, reference: &str) -> Value {
    let clocks = city.read("supervisor.qin", &format!("/v1/staff/tickets/{reference}/clocks")).await;
    clocks.as_array().unwrap().iter().find(|clock| clock["metric"] == "reply").unwrap().clone()
}

async fn extend(city: &City, reference: &str) {
    let lead = json!({"amount": 1, "reason": "等待配件"});
    city.acts("housing.lead", reference, "actions/request-extension", lead).await;
    city.acts("supervisor.qin", reference, "actions/decide-extension", json!({"granted": true})).await;
}

#[tokio::test]
async fn a_clock_is_computed_with_the_version_it_names_and_not_with_the_one_in_force() {
    let city = City::open().await;
    let references = [letter_in_progress(&city).await, letter_in_progress(&city).await];
    // Received on Friday 2026-09-18; Sunday the 20th makes up, the 25th to the 27th is Mid-Autumn. 2026-09-23 is off
    // only in version 2.
    propose(&city.app, 2, "2026-09-23").await;
    name_version(&city.app, &references[1], 2);
    for reference in &references {
        extend(&city, reference).await;
    }
    let [old, new] = [reply_clock(&city, &references[0]).await, reply_clock(&city, &references[1]).await];
    assert_eq!((&old["due_on"], &new["due_on"]), (&json!("2026-09-28"), &json!("2026-09-29")));
    assert_eq!((&old["calendar"], &new["calendar"]), (&json!("cn v1"), &json!("cn v2")));
    let day_off: NaiveDate = "2026-09-23".parse().unwrap();
    let explained = new["days"].as_array().unwrap().iter().find(|day| day["on"] == json!(day_off)).unwrap();
    assert!(explained.to_string().contains("元旦"), "the explanation is version 2's: {explained}");
    assert_eq!(city.app.state.tickets.rulebook().calendar.version(), 1, "new clocks follow what is in force");
}

#[tokio::test]
async fn an_instance_that_has_not_read_a_version_yet_reads_it_when_a_clock_names_it() {
    let city = City::open().await;
    let reference = letter_in_progress(&city).await;
    let document = Embedded { kind: RulesKind::Calendar, document: other_calendar(2, "2026-09-23") };
    install_now(&mut city.app.database.connect(), &[document]).unwrap();
    name_version(&city.app, &reference, 2);
    extend(&city, &reference).await;
    assert_eq!(reply_clock(&city, &reference).await["due_on"], json!("2026-09-29"));
}

#[tokio::test]
async fn an_alarm_is_armed_by_the_version_its_clock_names() {
    let city = City::open().await;
    let reference = letter_in_progress(&city).await;
    propose(&city.app, 2, "2026-09-28").await;
    name_version(&city.app, &reference, 2);
    // The reminder of the day before the due day, 2026-09-24, has fired when L1 of the due day is armed; L2 comes a
    // working day after that, which in version 2 is not Monday the 28th.
    for now in ["2026-09-23T01:00:00Z", "2026-09-24T16:00:00Z"] {
        city.app.state.sweep.run_once(now.parse().unwrap()).await.unwrap();
    }
    #[derive(QueryableByName)]
    struct Next {
        #[diesel(sql_type = Timestamptz)]
        next_alarm_at: chrono::DateTime<chrono::Utc>,
    }
    let next: Next = diesel::sql_query(
        "SELECT next_alarm_at FROM clock JOIN ticket ON ticket.id = ticket_id \
         WHERE reference = $1 AND metric = 'reply'",
    )
    .bind::<Text, _>(&reference)
    .get_result(&mut city.app.database.connect())
    .unwrap();
    assert_eq!(next.next_alarm_at, "2026-09-29T16:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
}
