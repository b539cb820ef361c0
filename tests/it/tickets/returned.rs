//! Assignments end with what made them possible: a grant, the account, the department.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::success;
use crate::support::city::{City, heating_letter};

const ADMINISTRATOR: &str = "admin.wei";

/// A letter that somebody handles.
async fn assigned(city: &City, department: &str, lead: &str, handler: &str) -> String {
    let r = city.submit(&heating_letter()).await.reference;
    city.bring_to(&r, department, handler).await;
    city.acts(lead, &r, "actions/assign", json!({"username": handler})).await;
    assert_eq!(
        city.ticket(lead, &r).await["work_orders"][0]["assignee"]["id"],
        json!(city.staff_id(handler))
    );
    r
}

async fn administer(city: &City, method: Method, path: &str, version: &Value, body: Option<Value>) -> Value {
    let request = city.app.request(method, path).bearer_auth(city.token(ADMINISTRATOR).await);
    let request = request.header("If-Match", format!("\"v{version}\""));
    success(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn account(city: &City, username: &str) -> (String, Value) {
    let path = format!("/v1/staff-accounts/{}", city.staff_id(username));
    let account = city.read(ADMINISTRATOR, &path).await;
    (path, account)
}

async fn change_department(city: &City, code: &str, change: impl FnOnce(&mut Value)) {
    let path = format!("/v1/staff/departments/{code}");
    let mut entry = city.read(ADMINISTRATOR, &path).await;
    let version = entry.as_object_mut().unwrap().remove("version").unwrap();
    change(&mut entry);
    administer(city, Method::PUT, &path, &version, Some(entry)).await;
}

/// Nobody handles it, and the history says who did.
async fn is_given_back(city: &City, reader: &str, reference: &str, handler: &str) {
    city.app.deliver_outbox().await;
    let ticket = city.ticket(reader, reference).await;
    assert_eq!(ticket["work_orders"][0]["assignee"], Value::Null, "{handler}");
    let events = city.read(reader, &format!("/v1/staff/tickets/{reference}/events")).await;
    let last = events["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["actor_kind"]), (&json!("assignment_returned"), &json!("system")));
    assert_eq!(last["people"][0]["id"], json!(city.staff_id(handler)));
}

#[tokio::test]
async fn a_grant_that_ends_gives_the_letters_back() {
    let city = City::open().await;
    let r = assigned(&city, "heating-office", "housing.lead", "housing.handler").await;
    let untouched = assigned(&city, "heating-office", "housing.lead", "housing.handler2").await;
    let (path, account) = account(&city, "housing.handler").await;
    let grant = format!("{path}/grants/{}", account["grants"][0]["id"].as_str().unwrap());
    administer(&city, Method::DELETE, &grant, &account["version"], None).await;
    is_given_back(&city, "housing.lead", &r, "housing.handler").await;
    let other = city.ticket("housing.lead", &untouched).await;
    assert_eq!(other["work_orders"][0]["assignee"]["id"], json!(city.staff_id("housing.handler2")));
    // The next one takes it.
    city.acts("housing.lead", &r, "actions/assign", json!({"username": "housing.handler2"})).await;
}

#[tokio::test]
async fn a_grant_that_is_not_needed_leaves_the_letters_where_they_are() {
    let city = City::open().await;
    let r = assigned(&city, "heating-office", "housing.lead", "housing.handler").await;
    let (path, account) = account(&city, "housing.handler").await;
    let more = json!({"role": "intake"});
    let account = success(
        city.app
            .post_json(&format!("{path}/grants"), &more)
            .bearer_auth(city.token(ADMINISTRATOR).await)
            .header("If-Match", format!("\"v{}\"", account["version"])),
    )
    .await;
    let grants = account["grants"].as_array().unwrap();
    let intake = grants.iter().find(|grant| grant["role"] == "intake").unwrap();
    let grant = format!("{path}/grants/{}", intake["id"].as_str().unwrap());
    administer(&city, Method::DELETE, &grant, &account["version"], None).await;
    city.app.deliver_outbox().await;
    let ticket = city.ticket("housing.lead", &r).await;
    assert_eq!(ticket["work_orders"][0]["assignee"]["id"], json!(city.staff_id("housing.handler")));
}

#[tokio::test]
async fn an_account_that_is_closed_gives_the_letters_back() {
    let city = City::open().await;
    let r = assigned(&city, "heating-office", "housing.lead", "housing.handler").await;
    let (path, account) = account(&city, "housing.handler").await;
    let close = format!("{path}/actions/disable");
    administer(&city, Method::POST, &close, &account["version"], Some(json!({}))).await;
    is_given_back(&city, "housing.lead", &r, "housing.handler").await;
}

#[tokio::test]
async fn a_department_that_is_dissolved_leaves_its_letters_to_its_successor() {
    let city = City::open().await;
    let r = assigned(&city, "water-bureau", "water.lead", "water.handler").await;
    change_department(&city, "water-bureau", |entry| {
        entry["is_active"] = json!(false);
        entry["successor"] = json!("ecology-bureau");
    })
    .await;
    is_given_back(&city, "ecology.lead", &r, "water.handler").await;
    let refused =
        city.is_refused("ecology.lead", &r, "actions/assign", json!({"username": "water.handler"})).await;
    assert!(refused.names("/username", "unfit_staff"), "{refused:?}");
    city.acts("ecology.lead", &r, "actions/assign", json!({"username": "ecology.handler"})).await;
}

#[tokio::test]
async fn a_department_that_is_moved_takes_its_letters_from_those_above_it() {
    let city = City::open().await;
    let r = assigned(&city, "heating-office", "housing.lead", "housing.handler").await;
    change_department(&city, "heating-office", |entry| entry["parent"] = json!("water-bureau")).await;
    is_given_back(&city, "water.lead", &r, "housing.handler").await;
    let path = format!("/v1/staff/tickets/{r}");
    let former = city.app.get(&path).bearer_auth(city.token("housing.handler").await);
    assert_eq!(former.send().await.unwrap().status(), 404);
}
