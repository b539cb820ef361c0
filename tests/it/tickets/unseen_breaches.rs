//! A promise that broke before the sweep saw it is written down by whatever happens to its ticket next.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::invariants::check;
use crate::calendars::recalculations::change_calendar;
use crate::support::city::{City, Handed, heating_letter};

#[tokio::test]
async fn a_pause_hides_no_breach() {
    let question = json!({"question": "请问是哪一栋楼？"});
    let ground = json!({"ground": "litigation", "reason": "法院已立案"});
    for (who, verb, body) in
        [("housing.handler", "ask-citizen", question), ("supervisor.qin", "hold", ground)]
    {
        let city = City::open().await;
        let letter = worked_on(&city).await;
        pass(&city, TimeDelta::days(12));
        city.acts(who, &letter.reference, &format!("actions/{verb}"), body).await;
        let reply = ["reply", "2026-09-24T16:00:00Z"];
        assert_eq!(breaches(&city, &letter).await, [["work_order", "2026-09-23T16:00:00Z"], reply], "{verb}");
        check(&city, &letter, None);
        pass(&city, TimeDelta::days(20));
        city.app.state.sweep.run_once(city.app.now()).await.unwrap();
        assert_eq!(breaches(&city, &letter).await.len(), 2, "{verb}: once");
        city.app.deliver_outbox().await;
        let figures = city.app.get_json("/v1/statistics/overview").await;
        assert_eq!(figures["total"]["breached"], 1, "{verb}: {figures}");
    }
}

#[tokio::test]
async fn more_time_hides_no_breach_of_the_department() {
    let city = City::open().await;
    let letter = worked_on(&city).await;
    let r = &letter.reference;
    // The department's part broke in the night; the citizen's promise ends today.
    pass(&city, TimeDelta::days(6));
    let more = json!({"amount": 2, "reason": "情况复杂"});
    city.acts("housing.lead", r, "actions/request-extension", more).await;
    city.acts("supervisor.qin", r, "actions/decide-extension", json!({"granted": true})).await;
    assert_eq!(breaches(&city, &letter).await, [["work_order", "2026-09-23T16:00:00Z"]]);
    let reversed = of_kind(&events(&city, &letter).await, "breach_reversed");
    assert_eq!(reversed.len(), 1, "the new day makes it whole");
    assert_eq!(reversed[0]["data"]["cause"], "extension");
    check(&city, &letter, None);
}

#[tokio::test]
async fn another_priority_leaves_a_breach_at_the_instant_at_which_it_was_one() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    pass(&city, TimeDelta::days(12));
    let urgent = json!({"priority": "critical", "reason": "老人独居"});
    city.acts("intake.lin", &letter.reference, "actions/reclassify", urgent).await;
    assert_eq!(breaches(&city, &letter).await, [["reply", "2026-09-24T16:00:00Z"]]);
    check(&city, &letter, None);
}

#[tokio::test]
async fn another_calendar_hides_no_breach() {
    // Received on Tuesday 13 October, acceptance is due on Wednesday, and by the other calendar on Thursday.
    for (days, made_whole) in [(2, 1), (3, 0)] {
        let city = City::open().await;
        pass(&city, TimeDelta::days(25));
        let letter = city.submit(&heating_letter()).await;
        pass(&city, TimeDelta::days(days));
        change_calendar(&city).await;
        let accept = ["accept", "2026-10-14T16:00:00Z"];
        assert_eq!(breaches(&city, &letter).await, [accept], "after {days} days");
        let reversed = of_kind(&events(&city, &letter).await, "breach_reversed");
        assert_eq!(reversed.len(), made_whole, "after {days} days");
        check(&city, &letter, None);
    }
}

async fn worked_on(city: &City) -> Handed {
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    letter
}

fn pass(city: &City, time: TimeDelta) {
    city.app.advance(time);
    city.sign_everybody_out();
}

/// What broke, in the order of the instants at which it did.
async fn breaches(city: &City, letter: &Handed) -> Vec<[String; 2]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let breached = of_kind(&events(city, letter).await, "breached");
    let mut found: Vec<[String; 2]> =
        breached.iter().map(|event| [text(&event["data"]["metric"]), text(&event["occurred_at"])]).collect();
    found.sort_by_key(|breach| breach[1].clone());
    found
}

fn of_kind(events: &[Value], kind: &str) -> Vec<Value> {
    events.iter().filter(|event| event["kind"] == kind).cloned().collect()
}

async fn events(city: &City, letter: &Handed) -> Vec<Value> {
    let events = city.read("supervisor.qin", &format!("/v1/staff/tickets/{}/events", letter.reference)).await;
    events["data"].as_array().unwrap().clone()
}
