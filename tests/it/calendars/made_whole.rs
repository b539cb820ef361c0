//! A breach that was counted is taken back when a change makes the promise whole: by a recalculation, more time or a
//! pause; once, where it was counted, and as if it had never been.

use diesel::prelude::*;
use serde_json::{Value, json};

use huiyin::platform::db::schema::{ticket, ticket_event};
use huiyin::rules::lifecycle::EventKind;

use super::recalculations::{
    approve, finish, in_progress, plan, promise, propose_without_mid_autumn, turn_to,
};
use crate::support::app::success;
use crate::support::city::{City, Handed, heating_letter};
use crate::tickets::invariants::check;

/// After midnight of the due day 2026-09-28; the other calendar says 2026-09-29.
const LATE_BY_ONE_CALENDAR: &str = "2026-09-29T02:00:00Z";

/// Lets the sweep and the workers do what there is to do.
async fn settle(city: &City) {
    city.app.state.sweep.run_once(city.app.now()).await.unwrap();
    city.app.deliver_outbox().await;
}

async fn figures(city: &City, days: &str) -> Value {
    city.app.get_json(&format!("/v1/statistics/overview?group_by=department&{days}")).await
}

/// How many promises broke on these days: of all, and of each department that has any besides those of the departments
/// below it.
async fn breached(city: &City, days: &str) -> (i64, Vec<(Value, i64)>) {
    let seen = figures(city, days).await;
    let count = |figures: &Value| figures["breached"].as_i64().unwrap();
    let groups = seen["groups"].as_array().unwrap().iter();
    let groups: Vec<(Value, i64)> = groups.map(|group| (group["code"].clone(), count(group))).collect();
    let directory = city.app.state.directory.snapshot();
    let parent = |code: &Value| {
        let department = directory.department_by_code(code.as_str()?)?;
        Some(json!(directory.department(department.parent_id?)?.code))
    };
    let below = |code: &Value| {
        let children = groups.iter().filter(|(child, _)| parent(child).as_ref() == Some(code));
        children.map(|(_, count)| count).sum::<i64>()
    };
    let own = groups.iter().map(|(code, count)| (code.clone(), count - below(code)));
    let groups = own.filter(|(_, count)| *count != 0);
    (count(&seen["total"]), groups.collect())
}

/// The events of a sort in a ticket's history, as what they are about.
fn particulars(city: &City, letter: &Handed, kind: EventKind) -> Vec<Value> {
    ticket_event::table
        .inner_join(ticket::table.on(ticket::id.eq(ticket_event::ticket_id)))
        .filter(ticket::reference.eq(&letter.reference).and(ticket_event::kind.eq(kind)))
        .order(ticket_event::sequence)
        .select(ticket_event::data)
        .load(&mut city.app.database.connect())
        .unwrap()
}

/// Moves every clock to the version of the calendar.
async fn recalculate(city: &City, version: i32) {
    let planned = plan(city, version).await;
    approve(city, &planned).await;
    finish(city).await;
}

const SEPTEMBER: &str = "from=2026-09-01&to=2026-09-30";

#[tokio::test]
async fn a_recalculation_that_makes_a_promise_whole_takes_the_breach_back_once_and_where_it_was_counted() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    let letter = in_progress(&city).await;
    propose_without_mid_autumn(&city, 2);
    turn_to(&city, LATE_BY_ONE_CALENDAR);
    settle(&city).await;
    let before = figures(&city, SEPTEMBER).await;
    assert_eq!(before["total"]["breached"], 0);

    recalculate(&city, 2).await;
    settle(&city).await;
    let heating = (1, vec![(json!("heating-office"), 1)]);
    assert_eq!(breached(&city, "from=2026-09-28&to=2026-09-28").await, heating, "on the day it was due");
    assert_eq!(figures(&city, SEPTEMBER).await["total"]["overdue"], 1);

    // Another department has the letter by the time the correction is taken back.
    let reference = &letter.reference;
    city.acts("dispatch.zhao", reference, "actions/recall", json!({"reason": "应由路灯单位办理"})).await;
    recalculate(&city, 1).await;
    for _ in 0..2 {
        settle(&city).await;
        assert_eq!(breached(&city, SEPTEMBER).await, (0, vec![]), "of no department");
        let after = figures(&city, SEPTEMBER).await;
        assert_eq!(after["total"], before["total"], "as if it had never been");
        finish(&city).await;
    }
    let taken_back = particulars(&city, &letter, EventKind::BreachReversed);
    let seen = &taken_back[0];
    assert_eq!(
        (taken_back.len(), &seen["metric"], &seen["cause"]),
        (1, &json!("reply"), &json!("recalculation"))
    );
    assert_eq!(seen["breached_at"], "2026-09-28T16:00:00Z");
    assert_eq!(
        (&seen["counted"]["on"], &seen["counted"]["department"]),
        (&json!("2026-09-28"), &json!("heating-office"))
    );
    assert!(seen["recalculation_id"].is_string());
    check(&city, &letter, None);
    let timeline = city.as_citizen(&letter).await["timeline"].to_string();
    assert!(!timeline.contains("breach"), "what happens inside the house: {timeline}");
}

#[tokio::test]
async fn a_promise_that_breaks_again_later_counts_again() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    let letter = in_progress(&city).await;
    propose_without_mid_autumn(&city, 2);
    turn_to(&city, LATE_BY_ONE_CALENDAR);
    for version in [2, 1] {
        recalculate(&city, version).await;
        settle(&city).await;
    }
    assert_eq!(breached(&city, SEPTEMBER).await.0, 0);

    turn_to(&city, "2026-09-30T02:00:00Z");
    settle(&city).await;
    settle(&city).await;
    assert_eq!(breached(&city, "from=2026-09-29&to=2026-09-29").await.0, 1);
    assert_eq!(breached(&city, SEPTEMBER).await.0, 1);
    let of_reply = |kind| {
        let all = particulars(&city, &letter, kind);
        all.iter().filter(|data| data["metric"] == "reply").count()
    };
    assert_eq!((of_reply(EventKind::Breached), of_reply(EventKind::BreachReversed)), (2, 1));
    assert!(promise(&city, &letter.reference).breached_at.is_some());
    check(&city, &letter, None);
}

/// The promise ends on Thursday 2026-09-24 before three days off. On the first of them it has just broken, the citizen
/// is asked and answers on the next working day: the day between does not count, and it ends that night.
#[tokio::test]
async fn a_pause_that_makes_a_promise_whole_takes_the_breach_back() {
    let city = City::open().await;
    let letter = in_progress(&city).await;
    turn_to(&city, "2026-09-25T01:00:00Z");
    settle(&city).await;
    assert_eq!(breached(&city, SEPTEMBER).await.0, 1);
    let question = json!({"question": "是哪一栋楼？"});
    city.acts("housing.handler", &letter.reference, "actions/ask-citizen", question).await;
    settle(&city).await;
    assert_eq!(breached(&city, SEPTEMBER).await.0, 1, "asking alone heals nothing");

    turn_to(&city, "2026-09-28T01:00:00Z");
    city.citizen_acts(&letter, "answer", json!({"body": "三号楼"})).await;
    settle(&city).await;
    assert_eq!(promise(&city, &letter.reference).due_on, "2026-09-28");
    assert_eq!(breached(&city, SEPTEMBER).await, (0, vec![]));
    let seen = particulars(&city, &letter, EventKind::BreachReversed);
    let of_reply: Vec<&Value> = seen.iter().filter(|data| data["metric"] == "reply").collect();
    assert_eq!((of_reply.len(), &of_reply[0]["cause"]), (1, &json!("pause")));
    check(&city, &letter, None);
}

/// The department's own limit ends a working day before the citizen's: figures know nothing of it, the history does.
#[tokio::test]
async fn more_time_takes_back_the_breach_of_the_department_once_under_retries() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    turn_to(&city, "2026-09-24T01:00:00Z");
    settle(&city).await;
    assert_eq!(particulars(&city, &letter, EventKind::Breached)[0]["metric"], "work_order");
    let wish = json!({"amount": 2, "reason": "情况复杂"});
    city.acts("housing.lead", &letter.reference, "actions/request-extension", wish).await;
    let granted = json!({"granted": true});
    let grant = city.request(
        "supervisor.qin",
        reqwest::Method::POST,
        &letter.reference,
        "actions/decide-extension",
        granted,
    );
    let grant = grant.await.header("Idempotency-Key", "grant-once-0001");
    success(grant.try_clone().unwrap()).await;
    success(grant).await;
    settle(&city).await;
    let seen = particulars(&city, &letter, EventKind::BreachReversed);
    assert_eq!(
        (seen.len(), &seen[0]["metric"], &seen[0]["cause"]),
        (1, &json!("work_order"), &json!("extension"))
    );
    assert_eq!((&seen[0]["counted"], breached(&city, SEPTEMBER).await.0), (&Value::Null, 0));
    check(&city, &letter, None);
}

async fn accepted(city: &City) -> Handed {
    let letter = city.submit(&heating_letter()).await;
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    letter
}

#[tokio::test]
async fn a_breach_whose_promise_passed_on_with_a_merge_stays_with_the_ticket_that_broke_it() {
    let city = City::open().await;
    turn_to(&city, "2026-09-21T01:00:00Z");
    let joining = accepted(&city).await;
    turn_to(&city, "2026-09-23T01:00:00Z");
    let root = accepted(&city).await;
    propose_without_mid_autumn(&city, 2);
    turn_to(&city, LATE_BY_ONE_CALENDAR);
    recalculate(&city, 2).await;
    settle(&city).await;
    city.acts("intake.lin", &joining.reference, "actions/merge", json!({"into": root.reference})).await;
    assert!(promise(&city, &root.reference).breached_at.is_some(), "the root keeps the earlier promise");

    recalculate(&city, 1).await;
    settle(&city).await;
    let seen = promise(&city, &root.reference);
    assert_eq!((seen.due_on.as_str(), seen.breached_at), ("2026-09-29", None));
    assert_eq!(
        breached(&city, SEPTEMBER).await.0,
        1,
        "its clock ended with the merge, and ended clocks do not move"
    );
    for letter in [&joining, &root] {
        assert_eq!(particulars(&city, letter, EventKind::BreachReversed), Vec::<Value>::new());
        check(&city, letter, None);
    }
}
