//! Category and priority change under way: promises follow, none gets later, and figures move along.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::platform::db::schema::{clock, ticket};
use huiyin::rules::time_limits::TIME_LIMITS;
use serde_json::{Value, json};

use super::invariants::check;
use crate::calendars::recalculations::put_limits_in_force;
use crate::support::city::{City, Handed, heating_letter};

const TO_URGENT: &str = r#"{"priority": "urgent", "reason": "有老人和婴儿受冻"}"#;

#[tokio::test]
async fn what_turns_out_to_be_urgent_is_due_sooner_and_nothing_later_when_it_turns_out_not_to_be() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    assert_eq!(due(&city, &letter), [("reply", "2026-09-24"), ("work_order", "2026-09-23")].map(entry));
    reclassify(&city, "dispatch.zhao", &letter, TO_URGENT).await;
    let sooner = [("reply", "2026-09-22"), ("work_order", "2026-09-21")].map(entry);
    assert_eq!(due(&city, &letter), sooner);
    let event = last_event(&city, &letter).await;
    assert_eq!((&event["kind"], &event["data"]["priority"]), (&json!("reclassified"), &json!("urgent")));
    assert_eq!(event["data"]["priority_before"], "normal");
    assert_eq!(followed(&event), [true, true]);
    reclassify(&city, "supervisor.qin", &letter, r#"{"priority": "normal", "reason": "已送去取暖器"}"#).await;
    assert_eq!(due(&city, &letter), sooner, "what was promised stays promised");
    assert_eq!(followed(&last_event(&city, &letter).await), [false, false]);
    let ticket = city.ticket("intake.lin", &letter.reference).await;
    let policies: Vec<&str> =
        ticket["clocks"].as_array().unwrap().iter().map(|clock| clock["policy"].as_str().unwrap()).collect();
    assert!(policies.contains(&"default/reply_urgent v1"), "{policies:?}");
    check(&city, &letter, None);
}

#[tokio::test]
async fn a_critical_matter_gives_the_department_hours() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let critical = r#"{"priority": "critical", "reason": "一氧化碳中毒"}"#;
    reclassify(&city, "intake.lin", &letter, critical).await;
    let ticket = city.ticket("intake.lin", &letter.reference).await;
    let of = |metric: &str| {
        let clocks = ticket["clocks"].as_array().unwrap();
        clocks.iter().find(|clock| clock["metric"] == metric).unwrap().clone()
    };
    assert_eq!(of("reply")["due_on"], "2026-09-20");
    assert_eq!(
        (&of("work_order")["unit"], &of("work_order")["amount"]),
        (&json!("working_minutes"), &json!(240))
    );
    check(&city, &letter, None);
}

#[tokio::test]
async fn a_promise_that_waits_for_the_citizen_follows_and_goes_on_waiting() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let question = json!({"question": "请问是哪一栋楼？"});
    city.acts("housing.handler", &letter.reference, "actions/ask-citizen", question).await;
    let done = reclassify(&city, "intake.lin", &letter, TO_URGENT).await;
    assert_eq!(done["state"], "awaiting_citizen");
    check(&city, &letter, None);
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    city.citizen_acts(&letter, "answer", json!({"body": "3号楼。"})).await;
    let two_days_of_pause = [("reply", "2026-09-24"), ("work_order", "2026-09-23")].map(entry);
    assert_eq!(due(&city, &letter), two_days_of_pause);
    check(&city, &letter, None);
}

#[tokio::test]
async fn the_day_told_at_receipt_is_kept_whatever_the_desk_makes_of_the_letter() {
    let city = City::open().await;
    let faster = "\n[[limits]]\ncode = \"reply_heating\"\nmetric = \"reply\"\ncategories = [\"heating\"]\nworking_days = 2\n";
    put_limits_in_force(&city, &(TIME_LIMITS[0].1.to_owned() + faster)).await;
    let told = city.submit(&heating_letter()).await;
    let mut slower = heating_letter();
    slower["category"] = json!("property-management");
    let slower = city.submit(&slower).await;
    let to = |category: &str| json!({"category": category, "reason": "归类有误"}).to_string();
    reclassify(&city, "intake.lin", &told, &to("property-management")).await;
    reclassify(&city, "intake.lin", &slower, &to("heating")).await;
    for letter in [&told, &slower] {
        city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
        assert_eq!(due(&city, letter), [entry(("reply", "2026-09-21"))]);
        check(&city, letter, None);
    }
}

#[tokio::test]
async fn more_time_that_was_asked_for_in_one_unit_is_not_granted_in_another() {
    let city = City::open().await;
    let in_calendar_days = "\n[[limits]]\ncode = \"reply_property\"\nmetric = \"reply\"\ncategories = [\"property-management\"]\n\
        calendar_days = 3\nmax_extensions = 1\nmax_extension = 10\n";
    put_limits_in_force(&city, &(TIME_LIMITS[0].1.to_owned() + in_calendar_days)).await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    let more = json!({"amount": 2, "reason": "情况复杂"});
    city.acts("housing.lead", r, "actions/request-extension", more).await;
    let approvals = city.read("supervisor.qin", &format!("/v1/staff/tickets/{r}/approvals")).await;
    let asked = (&approvals[0]["amount"], &approvals[0]["unit"]);
    assert_eq!(asked, (&json!(2), &json!("working_days")));
    let other = json!({"category": "property-management", "reason": "属物业管理问题"}).to_string();
    reclassify(&city, "intake.lin", &letter, &other).await;
    let decide = |granted: bool| json!({"granted": granted});
    let refused = city.is_refused("supervisor.qin", r, "actions/decide-extension", decide(true)).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "extension_not_possible"));
    city.acts("supervisor.qin", r, "actions/decide-extension", decide(false)).await;
    check(&city, &letter, None);
}

#[tokio::test]
async fn what_the_citizen_filled_in_stays_and_figures_move_with_the_letter() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let before = city.ticket("intake.lin", &letter.reference).await;
    let move_it = r#"{"category": "property-management", "reason": "属物业管理问题"}"#;
    reclassify(&city, "intake.lin", &letter, move_it).await;
    let after = city.ticket("intake.lin", &letter.reference).await;
    assert_eq!(
        (&after["category"]["code"], &after["form"]),
        (&json!("property-management"), &before["form"])
    );
    city.app.deliver_outbox().await;
    let view = city.app.get_json("/v1/statistics/overview?group_by=category").await;
    let groups = view["groups"].as_array().unwrap();
    let seen: Vec<_> =
        groups.iter().map(|group| json!([group["code"], group["received"], group["open"]])).collect();
    // The category above counts what is below it; the one that the letter left counts nothing.
    assert_eq!(seen, [json!(["urban-construction", 1, 1]), json!(["property-management", 1, 1])]);
}

#[tokio::test]
async fn staff_see_the_priority_and_find_by_it_and_the_citizen_does_not() {
    let city = City::open().await;
    let (letter, other) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    reclassify(&city, "intake.lin", &letter, TO_URGENT).await;
    let listed = async |query: &str| {
        let page = city.read("supervisor.qin", &format!("/v1/staff/tickets{query}")).await;
        let lines = page["data"].as_array().unwrap().clone();
        lines.iter().map(|line| (line["reference"].clone(), line["priority"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(listed("?priority=urgent").await, [(json!(letter.reference), json!("urgent"))]);
    assert_eq!(listed("?priority=normal").await, [(json!(other.reference), json!("normal"))]);
    assert_eq!(listed("?priority=critical").await, []);
    assert_eq!(listed("").await.len(), 2);
    assert_eq!(city.ticket("intake.lin", &letter.reference).await["priority"], "urgent");
    let seen = city.as_citizen(&letter).await;
    assert!(!seen.to_string().contains("urgent"), "{seen}");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let refused = async |who: &str, body: Value| {
        city.is_refused(who, &letter.reference, "actions/reclassify", body).await
    };
    let same =
        refused("intake.lin", json!({"category": "heating", "priority": "normal", "reason": "无"})).await;
    assert_eq!((same.status, same.code.as_str()), (409, "nothing_changes"));
    let nothing = refused("intake.lin", json!({"reason": "无"})).await;
    assert_eq!(nothing.code, "nothing_changes");
    let unknown = refused("intake.lin", json!({"category": "nowhere", "reason": "无"})).await;
    assert!(unknown.names("/category", "unknown_category"), "{unknown:?}");
    let unfit = refused("intake.lin", json!({"category": "website-error", "reason": "无"})).await;
    assert!(unfit.names("/category", "kind_not_in_category"), "{unfit:?}");
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let handler = refused("housing.handler", json!({"priority": "urgent", "reason": "无"})).await;
    assert_eq!(handler.status, 403);
    city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已处理。").await;
    let late = refused("intake.lin", json!({"priority": "urgent", "reason": "无"})).await;
    assert_eq!((late.status, late.code.as_str()), (409, "not_allowed_now"));
}

async fn reclassify(city: &City, who: &str, letter: &Handed, body: &str) -> Value {
    city.acts(who, &letter.reference, "actions/reclassify", serde_json::from_str(body).unwrap()).await
}

fn entry((metric, due_on): (&str, &str)) -> (String, String) {
    (metric.to_owned(), due_on.to_owned())
}

/// The live promises of reply and work order with their due days.
fn due(city: &City, letter: &Handed) -> Vec<(String, String)> {
    let rows: Vec<(String, chrono::NaiveDate)> = clock::table
        .inner_join(ticket::table.on(ticket::id.eq(clock::ticket_id)))
        .filter(ticket::reference.eq(&letter.reference).and(clock::metric.eq_any(["reply", "work_order"])))
        .filter(clock::status.eq_any(["running", "paused"]))
        .order(clock::metric)
        .select((clock::metric, clock::due_on))
        .load(&mut city.app.database.connect())
        .unwrap();
    rows.into_iter().map(|(metric, due_on)| (metric, due_on.to_string())).collect()
}

async fn last_event(city: &City, letter: &Handed) -> Value {
    let events = city.read("intake.lin", &format!("/v1/staff/tickets/{}/events", letter.reference)).await;
    events["data"].as_array().unwrap().last().unwrap().clone()
}

fn followed(event: &Value) -> Vec<bool> {
    let clocks = event["data"]["clocks"].as_array().unwrap();
    clocks.iter().map(|clock| clock["is_followed"].as_bool().unwrap()).collect()
}
