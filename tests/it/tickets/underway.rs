//! What happens to promises while a ticket is under way: another department, another cycle, a merge.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::platform::db::schema::{clock, ticket};
use huiyin::rules::vocabulary::Metric;
use serde_json::json;

use crate::support::city::{City, heating_letter};

/// The clocks of a metric on one ticket, the oldest first: cycle, status, anchor, due day.
fn clocks(city: &City, reference: &str, metric: Metric) -> Vec<(i16, String, String, String)> {
    let rows: Vec<(i16, String, chrono::NaiveDate, chrono::NaiveDate)> = clock::table
        .inner_join(ticket::table.on(ticket::id.eq(clock::ticket_id)))
        .filter(ticket::reference.eq(reference).and(clock::metric.eq(metric)))
        .order((clock::started_at, clock::id))
        .select((clock::cycle, clock::status, clock::anchor_on, clock::due_on))
        .load(&mut city.app.database.connect())
        .unwrap();
    rows.into_iter()
        .map(|(cycle, status, anchor, due)| (cycle, status, anchor.to_string(), due.to_string()))
        .collect()
}

fn entry(cycle: i16, status: &str, anchor: &str, due: &str) -> (i16, String, String, String) {
    (cycle, status.to_owned(), anchor.to_owned(), due.to_owned())
}

#[tokio::test]
async fn another_department_leaves_the_promise_to_the_citizen_where_it_was() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.acts("intake.lin", r, "actions/accept", json!({})).await;
    city.acts("dispatch.zhao", r, "actions/dispatch", json!({"department": "heating-office"})).await;
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    let reason = json!({"reason": "属于物业管理范围", "proposed_department": "property-office"});
    city.acts("housing.lead", r, "actions/refuse", reason).await;
    city.acts("dispatch.zhao", r, "actions/dispatch", json!({"department": "property-office"})).await;
    let promise = [entry(1, "running", "2026-09-18", "2026-09-24")];
    assert_eq!(
        clocks(&city, r, Metric::Reply),
        promise,
        "one clock, still due five working days after receipt"
    );
    let parts =
        [entry(1, "cancelled", "2026-09-18", "2026-09-23"), entry(1, "running", "2026-09-21", "2026-09-28")];
    assert_eq!(
        clocks(&city, r, Metric::WorkOrder),
        parts,
        "the new department has its own four working days"
    );
}

#[tokio::test]
async fn reopening_starts_new_clocks_and_leaves_the_old_ones_as_they_ended() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    city.answer(r, "housing.handler", "reviewer.gu", "已处理。").await;
    let rated = [entry(1, "running", "2026-09-18", "2026-09-24")];
    assert_eq!(clocks(&city, r, Metric::Rating), rated);
    city.app.advance(TimeDelta::days(3));
    city.citizen_acts(&letter, "reopen", json!({"reason": "还是不热"})).await;
    let replies =
        [entry(1, "stopped", "2026-09-18", "2026-09-24"), entry(2, "running", "2026-09-21", "2026-09-29")];
    assert_eq!(clocks(&city, r, Metric::Reply), replies);
    let rated = [entry(1, "cancelled", "2026-09-18", "2026-09-24")];
    assert_eq!(clocks(&city, r, Metric::Rating), rated);
}

#[tokio::test]
async fn a_merge_ends_the_promise_of_the_one_and_leaves_that_of_the_other() {
    let city = City::open().await;
    let older = city.submit(&heating_letter()).await;
    city.app.advance(TimeDelta::days(3));
    let newer = city.submit(&heating_letter()).await;
    for letter in [&older, &newer] {
        city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    }
    city.acts("intake.lin", &newer.reference, "actions/merge", json!({"into": older.reference})).await;
    let kept = [entry(1, "running", "2026-09-18", "2026-09-24")];
    assert_eq!(clocks(&city, &older.reference, Metric::Reply), kept, "the older promise is the earlier one");
    let ended = [entry(1, "cancelled", "2026-09-21", "2026-09-29")];
    assert_eq!(clocks(&city, &newer.reference, Metric::Reply), ended);
}
