//! A clock that cannot be moved to another version holds no other clock and no other recalculation up.

use diesel::prelude::*;
use huiyin::platform::db::schema::ticket;
use serde_json::json;
use uuid::Uuid;

use super::recalculations::{
    approve, count, finish, in_progress, plan, promise, propose_without_mid_autumn, turn_to,
};
use crate::support::city::City;

#[tokio::test]
async fn a_clock_that_cannot_be_moved_holds_no_other_up() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    let (bad, good) = (in_progress(&city).await, in_progress(&city).await);
    propose_without_mid_autumn(&city, 2);
    let planned = plan(&city, 2).await;
    approve(&city, &planned).await;
    let mut conn = city.app.database.connect();
    let row = ticket::table.filter(ticket::reference.eq(&bad.reference));
    let id: Uuid = row.select(ticket::id).first(&mut conn).unwrap();
    let refused = format!(
        "ALTER TABLE clock ADD CONSTRAINT broken CHECK (NOT (calendar_version = 2 AND ticket_id = '{id}')) NOT VALID"
    );
    diesel::sql_query(refused).execute(&mut conn).unwrap();
    finish(&city).await;
    assert_eq!(promise(&city, &good.reference).calendar, "cn v2");
    assert_eq!(promise(&city, &bad.reference).calendar, "cn v1");
    let set_aside =
        "SELECT count(*) FROM set_aside WHERE work = 'recalculate_clocks' AND error_code = 'broken'";
    let left = count(&city, set_aside);
    assert!(left > 0, "the operator sees it");
    assert_eq!(
        count(&city, "SELECT count(*) FROM recalculation WHERE status = 'running'"),
        1,
        "it is tried again"
    );

    finish(&city).await;
    finish(&city).await;
    let path = format!("/v1/staff/recalculations/{}", planned["id"].as_str().unwrap());
    let done = city.read("admin.wei", &path).await;
    assert_eq!((&done["status"], &done["progress"]["set_aside"]), (&json!("done"), &json!(left)));
    assert_eq!(count(&city, set_aside), 0, "and it no longer waits for it");
}
