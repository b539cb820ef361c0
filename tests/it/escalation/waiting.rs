//! What happens to an alarm after it fired: passed on, left to rest, told to whoever stands in, delivered in the morning.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use huiyin::features::escalation::EscalationSettings;
use huiyin::features::escalation::{AlarmCommand, AlarmView, DutyPost, EscalationError, SnoozeAlarm};
use huiyin::features::tickets::{Accept, Dispatch, Withdraw};
use huiyin::platform::auth::caller::{StaffCaller, StaffId};
use huiyin::platform::db::schema::{alarm_notice, alarm_snooze};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::rules::vocabulary::{AlarmLevel, Role};
use serde_json::json;

use super::world::{World, instant};

const AT_THE_DESK: &str = "2026-02-12T02:00:00Z";
/// Nine in the morning, one working day before the promise is due.
const REMINDER: &str = "2026-02-25T01:00:00Z";

async fn world(tickets: usize, settings: EscalationSettings) -> World {
    let world = World::with(AT_THE_DESK, settings).await;
    for _ in 0..tickets {
        let reference = world.submit().await;
        world.act(&reference, Accept {}).await;
    }
    world
}

async fn list(world: &World, caller: &StaffCaller) -> Vec<AlarmView> {
    let query = huiyin::platform::http::query::parse("").unwrap();
    world.alarms().list(caller, &query, None).await.unwrap().data
}

fn command(caller: &StaffCaller, alarm: &AlarmView) -> AlarmCommand {
    AlarmCommand {
        caller: caller.clone(),
        id: alarm.id,
        version: alarm.version,
        idempotency: Idempotency::none(),
    }
}

fn snooze(until: &str) -> SnoozeAlarm {
    serde_json::from_value(json!({"until": until, "reason": "配件明日到货"})).unwrap()
}

fn told(world: &World) -> Vec<(String, String, Option<String>)> {
    let mails = world.notices_of("alarm");
    let text = |mail: &serde_json::Value, name: &str| mail["content"][name].as_str().map(str::to_owned);
    mails
        .iter()
        .map(|mail| {
            let step = text(mail, "step").filter(|step| step != "fired");
            (world.name(mail), text(mail, "level").unwrap(), step)
        })
        .collect()
}

#[tokio::test]
async fn what_nobody_acknowledges_in_time_goes_to_the_next_role_up_once() {
    let world = world(2, EscalationSettings::default()).await;
    world.sweep(instant(REMINDER)).await;
    let dispatcher = world.caller("dispatcher", Role::Dispatcher, None);
    let alarms = list(&world, &dispatcher).await;
    let by = instant("2026-02-26T01:00:00Z");
    assert!(alarms.iter().all(|alarm| alarm.acknowledge_by == Some(by)), "{alarms:#?}");
    let taken = world.alarms().acknowledge(command(&dispatcher, &alarms[0])).await.unwrap().value;
    assert_eq!(taken.acknowledge_by, None);

    assert_eq!(world.sweep(by - TimeDelta::microseconds(1)).await.raised, 0);
    assert_eq!(world.sweep(by).await.raised, 1);
    assert_eq!(world.sweep(by + TimeDelta::hours(1)).await.raised, 0, "once");
    let raised: Vec<_> = told(&world).into_iter().filter(|(_, _, step)| step.is_some()).collect();
    assert_eq!(raised, [("supervisor".to_owned(), "l0".to_owned(), Some("raised".to_owned()))]);
    let now = list(&world, &dispatcher).await;
    let passed_on: Vec<_> = now.iter().filter_map(|alarm| Some((alarm.id, alarm.raised_at?))).collect();
    assert_eq!(passed_on, [(alarms[1].id, by)]);
}

#[tokio::test]
async fn nobody_is_waited_for_once_the_letter_is_answered_or_the_next_level_has_fired() {
    let world = world(1, EscalationSettings::default()).await;
    let withdrawn = world.submit().await;
    world.act(&withdrawn, Accept {}).await;
    world.sweep(instant(REMINDER)).await;
    let reason = serde_json::from_value(json!({"reason": "已自行解决，撤回来信"})).unwrap();
    world.act(&withdrawn, Withdraw(reason)).await;
    let swept = world.sweep(instant("2026-02-26T16:00:00Z")).await;
    assert_eq!((swept.fired, swept.raised), (1, 0), "the other one has climbed to its next level by itself");
}

#[tokio::test]
async fn a_snoozed_alarm_rests_and_is_told_again_and_each_snooze_is_kept() {
    let world = world(1, EscalationSettings::default()).await;
    world.sweep(instant(REMINDER)).await;
    let (dispatcher, supervisor) = (
        world.caller("dispatcher", Role::Dispatcher, None),
        world.caller("supervisor", Role::Supervisor, None),
    );
    let alarm = list(&world, &dispatcher).await.remove(0);
    let alarms = world.alarms();
    let refused = alarms.snooze(command(&supervisor, &alarm), snooze("2026-02-26T02:00:00Z")).await;
    assert!(matches!(refused, Err(EscalationError::Forbidden)), "the supervisor was not told");
    for out_of_range in [REMINDER, "2026-03-05T00:00:00Z"] {
        let refused = alarms.snooze(command(&dispatcher, &alarm), snooze(out_of_range)).await;
        assert!(matches!(refused, Err(EscalationError::SnoozeTooLong(_))), "{out_of_range}");
    }
    let resting = alarms.snooze(command(&dispatcher, &alarm), snooze("2026-02-26T02:00:00Z")).await.unwrap();
    assert_eq!(resting.value.snoozed_until, Some(instant("2026-02-26T02:00:00Z")));

    assert_eq!(world.sweep(instant("2026-02-26T01:30:00Z")).await.raised, 0, "it rests");
    let swept = world.sweep(instant("2026-02-26T02:00:00Z")).await;
    assert_eq!((swept.rested, swept.mails), (1, 1));
    assert_eq!(world.sweep(instant("2026-02-26T02:00:01Z")).await.rested, 0, "told again once");
    let last = told(&world).pop().unwrap();
    assert_eq!(last, ("dispatcher".to_owned(), "l0".to_owned(), Some("snooze_ended".to_owned())));
    let waited = list(&world, &dispatcher).await.remove(0);
    assert_eq!((waited.snoozed_until, waited.acknowledge_by), (None, Some(instant("2026-02-27T02:00:00Z"))));
    let kept: Vec<(i16, uuid::Uuid, String)> = alarm_snooze::table
        .select((alarm_snooze::number, alarm_snooze::staff_id, alarm_snooze::reason))
        .load(&mut world.database.connect())
        .unwrap();
    assert_eq!(kept, [(1, world.staff("dispatcher"), "配件明日到货".to_owned())]);
}

#[tokio::test]
async fn the_leaders_level_does_not_rest() {
    let world = World::at(AT_THE_DESK).await;
    world.put_overdue(1, instant("2026-01-12T16:00:00Z"));
    world.sweep(instant(AT_THE_DESK)).await;
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let alarm = list(&world, &supervisor).await.remove(0);
    assert_eq!((alarm.level, alarm.acknowledge_by), (AlarmLevel::L3, None));
    let refused = world.alarms().snooze(command(&supervisor, &alarm), snooze("2026-02-13T02:00:00Z")).await;
    assert!(matches!(refused, Err(EscalationError::LeaderDoesNotRest)));
}

#[tokio::test]
async fn a_substitute_is_told_for_who_is_away_and_who_is_on_duty_before_any_role() {
    let world = world(1, EscalationSettings::default()).await;
    let dispatcher = world.caller("dispatcher", Role::Dispatcher, None);
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let away = json!({
        "first_on": day("2026-02-24"), "last_on": day("2026-02-25"), "substitute_id": world.staff("intake"),
    });
    let away = serde_json::from_value(away).unwrap();
    world.rosters().enter_absence(dispatcher.clone(), Idempotency::none(), away).await.unwrap();
    world.sweep(instant(REMINDER)).await;
    assert_eq!(told(&world).pop().unwrap().0, "intake");

    let duty = json!({
        "staff_id": world.staff("intake"), "first_on": day("2026-02-27"), "last_on": day("2026-02-27"),
    });
    let duty: huiyin::features::escalation::EnterDuty = serde_json::from_value(duty).unwrap();
    let refused = world.rosters().enter_duty(dispatcher, Idempotency::none(), duty.clone()).await;
    assert!(matches!(refused, Err(EscalationError::Forbidden)));
    world.rosters().enter_duty(supervisor, Idempotency::none(), duty).await.unwrap();
    // L1 fires at midnight and is delivered in the morning, to whoever is on duty then.
    world.sweep(instant("2026-02-26T16:00:00Z")).await;
    world.sweep(instant("2026-02-27T00:30:00Z")).await;
    assert_eq!(told(&world).pop().unwrap(), ("intake".to_owned(), "l1".to_owned(), None));
}

#[tokio::test]
async fn what_is_overdue_goes_to_the_supervisor_on_duty_or_who_stands_in_and_further_up_when_unheard() {
    let world = world(1, EscalationSettings::default()).await;
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let lead = world.caller("lead", Role::DepartmentLead, None);
    let duty = |staff: &str, days: (&str, &str)| -> huiyin::features::escalation::EnterDuty {
        serde_json::from_value(json!({
            "post": "supervision", "staff_id": world.staff(staff), "first_on": days.0, "last_on": days.1,
        }))
        .unwrap()
    };
    let rosters = world.rosters();
    let week = duty("intake", ("2026-02-27", "2026-03-06"));
    let refused = rosters.enter_duty(lead.clone(), Idempotency::none(), week.clone()).await;
    assert!(matches!(refused, Err(EscalationError::Forbidden)), "supervisors alone");
    let entered = rosters.enter_duty(supervisor.clone(), Idempotency::none(), week).await.unwrap().value;
    assert_eq!((entered.post, entered.department), (DutyPost::Supervision, None));
    let struck = rosters.strike_duty(lead, entered.id).await;
    assert!(matches!(struck, Err(EscalationError::Forbidden)));

    // L1 is none of theirs; L2 a working day later is, and whoever is on duty is away that day.
    world.sweep(instant("2026-02-26T16:00:00Z")).await;
    world.sweep(instant("2026-02-27T00:30:00Z")).await;
    assert_eq!(told(&world).pop().unwrap(), ("dispatcher".to_owned(), "l1".to_owned(), None));
    let away = json!({
        "staff_id": world.staff("intake"), "first_on": "2026-02-28", "last_on": "2026-02-28",
        "substitute_id": world.staff("dispatcher"),
    });
    let away = serde_json::from_value(away).unwrap();
    rosters.enter_absence(supervisor.clone(), Idempotency::none(), away).await.unwrap();
    world.sweep(instant("2026-02-27T16:00:00Z")).await;
    world.sweep(instant("2026-02-28T00:30:00Z")).await;
    assert_eq!(told(&world).pop().unwrap(), ("dispatcher".to_owned(), "l2".to_owned(), None));
    world.sweep(instant("2026-03-02T00:30:00Z")).await;
    let raised = Some("raised".to_owned());
    assert_eq!(told(&world).pop().unwrap(), ("supervisor".to_owned(), "l2".to_owned(), raised));
    rosters.strike_duty(supervisor, entered.id).await.unwrap();
}

#[tokio::test]
async fn the_supervisor_on_duty_for_the_department_comes_before_that_of_the_city() {
    let world = World::at(AT_THE_DESK).await;
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let of_department = |staff: &str, department: Option<&str>| {
        serde_json::from_value(json!({
            "post": "supervision", "department": department, "staff_id": world.staff(staff),
            "first_on": "2026-02-24", "last_on": "2026-03-31",
        }))
        .unwrap()
    };
    let rosters = world.rosters();
    for (staff, department) in [("intake", None), ("lead", Some("heating-office"))] {
        let entry = of_department(staff, department);
        rosters.enter_duty(supervisor.clone(), Idempotency::none(), entry).await.unwrap();
    }
    let at_the_desk = world.submit().await;
    world.act(&at_the_desk, Accept {}).await;
    world.sweep(instant("2026-02-28T20:00:00Z")).await;
    assert_eq!(world.told(), [("intake".to_owned(), "l2".to_owned())], "no department has it");

    let dispatched = world.submit().await;
    world.act(&dispatched, Accept {}).await;
    let dispatch = json!({"department": "heating-office"});
    world.act(&dispatched, serde_json::from_value::<Dispatch>(dispatch).unwrap()).await;
    world.sweep(instant("2026-03-09T20:00:00Z")).await;
    let told = world.told();
    assert!(told[1..].iter().all(|(name, level)| level != "l2" || name == "lead"), "{told:?}");
    assert!(told[1..].iter().any(|(_, level)| level == "l2"), "{told:?}");
}

#[tokio::test]
async fn somebody_elses_absence_is_entered_by_a_supervisor_only() {
    let world = World::at(AT_THE_DESK).await;
    let lead = world.caller("lead", Role::DepartmentLead, None);
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let entry = |days: (&str, &str), substitute: &str| {
        serde_json::from_value(json!({
            "staff_id": world.staff("dispatcher"), "first_on": days.0, "last_on": days.1,
            "substitute_id": world.staff(substitute),
        }))
        .unwrap()
    };
    let week = ("2026-02-24", "2026-02-28");
    let rosters = world.rosters();
    let enter = async |caller: &StaffCaller, entry| {
        rosters.enter_absence(caller.clone(), Idempotency::none(), entry).await
    };
    assert!(matches!(enter(&lead, entry(week, "intake")).await, Err(EscalationError::Forbidden)));
    let alone = enter(&supervisor, entry(week, "dispatcher")).await;
    assert!(matches!(alone, Err(EscalationError::OwnSubstitute)));
    let reversed = enter(&supervisor, entry(("2026-02-28", "2026-02-24"), "intake")).await;
    assert!(matches!(reversed, Err(EscalationError::DaysReversed)));
    let entered = enter(&supervisor, entry(week, "intake")).await.unwrap().value;
    assert_eq!(entered.staff.id, StaffId(world.staff("dispatcher")));
    let query = Default::default();
    let listed = rosters.absences(&supervisor, &query, None).await.unwrap().data;
    assert_eq!(listed, std::slice::from_ref(&entered));
    assert!(rosters.absences(&lead, &query, None).await.unwrap().data.is_empty());
    assert!(matches!(rosters.strike_absence(lead, entered.id).await, Err(EscalationError::NotFound)));
    rosters.strike_absence(supervisor.clone(), entered.id).await.unwrap();
    assert!(rosters.absences(&supervisor, &query, None).await.unwrap().data.is_empty());
}

#[tokio::test]
async fn alarms_of_the_night_are_one_digest_in_the_morning_and_their_rows_keep_the_instant() {
    let world = world(5, EscalationSettings::default()).await;
    let midnight = instant("2026-02-26T16:00:00Z");
    let swept = world.sweep(midnight + TimeDelta::seconds(7)).await;
    assert_eq!((swept.notified, swept.mails), (5, 0), "at night nobody is disturbed");
    assert!(world.fired().iter().filter(|alarm| !alarm.is_absorbed).all(|alarm| alarm.fire_at == midnight));
    assert_eq!(world.sweep(instant("2026-02-27T00:29:59Z")).await.mails, 0);
    assert_eq!(world.sweep(instant("2026-02-27T00:30:00Z")).await.mails, 1);
    assert_eq!(world.sweep(instant("2026-02-27T00:30:01Z")).await.mails, 0, "once");
    let digest = world.notices_of("alarm_digest").remove(0);
    let mut items = digest["content"]["items"].as_array().unwrap().clone();
    assert_eq!((world.name(&digest).as_str(), items.len()), ("dispatcher", 5));
    for item in &mut items {
        assert!(item.as_object_mut().unwrap().remove("reference").is_some());
        let expected = json!({"title": "路灯不亮", "level": "l1", "due_on": "2026-02-26", "department": null, "step": "fired"});
        assert_eq!(*item, expected);
    }
    let delivered: Vec<Option<DateTime<Utc>>> =
        alarm_notice::table.select(alarm_notice::delivered_at).load(&mut world.database.connect()).unwrap();
    assert_eq!(delivered, vec![Some(instant("2026-02-27T00:30:00Z")); 5]);
}
