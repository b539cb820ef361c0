//! The list of alarms, and taking notice of them.

use std::collections::HashSet;

use diesel::prelude::*;
use huiyin::features::escalation::{AlarmCommand, AlarmView, Alarms, EscalationError, ListAlarms};
use huiyin::platform::auth::caller::StaffCaller;
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::rules::vocabulary::Role;

use super::world::{World, instant};

const NOW: &str = "2026-09-18T01:00:00Z";

fn query(text: &str) -> ListAlarms {
    huiyin::platform::http::query::parse(text).unwrap()
}

fn acknowledge(caller: &StaffCaller, alarm: &AlarmView) -> AlarmCommand {
    let (id, version) = (alarm.id, alarm.version);
    AlarmCommand { caller: caller.clone(), id, version, idempotency: Idempotency::none() }
}

/// Five alarms of the heating office and two of the desk.
async fn world() -> (World, Alarms, i32) {
    let world = World::at(NOW).await;
    world.put_overdue(7, instant("2026-09-17T16:00:00Z"));
    let heating = world.directory.snapshot().department_by_code("heating-office").unwrap().id;
    diesel::sql_query(format!(
        "UPDATE clock SET department_id = {heating} WHERE id IN (SELECT id FROM clock ORDER BY id LIMIT 5)"
    ))
    .execute(&mut world.database.connect())
    .unwrap();
    world.sweep(instant(NOW)).await;
    let alarms = world.alarms();
    (world, alarms, heating)
}

#[tokio::test]
async fn the_list_shows_the_callers_departments_the_unacknowledged_first_page_by_page() {
    let (world, alarms, heating) = world().await;
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let lead = world.caller("lead", Role::DepartmentLead, Some(&[heating]));
    let count =
        async |who: &StaffCaller, text: &str| alarms.list(who, &query(text), None).await.unwrap().data.len();
    assert_eq!((count(&supervisor, "").await, count(&lead, "").await), (7, 5));
    assert_eq!((count(&supervisor, "level=l1").await, count(&supervisor, "level=l2").await), (7, 0));
    assert_eq!(count(&supervisor, "department=housing-bureau").await, 5);
    assert_eq!(count(&lead, "department=city-government").await, 5);

    let first = alarms.list(&lead, &query(""), None).await.unwrap().data.remove(0);
    alarms.acknowledge(acknowledge(&lead, &first)).await.unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = alarms.list(&lead, &query("limit=2"), after).await.unwrap();
        seen.extend(page.data);
        let Some(cursor) = page.next_cursor else { break };
        after = Some(cursor.decode().unwrap());
    }
    assert_eq!((seen.len(), seen.iter().map(|alarm| alarm.id).collect::<HashSet<_>>().len()), (5, 5));
    assert_eq!(seen.last().unwrap().id, first.id);
    assert!(seen.iter().all(|alarm| alarm.department.as_deref() == Some("heating-office")));
}

#[tokio::test]
async fn an_alarm_is_acknowledged_by_one_person_who_may_see_it() {
    let (world, alarms, heating) = world().await;
    let lead = world.caller("lead", Role::DepartmentLead, Some(&[heating]));
    let alarm = alarms.list(&lead, &query(""), None).await.unwrap().data.remove(0);
    let elsewhere = world.caller("handler", Role::Handler, Some(&[heating + 1]));
    let refused = alarms.acknowledge(acknowledge(&elsewhere, &alarm)).await;
    assert!(matches!(refused, Err(EscalationError::NotFound)));
    let editor = world.caller("handler", Role::Editor, None);
    assert!(matches!(alarms.list(&editor, &query(""), None).await, Err(EscalationError::Forbidden)));

    let done = alarms.acknowledge(acknowledge(&lead, &alarm)).await.unwrap().value;
    let by = done.acknowledged_by.map(|person| person.id);
    assert_eq!((by, done.acknowledged_at), (Some(lead.id), Some(instant(NOW))));
    let again = alarms.acknowledge(acknowledge(&lead, &alarm)).await;
    assert!(matches!(again, Err(EscalationError::Stale)));
}
