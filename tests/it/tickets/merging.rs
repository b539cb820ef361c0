//! Joining tickets of one submitter: the root keeps the earliest promise, whatever the two had promised so far.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::platform::db::schema::{clock, clock_pause, ticket};
use huiyin::rules::reference::Reference;
use huiyin::rules::vocabulary::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::invariants::check;
use crate::support::app::problem;
use crate::support::city::{City, Handed, heating_letter};
use crate::support::personas::sign_in;

/// What is done with a letter before the merge.
#[derive(Debug, Clone, Copy)]
enum Before {
    /// Nothing.
    Received,
    /// It is accepted.
    Accepted,
    /// A department works on it and got so many working days more.
    Extended(i32),
}

/// A letter that joins another that came later or earlier, and what the root then owes.
struct Row {
    what: &'static str,
    joining: Before,
    root: Before,
    /// Whether the root is the one that came later.
    is_root_newer: bool,
    /// Days between the two.
    days: i64,
    /// The root's metric and due day right after the merge, and the due day of its reply once it is accepted.
    owed: (&'static str, &'static str),
    reply: &'static str,
}

const fn row(
    what: &'static str,
    (joining, root): (Before, Before),
    (is_root_newer, days): (bool, i64),
    owed: (&'static str, &'static str),
    reply: &'static str,
) -> Row {
    Row { what, joining, root, is_root_newer, days, owed, reply }
}

/// The older letter comes on Friday 2026-09-18: acceptance due on the 20th (make-up Sunday), reply on the 24th. Three days
/// later that is the 22nd and the 29th, six days later the 28th and 2026-10-09, across two holidays.
const TABLE: [Row; 10] = {
    use Before::{Accepted, Extended, Received};
    [
        row("the older reply", (Accepted, Accepted), (true, 3), ("reply", "2026-09-24"), "2026-09-24"),
        row("the root is older", (Accepted, Accepted), (false, 3), ("reply", "2026-09-24"), "2026-09-24"),
        row("neither was looked at", (Received, Received), (true, 3), ("accept", "2026-09-20"), "2026-09-24"),
        row("the root came first", (Received, Received), (false, 3), ("accept", "2026-09-20"), "2026-09-24"),
        row("reply joins accept", (Accepted, Received), (true, 3), ("accept", "2026-09-22"), "2026-09-24"),
        row("a reply due sooner", (Accepted, Received), (true, 6), ("accept", "2026-09-24"), "2026-09-24"),
        row("accept joins reply", (Received, Accepted), (true, 3), ("reply", "2026-09-24"), "2026-09-24"),
        row("a later one joins", (Received, Accepted), (false, 3), ("reply", "2026-09-24"), "2026-09-24"),
        row(
            "extended, still sooner",
            (Extended(1), Accepted),
            (true, 3),
            ("reply", "2026-09-28"),
            "2026-09-28",
        ),
        row(
            "extended past the root",
            (Extended(4), Accepted),
            (true, 3),
            ("reply", "2026-09-29"),
            "2026-09-29",
        ),
    ]
};

#[tokio::test]
async fn the_root_keeps_the_earlier_of_the_two_promises() {
    for row in &TABLE {
        let city = City::open().await;
        let older = city.submit(&heating_letter()).await;
        bring(&city, &older, if row.is_root_newer { row.joining } else { row.root }).await;
        city.app.advance(TimeDelta::days(row.days));
        city.sign_everybody_out();
        let newer = city.submit(&heating_letter()).await;
        bring(&city, &newer, if row.is_root_newer { row.root } else { row.joining }).await;
        let (root, joining) = if row.is_root_newer { (&newer, &older) } else { (&older, &newer) };
        merge(&city, joining, root).await;
        let promise = promise(&city, root);
        assert_eq!((promise.metric.as_str(), promise.due_on.as_str()), row.owed, "{}", row.what);
        if promise.metric == "accept" {
            city.acts("intake.lin", &root.reference, "actions/accept", json!({})).await;
        }
        assert_eq!(self::promise(&city, root).due_on, row.reply, "{}: once it is accepted", row.what);
    }
}

#[tokio::test]
async fn a_shorter_limit_passes_on_with_its_letter() {
    let city = City::open().await;
    let root = city.submit(&heating_letter()).await;
    bring(&city, &root, Before::Accepted).await;
    let mut report = heating_letter();
    report["kind"] = json!("error_report");
    report["category"] = json!("website-error");
    report["form"] = json!({"page_url": "https://www.example.gov.cn/", "error_type": "错别字"});
    let report = city.submit(&report).await;
    merge(&city, &report, &root).await;
    let promise = promise(&city, &root);
    assert_eq!((promise.limit.as_str(), promise.due_on.as_str()), ("reply_error_report", "2026-09-21"));
    let events = city.read("intake.lin", &format!("/v1/staff/tickets/{}/events", root.reference)).await;
    let event = events["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&event["kind"], &event["data"]["reference"]),
        (&json!("merged_in"), &json!(report.reference))
    );
    assert_eq!(event["data"]["due_at_before"], "2026-09-24T16:00:00Z");
    assert_eq!(event["data"]["due_at"], "2026-09-21T16:00:00Z");
}

#[tokio::test]
async fn a_root_that_waits_for_its_citizen_goes_on_waiting() {
    let city = City::open().await;
    let (root, joining) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    city.bring_to(&root.reference, "heating-office", "housing.handler").await;
    let question = json!({"question": "请问是哪一栋楼？"});
    city.acts("housing.handler", &root.reference, "actions/ask-citizen", question).await;
    bring(&city, &joining, Before::Accepted).await;
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    // Two working days of pause would take the root to the 29th; the letter that joins was promised the 24th.
    merge(&city, &joining, &root).await;
    let waiting = promise(&city, &root);
    assert_eq!((waiting.status.as_str(), waiting.due_on.as_str()), ("paused", "2026-09-24"));
    city.app.advance(TimeDelta::days(1));
    city.citizen_acts(&root, "answer", json!({"body": "3号楼。"})).await;
    let after = promise(&city, &root);
    assert_eq!((after.status.as_str(), after.due_on.as_str()), ("running", "2026-09-28"), "one day of pause");
    assert_eq!(pauses(&city, after.id), 1, "and no other");
}

#[tokio::test]
async fn a_paused_root_with_the_earlier_promise_keeps_its_own() {
    let city = City::open().await;
    let root = city.submit(&heating_letter()).await;
    city.bring_to(&root.reference, "heating-office", "housing.handler").await;
    let question = json!({"question": "请问是哪一栋楼？"});
    city.acts("housing.handler", &root.reference, "actions/ask-citizen", question).await;
    let own = promise(&city, &root).id;
    city.app.advance(TimeDelta::days(6));
    city.sign_everybody_out();
    let joining = city.submit(&heating_letter()).await;
    bring(&city, &joining, Before::Accepted).await;
    merge(&city, &joining, &root).await;
    assert_eq!(promise(&city, &root).id, own);
}

#[tokio::test]
async fn a_chain_of_merges_passes_the_first_promise_on() {
    for before in [Before::Received, Before::Accepted] {
        let city = City::open().await;
        let first = city.submit(&heating_letter()).await;
        bring(&city, &first, before).await;
        let mut last = first;
        for _ in 0..2 {
            city.app.advance(TimeDelta::days(2));
            city.sign_everybody_out();
            let next = city.submit(&heating_letter()).await;
            bring(&city, &next, before).await;
            merge(&city, &last, &next).await;
            last = next;
        }
        if matches!(before, Before::Received) {
            bring(&city, &last, Before::Accepted).await;
        }
        assert_eq!(promise(&city, &last).due_on, "2026-09-24", "{before:?}");
    }
}

#[tokio::test]
async fn what_was_granted_on_a_promise_passes_on_and_is_explained() {
    let city = City::open().await;
    let older = city.submit(&heating_letter()).await;
    bring(&city, &older, Before::Extended(1)).await;
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    let root = city.submit(&heating_letter()).await;
    city.bring_to(&root.reference, "heating-office", "housing.handler").await;
    let more = json!({"amount": 3, "reason": "情况复杂"});
    city.acts("housing.lead", &root.reference, "actions/request-extension", more.clone()).await;
    merge(&city, &older, &root).await;
    let void = city
        .is_refused("supervisor.qin", &root.reference, "actions/decide-extension", json!({"granted": true}))
        .await;
    assert_eq!(void.status, 409, "it was asked for on other terms");
    let path =
        format!("/v1/staff/tickets/{}/clocks/{}/explanation", root.reference, promise(&city, &root).id);
    let why = city.read("supervisor.qin", &path).await;
    assert_eq!(why["taken_over_from"], json!(older.reference));
    assert_eq!(why["extensions"].as_array().unwrap().len(), 1, "{why}");
    assert_eq!(why["clock"]["due_on"], "2026-09-28");
    city.acts("housing.lead", &root.reference, "actions/request-extension", more.clone()).await;
    city.acts("supervisor.qin", &root.reference, "actions/decide-extension", json!({"granted": true})).await;
    let third = city.is_refused("housing.lead", &root.reference, "actions/request-extension", more).await;
    assert_eq!(third.code, "extension_not_possible", "two may be granted, and two were");
}

#[tokio::test]
async fn spam_that_is_none_after_all_still_owes_what_joined_it() {
    for (before, metric) in [(Before::Received, "accept"), (Before::Accepted, "reply")] {
        let city = City::open().await;
        let older = city.submit(&heating_letter()).await;
        bring(&city, &older, Before::Accepted).await;
        city.app.advance(TimeDelta::days(6));
        city.sign_everybody_out();
        let root = city.submit(&heating_letter()).await;
        bring(&city, &root, before).await;
        merge(&city, &older, &root).await;
        city.acts("intake.lin", &root.reference, "actions/mark-spam", json!({"reason": "广告"})).await;
        city.acts("intake.lin", &root.reference, "actions/restore", json!({"reason": "误判"})).await;
        let owed = promise(&city, &root);
        assert_eq!((owed.metric.as_str(), owed.due_on.as_str()), (metric, "2026-09-24"));
        if metric == "accept" {
            bring(&city, &root, Before::Accepted).await;
            assert_eq!(promise(&city, &root).due_on, "2026-09-24");
        }
    }
}

#[tokio::test]
async fn two_merges_that_cross_end_with_one_root() {
    let city = City::open().await;
    for round in 0..5 {
        let (one, two) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
        let into = |root: &Handed| json!({"into": root.reference});
        let post = reqwest::Method::POST;
        let there =
            city.request("intake.lin", post.clone(), &one.reference, "actions/merge", into(&two)).await;
        let back = city.request("intake.he", post, &two.reference, "actions/merge", into(&one)).await;
        let (there, back) = tokio::join!(there.send(), back.send());
        let mut statuses = [there.unwrap().status().as_u16(), back.unwrap().status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "round {round}: {statuses:?}");
        assert!([404, 409, 412].contains(&statuses[1]), "round {round}: {statuses:?}");
    }
}

#[tokio::test]
async fn a_letter_of_somebody_else_leaves_the_root_as_it_was() {
    let city = City::open().await;
    let root = city.submit(&heating_letter()).await;
    let mut other = heating_letter();
    other["submitter"] = json!({"phone": "13900000009"});
    let other = city.submit(&other).await;
    let version = city.version(&root.reference);
    let into = json!({"into": root.reference});
    let refused = city.is_refused("intake.lin", &other.reference, "actions/merge", into).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "other_submitter"));
    assert_eq!(city.version(&root.reference), version);
}

#[tokio::test]
async fn whoever_may_not_see_the_root_learns_neither_that_it_exists_nor_whose_it_is() {
    let city = City::open().await;
    let (joining, same) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    let mut other = heating_letter();
    other["submitter"] = json!({"phone": "13900000009"});
    let other = city.submit(&other).await;
    city.bring_to(&joining.reference, "heating-office", "housing.handler").await;
    for hidden in [&same, &other] {
        city.bring_to(&hidden.reference, "water-bureau", "water.handler").await;
    }
    let caller = sign_in(&city.app, "intake.housing", &[(Role::Intake, Some("housing-bureau"))]);
    let day = "2026-09-18".parse().unwrap();
    let nobodys = Reference::new(&"HY".parse().unwrap(), day, 99_999).unwrap().to_string();
    for root in [&same.reference, &other.reference, &nobodys] {
        let refused = problem(
            city.app
                .post_json(
                    &format!("/v1/staff/tickets/{}/actions/merge", joining.reference),
                    &json!({"into": root}),
                )
                .bearer_auth(&caller.token)
                .header("If-Match", format!("\"v{}\"", city.version(&joining.reference))),
        )
        .await;
        assert_eq!((refused.status, refused.code.as_str()), (404, "no_such_ticket"), "{root}");
    }
}

#[tokio::test]
async fn a_promise_that_was_broken_before_it_passed_on_is_counted_once() {
    let city = City::open().await;
    let older = city.submit(&heating_letter()).await;
    bring(&city, &older, Before::Accepted).await;
    city.app.advance(TimeDelta::days(12));
    city.sign_everybody_out();
    let root = city.submit(&heating_letter()).await;
    bring(&city, &root, Before::Accepted).await;
    merge(&city, &older, &root).await;
    let outside = json!({"recipient": "省厅", "contact": "0500-1234567", "reason": "属省级事权"});
    city.acts("dispatch.zhao", &root.reference, "actions/transfer-out", outside).await;
    let mut breaches = Vec::new();
    for letter in [&older, &root] {
        let path = format!("/v1/staff/tickets/{}/events", letter.reference);
        let events = city.read("intake.lin", &path).await;
        let events = events["data"].as_array().unwrap().iter();
        breaches.push(events.filter(|event| event["kind"] == "breached").count());
    }
    assert_eq!(breaches, [1, 0], "it stays with the ticket that broke it");
    check(&city, &root, None);
    city.app.deliver_outbox().await;
    let figures = city.app.get_json("/v1/statistics/overview").await;
    assert_eq!(figures["total"]["breached"], 1, "{figures}");
}

async fn bring(city: &City, letter: &Handed, before: Before) {
    let r = &letter.reference;
    match before {
        Before::Received => {}
        Before::Accepted => {
            city.acts("intake.lin", r, "actions/accept", json!({})).await;
        }
        Before::Extended(days) => {
            city.bring_to(r, "heating-office", "housing.handler").await;
            let more = json!({"amount": days, "reason": "情况复杂"});
            city.acts("housing.lead", r, "actions/request-extension", more).await;
            city.acts("supervisor.qin", r, "actions/decide-extension", json!({"granted": true})).await;
        }
    }
}

async fn merge(city: &City, joining: &Handed, root: &Handed) -> Value {
    city.acts("intake.lin", &joining.reference, "actions/merge", json!({"into": root.reference})).await
}

/// What is owed to the citizen of a ticket now.
struct Owed {
    id: Uuid,
    metric: String,
    status: String,
    due_on: String,
    limit: String,
}

fn promise(city: &City, letter: &Handed) -> Owed {
    let (id, metric, status, due_on, limit): (Uuid, String, String, chrono::NaiveDate, String) = clock::table
        .inner_join(ticket::table.on(ticket::citizen_clock_id.eq(clock::id.nullable())))
        .filter(ticket::reference.eq(&letter.reference).and(ticket::due_at.eq(clock::due_at.nullable())))
        .select((clock::id, clock::metric, clock::status, clock::due_on, clock::limit_code))
        .first(&mut city.app.database.connect())
        .unwrap();
    Owed { id, metric, status, due_on: due_on.to_string(), limit }
}

fn pauses(city: &City, id: Uuid) -> i64 {
    let pauses = clock_pause::table.filter(clock_pause::clock_id.eq(id));
    pauses.count().get_result(&mut city.app.database.connect()).unwrap()
}
