//! The directory over HTTP: what the public sees, and how it is managed.

use huiyin::rules::vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, problem, success};
use crate::support::personas::{seed_city, sign_in};

fn entry<'a>(list: &'a Value, code: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|entry| entry["code"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {list}"))
}

#[tokio::test]
async fn the_public_sees_the_trees_in_its_own_language() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let tree = app.get_json("/v1/categories").await;
    let construction = entry(&tree["data"], "urban-construction");
    let heating = entry(&construction["children"], "heating");
    assert_eq!((heating["name"].as_str(), heating["has_form"].as_bool()), (Some("供暖"), Some(true)));

    let english = success(app.get("/v1/categories/heating/form").header("Accept-Language", "en")).await;
    assert_eq!(english["name"], "Heating");
    let community = &english["fields"][0];
    assert_eq!((&community["label"], &community["required"]), (&json!("Residential compound"), &json!(true)));
    assert_eq!(community["max_length"], 60);

    let districts = app.get_json("/v1/districts").await;
    assert_eq!(entry(&districts["data"], "wanghe-chengguan")["parent"], "wanghe");
    let departments = app.get_json("/v1/departments").await;
    assert_eq!(entry(&departments["data"], "heating-office")["parent"], "housing-bureau");
    assert_eq!(problem(app.get("/v1/categories/nothing/form")).await.code, "not_found");
}

#[tokio::test]
async fn what_the_public_has_already_is_not_sent_again_until_it_changes() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let administrator = sign_in(&app, "root.wang", &[(Role::SystemAdministrator, None)]);
    for path in ["/v1/categories", "/v1/categories/heating/form", "/v1/departments", "/v1/districts"] {
        let first = app.get(path).send().await.unwrap();
        assert_eq!(first.headers()["cache-control"], "public, max-age=60", "{path}");
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        let again = app.get(path).header("If-None-Match", &tag).send().await.unwrap();
        assert_eq!(again.status(), 304, "{path}");
        assert!(again.text().await.unwrap().is_empty());
        let english = app.get(path).header("If-None-Match", &tag).header("Accept-Language", "en");
        assert_eq!(english.send().await.unwrap().status(), 200, "{path}");
    }
    let before = app.get("/v1/departments").send().await.unwrap().headers()["etag"].clone();
    let body = json!({"code": "new-office", "name": "新办", "name_en": "New Office"});
    success(app.post_json("/v1/staff/departments", &body).bearer_auth(&administrator.token)).await;
    let after = app.get("/v1/departments").header("If-None-Match", before).send().await.unwrap();
    assert_eq!(after.status(), 200);
}

#[tokio::test]
async fn a_department_is_founded_once_changed_in_order_and_dissolved_with_an_heir() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let administrator = sign_in(&app, "root.wang", &[(Role::SystemAdministrator, None)]);
    let body =
        json!({"code": "new-office", "name": "新办", "name_en": "New Office", "parent": "housing-bureau"});
    let found = || {
        let request = app.post_json("/v1/staff/departments", &body).header("Idempotency-Key", "k1");
        request.bearer_auth(&administrator.token).send()
    };
    let first = found().await.unwrap();
    assert_eq!((first.status().as_u16(), &first.headers()["etag"]), (201, &"\"v1\"".parse().unwrap()));
    assert_eq!(first.headers()["location"], "/v1/staff/departments/new-office");
    let again = found().await.unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(first.json::<Value>().await.unwrap(), again.json::<Value>().await.unwrap());
    let taken =
        problem(app.post_json("/v1/staff/departments", &body).bearer_auth(&administrator.token)).await;
    assert_eq!((taken.status, taken.code.as_str()), (409, "code_taken"));

    let put = |body: Value| {
        let request = app.request(Method::PUT, "/v1/staff/departments/new-office").json(&body);
        request.bearer_auth(&administrator.token)
    };
    assert_eq!(problem(put(body.clone())).await.code, "precondition_required");
    let mut dissolved = body.clone();
    dissolved["is_active"] = json!(false);
    let refused = problem(put(dissolved.clone()).header("If-Match", "\"v1\"")).await;
    assert!(refused.names("/successor", "needs_successor"), "{refused:?}");
    dissolved["successor"] = json!("heating-office");
    let changed = success(put(dissolved.clone()).header("If-Match", "\"v1\"")).await;
    assert_eq!((&changed["version"], &changed["successor"]), (&json!(2), &json!("heating-office")));
    assert_eq!(problem(put(dissolved).header("If-Match", "\"v1\"")).await.status, 412);
    let departments = app.get_json("/v1/departments").await;
    assert!(departments["data"].as_array().unwrap().iter().all(|d| d["code"] != "new-office"));
}

#[tokio::test]
async fn a_category_keeps_its_form_and_refuses_one_that_contradicts_itself() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let administrator = sign_in(&app, "root.wang", &[(Role::SystemAdministrator, None)]);
    let field =
        json!({"key": "floor", "label": "楼层", "label_en": "Floor", "type": "number", "min": 1, "max": 99});
    let body = |field: &Value| {
        json!({"code": "lifts", "name": "电梯", "name_en": "Lifts", "parent": "urban-construction",
               "kinds": ["complaint"], "fields": [field]})
    };
    let post = |body: Value| app.post_json("/v1/staff/categories", &body).bearer_auth(&administrator.token);
    let mut reversed = field.clone();
    reversed["min"] = json!(100);
    let refused = problem(post(body(&reversed))).await;
    assert!(refused.names("/fields", "invalid_form_schema"), "{refused:?}");
    let mut unknown = body(&field);
    unknown["colour"] = json!("red");
    assert_eq!(problem(post(unknown)).await.status, 422);
    success(post(body(&field))).await;
    let form = app.get_json("/v1/categories/lifts/form").await;
    assert_eq!((&form["fields"][0]["key"], &form["fields"][0]["max"]), (&json!("floor"), &json!(99.0)));
}

#[tokio::test]
async fn a_category_below_a_closed_one_takes_no_letters() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let administrator = sign_in(&app, "root.wang", &[(Role::SystemAdministrator, None)]);
    let get = success(app.get("/v1/staff/categories/urban-construction").bearer_auth(&administrator.token));
    let mut closed = get.await;
    let version = closed["version"].as_i64().unwrap();
    closed.as_object_mut().unwrap().remove("version");
    closed["is_active"] = json!(false);
    let put = app.request(Method::PUT, "/v1/staff/categories/urban-construction").json(&closed);
    let put = put.header("If-Match", format!("\"v{version}\"")).bearer_auth(&administrator.token);
    success(put).await;
    let letter = json!({"kind": "complaint", "category": "heating", "title": "暖气不热", "body": "家里暖气一直不热。",
        "form": {"community": "锦绣家园"}});
    let refused = problem(app.post_once("/v1/tickets", &letter)).await;
    assert!(refused.names("/category", "unknown_category"), "{refused:?}");
    assert_eq!(problem(app.get("/v1/categories/heating/form")).await.code, "not_found");
}

#[tokio::test]
async fn nobody_but_a_system_administrator_manages_the_directory() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let others: Vec<_> = Role::ALL
        .iter()
        .filter(|role| **role != Role::SystemAdministrator)
        .map(|role| (*role, None))
        .collect();
    let everybody_else = sign_in(&app, "zhang.wei", &others);
    let local = sign_in(&app, "li.na", &[(Role::SystemAdministrator, Some("housing-bureau"))]);
    for token in [&everybody_else.token, &local.token] {
        for path in ["/v1/staff/departments", "/v1/staff/categories", "/v1/staff/departments/heating-office"]
        {
            assert_eq!(problem(app.get(path).bearer_auth(token)).await.code, "forbidden", "{path}");
        }
    }
    assert_eq!(problem(app.get("/v1/staff/departments")).await.status, 401);
}

#[tokio::test]
async fn a_district_is_added_renamed_and_switched_off_with_what_lies_in_it() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let administrator = sign_in(&app, "root.wang", &[(Role::SystemAdministrator, None)]);
    let body = json!({"code": "new-town", "name": "新镇", "name_en": "New Town", "parent": "wanghe"});
    let request = app.post_json("/v1/staff/districts", &body).bearer_auth(&administrator.token);
    let made = request.send().await.unwrap();
    assert_eq!((made.status().as_u16(), &made.headers()["etag"]), (201, &"\"v1\"".parse().unwrap()));
    assert_eq!(made.headers()["location"], "/v1/staff/districts/new-town");
    let again = app.post_json("/v1/staff/districts", &body).bearer_auth(&administrator.token);
    assert_eq!(problem(again).await.code, "code_taken");

    let put = |code: &str, body: &Value, version: &str| {
        let request = app.request(Method::PUT, &format!("/v1/staff/districts/{code}")).json(body);
        request.header("If-Match", version).bearer_auth(&administrator.token)
    };
    let mut renamed = body.clone();
    renamed["name"] = json!("新城镇");
    assert_eq!(success(put("new-town", &renamed, "\"v1\"")).await["version"], 2);
    assert_eq!(problem(put("new-town", &renamed, "\"v1\"")).await.status, 412);
    assert_eq!(success(put("new-town", &renamed, "\"v2\"")).await["version"], 2, "it stands so already");
    let public = app.get_json("/v1/districts").await;
    assert_eq!(entry(&public["data"], "new-town")["name"], "新城镇");
    renamed["parent"] = json!("nowhere");
    assert!(problem(put("new-town", &renamed, "\"v2\"")).await.names("/parent", "unknown_district"));

    let off = json!({"code": "wanghe", "name": "望河区", "name_en": "Wanghe District", "is_active": false});
    success(put("wanghe", &off, "\"v1\"")).await;
    let public = app.get_json("/v1/districts").await;
    let codes: Vec<&str> = public["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|district| district["code"].as_str().unwrap())
        .collect();
    assert!(!codes.iter().any(|code| code.starts_with("wanghe") || *code == "new-town"), "{codes:?}");
    let mut letter = crate::support::city::heating_letter();
    letter["district"] = json!("wanghe-chengguan");
    let refused = problem(app.post_once("/v1/tickets", &letter)).await;
    assert!(refused.names("/district", "unknown_district"), "{refused:?}");
    // Whoever manages them still sees it.
    let all = success(app.get("/v1/staff/districts").bearer_auth(&administrator.token)).await;
    assert_eq!(entry(&all["data"], "wanghe")["is_active"], false);
}
