//! Legal hold: the matter is before a court or another authority, and its promises wait.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::information_request::application;
use super::invariants::check;
use crate::support::city::{City, Handed, heating_letter};

#[tokio::test]
async fn a_hold_pauses_every_promise_and_its_release_lets_them_run_on() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let held = hold(&city, &letter, "litigation").await;
    assert_eq!(held["state"], "on_hold");
    assert_eq!(held["allowed_actions"], json!(["reclassify", "release", "add-note"]));
    assert!(clocks(&city, &letter).await.iter().all(|clock| clock["status"] == "paused"));
    check(&city, &letter, None);
    city.app.advance(TimeDelta::days(30));
    city.sign_everybody_out();
    let ticket = city.ticket("supervisor.qin", &letter.reference).await;
    assert_eq!(ticket["is_overdue"], false, "what waits is not late");
    release(&city, &letter).await;
    let after = city.ticket("supervisor.qin", &letter.reference).await;
    assert_eq!(after["state"], "in_progress");
    let reply = clock(&city, &letter, "reply").await;
    // None of the working days from the 18th of September to the 18th of October counts.
    assert_eq!((&reply["status"], &reply["anchor_on"]), (&json!("running"), &json!("2026-09-18")));
    let path = format!(
        "/v1/staff/tickets/{}/clocks/{}/explanation",
        letter.reference,
        reply["id"].as_str().unwrap()
    );
    let why = city.read("supervisor.qin", &path).await;
    assert_eq!(
        (&why["pauses"][0]["cause"], why["pauses"].as_array().unwrap().len()),
        (&json!("legal_hold"), 1)
    );
    let counted = why["days"].as_array().unwrap().iter().filter(|day| !day["ordinal"].is_null()).count();
    assert_eq!(counted, 5, "five working days, as before");
    check(&city, &letter, None);
}

#[tokio::test]
async fn the_citizen_is_told_of_the_hold_and_of_the_new_day() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    hold(&city, &letter, "administrative_review").await;
    let seen = city.as_citizen(&letter).await;
    assert_eq!(seen["state"], "on_hold");
    assert_eq!(seen["allowed_actions"], json!(["withdraw", "add-message", "object-publication"]));
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    release(&city, &letter).await;
    city.app.deliver_outbox().await;
    let mails = city.app.mails().join("\n");
    assert!(mails.contains("已进入行政复议程序"), "{mails}");
    assert!(mails.contains("已恢复办理") && mails.contains("2026年9月29日"), "{mails}");
    let seen = city.as_citizen(&letter).await;
    let steps: Vec<&str> =
        seen["timeline"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert!(steps.ends_with(&["held", "released"]), "{steps:?}");
}

#[tokio::test]
async fn a_hold_begins_wherever_a_matter_was_taken_on_and_returns_there() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    let ground = json!({"ground": "litigation", "reason": "法院已立案"});
    let early = city.is_refused("supervisor.qin", r, "actions/hold", ground.clone()).await;
    assert_eq!((early.status, early.code.as_str()), (409, "not_allowed_now"));
    city.acts("intake.lin", r, "actions/accept", json!({})).await;
    round_trip(&city, &letter, "accepted").await;
    city.acts("dispatch.zhao", r, "actions/dispatch", json!({"department": "heating-office"})).await;
    round_trip(&city, &letter, "dispatched").await;
    city.acts("housing.handler", r, "actions/sign", json!({})).await;
    round_trip(&city, &letter, "in_progress").await;
    let draft = json!({"kind": "final", "body": "已处理。", "outcome": "resolved"});
    let id =
        city.acts("housing.handler", r, "replies", draft).await["created_id"].as_str().unwrap().to_owned();
    city.acts("housing.handler", r, &format!("replies/{id}/actions/submit"), json!({})).await;
    round_trip(&city, &letter, "in_review").await;
    let handler = city.is_refused("housing.handler", r, "actions/hold", ground).await;
    assert_eq!(handler.status, 403);
}

#[tokio::test]
async fn a_limit_that_a_question_restarts_only_waits_during_a_hold() {
    let city = City::open().await;
    let letter = city.submit(&application()).await;
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    let before = clock(&city, &letter, "reply").await;
    hold(&city, &letter, "litigation").await;
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    release(&city, &letter).await;
    let after = clock(&city, &letter, "reply").await;
    assert_eq!((&after["id"], &after["anchor_on"]), (&before["id"], &before["anchor_on"]), "the same clock");
    assert!(after["due_on"].as_str() > before["due_on"].as_str());
}

#[tokio::test]
async fn what_is_held_counts_as_open_and_may_be_withdrawn() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    hold(&city, &letter, "judicial_or_audit_proceeding").await;
    city.app.advance(TimeDelta::days(30));
    city.sign_everybody_out();
    city.app.deliver_outbox().await;
    let view = city.app.get_json("/v1/statistics/overview").await;
    assert_eq!((&view["total"]["open"], &view["total"]["overdue"]), (&json!(1), &json!(0)));
    city.citizen_acts(&letter, "withdraw", json!({"reason": "不再需要"})).await;
    check(&city, &letter, None);
}

async fn hold(city: &City, letter: &Handed, ground: &str) -> Value {
    let body = json!({"ground": ground, "reason": "（2026）津01行初12号"});
    city.acts("supervisor.qin", &letter.reference, "actions/hold", body).await
}

async fn release(city: &City, letter: &Handed) -> Value {
    city.acts("supervisor.qin", &letter.reference, "actions/release", json!({"reason": "程序已终结"})).await
}

async fn round_trip(city: &City, letter: &Handed, state: &str) {
    hold(city, letter, "litigation").await;
    check(city, letter, None);
    assert_eq!(release(city, letter).await["state"], state);
    check(city, letter, None);
}

async fn clocks(city: &City, letter: &Handed) -> Vec<Value> {
    city.ticket("supervisor.qin", &letter.reference).await["clocks"].as_array().unwrap().clone()
}

async fn clock(city: &City, letter: &Handed, metric: &str) -> Value {
    clocks(city, letter).await.into_iter().find(|clock| clock["metric"] == metric).unwrap()
}
