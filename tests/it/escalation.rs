//! Alarms on a real database: each level once, at its instant, whoever sweeps.

mod access;
mod acknowledging;
mod brief;
mod isolating;
mod minutes;
mod racing;
mod storm;
mod supervising;
mod waiting;
pub mod world;

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::features::tickets::{Accept, Answer, AskCitizen, Assign, Dispatch, Sign, Withdraw};
use huiyin::platform::auth::caller::Caller;
use huiyin::platform::db::schema::{clock, outbox_message, ticket, ticket_event};
use huiyin::rules::history::{GENESIS, Link, chain};
use huiyin::rules::lifecycle::EventKind;
use huiyin::rules::vocabulary::{AlarmLevel, Metric, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use world::{Fired, World, instant};

const AT_THE_DESK: &str = "2026-02-12T02:00:00Z";

/// The rungs of a complaint received on 12 February 2026. Day 1 is the 13th; the 14th (Saturday) and the 28th
/// (Saturday) are made-up working days, the 15th to the 23rd are the Spring Festival. Due on the 26th.
const LADDER: [(&str, AlarmLevel, &str); 4] = [
    ("2026-02-25T01:00:00Z", AlarmLevel::L0, "dispatcher"),
    ("2026-02-26T16:00:00Z", AlarmLevel::L1, "dispatcher"),
    ("2026-02-27T16:00:00Z", AlarmLevel::L2, "supervisor"),
    ("2026-03-02T16:00:00Z", AlarmLevel::L3, "supervisor"),
];

#[tokio::test]
async fn every_level_fires_once_at_its_instant_around_the_spring_festival() {
    let world = World::at(AT_THE_DESK).await;
    let reference = world.submit().await;
    world.act(&reference, Accept {}).await;
    for (at, level, told) in LADDER {
        let at = instant(at);
        assert_eq!(world.sweep(at - TimeDelta::microseconds(1)).await.fired, 0, "{level} is not early");
        let swept = world.sweep(at).await;
        assert_eq!((swept.fired, swept.notified, swept.batches), (1, 1, 1), "{level}");
        assert_eq!(world.sweep(at).await.fired, 0, "{level} fires once");
        let fired = world.fired().pop().unwrap();
        assert_eq!((fired.level, fired.fire_at, fired.is_absorbed), (level, at, false));
        if level < AlarmLevel::L3 {
            assert_eq!(world.told().pop().unwrap(), (told.to_owned(), level.as_str().to_owned()));
        }
    }
    assert_eq!(world.sweep(instant("2027-01-01T00:00:00Z")).await.fired, 0, "the ladder is climbed");
    assert_eq!((world.fired().len(), world.told().len()), (4, 3), "the last stands in the leader's brief");
}

#[tokio::test]
async fn levels_that_came_due_together_notify_once_the_highest() {
    let world = World::at(AT_THE_DESK).await;
    let reference = world.submit().await;
    world.act(&reference, Accept {}).await;
    let swept = world.sweep(instant("2026-02-27T20:00:00Z")).await;
    assert_eq!((swept.fired, swept.notified), (3, 1));
    let absorbed: Vec<_> = world.fired().iter().map(|fired| (fired.level, fired.is_absorbed)).collect();
    use AlarmLevel::{L0, L1, L2};
    assert_eq!(absorbed, [(L0, true), (L1, true), (L2, false)]);
    assert_eq!(world.told(), [("supervisor".to_owned(), "l2".to_owned())]);
}

#[tokio::test]
async fn a_breach_is_recorded_once_at_its_exact_instant_in_an_unbroken_chain() {
    let world = World::at(AT_THE_DESK).await;
    let reference = world.submit().await;
    world.act(&reference, Accept {}).await;
    let version = world.version(&reference);
    let due_at = instant("2026-02-26T16:00:00Z");
    for late in ["2026-02-26T18:30:00Z", "2026-02-28T01:00:00Z", "2026-03-03T01:00:00Z"] {
        world.sweep(instant(late)).await;
    }
    let mut conn = world.database.connect();
    let breaches: Vec<(chrono::DateTime<chrono::Utc>, Value)> = ticket_event::table
        .filter(ticket_event::kind.eq(EventKind::Breached))
        .select((ticket_event::occurred_at, ticket_event::data))
        .load(&mut conn)
        .unwrap();
    assert_eq!(breaches.len(), 1);
    assert_eq!((breaches[0].0, &breaches[0].1["metric"]), (due_at, &json!("reply")));
    let breached_at: Option<chrono::DateTime<chrono::Utc>> = clock::table
        .filter(clock::metric.eq(Metric::Reply))
        .select(clock::breached_at)
        .first(&mut conn)
        .unwrap();
    assert_eq!(breached_at, Some(due_at));
    let facts = outbox_message::table.filter(outbox_message::topic.eq("ticket_fact"));
    let facts: Vec<Value> = facts.select(outbox_message::payload).load(&mut conn).unwrap();
    let breached = facts.iter().filter(|fact| fact["event"] == "breached").count();
    assert_eq!(breached, 1, "one figure for the citizen's clock");
    assert_chain_is_whole(&mut conn, 6);
    assert_eq!(world.version(&reference), version, "nobody's If-Match is disturbed");
}

#[tokio::test]
async fn paused_stopped_and_cancelled_clocks_never_fire() {
    let world = World::at(AT_THE_DESK).await;
    let asked = world.submit().await;
    let question: AskCitizen = serde_json::from_value(json!({"question": "请问是哪一栋楼？"})).unwrap();
    let intake = Caller::Staff(world.caller("intake", Role::Intake, None));
    world.act_as(intake, &asked, question).await;
    let withdrawn = world.submit().await;
    let reason = serde_json::from_value(json!({"reason": "已自行解决，撤回来信"})).unwrap();
    world.act(&withdrawn, Withdraw(reason)).await;
    assert_eq!(world.sweep(instant("2026-06-01T00:00:00Z")).await.fired, 0);

    let answer = serde_json::from_value(json!({"body": "三号楼"})).unwrap();
    world.clock.set(instant("2026-02-24T02:00:00Z"));
    world.act_as(world.citizen(&asked), &asked, Answer(answer)).await;
    assert_eq!(world.sweep(instant("2026-06-01T00:00:00Z")).await.notified, 1, "resumed, it is armed again");
    assert!(world.fired().iter().all(|Fired { metric, .. }| *metric == Metric::Accept));
}

#[tokio::test]
async fn a_reminder_goes_to_who_works_on_it_and_the_next_levels_climb() {
    let world = World::at(AT_THE_DESK).await;
    let reference = world.submit().await;
    let dispatch: Dispatch = serde_json::from_value(json!({"department": "heating-office"})).unwrap();
    let assign: Assign = serde_json::from_value(json!({"staff_id": world.staff("handler")})).unwrap();
    world.act(&reference, Accept {}).await;
    world.act(&reference, dispatch).await;
    world.act(&reference, Sign {}).await;
    world.act(&reference, assign).await;
    for (at, _, _) in LADDER {
        world.sweep(instant(at)).await;
    }
    let reply: Vec<String> = world.told_of(Metric::Reply);
    assert_eq!(reply, ["handler", "lead", "supervisor"]);
}

#[tokio::test]
async fn an_alarm_that_nobody_hears_is_recorded_all_the_same() {
    let world = World::at(AT_THE_DESK).await;
    diesel::delete(huiyin::platform::db::schema::staff_grant::table)
        .execute(&mut world.database.connect())
        .unwrap();
    world.submit().await;
    let swept = world.sweep(instant("2026-06-01T00:00:00Z")).await;
    assert_eq!((swept.fired > 0, swept.notified), (true, 0));
    assert!(world.told().is_empty());
}

fn assert_chain_is_whole(conn: &mut PgConnection, events: usize) {
    type Event = (i32, EventKind, chrono::DateTime<chrono::Utc>, String, Option<String>, Value, Vec<u8>);
    let rows: Vec<Event> = ticket_event::table
        .order(ticket_event::sequence)
        .select((
            ticket_event::sequence,
            ticket_event::kind,
            ticket_event::occurred_at,
            ticket_event::actor_kind,
            ticket_event::actor_id,
            ticket_event::data,
            ticket_event::hash,
        ))
        .load(conn)
        .unwrap();
    assert_eq!(rows.len(), events);
    let mut previous = GENESIS.to_vec();
    for (index, (sequence, kind, occurred_at, actor_kind, actor_id, data, hash)) in rows.iter().enumerate() {
        let actor = format!("{actor_kind}:{}", actor_id.as_deref().unwrap_or_default());
        let link = Link { sequence: *sequence, kind: *kind, occurred_at: *occurred_at, actor: &actor, data };
        assert_eq!(*sequence, index as i32 + 1);
        assert_eq!(chain(&previous, link).to_vec(), *hash, "event {sequence}, {kind}");
        previous.clone_from(hash);
    }
    let end: (i32, Vec<u8>, Uuid) =
        ticket::table.select((ticket::event_count, ticket::event_hash, ticket::id)).first(conn).unwrap();
    assert_eq!((end.0, end.1), (rows.len() as i32, previous));
}
