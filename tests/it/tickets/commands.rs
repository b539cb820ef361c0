//! Every command with its guards.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::app::{problem, success};
use crate::support::city::{City, heating_letter};

#[tokio::test]
async fn a_question_pauses_the_promise_and_the_answer_resumes_it() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    city.acts(
        "housing.handler",
        &letter.reference,
        "actions/ask-citizen",
        json!({"question": "请问是哪一栋楼？"}),
    )
    .await;
    let before = city.as_citizen(&letter).await;
    assert_eq!(before["state"], "awaiting_citizen");
    assert_eq!(before["messages"][0]["kind"], "question");
    let still = city.is_refused("intake.lin", &letter.reference, "actions/no-answer", json!({})).await;
    assert_eq!((still.status, still.code.as_str()), (409, "still_waiting"));
    // Three days later; Saturday the 19th does not count, Sunday the 20th (make-up) and Monday do.
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    city.citizen_acts(&letter, "answer", json!({"body": "3号楼。"})).await;
    let after = city.ticket("housing.handler", &letter.reference).await;
    assert_eq!(after["state"], "in_progress");
    let reply =
        after["clocks"].as_array().unwrap().iter().find(|clock| clock["metric"] == "reply").unwrap().clone();
    assert_eq!(reply["due_on"], "2026-09-29");
}

#[tokio::test]
async fn a_promise_that_broke_before_the_sweep_saw_it_is_in_the_history_all_the_same() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let due_at = city.ticket("intake.lin", &letter.reference).await["due_at"].clone();
    city.app.advance(TimeDelta::days(10));
    city.sign_everybody_out();
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    let events = city.read("intake.lin", &format!("/v1/staff/tickets/{}/events", letter.reference)).await;
    let events = events["data"].as_array().unwrap();
    let breached: Vec<_> = events.iter().filter(|event| event["kind"] == "breached").collect();
    assert_eq!(breached.len(), 1, "{events:?}");
    assert_eq!((&breached[0]["data"]["metric"], &breached[0]["occurred_at"]), (&json!("accept"), &due_at));
}

#[tokio::test]
async fn work_goes_only_to_people_who_can_do_it() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let nobody = uuid::Uuid::now_v7();
    for unfit in [city.staff_id("water.handler"), city.staff_id("auditor.cen"), nobody] {
        let body = json!({"staff_id": unfit});
        let refused = city.is_refused("housing.lead", &letter.reference, "actions/assign", body).await;
        assert!(refused.names("/staff_id", "unfit_staff"), "{unfit}: {refused:?}");
    }
    let fit = json!({"staff_id": city.staff_id("housing.handler")});
    city.acts("housing.lead", &letter.reference, "actions/assign", fit).await;
}

#[tokio::test]
async fn nobody_reviews_their_own_reply_and_only_the_reviewed_text_is_sent() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.lead").await;
    let draft = json!({"kind": "final", "body": "已处理。", "outcome": "resolved"});
    let id = city.acts("housing.lead", &letter.reference, "replies", draft).await["created_id"]
        .as_str()
        .unwrap()
        .to_owned();
    city.acts("housing.lead", &letter.reference, &format!("replies/{id}/actions/submit"), json!({})).await;
    let digest = city.digest("housing.lead", &letter.reference, &id).await;
    let send = format!("replies/{id}/actions/send");
    let own =
        city.is_refused("housing.lead", &letter.reference, &send, json!({"content_digest": digest})).await;
    assert_eq!((own.status, own.code.as_str()), (409, "same_person"));
    let other = json!({"content_digest": "00".repeat(32)});
    let wrong = city.is_refused("reviewer.gu", &letter.reference, &send, other).await;
    assert_eq!((wrong.status, wrong.code.as_str()), (409, "not_what_was_reviewed"));
    let reason = json!({"reason": "请补充维修时间"});
    city.acts("reviewer.gu", &letter.reference, &format!("replies/{id}/actions/return"), reason).await;
    assert_eq!(city.ticket("housing.lead", &letter.reference).await["state"], "in_progress");
}

#[tokio::test]
async fn after_two_refusals_a_supervisor_designates_and_nobody_hands_it_back() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.acts("intake.lin", r, "actions/accept", json!({})).await;
    for _ in 0..2 {
        city.acts("dispatch.zhao", r, "actions/dispatch", json!({"department": "heating-office"})).await;
        let reason = json!({"reason": "不属于我科职责", "proposed_department": "property-office"});
        city.acts("housing.lead", r, "actions/refuse", reason).await;
    }
    let third = city
        .is_refused("dispatch.zhao", r, "actions/dispatch", json!({"department": "heating-office"}))
        .await;
    assert_eq!((third.status, third.code.as_str()), (409, "refusals_used_up"));
    city.acts("supervisor.qin", r, "actions/arbitrate", json!({"department": "heating-office"})).await;
    let again = city.is_refused("housing.lead", r, "actions/refuse", json!({"reason": "仍不属于"})).await;
    assert_eq!((again.status, again.code.as_str()), (409, "refusal_closed"));
}

#[tokio::test]
async fn a_department_hands_back_within_three_working_days_only() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.acts("intake.lin", &letter.reference, "actions/accept", json!({})).await;
    city.acts(
        "dispatch.zhao",
        &letter.reference,
        "actions/dispatch",
        json!({"department": "heating-office"}),
    )
    .await;
    city.app.advance(TimeDelta::days(5));
    city.sign_everybody_out();
    let late = city
        .is_refused("housing.lead", &letter.reference, "actions/refuse", json!({"reason": "不属于"}))
        .await;
    assert_eq!((late.status, late.code.as_str()), (409, "refusal_closed"));
}

#[tokio::test]
async fn declining_takes_two_people() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let ground = json!({"ground": "依法应通过诉讼解决", "advice": "请向人民法院起诉"});
    city.acts("intake.lin", &letter.reference, "actions/decline", ground).await;
    let own = city
        .is_refused("intake.lin", &letter.reference, "actions/decide-decline", json!({"granted": true}))
        .await;
    assert_eq!((own.status, own.code.as_str()), (409, "same_person"));
    let done =
        city.acts("intake.he", &letter.reference, "actions/decide-decline", json!({"granted": true})).await;
    assert_eq!(
        (done["state"].as_str(), done["outcome"].as_str(), done["due_at"].is_null()),
        (Some("declined"), Some("declined"), true)
    );
}

#[tokio::test]
async fn more_time_is_asked_by_the_lead_granted_by_a_supervisor_and_told_to_the_citizen() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    let more = json!({"amount": 5, "reason": "需更换主管道"});
    city.acts("housing.lead", r, "actions/request-extension", more).await;
    let done = city.acts("supervisor.qin", r, "actions/decide-extension", json!({"granted": true})).await;
    assert_eq!(done["due_at"], "2026-10-09T16:00:00Z");
    city.app.deliver_outbox().await;
    assert!(city.app.mails().iter().any(|mail| mail.contains("Subject:") && mail.contains(r)));
    let too_much = json!({"amount": 60, "reason": "还要更久"});
    let refused = city.is_refused("housing.lead", r, "actions/request-extension", too_much).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "extension_not_possible"));
}

#[tokio::test]
async fn a_citizen_reopens_once_and_another_reviewer_looks() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    city.answer(r, "housing.handler", "reviewer.gu", "已处理。").await;
    let again = city.citizen_acts(&letter, "reopen", json!({"reason": "还是不热"})).await;
    assert_eq!((again["state"].as_str(), again["cycle"].as_i64()), (Some("accepted"), Some(2)));
    city.acts("dispatch.zhao", r, "actions/dispatch", json!({"department": "heating-office"})).await;
    city.acts("housing.handler", r, "actions/sign", json!({})).await;
    let draft = json!({"kind": "final", "body": "再次检修完毕。", "outcome": "resolved"});
    let id =
        city.acts("housing.handler", r, "replies", draft).await["created_id"].as_str().unwrap().to_owned();
    city.acts("housing.handler", r, &format!("replies/{id}/actions/submit"), json!({})).await;
    let digest = json!({"content_digest": city.digest("reviewer.gu", r, &id).await});
    let same = city.is_refused("reviewer.gu", r, &format!("replies/{id}/actions/send"), digest.clone()).await;
    assert_eq!((same.status, same.code.as_str()), (409, "same_person"));
    city.acts("reviewer.yan", r, &format!("replies/{id}/actions/send"), digest).await;
    let refused = city.citizen_is_refused(&letter, "reopen", json!({"reason": "还是不热"})).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "reopened_once"));
}

#[tokio::test]
async fn a_citizen_urges_at_most_once_a_working_day() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.citizen_acts(&letter, "urge", json!({})).await;
    // Saturday the 19th belongs to the working day before it, Sunday the 20th is a make-up working day.
    city.app.advance(TimeDelta::days(1));
    let refused = city.citizen_is_refused(&letter, "urge", json!({})).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "urged_today"));
    city.app.advance(TimeDelta::days(1));
    city.citizen_acts(&letter, "urge", json!({})).await;
    assert_eq!(city.ticket("intake.lin", &letter.reference).await["urges"], 2);
}

#[tokio::test]
async fn tickets_are_merged_only_for_the_same_submitter() {
    let city = City::open().await;
    let (one, two) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    let mut other = heating_letter();
    other["submitter"] = json!({"phone": "13900000009"});
    let other = city.submit(&other).await;
    let refused = city
        .is_refused("intake.lin", &other.reference, "actions/merge", json!({"into": one.reference}))
        .await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "other_submitter"));
    let merged =
        city.acts("intake.lin", &two.reference, "actions/merge", json!({"into": one.reference})).await;
    assert_eq!(merged["state"], "merged");
    assert_eq!(city.ticket("intake.lin", &one.reference).await["state"], "received");
}

#[tokio::test]
async fn spam_is_put_aside_and_brought_back_with_its_promise_counting_from_receipt() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let due = city.ticket("intake.lin", &letter.reference).await["due_at"].clone();
    city.acts("intake.lin", &letter.reference, "actions/mark-spam", json!({"reason": "广告"})).await;
    assert!(city.ticket("intake.lin", &letter.reference).await["due_at"].is_null());
    city.app.advance(TimeDelta::minutes(5));
    let back = city.acts("intake.lin", &letter.reference, "actions/restore", json!({"reason": "误判"})).await;
    assert_eq!((back["state"].as_str(), &back["due_at"]), (Some("received"), &due));
}

#[tokio::test]
async fn a_reply_waits_for_the_assisting_departments() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.acts("intake.lin", r, "actions/accept", json!({})).await;
    let both = json!({"department": "heating-office", "assists": ["property-office"]});
    city.acts("dispatch.zhao", r, "actions/dispatch", both).await;
    city.acts("housing.handler", r, "actions/sign", json!({})).await;
    let draft = json!({"kind": "final", "body": "已处理。", "outcome": "resolved"});
    let id =
        city.acts("housing.handler", r, "replies", draft).await["created_id"].as_str().unwrap().to_owned();
    let submit = format!("replies/{id}/actions/submit");
    let refused = city.is_refused("housing.handler", r, &submit, json!({})).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "assists_open"));
    let ticket = city.ticket("housing.handler", r).await;
    let assist = ticket["work_orders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|order| order["role"] == "assist")
        .unwrap()
        .clone();
    let part = json!({"work_order_id": assist["id"], "contribution": "物业已配合。"});
    city.acts("housing.handler", r, "actions/finish-assist", part).await;
    city.acts("housing.handler", r, &submit, json!({})).await;
}

#[tokio::test]
async fn an_unrated_answer_closes_by_itself_when_the_window_has_passed() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已处理。").await;
    assert_eq!(city.app.state.tickets.close_unrated(100).await.unwrap(), 0);
    city.app.advance(TimeDelta::days(20));
    assert_eq!(city.app.state.tickets.close_unrated(100).await.unwrap(), 1);
    assert_eq!(city.as_citizen(&letter).await["state"], "closed");
}

#[tokio::test]
async fn a_stale_version_is_refused_and_so_is_none_at_all() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let token = city.token("intake.lin").await;
    let path = format!("/v1/staff/tickets/{}/actions/accept", letter.reference);
    let accept = || city.app.post_json(&path, &json!({})).bearer_auth(&token);
    assert_eq!(problem(accept()).await.status, 428);
    assert_eq!(problem(accept().header("If-Match", "\"v99\"")).await.status, 412);
    success(accept().header("If-Match", "\"v1\"")).await;
    let again = problem(accept().header("If-Match", "\"v2\"")).await;
    assert_eq!((again.status, again.code.as_str()), (409, "not_allowed_now"));
    assert!(again.document["allowed_actions"].is_array());
}

#[tokio::test]
async fn whoever_withdraws_their_letter_is_told_that_it_is_withdrawn() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let body = json!({"reason": "已经修好了"});
    assert_eq!(city.citizen_acts(&letter, "withdraw", body).await["state"], "withdrawn");
    city.app.deliver_outbox().await;
    let mails = city.app.mails();
    let told = |mail: &&String| mail.contains("已撤回，不再办理") && mail.contains(&letter.reference);
    assert_eq!(mails.iter().filter(told).count(), 1, "{mails:?}");
}
