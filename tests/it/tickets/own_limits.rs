//! A citizen's own limits lapse: nobody has broken anything when nobody rates an answer or answers a question.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::invariants::check;
use crate::support::city::{City, Handed, heating_letter};

#[tokio::test]
async fn a_rating_window_that_ends_is_no_breach() {
    let city = City::open().await;
    let (silent, late) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    for letter in [&silent, &late] {
        city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
        city.answer(&letter.reference, "housing.handler", "reviewer.yan", "已修好。").await;
    }
    pass(&city, TimeDelta::days(30));
    city.citizen_acts(&late, "confirm", json!({"satisfaction": 4})).await;
    assert_eq!(city.app.state.tickets.close_unrated(10).await.unwrap(), 1);
    for letter in [&silent, &late] {
        has_lapsed(&city, letter, "rating").await;
    }
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_no_breach() {
    let city = City::open().await;
    let (silent, late) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    for letter in [&silent, &late] {
        let question = json!({"question": "请问是哪一栋楼？"});
        city.acts("intake.lin", &letter.reference, "actions/ask-citizen", question).await;
    }
    pass(&city, TimeDelta::days(40));
    let waiting = clock(&city, &silent, "clarification").await;
    assert_eq!(waiting["is_overdue"], false, "{waiting}");
    city.acts("intake.lin", &silent.reference, "actions/no-answer", json!({})).await;
    city.citizen_acts(&late, "answer", json!({"body": "3号楼。"})).await;
    for letter in [&silent, &late] {
        has_lapsed(&city, letter, "clarification").await;
    }
}

async fn has_lapsed(city: &City, letter: &Handed, metric: &str) {
    let events = city.read("supervisor.qin", &format!("/v1/staff/tickets/{}/events", letter.reference)).await;
    let breached = events["data"].as_array().unwrap().iter().filter(|event| event["kind"] == "breached");
    assert_eq!(breached.count(), 0, "{events}");
    let ended = clock(city, letter, metric).await;
    assert_eq!((&ended["breached_at"], &ended["is_overdue"]), (&Value::Null, &json!(false)), "{ended}");
    check(city, letter, None);
}

async fn clock(city: &City, letter: &Handed, metric: &str) -> Value {
    let clocks = city.read("supervisor.qin", &format!("/v1/staff/tickets/{}/clocks", letter.reference)).await;
    clocks.as_array().unwrap().iter().find(|clock| clock["metric"] == metric).unwrap().clone()
}

fn pass(city: &City, time: TimeDelta) {
    city.app.advance(time);
    city.sign_everybody_out();
}
