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
