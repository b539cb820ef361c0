//! Whoever is told can open what they are told of; and absences are entered for the people of one's departments.

use diesel::prelude::*;
use huiyin::features::escalation::{EscalationError, EscalationSettings};
use huiyin::features::tickets::{Accept, Dispatch, Recall};
use huiyin::platform::auth::caller::StaffCaller;
use huiyin::platform::db::schema::{department, staff, staff_grant};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::rules::reference::Reference;
use huiyin::rules::vocabulary::{AlarmLevel, Role};
use serde_json::{Value, json};

use super::world::{World, instant};

const AT_THE_DESK: &str = "2026-02-12T02:00:00Z";
const REMINDER: &str = "2026-02-25T01:00:00Z";
const OVERDUE: &str = "2026-02-26T16:00:00Z";
const NEXT_MORNING: &str = "2026-02-27T00:30:00Z";

async fn letter(world: &World, department: Option<&str>) -> Reference {
    let reference = world.submit().await;
    world.act(&reference, Accept {}).await;
    if let Some(department) = department {
        dispatch(world, &reference, department).await;
    }
    reference
}

async fn dispatch(world: &World, reference: &Reference, department: &str) {
    let dispatch = json!({"department": department});
    world.act(reference, serde_json::from_value::<Dispatch>(dispatch).unwrap()).await;
}

fn fire(world: &World, username: &str) {
    let of = staff_grant::table.filter(staff_grant::staff_id.eq(world.staff(username)));
    diesel::delete(of).execute(&mut world.database.connect()).unwrap();
}

fn told(world: &World) -> Vec<String> {
    world.told().into_iter().map(|(name, _)| name).collect()
}

async fn absent(world: &World, who: &str, substitute: &str) {
    let away = json!({
        "staff_id": world.staff(who), "first_on": "2026-02-24", "last_on": "2026-03-31",
        "substitute_id": world.staff(substitute),
    });
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let away = serde_json::from_value(away).unwrap();
    world.rosters().enter_absence(supervisor, Idempotency::none(), away).await.unwrap();
}

#[tokio::test]
async fn a_substitute_who_cannot_open_the_letter_is_passed_over() {
    let world = World::with(AT_THE_DESK, EscalationSettings::default()).await;
    letter(&world, None).await;
    absent(&world, "dispatcher", "handler").await;
    world.sweep(instant(REMINDER)).await;
    assert_eq!(told(&world), ["supervisor"], "the handler of a department has nothing at the desk");
}

#[tokio::test]
async fn who_is_on_duty_and_cannot_open_the_letter_is_passed_over() {
    let world = World::with(AT_THE_DESK, EscalationSettings::default()).await;
    letter(&world, None).await;
    for staff in ["handler", "lead"] {
        let duty = json!({"staff_id": world.staff(staff), "first_on": "2026-02-24", "last_on": "2026-03-31"});
        let supervisor = world.caller("supervisor", Role::Supervisor, None);
        let duty = serde_json::from_value(duty).unwrap();
        world.rosters().enter_duty(supervisor, Idempotency::none(), duty).await.unwrap();
    }
    world.sweep(instant(REMINDER)).await;
    assert_eq!(told(&world), ["dispatcher"]);
}

#[tokio::test]
async fn a_notice_of_the_night_goes_to_whoever_can_open_the_letter_in_the_morning() {
    let world = World::with(AT_THE_DESK, EscalationSettings::default()).await;
    letter(&world, Some("heating-office")).await;
    world.sweep(instant(OVERDUE)).await;
    let before = told(&world).len();
    fire(&world, "lead");
    world.sweep(instant(NEXT_MORNING)).await;
    let after = told(&world).split_off(before);
    assert!(!after.is_empty() && after.iter().all(|name| name == "supervisor"), "{after:?}");
}

#[tokio::test]
async fn an_alarm_follows_the_letter_to_its_next_department() {
    let world = World::with(AT_THE_DESK, EscalationSettings::default()).await;
    let reference = letter(&world, Some("heating-office")).await;
    world.sweep(instant(REMINDER)).await;
    assert!(told(&world).iter().any(|name| name == "lead"), "{:?}", told(&world));
    let reason = serde_json::from_value(json!({"reason": "应由其他部门办理"})).unwrap();
    world.act(&reference, Recall(reason)).await;
    dispatch(&world, &reference, "water-bureau").await;
    let water: i32 = department::table
        .filter(department::code.eq("water-bureau"))
        .select(department::id)
        .first(&mut world.database.connect())
        .unwrap();
    let limited = world.caller("supervisor", Role::Supervisor, Some(&[water]));
    let raised = world.sweep(instant("2026-02-26T01:00:00Z")).await.raised;
    assert!(raised > 0);
    let query = huiyin::platform::http::query::parse("").unwrap();
    let seen = world.alarms().list(&limited, &query, None).await.unwrap().data;
    assert!(!seen.is_empty() && seen.iter().all(|alarm| alarm.level == AlarmLevel::L0), "{seen:?}");
    assert!(seen.iter().all(|alarm| alarm.raised_at.is_some()));
}

#[tokio::test]
async fn absences_are_those_of_the_people_of_ones_departments() {
    let world = World::at(AT_THE_DESK).await;
    let home: i32 = staff::table
        .filter(staff::username.eq("dispatcher"))
        .select(staff::department_id.assume_not_null())
        .first(&mut world.database.connect())
        .unwrap();
    let theirs = world.caller("supervisor", Role::Supervisor, Some(&[home]));
    let others = world.caller("supervisor", Role::Supervisor, Some(&[home + 1]));
    let entry: Value = json!({
        "staff_id": world.staff("dispatcher"), "first_on": "2026-02-24", "last_on": "2026-02-28",
    });
    let rosters = world.rosters();
    let enter = async |caller: &StaffCaller| {
        let entry = serde_json::from_value(entry.clone()).unwrap();
        rosters.enter_absence(caller.clone(), Idempotency::none(), entry).await
    };
    let query = Default::default();
    assert!(matches!(enter(&others).await, Err(EscalationError::Forbidden)));
    let entered = enter(&theirs).await.unwrap().value;
    assert!(rosters.absences(&others, &query, None).await.unwrap().data.is_empty());
    assert!(matches!(rosters.strike_absence(others, entered.id).await, Err(EscalationError::NotFound)));
    assert_eq!(rosters.absences(&theirs, &query, None).await.unwrap().data, std::slice::from_ref(&entered));
    rosters.strike_absence(theirs, entered.id).await.unwrap();
}
