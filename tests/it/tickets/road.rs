//! The main road: a letter from submission to a confirmed answer, with what each person sees on the way.

use serde_json::json;

use crate::support::app::{problem, success};
use crate::support::city::{City, heating_letter};

#[tokio::test]
async fn a_letter_travels_from_submission_to_a_confirmed_answer() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let seen = city.as_citizen(&letter).await;
    assert_eq!((seen["state"].as_str(), seen["cycle"].as_i64()), (Some("received"), Some(1)));
    assert_eq!(seen["allowed_actions"], json!(["urge", "withdraw", "add-message", "object-publication"]));

    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let ticket = city.ticket("housing.handler", &letter.reference).await;
    assert_eq!(ticket["state"], "in_progress");
    assert_eq!(ticket["department"]["code"], "heating-office");
    // Received on Friday 2026-09-18. Sunday the 20th is a make-up working day and the 25th a holiday, so five
    // working days end on Friday of the week after or when the calendar says so.
    let reply_clock =
        &ticket["clocks"].as_array().unwrap().iter().find(|clock| clock["metric"] == "reply").unwrap();
    assert_eq!(
        (reply_clock["anchor_on"].as_str(), reply_clock["due_on"].as_str()),
        (Some("2026-09-18"), Some("2026-09-24"))
    );

    city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已上门检修，暖气恢复正常。").await;
    let seen = city.as_citizen(&letter).await;
    assert_eq!((seen["state"].as_str(), seen["outcome"].as_str()), (Some("answered"), Some("resolved")));
    assert_eq!(seen["replies"][0]["body"], "已上门检修，暖气恢复正常。");
    city.citizen_acts(&letter, "confirm", json!({"satisfaction": 5})).await;

    let ticket = city.ticket("housing.handler", &letter.reference).await;
    assert_eq!((ticket["state"].as_str(), ticket["satisfaction"].as_i64()), (Some("closed"), Some(5)));
    assert_eq!(ticket["clocks"], json!([]));
    let events =
        city.read("housing.handler", &format!("/v1/staff/tickets/{}/events", letter.reference)).await;
    let kinds: Vec<&str> =
        events["data"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["submitted", "accepted", "dispatched", "signed", "reply_submitted", "reply_sent", "confirmed"]
    );
}

#[tokio::test]
async fn the_citizen_is_told_by_mail_without_personal_data() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已上门检修。").await;
    city.app.deliver_outbox().await;
    let mails = city.app.mails();
    assert_eq!(mails.len(), 2, "the receipt and the answer");
    for mail in &mails {
        assert!(mail.contains("qiushi.cheng@example.com") && mail.contains("Auto-Submitted: auto-generated"));
        assert!(!mail.contains("程秋实") && !mail.contains("13800000001"));
    }
}

#[tokio::test]
async fn a_repeated_submission_gets_the_same_receipt_and_another_body_is_refused() {
    let city = City::open().await;
    let send = |title: &str| {
        let mut letter = heating_letter();
        letter["title"] = json!(title);
        city.app.post_json("/v1/tickets", &letter).header("Idempotency-Key", "the-same-key")
    };
    let first = success(send("暖气不热")).await;
    let again = send("暖气不热").send().await.unwrap();
    assert_eq!(again.headers()["Idempotent-Replayed"], "true");
    assert_eq!(again.json::<serde_json::Value>().await.unwrap(), first);
    let other = problem(send("别的事情")).await;
    assert_eq!((other.status, other.code.as_str()), (422, "idempotency_key_reused"));
    let without = problem(city.app.post_json("/v1/tickets", &heating_letter())).await;
    assert_eq!((without.status, without.code.as_str()), (400, "idempotency_key_required"));
}

#[tokio::test]
async fn a_due_date_is_explained_day_by_day() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    let clocks = city.read("intake.lin", &format!("/v1/staff/tickets/{}/clocks", letter.reference)).await;
    let reply = clocks.as_array().unwrap().iter().find(|clock| clock["metric"] == "reply").unwrap();
    let days = reply["days"].as_array().unwrap();
    assert_eq!((days[0]["on"].as_str(), days[0]["note"].as_str()), (Some("2026-09-18"), Some("anchor")));
    let make_up = days.iter().find(|day| day["on"] == "2026-09-20").unwrap();
    assert_eq!(
        (make_up["is_counted"].as_bool(), make_up["label"]["kind"].as_str()),
        (Some(true), Some("make_up"))
    );
    assert_eq!(days.iter().filter(|day| day["is_counted"] == true).count(), 5);
    assert!(reply["source"]["title"].is_string());
}
