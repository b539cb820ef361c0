//! No administrator alone becomes somebody else.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::platform::db::schema::outbox_message;
use serde_json::{Value, json};

use super::desk::{Desk, PASSWORD, account, one_time_code};

const REVIEWER: fn() -> Value = || json!([{"role": "reviewer"}]);

async fn account_of(desk: &Desk, by: &Value, made: &Value) -> Value {
    let path = format!("/v1/staff-accounts/{}", made["id"].as_str().unwrap());
    desk.get(&path).by(by).send().await.expect(200)
}

#[actix_web::test]
async fn a_code_goes_to_its_owner_alone() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let body = account("zhang.wei", "hotline-centre", json!([{"role": "handler"}]));
    let made = desk.post("/v1/staff-accounts", &body).by(&root).header("Idempotency-Key", "k1").send().await;
    let made = made.expect(201);
    assert_eq!(one_time_code(&made.to_string()), None, "{made}");
    desk.activate("zhang.wei", &desk.mailed_code("zhang.wei").await, PASSWORD).await.expect(204);
    let session = desk.login("zhang.wei", PASSWORD).await.expect(200);
    let zhang = account_of(&desk, &root, &made["account"]).await;
    desk.advance(TimeDelta::seconds(1));
    let issued = desk.act(&root, &zhang, "actions/issue-activation-code", json!({})).await.expect(200);
    assert_eq!(one_time_code(&issued.to_string()), None, "{issued}");
    assert_eq!(desk.me(&session).await.refused(401), "unauthenticated", "every session has ended");
    desk.login("zhang.wei", PASSWORD).await.expect(200);
    let code = desk.mailed_code("zhang.wei").await;
    desk.activate("zhang.wei", &code, "三角梅-lantern-48-quarry").await.expect(204);
    // What waits to be sent tells a thief of the database nothing.
    let payloads: Vec<Value> =
        outbox_message::table.select(outbox_message::payload).load(&mut desk.database().connect()).unwrap();
    assert!(payloads.iter().any(|payload| payload["content"]["kind"] == "activation_code"));
    assert!(payloads.iter().all(|payload| one_time_code(&payload.to_string()).is_none()));
}

#[actix_web::test]
async fn a_code_for_whoever_decides_or_publishes_takes_two_administrators() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    for (number, role) in
        ["reviewer", "editor", "supervisor", "disclosure_officer", "auditor", "system_administrator"]
            .iter()
            .enumerate()
    {
        let name = format!("clerk.{number}");
        let (account, session) = desk.staff(&root, &name, "hotline-centre", json!([{"role": role}])).await;
        desk.advance(TimeDelta::seconds(1));
        let before = desk.mails_to(&name).await.len();
        let asked = desk.act(&root, &account, "actions/issue-activation-code", json!({})).await.expect(200);
        assert_eq!(asked["activation_expires_at"], Value::Null, "{role}");
        assert_eq!(desk.mails_to(&name).await.len(), before, "{role}: nothing was sent");
        desk.me(&session).await.expect(200);
        let request = &asked["account"]["requests"][0];
        assert_eq!((&request["username"], &request["role"]), (&json!(name), &Value::Null));
        let approve =
            format!("/v1/staff-account-requests/{}/actions/approve", request["id"].as_str().unwrap());
        let alone = desk.post(&approve, &json!({})).by(&root).send().await;
        assert_eq!(alone.refused(409), "second_administrator_needed");
        let again = desk.act(&root, &asked["account"], "actions/issue-activation-code", json!({})).await;
        assert_eq!(again.refused(409), "already_requested");
        desk.post(&approve, &json!({})).by(desk.second_administrator().await).send().await.expect(204);
        assert_eq!(desk.me(&session).await.refused(401), "unauthenticated", "{role}");
        desk.activate(&name, &desk.mailed_code(&name).await, PASSWORD).await.expect(204);
    }
}

#[actix_web::test]
async fn a_role_that_decides_or_publishes_holds_only_when_a_second_administrator_approves() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    // A new account for oneself, with the role at once or asked for later.
    let made = desk.made(&root, "my.reviewer", "hotline-centre", REVIEWER()).await;
    let code = desk.mailed_code("my.reviewer").await;
    desk.activate("my.reviewer", &code, PASSWORD).await.expect(204);
    let session = desk.login("my.reviewer", PASSWORD).await.expect(200);
    assert_eq!(desk.me(&session).await.expect(200)["operations"], json!([]));
    let account = account_of(&desk, &root, &made["account"]).await;
    assert_eq!((&account["grants"], &account["requests"][0]["role"]), (&json!([]), &json!("reviewer")));
    let editor = desk.act(&root, &account, "grants", json!({"role": "editor"})).await.expect(200);
    assert_eq!(editor["requests"].as_array().unwrap().len(), 2);
    desk.decide_all(&made["account"], "reject").await;
    let account = account_of(&desk, &root, &account).await;
    desk.approve_all(&account).await;
    let me = desk.me(&session).await.expect(200);
    assert_eq!(me["grants"], json!([{"role": "editor", "department": null}]));
    let gone = format!(
        "/v1/staff-account-requests/{}/actions/approve",
        made["account"]["requests"][0]["id"].as_str().unwrap()
    );
    let second = desk.second_administrator().await;
    assert_eq!(desk.post(&gone, &json!({})).by(second).send().await.refused(404), "not_found");
}

#[actix_web::test]
async fn nobody_makes_themselves_the_second_administrator() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let admin = json!([{"role": "system_administrator"}]);
    let made = desk.made(&root, "my.second", "hotline-centre", admin).await;
    desk.activate("my.second", &desk.mailed_code("my.second").await, PASSWORD).await.expect(204);
    let second = desk.login("my.second", PASSWORD).await.expect(200);
    let id = made["account"]["requests"][0]["id"].as_str().unwrap();
    let approve = format!("/v1/staff-account-requests/{id}/actions/approve");
    assert_eq!(
        desk.post(&approve, &json!({})).by(&root).send().await.refused(409),
        "second_administrator_needed"
    );
    assert_eq!(desk.post(&approve, &json!({})).by(&second).send().await.refused(403), "forbidden");
}

#[actix_web::test]
async fn a_request_waits_three_days_and_may_be_taken_back() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let made = desk.made(&root, "zhang.wei", "hotline-centre", REVIEWER()).await;
    let list = || desk.get("/v1/staff-account-requests?limit=1");
    let waiting = list().by(&root).send().await.expect(200);
    assert_eq!(waiting["data"][0]["username"], "zhang.wei");
    let reject =
        format!("/v1/staff-account-requests/{}/actions/reject", waiting["data"][0]["id"].as_str().unwrap());
    desk.post(&reject, &json!({})).by(&root).send().await.expect(204);
    assert_eq!(list().by(&root).send().await.expect(200)["data"], json!([]));
    let account = account_of(&desk, &root, &made["account"]).await;
    let asked = desk.act(&root, &account, "grants", json!({"role": "reviewer"})).await.expect(200);
    desk.advance(TimeDelta::hours(72));
    let root = desk.login("root.wang", PASSWORD).await.expect(200);
    let late = format!(
        "/v1/staff-account-requests/{}/actions/approve",
        asked["requests"][0]["id"].as_str().unwrap()
    );
    let second = desk.second_administrator().await;
    assert_eq!(desk.post(&late, &json!({})).by(second).send().await.refused(404), "not_found");
    let account = account_of(&desk, &root, &account).await;
    assert_eq!(account["requests"], json!([]));
    desk.act(&root, &account, "grants", json!({"role": "reviewer"})).await.expect(200);
}

#[actix_web::test]
async fn the_command_line_helps_administrators_alone_and_everybody_of_them_is_told() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let admin = json!([{"role": "system_administrator"}]);
    let (_, other) = desk.staff(&root, "li.na", "hotline-centre", admin).await;
    desk.staff(&root, "zhang.wei", "hotline-centre", REVIEWER()).await;
    let mut conn = desk.database().connect();
    let refused = huiyin::features::accounts::create_administrator(
        &mut conn,
        &"zhang.wei".parse().unwrap(),
        huiyin::platform::locale::Locale::ZhCn,
        desk.app.now(),
    );
    assert!(refused.is_err(), "a reviewer is no administrator");
    desk.administrator_code("li.na");
    assert_eq!(desk.me(&other).await.refused(401), "unauthenticated");
    let mails = desk.mails_to("li.na").await;
    assert!(mails.iter().any(|mail| mail.contains("命令行") && mail.contains("li.na")), "{mails:?}");
    let li = desk.get("/v1/staff-accounts").by(&root).send().await.expect(200)["data"][0].clone();
    let path = format!("/v1/staff-accounts/{}/events?limit=200", li["id"].as_str().unwrap());
    let events = desk.get(&path).by(&root).send().await.expect(200);
    let kinds: Vec<&str> =
        events["data"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    for kind in
        ["made", "grant_requested", "granted", "code_issued", "password_set", "code_issued_on_command_line"]
    {
        assert!(kinds.contains(&kind), "{kind} is not in {kinds:?}");
    }
}
