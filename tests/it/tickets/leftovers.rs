//! What a department had begun goes with it: the next one finds nothing in its way, and sends nothing of the former's.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::problem;
use crate::support::city::{City, Handed, heating_letter};

const FORMER: &str = "housing.handler";
const NEXT: &str = "water.handler";

/// The ways in which a ticket leaves its department.
const WAYS: [&str; 3] = ["recall", "refuse", "reopen"];

fn reply(kind: &str) -> Value {
    match kind {
        "final" => json!({"kind": kind, "body": "前一部门的答复。", "outcome": "resolved"}),
        _ => json!({"kind": kind, "body": "前一部门的答复。"}),
    }
}

async fn draft(city: &City, who: &str, reference: &str, kind: &str) -> String {
    city.acts(who, reference, "replies", reply(kind)).await["created_id"].as_str().unwrap().to_owned()
}

/// Drafts and replies in review of every kind that is possible, then the ticket leaves. Returns the replies.
async fn left_behind(city: &City, letter: &Handed, way: &str) -> Vec<String> {
    let r = &letter.reference;
    city.bring_to(r, "heating-office", FORMER).await;
    let mut left = Vec::new();
    let kinds: &[&str] = match way {
        "reopen" => {
            left.push(draft(city, FORMER, r, "interim").await);
            city.answer(r, FORMER, "reviewer.gu", "已修复。").await;
            &["supplement", "correction"]
        }
        _ => &["interim", "interim"],
    };
    for kind in kinds {
        left.push(draft(city, FORMER, r, kind).await);
    }
    let last = left.last().unwrap().clone();
    city.acts(FORMER, r, &format!("replies/{last}/actions/submit"), json!({})).await;
    if way != "reopen" {
        left.push(draft(city, FORMER, r, "final").await);
        let more = json!({"amount": 2, "reason": "等待配件"});
        city.acts("housing.lead", r, "actions/request-extension", more).await;
    }
    let reason = json!({"reason": "不属于本部门"});
    match way {
        "recall" => city.acts("dispatch.zhao", r, "actions/recall", reason).await,
        "reopen" => city.citizen_acts(letter, "reopen", reason).await,
        _ => unreachable!(),
    };
    left
}

/// A department that has not signed can only have been given it before: by a recall of what it began, or not at all.
async fn refused_by_the_next(city: &City, letter: &Handed) -> Vec<String> {
    let left = left_behind(city, letter, "recall").await;
    let r = &letter.reference;
    city.acts("dispatch.zhao", r, "actions/dispatch", json!({"department": "property-office"})).await;
    city.acts("housing.lead", r, "actions/refuse", json!({"reason": "不属于本部门"})).await;
    left
}

#[tokio::test]
async fn the_next_department_begins_anew_and_cannot_send_what_the_former_wrote() {
    let city = City::open().await;
    for way in WAYS {
        let letter = city.submit(&heating_letter()).await;
        let r = &letter.reference;
        let left = match way {
            "refuse" => refused_by_the_next(&city, &letter).await,
            _ => left_behind(&city, &letter, way).await,
        };
        city.acts("dispatch.zhao", r, "actions/dispatch", json!({"department": "water-bureau"})).await;
        city.acts(NEXT, r, "actions/sign", json!({})).await;
        for id in &left {
            let submit = city.is_refused(NEXT, r, &format!("replies/{id}/actions/submit"), json!({})).await;
            let digest = json!({"content_digest": city.digest("reviewer.yan", r, id).await});
            let send =
                city.is_refused("reviewer.yan", r, &format!("replies/{id}/actions/send"), digest).await;
            let path = format!("replies/{id}");
            let edit = problem(city.request(NEXT, Method::PUT, r, &path, reply("interim")).await).await;
            for refused in [submit, send, edit] {
                assert_eq!((refused.status, refused.code.as_str()), (409, "not_allowed_now"), "{way}");
            }
        }
        let pending =
            city.is_refused("supervisor.qin", r, "actions/decide-extension", json!({"granted": true}));
        assert_eq!(pending.await.status, 409, "{way}: more time that the former asked for");
        city.answer(r, NEXT, "reviewer.yan", "供水部门的答复。").await;
        let seen = city.as_citizen(&letter).await["replies"].clone();
        let texts: Vec<&str> =
            seen.as_array().unwrap().iter().map(|reply| reply["body"].as_str().unwrap()).collect();
        assert!(!texts.contains(&"前一部门的答复。"), "{way}: {texts:?}");
        let kept = city.read(NEXT, &format!("/v1/staff/tickets/{r}/replies")).await;
        let discarded =
            kept.as_array().unwrap().iter().filter(|reply| reply["status"] == "discarded").count();
        assert_eq!(discarded, left.len(), "{way}: nothing that was written is lost");
    }
}

#[tokio::test]
async fn a_ticket_that_ends_leaves_no_reply_in_the_making() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", FORMER).await;
    let interim = draft(&city, FORMER, r, "interim").await;
    city.acts(FORMER, r, &format!("replies/{interim}/actions/submit"), json!({})).await;
    draft(&city, FORMER, r, "final").await;
    city.citizen_acts(&letter, "withdraw", json!({"reason": "已解决"})).await;
    let replies = city.read(FORMER, &format!("/v1/staff/tickets/{r}/replies")).await;
    let replies = replies.as_array().unwrap();
    assert!(replies.iter().all(|reply| reply["status"] == "discarded"), "{replies:?}");
}
