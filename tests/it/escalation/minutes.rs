//! A city whose limits are in working minutes, and differ by category and department: due instants, alarms, pauses.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use huiyin::features::tickets::{Accept, Answer, AskCitizen, Dispatch, Recall};
use huiyin::platform::auth::caller::Caller;
use huiyin::platform::db::schema::clock;
use huiyin::rules::vocabulary::{AlarmLevel, Metric, Role, Unit};
use serde_json::json;

use super::world::{World, instant};

const LIMITS: &str = r#"
    code = "quick"
    version = 1
    limits = [
        { code = "accept", metric = "accept", working_minutes = 60, ladder = "minutes" },
        { code = "reply", metric = "reply", working_days = 5, due = "close_of_business" },
        { code = "reply_parks", metric = "reply", categories = ["parks"], working_minutes = 240 },
        { code = "sign", metric = "sign", working_days = 1, due = "close_of_business" },
        { code = "sign_heating", metric = "sign", departments = ["heating-office"], working_minutes = 30 },
        { code = "work_order", metric = "work_order", calendar_days = 10 },
        { code = "clarification", metric = "clarification", months = 1 },
    ]
    [ladders]
    minutes = [
        { level = "l0", percent = 80 },
        { level = "l1", working_minutes = 0 },
        { level = "l2", working_minutes = 30 },
        { level = "l3", working_minutes = 480 },
    ]
"#;

async fn quick(now: &str) -> World {
    World::under(now, "quick", LIMITS).await
}

/// The newest clock of a metric: how much of what, and when it is due.
fn newest(world: &World, metric: Metric) -> (i32, Unit, DateTime<Utc>) {
    clock::table
        .filter(clock::metric.eq(metric))
        .order((clock::started_at.desc(), clock::id.desc()))
        .select((clock::amount, clock::unit, clock::due_at))
        .first(&mut world.database.connect())
        .unwrap()
}

#[tokio::test]
async fn an_hour_promised_on_friday_evening_ends_on_the_make_up_sunday_with_every_alarm_once() {
    let world = quick("2026-09-18T09:30:00Z").await;
    world.submit().await;
    assert_eq!(newest(&world, Metric::Accept), (60, Unit::WorkingMinutes, instant("2026-09-20T01:30:00Z")));
    // Half an hour until the office closes at 18:00, half an hour from 09:00 on Sunday the 20th, which is worked. Four
    // fifths are 48 minutes; the last rung is a whole day's hours later.
    let rungs = [
        ("2026-09-20T01:18:00Z", AlarmLevel::L0),
        ("2026-09-20T01:30:00Z", AlarmLevel::L1),
        ("2026-09-20T02:00:00Z", AlarmLevel::L2),
        ("2026-09-21T01:30:00Z", AlarmLevel::L3),
    ];
    for (at, level) in rungs {
        let at = instant(at);
        assert_eq!(world.sweep(at - TimeDelta::microseconds(1)).await.fired, 0, "{level} is not early");
        assert_eq!(world.sweep(at).await.fired, 1, "{level}");
        assert_eq!(world.sweep(at).await.fired, 0, "{level} fires once");
        let fired = world.fired().pop().unwrap();
        assert_eq!((fired.level, fired.fire_at), (level, at));
    }
}

#[tokio::test]
async fn minutes_stop_while_the_citizen_is_asked() {
    let world = quick("2026-09-21T01:00:00Z").await;
    let reference = world.submit().await;
    let due = |text| (60, Unit::WorkingMinutes, instant(text));
    assert_eq!(newest(&world, Metric::Accept), due("2026-09-21T02:00:00Z"));
    world.clock.set(instant("2026-09-21T01:20:00Z"));
    let question: AskCitizen = serde_json::from_value(json!({"question": "请问是哪一栋楼？"})).unwrap();
    let intake = Caller::Staff(world.caller("intake", Role::Intake, None));
    world.act_as(intake, &reference, question).await;
    // A month from 21 September ends on a Wednesday.
    let (amount, unit, answer_by) = newest(&world, Metric::Clarification);
    assert_eq!((amount, unit, answer_by), (1, Unit::Months, instant("2026-10-21T16:00:00Z")));
    assert_eq!(
        world.sweep(instant("2026-09-21T09:00:00Z")).await.fired,
        0,
        "nothing fires while it is paused"
    );
    world.clock.set(instant("2026-09-22T05:30:00Z"));
    let answer = serde_json::from_value(json!({"body": "三号楼"})).unwrap();
    world.act_as(world.citizen(&reference), &reference, Answer(answer)).await;
    assert_eq!(newest(&world, Metric::Accept), due("2026-09-22T06:10:00Z"), "forty minutes were left");
}

#[tokio::test]
async fn the_limit_is_chosen_by_category_and_department() {
    let world = quick("2026-09-21T01:00:00Z").await;
    let reference = world.submit().await;
    let dispatch = |code: &str| serde_json::from_value::<Dispatch>(json!({"department": code})).unwrap();
    let (minutes, days) = (Unit::WorkingMinutes, Unit::WorkingDays);
    world.act(&reference, Accept {}).await;
    assert_eq!(newest(&world, Metric::Reply), (240, minutes, instant("2026-09-21T06:00:00Z")), "past lunch");
    world.act(&reference, dispatch("heating-office")).await;
    assert_eq!(newest(&world, Metric::Sign), (30, minutes, instant("2026-09-21T01:30:00Z")));
    let part = (10, Unit::CalendarDays, instant("2026-10-08T16:00:00Z"));
    assert_eq!(newest(&world, Metric::WorkOrder), part, "1 October begins a holiday");
    let reason = serde_json::from_value(json!({"reason": "应由园林部门办理"})).unwrap();
    world.clock.advance(TimeDelta::minutes(5));
    world.act(&reference, Recall(reason)).await;
    world.act(&reference, dispatch("housing-bureau")).await;
    assert_eq!(newest(&world, Metric::Sign), (1, days, instant("2026-09-22T10:00:00Z")), "at closing time");
    assert_eq!(
        newest(&world, Metric::Reply).2,
        instant("2026-09-21T06:00:00Z"),
        "the citizen's promise stays"
    );
}
