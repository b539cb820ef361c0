//! Recalculations over the running server: planned, approved by a second person, moved in handfuls, told.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use huiyin::features::calendars::{Embedded, RulesKind, install};
use huiyin::features::recalculations::Step;
use huiyin::platform::db::DbError;
use huiyin::rules::calendar::CALENDARS;
use huiyin::rules::vocabulary::{AlarmLevel, Role};

use crate::support::app::{problem, success};
use crate::support::city::{City, Handed, heating_letter};
use crate::support::overdue;
use crate::support::personas::sign_in;
use crate::tickets::invariants::check;

use super::importing::{import, notice_2027};

/// Signs the second administrator in.
fn second(city: &City) -> String {
    let id = Uuid::now_v7().simple().to_string();
    sign_in(&city.app, &format!("admin.{}", &id[20..]), &[(Role::SystemAdministrator, None)]).token
}

pub(super) async fn plan(city: &City, version: i32) -> Value {
    let token = city.token("admin.wei").await;
    let body = json!({"kind": "calendar", "code": "cn", "version": version});
    success(city.app.post_once("/v1/staff/recalculations", &body).bearer_auth(token)).await
}

fn decision(city: &City, token: &str, plan: &Value, verb: &str) -> RequestBuilder {
    let path = format!("/v1/staff/recalculations/{}/actions/{verb}", plan["id"].as_str().unwrap());
    let revision = &plan["revision"];
    city.app.request(Method::POST, &path).bearer_auth(token).header("If-Match", format!("\"v{revision}\""))
}

pub(super) async fn approve(city: &City, plan: &Value) -> Value {
    success(decision(city, &second(city), plan, "approve")).await
}

/// Runs until it is done, as the background work does while time passes.
pub(super) async fn finish(city: &City) -> usize {
    let recalculator = city.app.state.recalculator();
    let mut moved = 0;
    for _ in 0..4 {
        moved += recalculator.run(|| false).await.unwrap();
        city.app.advance(TimeDelta::seconds(31));
    }
    moved
}

/// The built-in calendar as another version in which Mid-Autumn 2026 is worked.
pub(super) fn propose_without_mid_autumn(city: &City, version: i32) {
    let text = CALENDARS[0].1.replace("\nversion = 1\n", &format!("\nversion = {version}\n"));
    let mid_autumn = "  { from = \"2026-09-25\", to = \"2026-09-27\", holiday = \"中秋节\" },\n";
    assert!(text.contains(mid_autumn));
    let document = Embedded { kind: RulesKind::Calendar, document: text.replace(mid_autumn, "") };
    let mut conn = city.app.database.connect();
    conn.transaction(|conn| install(conn, &[document], city.app.now())).unwrap();
}

/// The built-in calendar as another version in which no Wednesday is worked for a year: for clocks at any time.
fn propose_without_wednesdays(city: &City, version: i32) {
    let text = CALENDARS[0].1.replace("\nversion = 1\n", &format!("\nversion = {version}\n"));
    let first: chrono::NaiveDate = "2026-10-14".parse().unwrap();
    let wednesdays = first
        .iter_weeks()
        .take(11)
        .map(|day| format!("  {{ from = \"{day}\", to = \"{day}\", holiday = \"元旦\" }},\n"));
    let (before, year) = text.split_once("year = 2026\n").unwrap();
    let off = format!("off = [\n{}", wednesdays.collect::<String>());
    let text = format!("{before}year = 2026\n{}", year.replacen("off = [\n", &off, 1));
    let document = Embedded { kind: RulesKind::Calendar, document: text };
    let mut conn = city.app.database.connect();
    conn.transaction(|conn| install(conn, &[document], city.app.now())).unwrap();
}

/// Puts the other one of two versions in force and moves every clock to it.
pub async fn change_calendar(city: &City) {
    propose_without_wednesdays(city, 2);
    city.app.state.calendars.refresh().await.unwrap();
    city.sign_everybody_out();
    let version = 3 - city.app.state.tickets.rulebook().calendar.version();
    let planned = plan(city, version).await;
    approve(city, &planned).await;
    finish(city).await;
}

#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub(super) struct Seen {
    #[diesel(sql_type = Text)]
    pub due_on: String,
    #[diesel(sql_type = Text)]
    pub(super) calendar: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) is_provisional: bool,
    #[diesel(sql_type = diesel::sql_types::SmallInt)]
    pub(super) arming: i16,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub breached_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) last_alarm: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) is_mirrored: bool,
    #[diesel(sql_type = Text)]
    pub(super) status: String,
}

/// The promise to the citizen as it stands.
pub(super) fn promise(city: &City, reference: &str) -> Seen {
    diesel::sql_query(
        "SELECT due_on::text, calendar_code || ' v' || calendar_version AS calendar, is_provisional, arming, \
             breached_at, last_alarm, ticket.due_at = clock.due_at AS is_mirrored, status \
         FROM clock JOIN ticket ON ticket.citizen_clock_id = clock.id WHERE reference = $1",
    )
    .bind::<Text, _>(reference)
    .get_result(&mut city.app.database.connect())
    .unwrap()
}

pub(super) fn count(city: &City, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let count: Count = diesel::sql_query(query).get_result(&mut city.app.database.connect()).unwrap();
    count.count
}

fn events(city: &City, reference: &str, kind: &str) -> i64 {
    count(
        city,
        &format!(
            "SELECT count(*) FROM ticket_event JOIN ticket ON ticket.id = ticket_id \
             WHERE reference = '{reference}' AND ticket_event.kind = '{kind}' AND data->>'metric' = 'reply'"
        ),
    )
}

pub(super) fn turn_to(city: &City, now: &str) {
    city.app.clock.set(now.parse().unwrap());
    city.sign_everybody_out();
}

pub(super) async fn in_progress(city: &City) -> Handed {
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    letter
}

#[tokio::test]
async fn a_calendar_that_learns_a_year_moves_exactly_the_provisional_clocks() {
    let city = City::open().await;
    // Due on Thursday 2026-12-31, the last official day.
    turn_to(&city, "2026-12-24T01:00:00Z");
    let sure = in_progress(&city).await;
    // Due on Monday 2027-01-04 by the weekday rule, and on the 5th when New Year's Day is off; the department's own
    // limit is a day shorter and ends in 2027 as well.
    turn_to(&city, "2026-12-28T01:00:00Z");
    let provisional = in_progress(&city).await;
    let before = promise(&city, &provisional.reference);
    assert!(before.due_on == "2027-01-04" && before.is_provisional, "{before:?}");

    success(import(&city, "/v1/staff/calendars/cn/versions", "json", &notice_2027()).await).await;
    let planned = plan(&city, 2).await;
    let counts = &planned["plan"]["counts"];
    assert_eq!((&counts["later"], &counts["earlier"]), (&json!(2), &json!(0)), "{planned}");
    let samples = planned["plan"]["samples"].as_array().unwrap();
    let sample = samples.iter().find(|sample| sample["metric"] == "reply").unwrap();
    assert_eq!(sample["reference"], json!(provisional.reference));
    assert_eq!(
        (&sample["due_on_before"], &sample["due_on_after"]),
        (&json!("2027-01-04"), &json!("2027-01-05"))
    );
    assert_eq!(promise(&city, &provisional.reference), before, "a plan moves nothing");

    let approved = approve(&city, &planned).await;
    assert_eq!(approved["status"], "approved");
    assert_eq!(city.app.state.tickets.rulebook().calendar.version(), 2, "new clocks follow it at once");
    assert_eq!(finish(&city).await, 2);
    let after = promise(&city, &provisional.reference);
    assert_eq!((after.due_on.as_str(), after.arming, after.is_mirrored), ("2027-01-05", 2, true));
    assert!(!after.is_provisional);
    let sure_now = promise(&city, &sure.reference);
    assert_eq!((sure_now.due_on.as_str(), sure_now.arming), ("2026-12-31", 1));
    assert_eq!(sure_now.calendar, "cn v2", "what does not move follows the new version too");
    assert_eq!(events(&city, &sure.reference, "due_recalculated"), 0);
    assert_eq!(events(&city, &provisional.reference, "due_recalculated"), 1);

    let done = city
        .read("admin.wei", &format!("/v1/staff/recalculations/{}", planned["id"].as_str().unwrap()))
        .await;
    assert_eq!((&done["status"], &done["progress"]["later"]), (&json!("done"), &json!(2)), "{done}");
    city.app.deliver_outbox().await;
    let mails = city.app.mails();
    let told = |words: &str| mails.iter().filter(|mail| mail.contains(words)).count();
    assert_eq!(told("您的来信答复期限更正"), 1, "the citizen whose promise got later");
    assert_eq!(told("2 项时限已调整"), 1, "the department's leads, once");
    check(&city, &provisional, None);
    let seen = city.as_citizen(&provisional).await;
    assert!(seen["timeline"].to_string().contains("due_recalculated"));
}

#[tokio::test]
async fn it_takes_a_second_person_and_a_plan_that_still_holds() {
    let city = City::open().await;
    propose_without_mid_autumn(&city, 2);
    success(import(&city, "/v1/staff/calendars/cn/versions", "json", &notice_2027()).await).await;
    let (first, other) = (plan(&city, 2).await, plan(&city, 3).await);
    let own = city.token("admin.wei").await;
    let refused = problem(decision(&city, &own, &first, "approve")).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "same_person"));
    let stale = json!({"id": first["id"], "revision": 7});
    assert_eq!(problem(decision(&city, &second(&city), &stale, "approve")).await.status, 412);

    approve(&city, &first).await;
    let late = problem(decision(&city, &second(&city), &other, "approve")).await;
    assert_eq!((late.status, late.code.as_str()), (409, "superseded"));
    let twice = json!({"id": first["id"], "revision": 2});
    let twice = problem(decision(&city, &second(&city), &twice, "reject")).await;
    assert_eq!((twice.status, twice.code.as_str()), (409, "not_planned"));
    let anew = plan(&city, 3).await;
    let busy = problem(decision(&city, &second(&city), &anew, "approve")).await;
    assert_eq!((busy.status, busy.code.as_str()), (409, "another_at_work"));
    let rejected = success(decision(&city, &second(&city), &anew, "reject")).await;
    assert_eq!(rejected["status"], "rejected");

    for (version, code) in [(2, "already_in_force"), (9, "unknown_version")] {
        let body = json!({"kind": "calendar", "code": "cn", "version": version});
        let refused = city.app.post_once("/v1/staff/recalculations", &body).bearer_auth(&own);
        let refused = problem(refused).await;
        assert!(refused.names("/version", code), "{refused:?}");
    }
    let page = city.read("admin.wei", "/v1/staff/recalculations?limit=2").await;
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    assert!(page["next_cursor"].is_string());
}

#[tokio::test]
async fn the_database_itself_wants_an_approval_by_somebody_else() {
    let city = City::open().await;
    propose_without_mid_autumn(&city, 2);
    let planned = plan(&city, 2).await;
    let mut conn = city.app.database.connect();
    let in_force = "UPDATE rules_in_force SET version = 2 WHERE kind = 'calendar'";
    let refused = diesel::sql_query(in_force).execute(&mut conn).map_err(DbError::from);
    assert!(
        matches!(&refused, Err(DbError::Constraint(name)) if name == "rules_in_force_are_approved"),
        "{refused:?}"
    );
    let refused = diesel::sql_query(
        "UPDATE recalculation SET status = 'rejected', decided_by = proposed_by, decided_at = $1 WHERE id = $2",
    )
    .bind::<Timestamptz, _>(city.app.now())
    .bind::<SqlUuid, _>(planned["id"].as_str().unwrap().parse::<Uuid>().unwrap())
    .execute(&mut conn)
    .map_err(DbError::from);
    assert!(
        matches!(&refused, Err(DbError::Constraint(name)) if name == "recalculation_takes_two"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_instance_that_dies_in_the_middle_leaves_the_rest_to_another_and_each_clock_moves_once() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    let mut letters = Vec::new();
    for _ in 0..4 {
        letters.push(in_progress(&city).await);
    }
    propose_without_mid_autumn(&city, 2);
    let planned = plan(&city, 2).await;
    approve(&city, &planned).await;

    let dying = city.app.state.recalculator().with_batch(3);
    assert!(matches!(dying.step().await.unwrap(), Step::Moved(_)));
    let half = count(&city, "SELECT count(*) FROM recalculation_move");
    assert!(half > 0 && half < planned["plan"]["counts"]["earlier"].as_i64().unwrap(), "{half} of {planned}");
    drop(dying);

    // Somebody holds one of the tickets that are left while the next one is at it.
    let left = letters.iter().find(|letter| promise(&city, &letter.reference).calendar == "cn v1").unwrap();
    let mut held = city.app.database.connect();
    diesel::sql_query("BEGIN").execute(&mut held).unwrap();
    diesel::sql_query(format!("SELECT 1 FROM ticket WHERE reference = '{}' FOR UPDATE", left.reference))
        .execute(&mut held)
        .unwrap();
    let next = city.app.state.recalculator().with_batch(5);
    next.run(|| false).await.unwrap();
    assert_eq!(promise(&city, &left.reference).calendar, "cn v1", "left out, not waited for");
    diesel::sql_query("ROLLBACK").execute(&mut held).unwrap();
    finish(&city).await;

    for letter in &letters {
        let seen = promise(&city, &letter.reference);
        assert_eq!((seen.due_on.as_str(), seen.calendar.as_str(), seen.arming), ("2026-09-28", "cn v2", 2));
        assert_eq!(events(&city, &letter.reference, "due_recalculated"), 1, "each moves once");
        check(&city, letter, None);
    }
    let moves = count(&city, "SELECT count(*) FROM recalculation_move");
    assert_eq!(json!(moves), planned["plan"]["counts"]["earlier"]);
    assert_eq!(count(&city, "SELECT count(*) FROM recalculation WHERE status = 'done'"), 1);
    assert_eq!(city.app.state.recalculator().step().await.unwrap(), Step::Idle);
}

#[tokio::test]
async fn a_promise_that_gets_earlier_may_break_and_its_alarms_are_absorbed() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    let letter = in_progress(&city).await;
    assert_eq!(promise(&city, &letter.reference).due_on, "2026-09-29");
    propose_without_mid_autumn(&city, 2);
    // On the last day of the promise as it is; as it will be, it ended yesterday.
    turn_to(&city, "2026-09-29T02:00:00Z");
    city.app.state.sweep.run_once(city.app.now()).await.unwrap();
    let alarms = count(&city, "SELECT count(*) FROM alarm");
    let planned = plan(&city, 2).await;
    assert!(planned["plan"]["counts"]["newly_breached"].as_i64().unwrap() >= 1, "{planned}");
    approve(&city, &planned).await;
    finish(&city).await;

    let seen = promise(&city, &letter.reference);
    assert_eq!((seen.due_on.as_str(), seen.last_alarm.as_deref()), ("2026-09-28", Some("l1")));
    assert_eq!(seen.breached_at, Some("2026-09-28T16:00:00Z".parse().unwrap()), "at its exact instant");
    assert_eq!(events(&city, &letter.reference, "breached"), 1);
    city.app.state.sweep.run_once(city.app.now()).await.unwrap();
    let reply = "SELECT count(*) FROM alarm WHERE metric = 'reply' AND arming = 2";
    assert_eq!(count(&city, reply), 0, "absorbed: nobody is told");
    assert!(count(&city, "SELECT count(*) FROM alarm") >= alarms);
    check(&city, &letter, None);

    // Back again: the promise holds once more.
    let back = plan(&city, 1).await;
    assert!(back["plan"]["counts"]["no_longer_breached"].as_i64().unwrap() >= 1, "{back}");
    approve(&city, &back).await;
    finish(&city).await;
    let seen = promise(&city, &letter.reference);
    assert_eq!((seen.due_on.as_str(), seen.breached_at, seen.arming), ("2026-09-29", None, 3));
    check(&city, &letter, None);
}

#[tokio::test]
async fn a_promise_that_waits_for_the_citizen_moves_as_well() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    let letter = in_progress(&city).await;
    let question = json!({"question": "是哪一栋楼？"});
    city.acts("housing.handler", &letter.reference, "actions/ask-citizen", question).await;
    propose_without_mid_autumn(&city, 2);
    let planned = plan(&city, 2).await;
    approve(&city, &planned).await;
    finish(&city).await;
    let seen = promise(&city, &letter.reference);
    assert_eq!(
        (seen.status.as_str(), seen.due_on.as_str(), seen.calendar.as_str()),
        ("paused", "2026-09-28", "cn v2")
    );
    // The answer a day later adds the day by the version it follows now.
    turn_to(&city, "2026-09-22T02:00:00Z");
    city.citizen_acts(&letter, "answer", json!({"body": "三号楼"})).await;
    let seen = promise(&city, &letter.reference);
    assert_eq!((seen.status.as_str(), seen.due_on.as_str()), ("running", "2026-09-29"));
    check(&city, &letter, None);
}

/// Puts time limits in force as version 2, by a plan and a second person. Gives the plan.
pub async fn put_limits_in_force(city: &City, document: &str) -> Value {
    success(import(city, "/v1/staff/time-limits/default/versions", "toml", document).await).await;
    let token = city.token("admin.wei").await;
    let body = json!({"kind": "time_limits", "code": "default", "version": 2});
    let planned = success(city.app.post_once("/v1/staff/recalculations", &body).bearer_auth(token)).await;
    approve(city, &planned).await;
    finish(city).await;
    planned
}

#[tokio::test]
async fn time_limits_move_the_promises_that_run() {
    let city = City::open().await;
    let letter = in_progress(&city).await;
    assert_eq!(promise(&city, &letter.reference).due_on, "2026-09-24");
    let longer =
        huiyin::rules::time_limits::TIME_LIMITS[0].1.replacen("working_days = 5\n", "working_days = 6\n", 1);
    let planned = put_limits_in_force(&city, &longer).await;
    assert_eq!(planned["plan"]["counts"]["later"], 1, "{planned}");
    assert_eq!(promise(&city, &letter.reference).due_on, "2026-09-28");
    check(&city, &letter, None);
}

#[tokio::test]
async fn what_another_instance_still_started_under_the_version_before_is_moved_too() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    propose_without_mid_autumn(&city, 2);
    let planned = plan(&city, 2).await;
    approve(&city, &planned).await;
    let recalculator = city.app.state.recalculator();
    recalculator.run(|| false).await.unwrap();
    let late = in_progress(&city).await;
    diesel::sql_query("UPDATE clock SET calendar_version = 1, due_on = $1")
        .bind::<Date, _>("2026-09-29".parse::<chrono::NaiveDate>().unwrap())
        .execute(&mut city.app.database.connect())
        .unwrap();
    recalculator.run(|| false).await.unwrap();
    assert_eq!(
        count(&city, "SELECT count(*) FROM recalculation WHERE status = 'done'"),
        0,
        "not settled yet"
    );
    finish(&city).await;
    assert_eq!(promise(&city, &late.reference).calendar, "cn v2");
    assert_eq!(count(&city, "SELECT count(*) FROM recalculation WHERE status = 'done'"), 1);
}

#[tokio::test]
async fn thousands_of_clocks_move_in_handfuls_and_one_mail_tells_the_desk() {
    let city = City::open().await;
    let clocks: i64 = std::env::var("HUIYIN_CLOCKS").map_or(2_000, |count| count.parse().unwrap());
    overdue::put(
        &mut city.app.database.connect(),
        clocks,
        "2026-10-19T16:00:00Z".parse().unwrap(),
        AlarmLevel::L0,
    );
    propose_without_wednesdays(&city, 2);
    let planned = plan(&city, 2).await;
    assert_eq!(planned["plan"]["counts"]["later"], json!(clocks), "{planned}");
    assert_eq!(planned["plan"]["samples"].as_array().unwrap().len(), 20);
    approve(&city, &planned).await;
    let started = std::time::Instant::now();
    let moved = city.app.state.recalculator().run(|| false).await.unwrap();
    let seconds = started.elapsed().as_secs_f64();
    println!("moved {moved} clocks in {seconds:.2} s, {:.0} a second", moved as f64 / seconds);
    assert_eq!(json!(moved), json!(clocks));
    finish(&city).await;
    let digests =
        "SELECT count(*) FROM outbox_message WHERE payload->'content'->>'kind' = 'recalculation_digest'";
    let dispatchers = "SELECT count(*) FROM staff_grant WHERE role = 'dispatcher' AND department_id IS NULL";
    assert_eq!(count(&city, digests), count(&city, dispatchers), "not a mail a letter");
}
