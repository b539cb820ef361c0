//! What a citizen is shown of a ticket to which much happened.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use serde_json::{Value, json};

use crate::support::city::{City, Handed, heating_letter};

#[tokio::test]
async fn a_citizen_sees_what_happened_last_and_whether_something_is_left_out() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    // What happens inside the house takes no room from what the citizen is shown.
    add_events(&city, &letter, "alarm_fired", 1_500);
    let whole = city.as_citizen(&letter).await;
    assert_eq!(kinds(&whole), ["submitted", "accepted"]);
    assert_eq!(whole["timeline_is_whole"], true);
    add_events(&city, &letter, "urged", 998);
    assert_eq!(city.as_citizen(&letter).await["timeline_is_whole"], true, "a thousand steps and no more");
    city.citizen_acts(&letter, "withdraw", json!({"reason": "已解决"})).await;
    let cut = city.as_citizen(&letter).await;
    let kinds = kinds(&cut);
    assert_eq!((kinds.len(), kinds[0].as_str(), kinds[999].as_str()), (1_000, "accepted", "withdrawn"));
    assert_eq!(cut["timeline_is_whole"], false);
}

fn kinds(ticket: &Value) -> Vec<String> {
    let steps = ticket["timeline"].as_array().unwrap().iter();
    steps.map(|step| step["kind"].as_str().unwrap().to_owned()).collect()
}

/// Puts so many events of a kind at the end of a ticket's history.
fn add_events(city: &City, letter: &Handed, kind: &str, count: i32) {
    diesel::sql_query(
        "WITH found AS (UPDATE ticket SET event_count = event_count + $1 WHERE reference = $2
             RETURNING id, event_count - $1 AS known, event_hash)
         INSERT INTO ticket_event (ticket_id, sequence, kind, occurred_at, actor_kind, data, hash)
         SELECT id, known + n, $3, timestamptz '2026-09-18T01:00:00Z', 'system', '{}', event_hash
         FROM found, generate_series(1, $1) AS n",
    )
    .bind::<Integer, _>(count)
    .bind::<Text, _>(&letter.reference)
    .bind::<Text, _>(kind)
    .execute(&mut city.app.database.connect())
    .unwrap();
}

#[tokio::test]
async fn a_rating_is_of_the_answer_it_was_given_for() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已修好。").await;
    city.citizen_acts(&letter, "confirm", json!({"satisfaction": 5})).await;
    assert_eq!(city.ticket("supervisor.qin", &letter.reference).await["satisfaction"], 5);
    city.citizen_acts(&letter, "reopen", json!({"reason": "又坏了"})).await;
    assert_eq!(city.ticket("supervisor.qin", &letter.reference).await["satisfaction"], Value::Null);
}

#[tokio::test]
async fn replies_stand_in_the_order_in_which_they_were_sent() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    let draft = |kind: &str, body: &str| json!({"kind": kind, "body": body, "outcome": (kind == "final").then_some("resolved")});
    let first = city.acts("housing.handler", r, "replies", draft("final", "最终答复")).await;
    city.app.advance(chrono::TimeDelta::minutes(5));
    let second = city.acts("housing.handler", r, "replies", draft("interim", "阶段答复")).await;
    for drafted in [second, first] {
        let id = drafted["created_id"].as_str().unwrap();
        city.acts("housing.handler", r, &format!("replies/{id}/actions/submit"), json!({})).await;
        let digest = city.digest("reviewer.gu", r, id).await;
        city.acts("reviewer.gu", r, &format!("replies/{id}/actions/send"), json!({"content_digest": digest}))
            .await;
        city.app.advance(chrono::TimeDelta::minutes(1));
    }
    let seen = city.as_citizen(&letter).await;
    let bodies: Vec<&str> =
        seen["replies"].as_array().unwrap().iter().map(|r| r["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["阶段答复", "最终答复"]);
}

/// The explanation of the last step of this kind, without what does not belong to it.
async fn explained(city: &City, letter: &Handed, kind: &str) -> Value {
    let ticket = city.as_citizen(letter).await;
    let steps = ticket["timeline"].as_array().unwrap();
    let step = steps.iter().rev().find(|step| step["kind"] == kind).unwrap_or_else(|| panic!("{ticket}"));
    let mut explanation = step["explanation"].clone();
    explanation.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    explanation
}

#[tokio::test]
async fn whatever_is_written_for_the_citizen_stands_in_their_view() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let decline = json!({"ground": "属于已经诉讼的事项", "advice": "可向人民法院咨询"});
    city.acts("intake.lin", &letter.reference, "actions/decline", decline.clone()).await;
    city.acts("intake.he", &letter.reference, "actions/decide-decline", json!({"granted": true})).await;
    assert_eq!(explained(&city, &letter, "declined").await, decline);

    let letter = city.submit(&heating_letter()).await;
    let out = json!({"recipient": "市邮政管理局", "contact": "010-88886666", "reason": "不属于本市职责"});
    city.acts("dispatch.zhao", &letter.reference, "actions/transfer-out", out.clone()).await;
    assert_eq!(explained(&city, &letter, "transferred_out").await, out);

    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    let more = json!({"amount": 5, "reason": "需更换主管道"});
    city.acts("housing.lead", r, "actions/request-extension", more).await;
    city.acts("supervisor.qin", r, "actions/decide-extension", json!({"granted": true})).await;
    let granted = json!({"reason": "需更换主管道", "due_on": "2026-10-09"});
    assert_eq!(explained(&city, &letter, "extension_granted").await, granted);
    let hold = json!({"ground": "litigation", "reason": "市中院已立案，案号内部"});
    city.acts("supervisor.qin", r, "actions/hold", hold).await;
    let held = json!({"ground": "已进入诉讼程序（《中华人民共和国行政诉讼法》）"});
    assert_eq!(explained(&city, &letter, "held").await, held, "the particulars are for staff");
    city.acts("supervisor.qin", r, "actions/release", json!({"reason": "撤诉"})).await;
    assert_eq!(explained(&city, &letter, "released").await, json!({"due_on": "2026-10-09"}));
    city.citizen_acts(&letter, "withdraw", json!({"reason": "已解决"})).await;
    assert_eq!(explained(&city, &letter, "withdrawn").await, json!({"reason": "已解决"}));
    let seen = city.as_citizen(&letter).await.to_string();
    assert!(!seen.contains("案号") && !seen.contains("撤诉"), "{seen}");
}
