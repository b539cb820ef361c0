//! How much citizens may write, how their letters are read in pages, and how many mails one address gets.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{problem, success};
use crate::support::city::{City, Handed, heating_letter};

/// A citizen's request on their own letter.
async fn ask(city: &City, letter: &Handed, method: Method, what: &str) -> reqwest::RequestBuilder {
    let token = city.citizen_token(letter).await;
    city.app.request(method, &format!("/v1/me/tickets/{}{what}", letter.reference)).bearer_auth(token)
}

async fn add(city: &City, letter: &Handed, words: &str) -> reqwest::Response {
    ask(city, letter, Method::POST, "/messages").await.json(&json!({"body": words})).send().await.unwrap()
}

#[tokio::test]
async fn a_citizen_adds_so_much_a_day_and_so_much_in_all() {
    let city = City::open_with(|sources| {
        sources.fix("quotas.messages_per_ticket_and_day", "3").fix("quotas.messages_per_ticket", "5")
    })
    .await;
    let (letter, other) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    let long = "字".repeat(10_000);
    for _ in 0..3 {
        assert_eq!(add(&city, &letter, &long).await.status(), 200);
    }
    let refused = add(&city, &letter, "又一条").await;
    // The clock stands at nine in the morning in Shanghai.
    assert_eq!(refused.headers()["retry-after"], "54001");
    assert_eq!(refused.status(), 429);
    assert_eq!(add(&city, &other, "另一封").await.status(), 200, "another letter has its own");
    // An answer to our question is no addition.
    city.acts("intake.lin", &letter.reference, "actions/ask-citizen", json!({"question": "几号楼？"})).await;
    city.citizen_acts(&letter, "answer", json!({"body": "3号楼"})).await;
    city.app.advance(TimeDelta::hours(15) + TimeDelta::seconds(1));
    for _ in 0..2 {
        assert_eq!(add(&city, &letter, "第二天").await.status(), 200);
    }
    let full = ask(&city, &letter, Method::POST, "/messages").await.json(&json!({"body": "满"}));
    let full = problem(full).await;
    assert_eq!((full.status, full.code.as_str()), (409, "messages_full"));
}

#[tokio::test]
async fn whatever_the_public_writes_is_limited_by_address() {
    let city = City::open_with(|sources| {
        sources
            .fix("limits.submissions_per_minute", "2")
            .fix("limits.citizen_commands_per_minute", "2")
            .fix("limits.reissues_per_minute", "2")
            .fix("limits.activations_per_minute", "2")
            .fix("limits.refreshes_per_minute", "2")
            .fix("limits.lookups_per_minute", "2")
            .fix("limits.logins_per_minute", "2")
            .fix("limits.searches_per_minute", "2")
    })
    .await;
    // Everything that the specification lets a stranger or a citizen send is tried until it is refused.
    let document = city.app.get_json("/openapi.json").await;
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["post", "put", "patch", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let security = operation["security"].as_array().cloned().unwrap_or_default();
            let is_public = security.iter().all(|way| way.get("staff").is_none());
            // The token of a session that is signed in is no stranger's.
            if !is_public {
                continue;
            }
            tried += 1;
            let mut statuses = Vec::new();
            for _ in 0..20 {
                let path = path.replace("{reference}", "HY-2026-0918-00042-D");
                let request = city.app.request(method.to_uppercase().parse().unwrap(), &path);
                statuses.push(request.json(&json!({})).send().await.unwrap().status().as_u16());
            }
            assert!(statuses.contains(&429), "{method} {path}: {statuses:?}");
        }
    }
    assert!(tried >= 12, "{tried} operations were tried");
}

#[tokio::test]
async fn a_long_correspondence_is_read_in_pages() {
    let city = City::open_with(|sources| sources.fix("quotas.messages_per_ticket_and_day", "1000")).await;
    let letter = city.submit(&heating_letter()).await;
    for number in 0..25 {
        assert_eq!(add(&city, &letter, &format!("第{number}条")).await.status(), 200);
        city.app.advance(TimeDelta::seconds(1));
    }
    let note = json!({"body": "内部备注"});
    city.acts("intake.lin", &letter.reference, "notes", note).await;
    let view = city.as_citizen(&letter).await;
    let shown = view["messages"].as_array().unwrap();
    assert_eq!((shown.len(), &view["messages_are_whole"]), (20, &json!(false)));
    assert_eq!((&shown[0]["body"], &shown[19]["body"]), (&json!("第5条"), &json!("第24条")));

    let token = city.citizen_token(&letter).await;
    let own = |query: String| {
        let path = format!("/v1/me/tickets/{}/messages?{query}", letter.reference);
        success(city.app.get(&path).bearer_auth(&token))
    };
    assert_eq!(bodies(all_pages(own, 10).await), (0..25).map(|n| format!("第{n}条")).collect::<Vec<_>>());
    let staff = city.token("intake.lin").await;
    let of_staff = |query: String| {
        let path = format!("/v1/staff/tickets/{}/messages?{query}", letter.reference);
        success(city.app.get(&path).bearer_auth(&staff))
    };
    assert_eq!(all_pages(of_staff, 7).await.len(), 26, "with the note");
    let steps = |query: String| {
        let path = format!("/v1/me/tickets/{}/timeline?{query}", letter.reference);
        success(city.app.get(&path).bearer_auth(&token))
    };
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    let kinds: Vec<Value> = all_pages(steps, 1).await.into_iter().map(|step| step["kind"].clone()).collect();
    assert_eq!(kinds, ["submitted", "accepted"]);
    let other = city.submit(&heating_letter()).await;
    let foreign = city.app.get(&format!("/v1/me/tickets/{}/messages", other.reference)).bearer_auth(&token);
    assert_eq!(problem(foreign).await.status, 404);
}

fn bodies(messages: Vec<Value>) -> Vec<String> {
    messages.into_iter().map(|message| message["body"].as_str().unwrap().to_owned()).collect()
}

/// Everything, page by page.
async fn all_pages<F: Future<Output = Value>>(get: impl Fn(String) -> F, limit: usize) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(format!("limit={limit}{cursor}")).await;
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= limit);
        all.extend(data.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn an_address_gets_so_many_mails_an_hour_and_none_is_lost() {
    let city = City::open_with(|sources| sources.fix("mail.most_per_hour_and_address", "4")).await;
    let mut letters = Vec::new();
    for _ in 0..7 {
        letters.push(city.submit(&heating_letter()).await);
    }
    let receipts = || city.app.mails().iter().filter(|mail| mail.contains("To: qiushi.cheng@")).count();
    city.app.deliver_outbox().await;
    assert_eq!(receipts(), 2, "half of it is for what anybody can cause");
    // What the city itself has to say is not held up by a flood of receipts.
    city.citizen_acts(&letters[0], "withdraw", json!({"reason": "已解决"})).await;
    city.citizen_acts(&letters[1], "withdraw", json!({"reason": "已解决"})).await;
    city.citizen_acts(&letters[2], "withdraw", json!({"reason": "已解决"})).await;
    city.app.deliver_outbox().await;
    assert_eq!(receipts(), 4);
    let mut other = heating_letter();
    other["submitter"]["mail"] = json!("somebody.else@example.com");
    city.submit(&other).await;
    city.app.deliver_outbox().await;
    assert!(city.app.mails().iter().any(|mail| mail.contains("To: somebody.else@")));
    for hours in 1..=4 {
        city.app.advance(TimeDelta::hours(1));
        city.app.deliver_outbox().await;
        assert!(receipts() <= 4 + 4 * hours, "{hours}: {}", receipts());
    }
    assert_eq!(receipts(), 7 + 3, "all of them arrived");
}
