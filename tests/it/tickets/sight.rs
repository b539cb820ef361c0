//! How much of a ticket somebody sees: a disclosure officer has information requests and what is assigned to them; a department
//! that is only told of a letter sees the matter without the person.

use huiyin::rules::vocabulary::Role;
use serde_json::{Value, json};

use super::information_request::application;
use crate::support::app::{problem, success};
use crate::support::city::{City, heating_letter};
use crate::support::personas::{Persona, sign_in};

/// What hangs below a ticket's address.
const PARTS: [&str; 7] = ["", "/events", "/messages", "/replies", "/work-orders", "/clocks", "/approvals"];

fn path(reference: &str, part: &str) -> String {
    format!("/v1/staff/tickets/{reference}{part}")
}

async fn status(city: &City, who: &Persona, path: &str) -> u16 {
    city.app.get(path).bearer_auth(&who.token).send().await.unwrap().status().as_u16()
}

async fn reveal(city: &City, who: &Persona, reference: &str) -> u16 {
    let body = json!({"reason": "核实联系方式"});
    let ask = city.app.post_json(&path(reference, "/submitter"), &body).bearer_auth(&who.token);
    ask.send().await.unwrap().status().as_u16()
}

async fn references(city: &City, who: &Persona, list: &str) -> Vec<String> {
    let page = success(city.app.get(list).bearer_auth(&who.token)).await;
    let data = page["data"].as_array().unwrap();
    data.iter().map(|item| item["reference"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_disclosure_officer_has_information_requests_and_what_is_assigned_to_them() {
    let city = City::open().await;
    let complaint = city.submit(&heating_letter()).await.reference;
    let request = city.submit(&application()).await.reference;
    let officer = sign_in(&city.app, "only.officer", &[(Role::DisclosureOfficer, None)]);
    let local = sign_in(&city.app, "local.officer", &[(Role::DisclosureOfficer, Some("housing-bureau"))]);
    // At the desk, and when a department has it.
    for _ in 0..2 {
        for part in PARTS {
            assert_eq!(status(&city, &officer, &path(&complaint, part)).await, 404, "{part}");
            assert_eq!(status(&city, &local, &path(&complaint, part)).await, 404, "{part}");
        }
        assert_eq!(
            (reveal(&city, &officer, &complaint).await, reveal(&city, &local, &complaint).await),
            (404, 404)
        );
        if city.version(&complaint) == 1 {
            city.bring_to(&complaint, "heating-office", "housing.handler").await;
        }
    }
    assert_eq!(references(&city, &officer, "/v1/staff/tickets").await, std::slice::from_ref(&request));
    assert_eq!(
        references(&city, &officer, "/v1/staff/work-lists/desk").await,
        std::slice::from_ref(&request)
    );
    let of_housing = "/v1/staff/work-lists/department?department=housing-bureau";
    assert!(references(&city, &officer, of_housing).await.is_empty());
    assert!(references(&city, &local, of_housing).await.is_empty());
    for part in PARTS {
        assert_eq!(status(&city, &officer, &path(&request, part)).await, 200, "{part}");
    }
    assert_eq!(reveal(&city, &officer, &request).await, 200);

    let assign = json!({"username": "only.officer"});
    city.acts("housing.lead", &complaint, "actions/assign", assign).await;
    assert_eq!(status(&city, &officer, &path(&complaint, "")).await, 200);
    assert_eq!(status(&city, &local, &path(&complaint, "")).await, 404);
    let mine = references(&city, &officer, "/v1/staff/tickets?assignee=me").await;
    assert_eq!(mine, std::slice::from_ref(&complaint));
    let colleague = json!({"username": "housing.handler"});
    city.acts("housing.lead", &complaint, "actions/assign", colleague).await;
    assert_eq!(status(&city, &officer, &path(&complaint, "")).await, 404, "it is not theirs any more");
}

#[tokio::test]
async fn a_department_that_is_only_told_sees_the_matter_without_the_person() {
    let city = City::open().await;
    let r = city.submit(&heating_letter()).await.reference;
    city.acts("intake.lin", &r, "actions/accept", json!({})).await;
    let dispatch =
        json!({"department": "heating-office", "informs": ["water-bureau"], "assists": ["ecology-bureau"]});
    city.acts("dispatch.zhao", &r, "actions/dispatch", dispatch).await;
    city.acts("housing.handler", &r, "actions/sign", json!({})).await;
    city.acts("housing.handler", &r, "notes", json!({"body": "来信人电话 13800000001"})).await;
    let draft = json!({"kind": "interim", "body": "正在检修。"});
    city.acts("housing.handler", &r, "replies", draft).await;

    let told = Persona {
        id: huiyin::platform::auth::caller::StaffId(city.staff_id("water.handler")),
        token: city.token("water.handler").await,
    };
    let seen = city.ticket("water.handler", &r).await;
    assert_eq!((&seen["title"], &seen["body"]), (&json!("暖气不热"), &heating_letter()["body"]));
    assert_eq!((&seen["form"], &seen["allowed_actions"]), (&json!({}), &json!([])));
    assert!(!seen.to_string().contains("锦绣家园"), "{seen}");
    assert_eq!(city.read("water.handler", &path(&r, "/replies")).await, json!([]), "nothing was sent");
    for part in ["/clocks", "/work-orders"] {
        assert_eq!(status(&city, &told, &path(&r, part)).await, 200, "{part}");
    }
    for part in ["/messages", "/approvals", "/events"] {
        assert_eq!(status(&city, &told, &path(&r, part)).await, 403, "{part}");
    }
    assert_eq!(reveal(&city, &told, &r).await, 403);
    let note = city.is_refused("water.handler", &r, "notes", json!({"body": "收到"})).await;
    assert_eq!(note.status, 403);
    // Whoever contributes works on it, and sees what they need.
    let assisting: Value = city.ticket("ecology.handler", &r).await;
    assert_eq!(assisting["form"]["community"], "锦绣家园");
    let other = city.app.get(&path(&r, "")).bearer_auth(city.token("education.handler").await);
    assert_eq!(problem(other).await.status, 404);
}
