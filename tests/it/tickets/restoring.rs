//! Brought back from spam: the ticket stands where it was, and owes what it owed.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::invariants::check;
use crate::support::city::{City, Handed, heating_letter};

#[tokio::test]
async fn a_reopened_letter_is_owed_what_its_reopening_promised() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    city.answer(&letter.reference, "housing.handler", "reviewer.yan", "已修好。").await;
    pass(&city, TimeDelta::days(10));
    let reopened = city.citizen_acts(&letter, "reopen", json!({"reason": "仍然不热"})).await;
    assert_eq!(reopened["due_at"], "2026-10-10T16:00:00Z", "five working days from the reopening");
    put_aside(&city, &letter).await;
    let restored = bring_back(&city, &letter).await;
    assert_eq!((&restored["state"], &restored["cycle"]), (&json!("accepted"), &json!(2)));
    assert_eq!(restored["due_at"], reopened["due_at"]);
    let ticket = city.ticket("intake.lin", &letter.reference).await;
    assert_eq!(
        (&ticket["is_overdue"], &ticket["clocks"][0]["anchor_on"]),
        (&json!(false), &json!("2026-09-28"))
    );
    check(&city, &letter, None);
}

#[tokio::test]
async fn what_was_granted_and_what_was_waited_for_come_back_with_the_promise() {
    let city = City::open().await;
    let (extended, waited) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    let r = &extended.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    let more = json!({"amount": 2, "reason": "情况复杂"});
    city.acts("housing.lead", r, "actions/request-extension", more).await;
    city.acts("supervisor.qin", r, "actions/decide-extension", json!({"granted": true})).await;
    city.acts("dispatch.zhao", r, "actions/recall", json!({"reason": "改派"})).await;
    let question = json!({"question": "请问是哪一栋楼？"});
    city.acts("intake.lin", &waited.reference, "actions/ask-citizen", question).await;
    pass(&city, TimeDelta::days(3));
    city.citizen_acts(&waited, "answer", json!({"body": "3号楼。"})).await;
    for (letter, state) in [(&extended, "accepted"), (&waited, "received")] {
        let owed = city.ticket("intake.lin", &letter.reference).await["due_at"].clone();
        put_aside(&city, letter).await;
        let restored = bring_back(&city, letter).await;
        assert_eq!((&restored["state"], &restored["due_at"]), (&json!(state), &owed), "{}", letter.reference);
        check(&city, letter, None);
    }
}

#[tokio::test]
async fn a_promise_that_broke_before_is_broken_once_and_its_alarms_are_heard_again() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    pass(&city, TimeDelta::days(10));
    city.app.state.sweep.run_once(city.app.now()).await.unwrap();
    put_aside(&city, &letter).await;
    bring_back(&city, &letter).await;
    city.app.state.sweep.run_once(city.app.now()).await.unwrap();
    let kinds = kinds(&city, &letter).await;
    let count = |kind: &str| kinds.iter().filter(|found| *found == kind).count();
    assert_eq!((count("breached"), count("alarm_fired")), (1, 2), "{kinds:?}");
    check(&city, &letter, None);
}

fn pass(city: &City, time: TimeDelta) {
    city.app.advance(time);
    city.sign_everybody_out();
}

/// Sets the letter aside for a day.
async fn put_aside(city: &City, letter: &Handed) {
    city.acts("intake.lin", &letter.reference, "actions/mark-spam", json!({"reason": "广告"})).await;
    pass(city, TimeDelta::hours(20));
}

async fn bring_back(city: &City, letter: &Handed) -> Value {
    city.acts("intake.lin", &letter.reference, "actions/restore", json!({"reason": "误判"})).await
}

async fn kinds(city: &City, letter: &Handed) -> Vec<String> {
    let events = city.read("intake.lin", &format!("/v1/staff/tickets/{}/events", letter.reference)).await;
    let events = events["data"].as_array().unwrap().iter();
    events.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}
