//! Four eyes: whoever wrote some of a text, or handed it in, does not review it, however many wrote after them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{problem, success};
use crate::support::city::{City, Handed, heating_letter};

/// Who may write and review in the department.
const BOTH: &str = "housing.lead";
/// Who may only write there.
const HANDLER: &str = "housing.handler";

/// A letter where replies of this kind are written.
async fn letter_for(city: &City, kind: &str) -> Handed {
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", HANDLER).await;
    if matches!(kind, "supplement" | "correction") {
        city.answer(&letter.reference, HANDLER, "reviewer.gu", "已修复。").await;
    }
    letter
}

fn reply(kind: &str, body: &str) -> Value {
    match kind {
        "final" => json!({"kind": kind, "body": body, "outcome": "resolved"}),
        _ => json!({"kind": kind, "body": body}),
    }
}

async fn drafted(city: &City, by: &str, reference: &str, kind: &str) -> String {
    let drafted = city.acts(by, reference, "replies", reply(kind, "管网已检修。")).await;
    drafted["created_id"].as_str().unwrap().to_owned()
}

async fn saved(city: &City, by: &str, reference: &str, id: &str, reply: Value) {
    success(city.request(by, Method::PUT, reference, &format!("replies/{id}"), reply).await).await;
}

async fn submitted(city: &City, by: &str, reference: &str, id: &str) {
    city.acts(by, reference, &format!("replies/{id}/actions/submit"), json!({})).await;
}

/// Neither sends nor returns it.
async fn cannot_review(city: &City, who: &str, reference: &str, id: &str, why: &str) {
    let digest = json!({"content_digest": city.digest(who, reference, id).await});
    let reason = json!({"reason": "请补充维修时间"});
    for (verb, body) in [("send", digest), ("return", reason)] {
        let refused = city.is_refused(who, reference, &format!("replies/{id}/actions/{verb}"), body).await;
        assert_eq!((refused.status, refused.code.as_str()), (409, "same_person"), "{why}: {verb}");
    }
}

async fn sends(city: &City, who: &str, reference: &str, id: &str) {
    let digest = json!({"content_digest": city.digest(who, reference, id).await});
    city.acts(who, reference, &format!("replies/{id}/actions/send"), digest).await;
}

#[tokio::test]
async fn whoever_drafted_a_reply_stays_its_author_when_somebody_else_saves_it() {
    let city = City::open().await;
    for kind in ["final", "interim", "supplement", "correction"] {
        for text in ["管网已检修。", "另外写过。"] {
            let letter = letter_for(&city, kind).await;
            let r = &letter.reference;
            let id = drafted(&city, BOTH, r, kind).await;
            saved(&city, HANDLER, r, &id, reply(kind, text)).await;
            submitted(&city, HANDLER, r, &id).await;
            cannot_review(&city, BOTH, r, &id, kind).await;
            sends(&city, "reviewer.gu", r, &id).await;
        }
    }
}

#[tokio::test]
async fn whoever_changed_or_handed_a_reply_in_does_not_review_it_either() {
    let city = City::open().await;
    let handed_in = letter_for(&city, "final").await.reference;
    let id = drafted(&city, HANDLER, &handed_in, "final").await;
    submitted(&city, BOTH, &handed_in, &id).await;
    cannot_review(&city, BOTH, &handed_in, &id, "handed in").await;

    let changed = letter_for(&city, "final").await.reference;
    let id = drafted(&city, HANDLER, &changed, "final").await;
    saved(&city, BOTH, &changed, &id, reply("final", "夹一句。")).await;
    saved(&city, HANDLER, &changed, &id, reply("final", "管网已检修。")).await;
    submitted(&city, HANDLER, &changed, &id).await;
    cannot_review(&city, BOTH, &changed, &id, "changed in between").await;
    let reason = json!({"reason": "请补充维修时间"});
    city.acts("reviewer.gu", &changed, &format!("replies/{id}/actions/return"), reason).await;
    submitted(&city, HANDLER, &changed, &id).await;
    cannot_review(&city, BOTH, &changed, &id, "returned and handed in again").await;
}

#[tokio::test]
async fn whoever_delivered_an_assisting_part_does_not_review_the_reply_it_goes_into() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.acts("intake.lin", r, "actions/accept", json!({})).await;
    let both = json!({"department": "heating-office", "assists": ["property-office"]});
    city.acts("dispatch.zhao", r, "actions/dispatch", both).await;
    city.acts(HANDLER, r, "actions/sign", json!({})).await;
    let orders = city.ticket(HANDLER, r).await["work_orders"].clone();
    let assist = orders.as_array().unwrap().iter().find(|order| order["role"] == "assist").unwrap().clone();
    let part = json!({"work_order_id": assist["id"], "contribution": "物业已配合。"});
    city.acts(BOTH, r, "actions/finish-assist", part).await;
    let id = drafted(&city, HANDLER, r, "final").await;
    submitted(&city, HANDLER, r, &id).await;
    cannot_review(&city, BOTH, r, &id, "contributed").await;
    sends(&city, "reviewer.gu", r, &id).await;
}

#[tokio::test]
async fn whoever_wrote_the_answer_does_not_review_its_publication() {
    let city = City::open().await;
    let r = letter_for(&city, "final").await.reference;
    let id = drafted(&city, BOTH, &r, "final").await;
    saved(&city, HANDLER, &r, &id, reply("final", "管网已检修。")).await;
    submitted(&city, HANDLER, &r, &id).await;
    sends(&city, "reviewer.gu", &r, &id).await;
    city.app.deliver_outbox().await;
    let proposed = city.read("editor.shen", "/v1/staff/publications?status=proposed").await;
    let path = format!("/v1/staff/publications/{}", proposed["data"][0]["id"].as_str().unwrap());
    for verb in ["mask-findings", "submit"] {
        give(&city, "editor.shen", &path, verb, json!({}), None).await;
    }
    let view = city.read(BOTH, &path).await;
    let digest = json!({"content_digest": view["revision"]["content_digest"]});
    assert!(!view["allowed_actions"].as_array().unwrap().contains(&json!("publish")), "{view}");
    give(&city, BOTH, &path, "publish", digest.clone(), Some("editor_cannot_review")).await;
    give(&city, "reviewer.gu", &path, "publish", digest, None).await;
}

/// A command on a publication as it stands; `refused`: with which code.
async fn give(city: &City, who: &str, path: &str, verb: &str, body: Value, refused: Option<&str>) {
    let version = city.read(who, path).await["version"].clone();
    let request = city.app.post_json(&format!("{path}/actions/{verb}"), &body);
    let request = request.bearer_auth(city.token(who).await).header("If-Match", format!("\"v{version}\""));
    match refused {
        Some(code) => assert_eq!(problem(request).await.code, code, "{verb}"),
        None => drop(success(request).await),
    }
}
