//! Strangers who try passwords: they wait, and nobody else.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::desk::{Desk, PASSWORD, Reply};

const WRONG: &str = "三角梅-lantern-48-quarry";

/// A server behind a proxy, with the limits of a real one.
async fn behind_a_proxy() -> Desk {
    Desk::open_with(|sources| {
        sources.fix("server.trusted_proxies", "127.0.0.0/8").fix("limits.logins_per_minute", "20")
    })
    .await
}

async fn login_from(desk: &Desk, address: &str, body: &Value) -> Reply {
    // On a connection of its own: an idle one may be closed just when it is used again.
    let request = desk.post("/v1/auth/login", body).header("Connection", "close");
    request.header("X-Forwarded-For", address).send().await
}

fn guess(username: &str) -> Value {
    json!({"username": username, "password": WRONG})
}

fn right(device_token: &Value) -> Value {
    json!({"username": "zhang.wei", "password": PASSWORD, "device_token": device_token})
}

/// A hundred addresses of which one half tries the name and the other half any names, to keep the hashing busy.
async fn storm(desk: &Desk, username: &str) {
    for round in 0..3 {
        let tries = (1..=100).map(|number| async move {
            let name =
                if number % 2 == 0 { username.to_owned() } else { format!("someone.{round}.{number}") };
            login_from(desk, &format!("198.51.100.{number}"), &guess(&name)).await.status.as_u16()
        });
        let statuses = join_all(tries).await;
        let is_refusal = |status: &u16| [401, 429, 503].contains(status);
        assert!(statuses.iter().all(is_refusal), "{statuses:?}");
    }
}

#[actix_web::test]
async fn strangers_from_anywhere_do_not_keep_a_known_device_out_and_a_new_one_for_a_minute_at_most() {
    let desk = behind_a_proxy().await;
    let root = desk.administrator().await;
    let (_, session) = desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    let owner = async {
        let mut device = session["device_token"].clone();
        for turn in 0..40 {
            let reply = login_from(&desk, "198.51.100.2", &right(&device)).await;
            assert_eq!(reply.status, 200, "turn {turn}: {}", reply.body);
            device = reply.body["device_token"].clone();
        }
    };
    tokio::join!(storm(&desk, "zhang.wei"), owner);
    storm(&desk, "zhang.wei").await;
    desk.advance(TimeDelta::seconds(60));
    // From an address of its own, and from one that the strangers used.
    for address in ["203.0.113.9", "198.51.100.4"] {
        login_from(&desk, address, &right(&Value::Null)).await.expect(200);
    }
}

#[actix_web::test]
async fn whoever_guesses_waits_and_at_another_address_nobody_does() {
    let desk = behind_a_proxy().await;
    let root = desk.administrator().await;
    desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    for _ in 0..5 {
        login_from(&desk, "198.51.100.1", &guess("zhang.wei")).await.refused(401);
    }
    let waits = login_from(&desk, "198.51.100.1", &right(&Value::Null)).await;
    assert_eq!((waits.status.as_u16(), waits.retry_after), (429, Some(30)));
    login_from(&desk, "203.0.113.9", &right(&Value::Null)).await.expect(200);
    // The right one from elsewhere forgives nothing here.
    assert_eq!(
        login_from(&desk, "198.51.100.1", &guess("zhang.wei")).await.refused(429),
        "too_many_attempts"
    );
}

#[actix_web::test]
async fn an_unknown_name_is_answered_like_a_known_one_to_the_second() {
    let desk = behind_a_proxy().await;
    let root = desk.administrator().await;
    desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    desk.advance(TimeDelta::minutes(2));
    let mut seen = Vec::new();
    for (net, name) in [(1, "zhang.wei"), (2, "nobody.here"), (3, "不是用户名")] {
        let mut answers = Vec::new();
        for step in 0..15 {
            let address = format!("198.51.{net}.{}", step / 7);
            let reply = login_from(&desk, &address, &guess(name)).await;
            answers.push((reply.status.as_u16(), reply.retry_after, reply.body["code"].clone()));
        }
        seen.push(answers);
    }
    assert!(seen.iter().all(|answers| *answers == seen[0]), "{seen:#?}");
    let statuses: Vec<u16> = seen[0].iter().map(|(status, ..)| *status).collect();
    assert!(statuses.contains(&401) && statuses.contains(&429), "{statuses:?}");
}

#[actix_web::test]
async fn the_owner_is_told_of_a_storm_once() {
    let desk = behind_a_proxy().await;
    let root = desk.administrator().await;
    desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    let told = || async {
        let mails = desk.mails_to("zhang.wei").await;
        mails.iter().filter(|mail| mail.contains("错误密码")).count()
    };
    for number in 1..=9 {
        login_from(&desk, &format!("198.51.100.{number}"), &guess("zhang.wei")).await.refused(401);
    }
    assert_eq!(told().await, 0, "somebody may have forgotten theirs");
    for minute in 0..4 {
        desk.advance(TimeDelta::minutes(1));
        for number in 1..=10 {
            login_from(&desk, &format!("198.51.{minute}.{number}"), &guess("zhang.wei")).await;
        }
    }
    assert_eq!(told().await, 1);
}

#[actix_web::test]
async fn a_device_that_fails_waits_itself_and_its_token_is_good_for_its_own_name() {
    let desk = behind_a_proxy().await;
    let root = desk.administrator().await;
    let (_, session) = desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    let (_, other) = desk.staff(&root, "li.na", "hotline-centre", json!([])).await;
    let wrong = json!({"username": "zhang.wei", "password": WRONG, "device_token": session["device_token"]});
    for _ in 0..5 {
        login_from(&desk, "203.0.113.9", &wrong).await.refused(401);
    }
    let waits = login_from(&desk, "203.0.113.9", &right(&session["device_token"])).await;
    assert_eq!(waits.refused(429), "too_many_attempts");
    // Without its token it is a stranger like any other, and so is whoever has another's or a made-up one.
    for token in [Value::Null, other["device_token"].clone(), json!("AAAA"), json!("不是")] {
        login_from(&desk, "203.0.113.9", &right(&token)).await.expect(200);
    }
}

#[actix_web::test]
async fn a_device_is_forgotten_when_everything_is_signed_out() {
    let desk = behind_a_proxy().await;
    let root = desk.administrator().await;
    let (_, session) = desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    desk.advance(TimeDelta::seconds(1));
    desk.post("/v1/auth/logout-everywhere", &json!({})).by(&session).send().await.expect(204);
    for number in 1..=10 {
        login_from(&desk, &format!("198.51.100.{number}"), &guess("zhang.wei")).await;
    }
    let as_stranger = login_from(&desk, "203.0.113.9", &right(&session["device_token"])).await;
    assert_eq!(as_stranger.refused(429), "too_many_attempts");
}

#[actix_web::test]
async fn a_storm_hinders_neither_a_session_nor_a_one_time_code_nor_a_change_of_password() {
    let desk = behind_a_proxy().await;
    let root = desk.administrator().await;
    let (_, session) = desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    desk.made(&root, "li.na", "hotline-centre", json!([])).await;
    let code = desk.mailed_code("li.na").await;
    for number in 1..=40 {
        for name in ["zhang.wei", "li.na"] {
            login_from(&desk, &format!("198.51.100.{number}"), &guess(name)).await;
            let activate = json!({"username": name, "code": "0".repeat(26), "password": PASSWORD});
            let activate = desk.post("/v1/auth/activate", &activate);
            activate.header("X-Forwarded-For", &format!("198.51.100.{number}")).send().await.refused(401);
        }
    }
    let session = desk.refresh(&session).await.expect(200);
    desk.activate("li.na", &code, PASSWORD).await.expect(204);
    let change = json!({"current_password": PASSWORD, "new_password": WRONG});
    desk.post("/v1/auth/password", &change).by(&session).send().await.expect(204);
}
