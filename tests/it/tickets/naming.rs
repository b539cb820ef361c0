//! People can be found, named and chosen: colleagues, names beside identifiers, and letters by who handles them.

use serde_json::{Value, json};

use crate::support::app::problem;
use crate::support::city::{City, heating_letter};

fn usernames(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|found| found["username"].as_str().unwrap()).collect()
}

fn references(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|item| item["reference"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn colleagues_are_found_by_department_and_name_in_pages() {
    let city = City::open().await;
    let find = async |query: &str| city.read("auditor.cen", &format!("/v1/staff/colleagues?{query}")).await;
    let housing = find("department=housing-bureau").await;
    assert_eq!(usernames(&housing), ["housing.handler", "housing.handler2", "housing.lead"]);
    let expected = json!({"id": city.staff_id("housing.lead"), "name": "吴国安", "username": "housing.lead",
        "department": "housing-bureau"});
    assert_eq!(housing["data"][2], expected);
    let first = find("department=housing-bureau&limit=2").await;
    assert_eq!(usernames(&first), ["housing.handler", "housing.handler2"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = find(&format!("department=housing-bureau&limit=2&cursor={cursor}")).await;
    assert_eq!((usernames(&rest), &rest["next_cursor"]), (vec!["housing.lead"], &Value::Null));
    assert_eq!(usernames(&find("name=国安").await), ["housing.lead"]);
    assert_eq!(usernames(&find("name=HOUSING.L").await), ["housing.lead"]);
    for wildcard in ["%25", "_", "%5C"] {
        assert!(usernames(&find(&format!("name={wildcard}")).await).is_empty(), "{wildcard}");
    }
    diesel::RunQueryDsl::execute(
        diesel::sql_query("UPDATE staff SET disabled_at = created_at WHERE username = 'housing.lead'"),
        &mut city.app.database.connect(),
    )
    .unwrap();
    assert!(usernames(&find("name=国安").await).is_empty(), "whose account is closed is nobody's colleague");
    let token = city.token("auditor.cen").await;
    let unknown = problem(city.app.get("/v1/staff/colleagues?department=nowhere").bearer_auth(token)).await;
    assert!(unknown.names("?department", "unknown_department"), "{unknown:?}");
    assert_eq!(problem(city.app.get("/v1/staff/colleagues")).await.status, 401);
}

#[tokio::test]
async fn everywhere_staff_read_an_identifier_comes_with_a_name() {
    let city = City::open().await;
    let r = city.submit(&heating_letter()).await.reference;
    city.bring_to(&r, "heating-office", "housing.handler").await;
    city.acts("housing.lead", &r, "actions/assign", json!({"username": "housing.handler"})).await;
    city.acts("housing.handler", &r, "notes", json!({"body": "已派人检修"})).await;
    city.acts("housing.lead", &r, "actions/request-extension", json!({"amount": 2, "reason": "等待配件"}))
        .await;
    city.acts("supervisor.qin", &r, "actions/decide-extension", json!({"granted": true})).await;
    city.answer(&r, "housing.handler", "reviewer.gu", "已修复。").await;
    let person = |username: &str, name: &str| json!({"id": city.staff_id(username), "name": name});
    let (handler, lead) = (person("housing.handler", "陈家栋"), person("housing.lead", "吴国安"));
    let (supervisor, reviewer) = (person("supervisor.qin", "秦正平"), person("reviewer.gu", "顾建章"));
    let read = async |part: &str| city.read("supervisor.qin", &format!("/v1/staff/tickets/{r}{part}")).await;

    assert_eq!(read("/work-orders").await[0]["assignee"], handler);
    let replies = read("/replies").await;
    assert_eq!((&replies[0]["authors"], &replies[0]["reviewer"]), (&json!([handler]), &reviewer));
    let approvals = read("/approvals").await;
    assert_eq!((&approvals[0]["requested_by"], &approvals[0]["decided_by"]), (&lead, &supervisor));
    let messages = read("/messages").await;
    assert_eq!(messages["data"].as_array().unwrap().last().unwrap()["person"], handler);
    let events = read("/events").await;
    let events = events["data"].as_array().unwrap();
    let assigned = events.iter().find(|event| event["kind"] == "assigned").unwrap();
    assert_eq!((&assigned["actor"], &assigned["people"]), (&lead, &json!([handler])));
}

#[tokio::test]
async fn letters_are_assigned_by_name_and_listed_by_who_handles_them() {
    let city = City::open().await;
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for place in 0..4 {
        let r = city.submit(&heating_letter()).await.reference;
        city.bring_to(&r, "heating-office", "housing.handler").await;
        let (who, list) =
            if place % 2 == 0 { ("housing.handler", &mut mine) } else { ("housing.handler2", &mut theirs) };
        city.acts("housing.lead", &r, "actions/assign", json!({"username": who})).await;
        list.push(r);
    }
    let list = async |who: &str, path: &str| city.read(who, path).await;
    let all = list("housing.handler", "/v1/staff/tickets?assignee=me").await;
    assert_eq!(references(&all), mine);
    assert_eq!(all["data"][0]["assignee"]["name"], "陈家栋");
    let other = list("housing.handler", "/v1/staff/tickets?assignee=housing.handler2").await;
    assert_eq!(references(&other), theirs);
    let by_id = format!("/v1/staff/tickets?assignee={}", city.staff_id("housing.handler2"));
    assert_eq!(references(&list("supervisor.qin", &by_id).await), theirs);
    assert!(
        references(&list("education.handler", &by_id).await).is_empty(),
        "another department's are not shown"
    );
    let of_department = "/v1/staff/work-lists/department?department=heating-office&assignee=me";
    assert_eq!(references(&list("housing.handler", of_department).await), mine);
    assert!(references(&list("housing.lead", of_department).await).is_empty());
    let page = list("housing.handler", "/v1/staff/tickets?assignee=me&limit=1").await;
    let next =
        format!("/v1/staff/tickets?assignee=me&limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(references(&list("housing.handler", &next).await), mine[1..]);

    let token = city.token("housing.handler").await;
    let unknown = city.app.get("/v1/staff/tickets?assignee=nobody.here").bearer_auth(token);
    assert!(problem(unknown).await.names("?assignee", "unknown_staff"));
    let both = json!({"username": "housing.handler", "staff_id": city.staff_id("housing.handler")});
    for (body, pointer, code) in [
        (json!({}), "", "named_once"),
        (both, "", "named_once"),
        (json!({"username": "nobody.here"}), "/username", "unfit_staff"),
        (json!({"username": "education.handler"}), "/username", "unfit_staff"),
    ] {
        let refused = city.is_refused("housing.lead", &mine[0], "actions/assign", body).await;
        assert!(refused.names(pointer, code), "{refused:?}");
    }
}
