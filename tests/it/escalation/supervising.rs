//! Supervision orders: proposed at the leader's level, issued, answered, sent back and closed, with a clock of their own.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::features::escalation::EscalationSettings;
use huiyin::features::escalation::{
    EscalationError, IssueContext, IssueNewOrder, IssueOrder, OrderCommand, OrderStatus, OrderView,
};
use huiyin::features::tickets::{Accept, Dispatch};
use huiyin::platform::auth::caller::StaffCaller;
use huiyin::platform::db::schema::{outbox_message, ticket_event};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::rules::lifecycle::EventKind;
use huiyin::rules::reference::Reference;
use huiyin::rules::vocabulary::Role;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::assert_chain_is_whole;
use super::world::{World, instant};

/// A Friday; the Sunday after it is a made-up working day.
const FRIDAY: &str = "2026-09-18T02:00:00Z";

fn body<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn order() -> IssueNewOrder {
    body(json!({"instruction": "请查明停热原因并答复来信人。", "working_days": 2}))
}

fn command(caller: &StaffCaller, order: &OrderView) -> OrderCommand {
    OrderCommand {
        caller: caller.clone(),
        id: order.id,
        version: order.version,
        idempotency: Idempotency::none(),
    }
}

fn context(caller: &StaffCaller) -> IssueContext {
    IssueContext { caller: caller.clone(), idempotency: Idempotency::none() }
}

/// A letter that the heating office has, a supervisor, and the office's lead.
async fn scene() -> (World, Reference, StaffCaller, StaffCaller) {
    let world = World::with(FRIDAY, EscalationSettings::default()).await;
    let reference = world.submit().await;
    let dispatch: Dispatch = body(json!({"department": "heating-office"}));
    world.act(&reference, Accept {}).await;
    world.act(&reference, dispatch).await;
    let heating = world.directory.snapshot().department_by_code("heating-office").unwrap().id;
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let lead = world.caller("lead", Role::DepartmentLead, Some(&[heating]));
    (world, reference, supervisor, lead)
}

/// Who was told of which step, and when the mail may go out.
fn told(world: &World) -> Vec<(String, String, String)> {
    type Row = (Value, chrono::DateTime<chrono::Utc>);
    let rows: Vec<Row> = outbox_message::table
        .filter(outbox_message::topic.eq("notice"))
        .order((outbox_message::created_at, outbox_message::id))
        .select((outbox_message::payload, outbox_message::available_at))
        .load(&mut world.database.connect())
        .unwrap();
    rows.iter()
        .filter(|(mail, _)| mail["content"]["kind"] == "supervision")
        .map(|(mail, at)| {
            (world.name(mail), mail["content"]["step"].as_str().unwrap().to_owned(), at.to_rfc3339())
        })
        .collect()
}

#[tokio::test]
async fn an_order_is_issued_acknowledged_answered_sent_back_and_closed_and_stands_in_the_history() {
    let (world, reference, supervisor, lead) = scene().await;
    let version = world.version(&reference);
    let orders = world.orders();
    let refused = orders.issue_new(context(&lead), reference.clone(), order()).await;
    assert!(matches!(refused, Err(EscalationError::Forbidden)), "a department orders nothing");
    let issued = orders.issue_new(context(&supervisor), reference.clone(), order()).await.unwrap().value;
    assert_eq!((issued.status, issued.department.as_deref()), (OrderStatus::Issued, Some("heating-office")));
    assert_eq!(issued.due_on.unwrap().to_string(), "2026-09-21", "Sunday counts");
    let again = orders.issue_new(context(&supervisor), reference.clone(), order()).await;
    assert!(matches!(again, Err(EscalationError::OrderStep)), "one at a time");

    let taken = orders.acknowledge(command(&lead, &issued)).await.unwrap().value;
    let stale = orders.acknowledge(command(&lead, &issued)).await;
    assert!(matches!(stale, Err(EscalationError::Stale)));
    let feedback = || body(json!({"feedback": "已派人检修。"}));
    let answered = orders.answer(command(&lead, &taken), feedback()).await.unwrap().value;
    let wish = body(json!({"reason": "未说明恢复时间", "working_days": 1}));
    let returned = orders.send_back(command(&supervisor, &answered), wish).await.unwrap().value;
    assert_eq!((returned.status, returned.times_returned), (OrderStatus::Acknowledged, 1));
    let answered = orders.answer(command(&lead, &returned), feedback()).await.unwrap().value;
    let closed = orders.close(command(&supervisor, &answered), body(json!({"reason": "同意办结"}))).await;
    assert_eq!(closed.unwrap().value.status, OrderStatus::Closed);

    let mut conn = world.database.connect();
    let steps: Vec<Value> = ticket_event::table
        .filter(ticket_event::kind.eq(EventKind::Supervised))
        .order(ticket_event::sequence)
        .select(ticket_event::data)
        .load(&mut conn)
        .unwrap();
    let steps: Vec<&str> = steps.iter().map(|data| data["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["issue", "acknowledge", "answer", "return", "answer", "close"]);
    assert_chain_is_whole(&mut conn, 9);
    assert_eq!(world.version(&reference), version, "nobody's If-Match is disturbed");
    let told: Vec<(String, String)> = told(&world).into_iter().map(|(who, step, _)| (who, step)).collect();
    let mut told: Vec<(&str, &str)> = told.iter().map(|(who, step)| (who.as_str(), step.as_str())).collect();
    told.sort();
    let expected = [
        ("lead", "closed"),
        ("lead", "issued"),
        ("lead", "returned"),
        ("supervisor", "answered"),
        ("supervisor", "answered"),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn whoever_may_not_see_a_ticket_orders_nothing_about_it_and_does_not_learn_that_it_exists() {
    let (world, reference, ..) = scene().await;
    let bureau = world.directory.snapshot().department_by_code("housing-bureau").unwrap().id;
    let elsewhere = world.caller("supervisor", Role::Supervisor, Some(&[bureau]));
    let own: serde_json::Value =
        json!({"instruction": "请三日内查明并答复。", "working_days": 3, "department": "housing-bureau"});
    for entry in [order(), body(own)] {
        let refused = world.orders().issue_new(context(&elsewhere), reference.clone(), entry).await;
        assert!(matches!(refused, Err(EscalationError::NotFound)), "{refused:?}");
    }
    let events: i64 = ticket_event::table
        .filter(ticket_event::kind.eq(EventKind::Supervised))
        .count()
        .get_result(&mut world.database.connect())
        .unwrap();
    assert_eq!(events, 0, "nothing stands in the history");
}

#[tokio::test]
async fn an_orders_clock_reminds_and_tells_once_when_it_is_late_and_the_brief_names_it() {
    let (world, reference, supervisor, _) = scene().await;
    world.orders().issue_new(context(&supervisor), reference.clone(), order()).await.unwrap();
    let reminder = instant("2026-09-20T01:00:00Z");
    assert_eq!(world.sweep(reminder - TimeDelta::microseconds(1)).await.orders, 0);
    assert_eq!(world.sweep(reminder).await.orders, 1);
    let late = instant("2026-09-21T16:00:00Z");
    assert_eq!(world.sweep(late - TimeDelta::microseconds(1)).await.orders, 0);
    let (one, other) = (world.another_sweep(), world.another_sweep());
    let both = tokio::join!(one.run_once(late), other.run_once(late));
    assert_eq!(both.0.unwrap().orders + both.1.unwrap().orders, 1);
    assert_eq!(world.sweep(late + TimeDelta::days(9)).await.orders, 0);
    let morning = "2026-09-22T00:30:00+00:00";
    let told = told(&world);
    let late_mails: Vec<_> = told.iter().filter(|(_, step, _)| step == "overdue").collect();
    let mut people: Vec<&str> = late_mails.iter().map(|(who, _, _)| who.as_str()).collect();
    people.sort();
    assert_eq!(people, ["lead", "supervisor"]);
    assert!(late_mails.iter().all(|(_, _, at)| at == morning), "{late_mails:?}");
    assert_eq!(told.iter().filter(|(_, step, _)| step == "reminder").count(), 1);

    world.clock.set(instant("2026-09-22T23:30:00Z"));
    assert!(world.briefs().make(instant("2026-09-22T23:30:00Z")).await.unwrap());
    let brief = world.notices_of("morning_brief").remove(0);
    let name = &brief["content"]["order_items"][0]["department"]["zh"];
    assert_eq!((name, &brief["content"]["order_count"]), (&json!("供热管理科"), &json!(1)));
    let order = &brief["content"]["order_items"][0];
    assert_eq!(
        (&order["reference"], &order["due_on"], &order["working_days_late"]),
        (&json!(reference.to_string()), &json!("2026-09-21"), &json!(2))
    );
    assert_eq!(brief["content"]["order_items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_alarm_of_the_leaders_level_proposes_an_order_that_a_supervisor_issues_or_dismisses() {
    let (world, reference, supervisor, lead) = scene().await;
    // Three clocks of the ticket climb to the leader's level; one order is proposed.
    world.sweep(instant("2026-10-30T02:00:00Z")).await;
    let orders = world.orders();
    let list = async |caller: &StaffCaller, status: &str| {
        let query = huiyin::platform::http::query::parse(&format!("status={status}")).unwrap();
        orders.list(caller, &query, None).await.unwrap().data
    };
    let proposed = list(&supervisor, "proposed").await;
    assert_eq!((proposed.len(), proposed[0].reference.clone()), (1, reference.to_string()));
    assert_eq!((proposed[0].issued_at, proposed[0].due_on), (None, None), "nothing is ordered by itself");
    assert!(told(&world).is_empty());
    let entry: IssueOrder = body(json!({"instruction": "请立即办理。", "working_days": 1}));
    let refused = orders.issue(command(&lead, &proposed[0]), entry.clone()).await;
    assert!(matches!(refused, Err(EscalationError::Forbidden)));
    let issued = orders.issue(command(&supervisor, &proposed[0]), entry).await.unwrap().value;
    let steps: BTreeMap<&str, usize> =
        [("proposed", list(&lead, "proposed").await.len()), ("issued", list(&lead, "issued").await.len())]
            .into();
    assert_eq!(steps, BTreeMap::from([("issued", 1), ("proposed", 0)]));
    assert_eq!(orders.get(&lead, issued.id).await.unwrap(), issued);
    let elsewhere = world.caller("lead", Role::DepartmentLead, Some(&[-1]));
    assert!(matches!(orders.get(&elsewhere, issued.id).await, Err(EscalationError::NotFound)));
}
