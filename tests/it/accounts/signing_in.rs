//! Passwords, tokens, sessions.

use chrono::TimeDelta;
use serde_json::json;

use super::desk::{Desk, PASSWORD};

const ANOTHER: &str = "三角梅-lantern-48-quarry";

#[actix_web::test]
async fn an_administrator_made_on_the_command_line_sets_a_password_once() {
    let desk = Desk::open().await;
    let code = desk.administrator_code("root.wang");
    assert_eq!(desk.login("root.wang", PASSWORD).await.refused(401), "login_refused");
    assert_eq!(desk.activate("root.wang", &code, "password1234").await.refused(422), "invalid_request");
    desk.activate("ROOT.wang", &code.to_lowercase(), PASSWORD).await.expect(204);
    assert_eq!(desk.activate("root.wang", &code, ANOTHER).await.refused(401), "activation_refused");
    let session = desk.login("root.wang", PASSWORD).await.expect(200);
    let me = desk.me(&session).await.expect(200);
    assert_eq!(me["username"], "root.wang");
    assert_eq!(me["grants"], json!([{"role": "system_administrator", "department": null}]));
    assert!(me["operations"].as_array().unwrap().contains(&json!("manage_staff")));
}

#[actix_web::test]
async fn a_one_time_code_expires_and_a_newer_one_voids_it() {
    let desk = Desk::open().await;
    let first = desk.administrator_code("root.wang");
    let second = desk.administrator_code("root.wang");
    assert_eq!(desk.activate("root.wang", &first, PASSWORD).await.refused(401), "activation_refused");
    assert_eq!(desk.activate("nobody", &second, PASSWORD).await.refused(401), "activation_refused");
    desk.advance(TimeDelta::hours(24));
    assert_eq!(desk.activate("root.wang", &second, PASSWORD).await.refused(401), "activation_refused");
}

#[actix_web::test]
async fn unknown_wrong_and_disabled_get_the_same_answer() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let (account, _) = desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    desk.act(&root, &account, "actions/disable", json!({})).await.expect(200);
    let mut answers = Vec::new();
    for (username, password) in [
        ("nobody.here", PASSWORD),
        ("不是用户名", PASSWORD),
        ("root.wang", ANOTHER),
        ("zhang.wei", PASSWORD),
        ("root.wang", &"长".repeat(5000)),
    ] {
        let mut problem = desk.login(username, password).await.expect(401);
        problem.as_object_mut().unwrap().remove("request_id");
        answers.push(problem);
    }
    assert!(answers.iter().all(|answer| answer == &answers[0] && answer["code"] == "login_refused"));
}

#[actix_web::test]
async fn after_five_wrong_passwords_even_the_right_one_has_to_wait() {
    let desk = Desk::open().await;
    desk.administrator().await;
    for _ in 0..5 {
        desk.login("root.wang", ANOTHER).await.refused(401);
    }
    let refused = desk.login("root.wang", PASSWORD).await;
    assert_eq!(refused.retry_after, Some(30), "the caller is told how long");
    assert_eq!(refused.refused(429), "too_many_attempts");
    desk.advance(TimeDelta::seconds(29));
    assert_eq!(desk.login("root.wang", PASSWORD).await.refused(429), "too_many_attempts");
    desk.advance(TimeDelta::seconds(1));
    desk.login("root.wang", PASSWORD).await.expect(200);
    desk.login("root.wang", ANOTHER).await.refused(401);
    desk.login("root.wang", PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn tries_with_one_name_are_limited_before_any_password_is_hashed() {
    let desk = Desk::open_with(|sources| sources.fix("server.trusted_proxies", "127.0.0.0/8")).await;
    let try_from = |number: u8, username: &str| {
        let body = json!({"username": username, "password": PASSWORD});
        let request = desk.post("/v1/auth/login", &body);
        request.header("X-Forwarded-For", &format!("198.51.100.{number}")).send()
    };
    for number in 0..10 {
        try_from(number, "nobody.here").await.refused(401);
    }
    assert_eq!(try_from(10, "nobody.here").await.refused(429), "too_many_attempts");
    assert_eq!(try_from(10, "somebody.else").await.refused(401), "login_refused");
}

#[actix_web::test]
async fn a_refresh_token_is_good_once_and_ends_its_session_the_second_time() {
    let desk = Desk::open().await;
    let first = desk.administrator().await;
    let second = desk.refresh(&first).await.expect(200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let third = desk.refresh(&second).await.expect(200);
    desk.me(&third).await.expect(200);
    assert_eq!(desk.refresh(&first).await.refused(401), "session_ended");
    assert_eq!(desk.me(&third).await.refused(401), "unauthenticated");
    assert_eq!(desk.refresh(&third).await.refused(401), "session_ended");
    let forged = json!({"refresh_token": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"});
    assert_eq!(desk.refresh(&forged).await.refused(401), "session_ended");
}

#[actix_web::test]
async fn tokens_and_sessions_end_in_time() {
    let desk = Desk::open().await;
    let session = desk.administrator().await;
    desk.advance(TimeDelta::minutes(14));
    desk.me(&session).await.expect(200);
    desk.advance(TimeDelta::minutes(2));
    assert_eq!(desk.me(&session).await.refused(401), "unauthenticated");
    let session = desk.refresh(&session).await.expect(200);
    desk.me(&session).await.expect(200);
    desk.advance(TimeDelta::hours(12));
    assert_eq!(desk.refresh(&session).await.refused(401), "session_ended");
}

#[actix_web::test]
async fn signing_out_takes_effect_at_once_here_or_everywhere() {
    let desk = Desk::open().await;
    let here = desk.administrator().await;
    let there = desk.login("root.wang", PASSWORD).await.expect(200);
    desk.post("/v1/auth/logout", &json!({})).by(&here).send().await.expect(204);
    assert_eq!(desk.me(&here).await.refused(401), "unauthenticated");
    desk.me(&there).await.expect(200);
    let again = desk.login("root.wang", PASSWORD).await.expect(200);
    desk.post("/v1/auth/logout-everywhere", &json!({})).by(&again).send().await.expect(204);
    for session in [&there, &again] {
        assert_eq!(desk.me(session).await.refused(401), "unauthenticated");
        assert_eq!(desk.refresh(session).await.refused(401), "session_ended");
    }
}

#[actix_web::test]
async fn changing_the_password_ends_the_other_sessions() {
    let desk = Desk::open().await;
    let (ours, other) = (desk.administrator().await, desk.login("root.wang", PASSWORD).await.expect(200));
    let change = |current: &str, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        desk.post("/v1/auth/password", &body).by(&ours)
    };
    assert_eq!(change(ANOTHER, PASSWORD).send().await.refused(422), "wrong_password");
    let weak = change(PASSWORD, "root.wang-2026!").send().await.expect(422);
    assert_eq!(weak["errors"][0]["pointer"], "/new_password");
    assert_eq!(weak["errors"][0]["code"], "password_contains_username");
    change(PASSWORD, ANOTHER).send().await.expect(204);
    desk.me(&ours).await.expect(200);
    assert_eq!(desk.me(&other).await.refused(401), "unauthenticated");
    assert_eq!(desk.login("root.wang", PASSWORD).await.refused(401), "login_refused");
    desk.login("root.wang", ANOTHER).await.expect(200);
}

#[actix_web::test]
async fn without_a_good_token_nobody_is_let_in() {
    let desk = Desk::open().await;
    let session = desk.administrator().await;
    assert_eq!(desk.get("/v1/auth/me").send().await.refused(401), "unauthenticated");
    for forged in ["", "abc", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        assert_eq!(desk.me(&json!({"access_token": forged})).await.refused(401), "unauthenticated");
    }
    let unknown = json!({"username": "root.wang", "password": PASSWORD, "colour": "red"});
    let refused = desk.post("/v1/auth/login", &unknown).by(&session).send().await;
    assert_eq!(refused.refused(422), "invalid_request");
}
