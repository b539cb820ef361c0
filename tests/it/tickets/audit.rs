//! Auditors read who looked at whose personal data, and why.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::app::{problem, success};
use crate::support::city::{City, heating_letter};

async fn look(city: &City, who: &str, reference: &str, reason: &str) {
    let path = format!("/v1/staff/tickets/{reference}/submitter");
    let ask = city.app.post_json(&path, &json!({"reason": reason}));
    success(ask.bearer_auth(city.token(who).await)).await;
    city.app.advance(TimeDelta::minutes(1));
}

fn reasons(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|look| look["reason"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_auditor_reads_every_look_by_person_ticket_and_time() {
    let city = City::open().await;
    let (one, two) =
        (city.submit(&heating_letter()).await.reference, city.submit(&heating_letter()).await.reference);
    look(&city, "intake.lin", &one, "核实楼栋号").await;
    let noon = city.app.now();
    look(&city, "intake.he", &one, "回拨来信人").await;
    look(&city, "intake.lin", &two, "核实身份").await;
    let read = async |query: &str| {
        city.read("auditor.cen", &format!("/v1/staff/audit/submitter-accesses?{query}")).await
    };
    let all = read("").await;
    assert_eq!(reasons(&all), ["核实身份", "回拨来信人", "核实楼栋号"]);
    let person = json!({"id": city.staff_id("intake.lin"), "name": "林晓岚"});
    assert_eq!((&all["data"][0]["staff"], &all["data"][0]["reference"]), (&person, &json!(two)));
    assert_eq!(reasons(&read("staff=intake.lin").await), ["核实身份", "核实楼栋号"]);
    assert_eq!(reasons(&read(&format!("staff={}", city.staff_id("intake.he"))).await), ["回拨来信人"]);
    assert_eq!(reasons(&read(&format!("reference={one}")).await), ["回拨来信人", "核实楼栋号"]);
    let noon = noon.format("%Y-%m-%dT%H:%M:%S%.fZ");
    assert_eq!(reasons(&read(&format!("from={noon}")).await), ["核实身份", "回拨来信人"]);
    assert_eq!(reasons(&read(&format!("until={noon}&reference={one}")).await), ["核实楼栋号"]);
    let page = read("limit=2").await;
    let next = read(&format!("limit=2&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!(
        (reasons(&page).len(), reasons(&next), &next["next_cursor"]),
        (2, vec!["核实楼栋号"], &Value::Null)
    );

    let token = city.token("auditor.cen").await;
    let ask = |query: &str| {
        city.app.get(&format!("/v1/staff/audit/submitter-accesses?{query}")).bearer_auth(&token)
    };
    assert!(problem(ask("staff=nobody.here")).await.names("?staff", "unknown_staff"));
    assert!(problem(ask("reference=HY-20260917-0001-8")).await.status >= 400);
    let admin = city.token("admin.wei").await;
    let refused = problem(city.app.get("/v1/staff/audit/submitter-accesses").bearer_auth(admin)).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn nobody_looks_without_a_reason_and_nothing_personal_stands_in_an_address() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let path = format!("/v1/staff/tickets/{}/submitter", letter.reference);
    let token = city.token("intake.lin").await;
    for body in [json!({}), json!({"reason": ""}), json!({"reason": "   "})] {
        assert_eq!(problem(city.app.post_json(&path, &body).bearer_auth(&token)).await.status, 422, "{body}");
    }
    let by_address = city.app.get(&path).bearer_auth(&token).send().await.unwrap();
    assert!(!by_address.status().is_success());
    let looks = city.read("auditor.cen", "/v1/staff/audit/submitter-accesses").await;
    assert_eq!(looks["data"], json!([]), "what was refused was no look");
}
