//! A row that cannot be worked on holds no other row up: it is set aside, shown to the operator, and tried again later.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use huiyin::features::escalation::{AlarmCommand, AlarmView, IssueContext, Swept};
use huiyin::features::escalation::{Delivery, EscalationSettings};
use huiyin::features::tickets::{Accept, Dispatch};
use huiyin::platform::db::schema::{alarm, alarm_notice, clock, ticket};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::rules::vocabulary::Role;
use serde_json::json;
use uuid::Uuid;

use super::world::{World, instant};

const DUE_AT: &str = "2026-09-17T16:00:00Z";
const NOW: &str = "2026-09-18T01:00:00Z";

fn run(world: &World, statement: &str) {
    diesel::sql_query(statement).execute(&mut world.database.connect()).unwrap();
}

/// The table refuses what this condition says, until `mend`.
fn break_rows(world: &World, table: &str, refused: &str) {
    run(world, &format!("ALTER TABLE {table} ADD CONSTRAINT broken CHECK (NOT ({refused})) NOT VALID"));
}

fn mend(world: &World, table: &str) {
    run(world, &format!("ALTER TABLE {table} DROP CONSTRAINT broken"));
}

/// Mails at once and each on its own; the next role up is told after a working day.
fn patient() -> EscalationSettings {
    EscalationSettings {
        delivery: Delivery::AtOnce,
        digest_above: u32::MAX,
        storm_alarms_per_minute: 0,
        ..EscalationSettings::default()
    }
}

/// A city in which ten alarms have fired and been told.
async fn fired() -> World {
    let world = World::with(NOW, patient()).await;
    world.put_overdue(10, instant(DUE_AT));
    assert_eq!(world.sweep(instant(NOW)).await.fired, 10);
    world
}

/// What the operator sees set aside: the work, the row, and the reason.
async fn set_aside(world: &World) -> Vec<(String, String, String)> {
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let view = world.sweep_control().get(&supervisor).await.unwrap();
    assert_eq!(view.set_aside_count, view.set_aside.len() as i64);
    assert_eq!(view.trouble.is_some_and(|it| it.contains("set aside")), !view.set_aside.is_empty());
    view.set_aside.into_iter().map(|row| (row.work, row.item, row.error_code)).collect()
}

/// Sweeps with one broken row, sweeps again after it was mended, and compares what each sweep did with `nine` and `one`.
async fn holds_nobody_up(
    world: &World,
    at: DateTime<Utc>,
    (table, refused): (&str, &str),
    expected: (&str, &str),
    done: fn(&Swept) -> usize,
) {
    break_rows(world, table, refused);
    let swept = world.sweep(at).await;
    assert_eq!((done(&swept), swept.set_aside), (9, 1), "the others are done");
    let (work, item) = (expected.0.to_owned(), expected.1.to_owned());
    assert_eq!(set_aside(world).await, [(work, item, "broken".to_owned())]);
    let again = world.sweep(at + TimeDelta::seconds(1)).await;
    assert_eq!((done(&again), again.set_aside), (0, 0), "it waits a little");
    mend(world, table);
    let swept = world.sweep(at + TimeDelta::hours(1)).await;
    assert_eq!((done(&swept), swept.set_aside), (1, 0), "it is tried again");
    assert_eq!(set_aside(world).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_whose_alarm_cannot_be_fired_holds_no_other_up() {
    let world = World::with(NOW, patient()).await;
    world.put_overdue(10, instant(DUE_AT));
    let bad: Uuid =
        clock::table.order(clock::id).select(clock::id).first(&mut world.database.connect()).unwrap();
    let refused = format!("id = '{bad}' AND last_alarm = 'l1'");
    let expected = ("fire_alarms", &*bad.to_string());
    holds_nobody_up(&world, instant(NOW), ("clock", &refused), expected, |swept| swept.fired).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alarm_that_cannot_be_passed_on_holds_no_other_up() {
    let world = fired().await;
    let bad: Uuid =
        alarm::table.order(alarm::id).select(alarm::id).first(&mut world.database.connect()).unwrap();
    let refused = format!("alarm_id = '{bad}' AND step = 'raised'");
    // The same time on the next working day, before L2 is due.
    let at = instant("2026-09-20T01:00:00Z");
    run(&world, "UPDATE clock SET next_alarm_at = NULL");
    let expected = ("raise_alarms", &*bad.to_string());
    holds_nobody_up(&world, at, ("alarm_notice", &refused), expected, |swept| swept.raised).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snooze_that_cannot_end_holds_no_other_up() {
    let world = fired().await;
    let dispatcher = world.caller("dispatcher", Role::Dispatcher, None);
    let query = huiyin::platform::http::query::parse("").unwrap();
    let alarms: Vec<AlarmView> = world.alarms().list(&dispatcher, &query, None).await.unwrap().data;
    let until = "2026-09-18T03:00:00Z";
    for view in &alarms {
        let (id, version) = (view.id, view.version);
        let command =
            AlarmCommand { caller: dispatcher.clone(), id, version, idempotency: Idempotency::none() };
        let wish = serde_json::from_value(json!({"until": until, "reason": "配件明日到货"})).unwrap();
        world.alarms().snooze(command, wish).await.unwrap();
    }
    let bad = alarms[0].id.to_string();
    let refused = format!("alarm_id = '{bad}' AND step = 'snooze_ended'");
    let expected = ("end_snoozes", &*bad);
    holds_nobody_up(&world, instant(until), ("alarm_notice", &refused), expected, |swept| swept.rested).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_cannot_be_written_holds_no_other_up() {
    let world = World::with(NOW, patient()).await;
    world.put_overdue(10, instant(DUE_AT));
    let bad: Uuid =
        ticket::table.order(ticket::id).select(ticket::id).first(&mut world.database.connect()).unwrap();
    break_rows(&world, "outbox_message", &format!("ticket_id = '{bad}' AND topic = 'notice'"));
    let swept = world.sweep(instant(NOW)).await;
    assert_eq!((swept.fired, swept.mails, swept.set_aside), (10, 9, 1));
    let (alarm_id, staff_id): (Uuid, Uuid) = alarm_notice::table
        .filter(alarm_notice::delivered_at.is_null())
        .select((alarm_notice::alarm_id, alarm_notice::staff_id))
        .first(&mut world.database.connect())
        .unwrap();
    let item = format!("{alarm_id}/fired/0/{staff_id}");
    assert_eq!(set_aside(&world).await, [("deliver_notices".to_owned(), item, "broken".to_owned())]);
    mend(&world, "outbox_message");
    let swept = world.sweep(instant(NOW) + TimeDelta::hours(1)).await;
    assert_eq!((swept.mails, swept.set_aside), (1, 0));
    assert_eq!(world.told().len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_cannot_be_told_holds_no_other_up() {
    let world = World::with("2026-09-18T02:00:00Z", patient()).await;
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let mut last = None;
    for _ in 0..10 {
        let reference = world.submit().await;
        let dispatch: Dispatch = serde_json::from_value(json!({"department": "heating-office"})).unwrap();
        world.act(&reference, Accept {}).await;
        world.act(&reference, dispatch).await;
        let wish =
            serde_json::from_value(json!({"instruction": "请查明停热原因并答复来信人。", "working_days": 2}));
        let context = IssueContext { caller: supervisor.clone(), idempotency: Idempotency::none() };
        last = Some(world.orders().issue_new(context, reference, wish.unwrap()).await.unwrap().value.id);
    }
    run(&world, "UPDATE clock SET next_alarm_at = NULL");
    let bad = last.unwrap().to_string();
    let refused = format!("id = '{bad}' AND last_alarm = 'reminder'");
    let at = instant("2026-09-20T01:00:00Z");
    let expected = ("tell_orders", &*bad);
    holds_nobody_up(&world, at, ("supervision_order", &refused), expected, |swept| swept.orders).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_of_the_sweep_that_fails_stops_no_later_step() {
    let world = fired().await;
    world.put_overdue_as("U", 1, instant(DUE_AT));
    // The database sacrifices whoever fires.
    run(
        &world,
        "CREATE FUNCTION deadlock() RETURNS trigger LANGUAGE plpgsql \
         AS $$ BEGIN RAISE EXCEPTION 'deadlock detected'; END $$",
    );
    run(&world, "CREATE TRIGGER sacrificed BEFORE INSERT ON ticket_event EXECUTE FUNCTION deadlock()");
    let at = instant("2026-09-20T01:00:00Z");
    world.clock.set(at);
    assert!(world.another_sweep().run_once(at).await.is_err(), "the round says that it did not end well");
    let raised = alarm::table.filter(alarm::raised_at.is_not_null()).count();
    assert_eq!(raised.get_result::<i64>(&mut world.database.connect()), Ok(10), "what else was due was done");
}
