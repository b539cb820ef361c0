//! The storm brake, and the canary that proves the sweep alive.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::features::escalation::{
    AlarmCommand, AlarmView, ControlSweep, EscalationError, SweepVerb, SweepView,
};
use huiyin::features::escalation::{Delivery, EscalationSettings};
use huiyin::platform::auth::caller::StaffCaller;
use huiyin::platform::db::schema::{alarm, sweep_canary};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::rules::vocabulary::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, instant};
use crate::support::app::TestApp;

const DUE_AT: &str = "2026-09-17T16:00:00Z";
const NOW: &str = "2026-09-18T01:00:10Z";

/// A city in which more than 700 alarms a minute are a storm, and 1600 are due.
async fn storm() -> World {
    let settings = EscalationSettings {
        storm_alarms_per_minute: 700,
        delivery: Delivery::AtOnce,
        ..EscalationSettings::default()
    };
    let world = World::with(NOW, settings).await;
    world.put_overdue(1600, instant(DUE_AT));
    world
}

async fn control(world: &World, caller: &StaffCaller, verb: SweepVerb) -> Result<SweepView, EscalationError> {
    let wish: ControlSweep = serde_json::from_value(json!({"reason": "停机后积压，属正常"})).unwrap();
    let done = world.sweep_control().control(caller.clone(), Idempotency::none(), verb, wish).await?;
    Ok(done.value)
}

fn fired(world: &World) -> (usize, usize) {
    let clocks: Vec<Uuid> = alarm::table.select(alarm::clock_id).load(&mut world.database.connect()).unwrap();
    let count = clocks.len();
    (count, clocks.into_iter().collect::<std::collections::HashSet<_>>().len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_pauses_the_sweep_of_all_instances_until_somebody_confirms_and_nothing_is_lost() {
    let world = storm().await;
    let (one, other) = (world.another_sweep(), world.another_sweep());
    let both = tokio::join!(one.run_once(instant(NOW)), other.run_once(instant(NOW)));
    let total = both.0.unwrap().fired + both.1.unwrap().fired;
    assert!((701..1600).contains(&total), "{total}: the brake is felt, by both");
    assert_eq!(world.sweep(instant(NOW) + TimeDelta::minutes(5)).await.fired, 0, "and it holds");
    let alerts = world.notices_of("sweep_paused");
    let told: Vec<String> = alerts.iter().map(|mail| world.name(mail)).collect();
    assert_eq!(told, ["supervisor"], "one alert, whatever the number of instances");

    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let dispatcher = world.caller("dispatcher", Role::Dispatcher, None);
    let refused = control(&world, &dispatcher, SweepVerb::Resume).await;
    assert!(matches!(refused, Err(EscalationError::Forbidden)));
    let paused = world.sweep_control().get(&supervisor).await.unwrap();
    assert!(paused.is_paused && paused.trouble.is_some());
    assert_eq!(paused.oldest_due_at, Some(instant(DUE_AT)));
    let resumed = control(&world, &supervisor, SweepVerb::Resume).await.unwrap();
    assert_eq!((resumed.is_paused, resumed.actions.len()), (false, 2));
    assert_eq!(resumed.actions[0].staff.as_ref().map(|staff| staff.id), Some(supervisor.id));
    assert_eq!(resumed.actions[1].staff, None, "the brake itself");

    let rest = world.sweep(instant(NOW) + TimeDelta::minutes(6)).await;
    assert_eq!((rest.fired, rest.notified), (1600 - total, 1600 - total), "all that was due when confirmed");
    assert_eq!(fired(&world), (1600, 1600));
    assert_eq!(world.notices_of("sweep_paused").len(), 1);
}

#[tokio::test]
async fn a_sweep_that_was_paused_by_hand_goes_on_with_the_highest_level_of_each_clock() {
    let world = storm().await;
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    control(&world, &supervisor, SweepVerb::Pause).await.unwrap();
    let again = control(&world, &supervisor, SweepVerb::Pause).await.unwrap();
    assert_eq!(again.actions.len(), 1, "paused already");
    let later = instant("2026-09-21T00:00:00Z");
    let swept = world.sweep(later).await;
    assert_eq!((swept.fired, swept.raised, swept.mails), (0, 0, 0));
    control(&world, &supervisor, SweepVerb::Resume).await.unwrap();
    let swept = world.sweep(later).await;
    // L1 and L2 of each came due meanwhile.
    assert_eq!((swept.fired, swept.notified), (3200, 1600));
}

/// Lets an alarm rest until then.
async fn snooze(world: &World, caller: &StaffCaller, alarm: &AlarmView, until: &str) {
    let (id, version) = (alarm.id, alarm.version);
    let command = AlarmCommand { caller: caller.clone(), id, version, idempotency: Idempotency::none() };
    let wish = serde_json::from_value(json!({"until": until, "reason": "配件明日到货"})).unwrap();
    world.alarms().snooze(command, wish).await.unwrap();
}

#[tokio::test]
async fn while_the_sweep_is_paused_nothing_is_added_and_what_was_raised_before_is_still_told() {
    // In the evening, so that mails wait for the next working morning.
    let world = World::with("2026-09-17T12:00:00Z", EscalationSettings::default()).await;
    world.put_overdue(2, instant("2026-09-16T16:00:00Z"));
    let swept = world.sweep(instant("2026-09-17T12:00:00Z")).await;
    assert_eq!((swept.fired, swept.mails), (2, 0));
    let (supervisor, dispatcher) = (
        world.caller("supervisor", Role::Supervisor, None),
        world.caller("dispatcher", Role::Dispatcher, None),
    );
    let query = huiyin::platform::http::query::parse("").unwrap();
    let alarms = world.alarms().list(&dispatcher, &query, None).await.unwrap().data;
    snooze(&world, &dispatcher, &alarms[0], "2026-09-18T02:00:00Z").await;
    control(&world, &supervisor, SweepVerb::Pause).await.unwrap();
    world.put_overdue_as("U", 1, instant("2026-09-16T16:00:00Z"));

    let swept = world.sweep(instant("2026-09-18T01:00:00Z")).await;
    assert_eq!((swept.fired, swept.mails), (0, 2), "its notices were due when the offices opened");
    let swept = world.sweep(instant("2026-09-18T02:00:00Z")).await;
    assert_eq!((swept.rested, swept.mails), (1, 1), "whoever asked to be told again is told");
    let swept = world.sweep(instant("2026-09-20T02:00:00Z")).await;
    assert_eq!((swept.fired, swept.raised, swept.mails), (0, 0, 0), "nobody else hears of it");
    let shown = world.sweep_control().get(&supervisor).await.unwrap();
    assert!(shown.is_paused && shown.trouble.is_some());

    control(&world, &supervisor, SweepVerb::Resume).await.unwrap();
    let swept = world.sweep(instant("2026-09-20T02:00:00Z")).await;
    assert!(swept.fired > 0, "what came due meanwhile");
}

#[tokio::test]
async fn the_canary_fires_every_few_minutes_even_after_the_clock_was_set_back() {
    let world = World::at(NOW).await;
    let fired = || -> i64 {
        sweep_canary::table.select(sweep_canary::fired).first(&mut world.database.connect()).unwrap()
    };
    let now = instant(NOW);
    for (after, count) in [(0, 1), (299, 1), (300, 2), (301, 2), (-86_400, 3), (-86_399, 3)] {
        world.sweep(now + TimeDelta::seconds(after)).await;
        assert_eq!(fired(), count, "{after} seconds later");
    }
}

#[tokio::test]
async fn readyz_names_a_sweep_that_is_late_or_paused_and_stays_ready() {
    let app = TestApp::start().await;
    let ready = async || -> (u16, Value) {
        let response = app.client.get(app.operations_url("/readyz")).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    };
    let sweep = |body: &Value| {
        let checks = body["checks"].as_array().unwrap();
        checks.iter().find(|check| check["name"] == "sweep").unwrap().clone()
    };
    let (status, body) = ready().await;
    assert_eq!((status, &body["degraded"]), (200, &json!(true)), "no instance sweeps");
    assert_eq!(sweep(&body)["detail"], "no sweep has run yet");
    app.state.sweep.run_once(app.now()).await.unwrap();
    let (status, body) = ready().await;
    assert_eq!((status, &body["degraded"], &sweep(&body)["ok"]), (200, &json!(false), &json!(true)));
    app.advance(TimeDelta::seconds(300 + 601));
    let (status, body) = ready().await;
    assert_eq!((status, &body["ready"], &body["degraded"]), (200, &json!(true), &json!(true)));
    assert_eq!(sweep(&body)["detail"], "the canary is 601 seconds late");
}
