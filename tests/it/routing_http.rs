//! Routing over HTTP, and what it does to letters by itself.

use diesel::prelude::*;
use huiyin::features::tickets::SUBMITTED_TOPIC;
use huiyin::platform::jobs::outbox::{self, RetryPolicy};
use huiyin::rules::vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, problem, success};
use crate::support::personas::{Persona, seed_city, sign_in};

fn letter(category: &str, district: Option<&str>, form: Value) -> Value {
    json!({"kind": "complaint", "category": category, "district": district, "title": "家里不热",
           "body": "供暖已经三天了，家里还是不热，请尽快处理。", "form": form})
}

fn heating(district: Option<&str>) -> Value {
    letter("heating", district, json!({"community": "锦绣家园"}))
}

/// Hands a letter in and lets routing look at it. Returns the reference.
async fn submit(app: &TestApp, letter: &Value) -> String {
    let receipt = success(app.post_once("/v1/tickets", letter)).await;
    app.deliver_outbox().await;
    receipt["reference"].as_str().unwrap().to_owned()
}

async fn staff_get(app: &TestApp, who: &Persona, path: &str) -> Value {
    success(app.get(path).bearer_auth(&who.token)).await
}

async fn act(app: &TestApp, who: &Persona, reference: &str, verb: &str, body: Value) -> Value {
    let path = format!("/v1/staff/tickets/{reference}");
    let ticket = app.get(&path).bearer_auth(&who.token).send().await.unwrap();
    let tag = ticket.headers()["etag"].clone();
    let request = app.post_once(&format!("{path}/actions/{verb}"), &body);
    success(request.header("If-Match", tag).bearer_auth(&who.token)).await
}

#[tokio::test]
async fn a_letter_that_a_rule_decides_is_dispatched_by_itself_and_says_why() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let dispatcher = sign_in(&app, "dispatch.zhao", &[(Role::Dispatcher, None)]);
    let reference = submit(&app, &heating(Some("wanghe-chengguan"))).await;
    let path = format!("/v1/staff/tickets/{reference}");
    assert_eq!(staff_get(&app, &dispatcher, &path).await["state"], "dispatched");
    let orders = staff_get(&app, &dispatcher, &format!("{path}/work-orders")).await;
    let mut said: Vec<_> = orders
        .as_array()
        .unwrap()
        .iter()
        .map(|order| (order["role"].as_str().unwrap(), order["instruction"].as_str().unwrap()))
        .collect();
    said.sort_unstable();
    let why = "匹配规则12：类别“供暖”，地区“城关街道”";
    assert_eq!(said, [("assist", why), ("lead", why)]);
    let events = staff_get(&app, &dispatcher, &format!("{path}/events")).await;
    let dispatched =
        events["data"].as_array().unwrap().iter().find(|event| event["kind"] == "dispatched").unwrap();
    assert_eq!((&dispatched["actor_kind"], &dispatched["actor_id"]), (&json!("rule"), &json!("12")));
}

#[tokio::test]
async fn a_letter_that_a_person_should_look_at_waits_at_the_desk_with_a_proposal() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let dispatcher = sign_in(&app, "dispatch.zhao", &[(Role::Dispatcher, None)]);
    let reference = submit(&app, &heating(Some("shiliang"))).await;
    let path = format!("/v1/staff/tickets/{reference}");
    assert_eq!(staff_get(&app, &dispatcher, &path).await["state"], "received");
    let proposal = staff_get(&app, &dispatcher, &format!("{path}/routing")).await;
    assert_eq!((&proposal["department"], &proposal["rule"]), (&json!("shiliang-government"), &json!(11)));
    assert_eq!(proposal["is_automatic"], false);
    assert_eq!(proposal["considered"][0], json!({"rule": 1, "why_not": "other_category"}));
    let elsewhere = sign_in(&app, "handler.li", &[(Role::Handler, Some("heating-office"))]);
    let hidden = app.get(&format!("{path}/routing")).bearer_auth(&elsewhere.token);
    assert_eq!(problem(hidden).await.code, "not_found");
}

#[tokio::test]
async fn what_a_person_accepted_first_is_left_to_them() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let desk = sign_in(&app, "intake.lin", &[(Role::Intake, None), (Role::Dispatcher, None)]);
    let receipt = success(app.post_once("/v1/tickets", &heating(Some("wanghe-chengguan")))).await;
    let reference = receipt["reference"].as_str().unwrap();
    act(&app, &desk, reference, "accept", json!({})).await;
    app.deliver_outbox().await;
    let path = format!("/v1/staff/tickets/{reference}");
    assert_eq!(staff_get(&app, &desk, &path).await["state"], "accepted");
}

#[tokio::test]
async fn a_final_designation_routes_the_next_letter_of_its_kind() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let desk = sign_in(&app, "intake.lin", &[(Role::Intake, None), (Role::Dispatcher, None)]);
    let supervisor = sign_in(&app, "supervisor.qin", &[(Role::Supervisor, None)]);
    let reference = submit(&app, &heating(Some("shiliang"))).await;
    act(&app, &desk, &reference, "accept", json!({})).await;
    act(&app, &supervisor, &reference, "arbitrate", json!({"department": "property-office"})).await;
    app.deliver_outbox().await;
    app.state.routing.refresh().await.unwrap();
    let rule = staff_get(&app, &supervisor, "/v1/staff/routing/rules/25").await;
    assert_eq!((&rule["origin"], &rule["ticket_reference"]), (&json!("precedent"), &json!(reference)));
    assert_eq!((&rule["category"], &rule["area"]), (&json!("heating"), &json!("shiliang")));
    // The rule for the county is as narrow and was written on purpose, so it still goes first.
    let body =
        json!({"kind": "complaint", "category": "heating", "area": "shiliang", "title": "冷", "body": "冷"});
    let preview = app.post_json("/v1/staff/routing/preview", &body).bearer_auth(&supervisor.token);
    assert_eq!(success(preview).await["rule"], 11);
}

#[tokio::test]
async fn rules_are_managed_with_versions_and_keys() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let supervisor = sign_in(&app, "supervisor.qin", &[(Role::Supervisor, None)]);
    let body = json!({"name": "东门供暖", "priority": 1, "category": "heating", "area": "wanghe-dongmen",
                      "department": "property-office"});
    let create = || {
        let request = app.post_json("/v1/staff/routing/rules", &body).header("Idempotency-Key", "k1");
        request.bearer_auth(&supervisor.token).send()
    };
    let first = create().await.unwrap();
    assert_eq!((first.status().as_u16(), &first.headers()["etag"]), (201, &"\"v1\"".parse().unwrap()));
    assert_eq!(first.headers()["location"], "/v1/staff/routing/rules/25");
    assert_eq!(create().await.unwrap().headers()["idempotent-replayed"], "true");

    let put = |body: &Value, tag: Option<&str>| {
        let request = app.request(Method::PUT, "/v1/staff/routing/rules/25").json(body);
        let request = request.bearer_auth(&supervisor.token);
        tag.map_or_else(
            || request.try_clone().unwrap(),
            |tag| request.try_clone().unwrap().header("If-Match", tag),
        )
    };
    assert_eq!(problem(put(&body, None)).await.status, 428);
    let mut off = body.clone();
    off["is_active"] = json!(false);
    assert_eq!(success(put(&off, Some("\"v1\""))).await["version"], 2);
    assert_eq!(problem(put(&off, Some("\"v1\""))).await.status, 412);
    let mut other_number = body.clone();
    other_number["number"] = json!(26);
    assert!(problem(put(&other_number, Some("\"v2\""))).await.names("/number", "number_changed"));
    let rules = staff_get(&app, &supervisor, "/v1/staff/routing/rules").await;
    assert_eq!(rules["data"].as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn a_preview_explains_itself_in_the_callers_language_and_refuses_what_is_unknown() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let intake = sign_in(&app, "intake.lin", &[(Role::Intake, Some("hotline-centre"))]);
    let body = json!({"kind": "complaint", "category": "heating", "area": "wanghe-chengguan", "title": "冷",
                      "body": "冷"});
    let preview = |body: &Value| app.post_json("/v1/staff/routing/preview", body).bearer_auth(&intake.token);
    let english = success(preview(&body).header("Accept-Language", "en")).await;
    assert_eq!(english["explanation"], "Matched rule 12: category Heating, area Chengguan Subdistrict");
    for (member, value, code) in [
        ("category", json!("nothing"), "unknown_category"),
        ("area", json!("nowhere"), "unknown_district"),
        ("title", json!(""), "text_empty"),
    ] {
        let mut bad = body.clone();
        bad[member] = value;
        let seen = problem(preview(&bad)).await;
        assert!(seen.names(&format!("/{member}"), code), "{seen:?}");
    }
    let handler = sign_in(&app, "handler.li", &[(Role::Handler, None)]);
    let refused = app.post_json("/v1/staff/routing/preview", &body).bearer_auth(&handler.token);
    assert_eq!(problem(refused).await.code, "forbidden");
}

/// Puts the one letter there is under a category that another instance has just made.
fn put_under_a_new_category(conn: &mut PgConnection) {
    for statement in [
        "INSERT INTO category SELECT (jsonb_populate_record(category, '{\"id\": 9000, \"code\": \"lakes\"}')).*
         FROM category WHERE code = 'parks'",
        "UPDATE ticket SET category_id = 9000",
    ] {
        diesel::sql_query(statement).execute(conn).unwrap();
    }
}

async fn submit_untold(app: &TestApp) -> String {
    let letter =
        json!({"kind": "suggestion", "category": "parks", "title": "长椅", "body": "湖边没有座位。"});
    let receipt = success(app.post_once("/v1/tickets", &letter)).await;
    receipt["reference"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_category_and_a_rule_of_another_instance_dispatch_the_next_letter() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let dispatcher = sign_in(&app, "dispatch.zhao", &[(Role::Dispatcher, None)]);
    let reference = submit_untold(&app).await;
    let mut conn = app.database.connect();
    put_under_a_new_category(&mut conn);
    let rule = "INSERT INTO routing_rule (number, name, priority, category_code, department_id, is_automatic, origin)
                SELECT 90, '湖泊', 1, 'lakes', id, true, 'configured' FROM department WHERE code = 'heating-office'";
    diesel::sql_query(rule).execute(&mut conn).unwrap();
    app.deliver_outbox().await;
    let path = format!("/v1/staff/tickets/{reference}");
    assert_eq!(staff_get(&app, &dispatcher, &path).await["state"], "dispatched");
}

#[tokio::test]
async fn a_letter_that_cannot_be_looked_at_is_tried_again_and_then_told_to_an_operator() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    submit_untold(&app).await;
    let mut conn = app.database.connect();
    // The directory does not say that it has changed, so that nobody looks for the new category.
    diesel::sql_query("ALTER TABLE category DISABLE TRIGGER category_changed").execute(&mut conn).unwrap();
    put_under_a_new_category(&mut conn);
    for _ in 0..RetryPolicy::INTERNAL.max_attempts {
        assert_eq!(outbox::list_dead(&mut conn, None, 10).unwrap(), []);
        app.deliver_outbox().await;
        app.advance(RetryPolicy::INTERNAL.longest_delay);
    }
    let dead = outbox::list_dead(&mut conn, None, 10).unwrap();
    let why: Vec<_> = dead.iter().map(|dead| (&*dead.topic, dead.last_error_code.as_deref())).collect();
    assert_eq!(why, [(SUBMITTED_TOPIC.name(), Some("unknown_category"))]);
}
