//! When a ticket ended.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use huiyin::platform::db::schema::ticket;
use serde_json::json;

use crate::support::city::{City, Handed, heating_letter};

#[tokio::test]
async fn a_supplement_leaves_a_closed_ticket_closed_since_it_was() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    city.answer(r, "housing.handler", "reviewer.yan", "已修好。").await;
    assert_eq!(ended_at(&city, &letter), None, "answered is not ended");
    pass(&city, TimeDelta::days(1));
    city.citizen_acts(&letter, "confirm", json!({})).await;
    let closed_at = ended_at(&city, &letter);
    assert_eq!(closed_at, Some(city.app.now()));
    pass(&city, TimeDelta::days(3));
    let draft = json!({"kind": "supplement", "body": "补充：已回访。"});
    let drafted = city.acts("housing.handler", r, "replies", draft).await;
    let id = drafted["created_id"].as_str().unwrap();
    city.acts("housing.handler", r, &format!("replies/{id}/actions/submit"), json!({})).await;
    let digest = city.digest("reviewer.yan", r, id).await;
    let send = format!("replies/{id}/actions/send");
    city.acts("reviewer.yan", r, &send, json!({"content_digest": digest})).await;
    assert_eq!(ended_at(&city, &letter), closed_at);
    city.citizen_acts(&letter, "reopen", json!({"reason": "仍然不热"})).await;
    assert_eq!(ended_at(&city, &letter), None, "taken up again");
}

fn ended_at(city: &City, letter: &Handed) -> Option<DateTime<Utc>> {
    let ended_at = ticket::table.filter(ticket::reference.eq(&letter.reference)).select(ticket::ended_at);
    ended_at.first(&mut city.app.database.connect()).unwrap()
}

fn pass(city: &City, time: TimeDelta) {
    city.app.advance(time);
    city.sign_everybody_out();
}
