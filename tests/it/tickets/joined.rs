//! Letters that were joined to another: their writers go on, and those who answer read them.

use serde_json::{Value, json};

use crate::support::app::{problem, success};
use crate::support::city::{City, Handed, heating_letter};

/// A letter of the same person by telephone, with another mail address.
async fn letter_from(city: &City, mail: &str) -> Handed {
    let mut letter = heating_letter();
    letter["submitter"]["mail"] = json!(mail);
    letter["body"] = json!(format!("来自 {mail} 的补充情况，楼上漏水。"));
    city.submit(&letter).await
}

async fn merge(city: &City, joining: &Handed, root: &Handed) {
    let into = json!({"into": root.reference});
    city.acts("intake.lin", &joining.reference, "actions/merge", into).await;
}

/// The mails to an address, each with its subject and words.
fn mails_to(city: &City, address: &str) -> Vec<String> {
    let to = format!("To: {address}\r\n");
    city.app.mails().into_iter().filter(|mail| mail.contains(&to)).collect()
}

#[tokio::test]
async fn the_writer_of_a_joined_letter_reads_the_answer_and_is_told_at_their_own_address() {
    let city = City::open().await;
    let root = city.submit(&heating_letter()).await;
    let (joined, inner) =
        (letter_from(&city, "b@example.com").await, letter_from(&city, "c@example.com").await);
    let same_address = city.submit(&heating_letter()).await;
    merge(&city, &inner, &joined).await;
    merge(&city, &joined, &root).await;
    merge(&city, &same_address, &root).await;
    city.bring_to(&root.reference, "heating-office", "housing.handler").await;
    let answer = "已派人检修，暖气恢复正常。";
    city.answer(&root.reference, "housing.handler", "reviewer.gu", answer).await;
    city.app.deliver_outbox().await;

    for letter in [&joined, &inner, &same_address] {
        let seen = city.as_citizen(letter).await;
        let goes_on = &seen["joined_with"];
        assert_eq!((&seen["state"], &goes_on["state"]), (&json!("merged"), &json!("answered")));
        assert_eq!(goes_on["reference"], json!(root.reference));
        assert_eq!(goes_on["replies"][0]["body"], json!(answer));
        assert_eq!(goes_on["department"]["code"], "heating-office");
        assert!(!goes_on.to_string().contains("暖气一直不热"), "the letter itself is not shown: {goes_on}");
    }
    // The receipt, that it was joined (of the inner one twice), and the answer.
    for (address, letter, told) in [("b@example.com", &joined, 3), ("c@example.com", &inner, 4)] {
        let mails = mails_to(&city, address);
        let own = mails.iter().filter(|mail| mail.contains(&letter.reference)).count();
        assert_eq!((mails.len(), own), (told, told), "{address}: under their own number");
    }
    let own = mails_to(&city, "qiushi.cheng@example.com");
    assert!(own.iter().any(|mail| mail.contains(&root.reference)));
    // The address of the root is told of the answer once, and of its second letter only that it came and was joined.
    assert_eq!(own.iter().filter(|mail| mail.contains(&same_address.reference)).count(), 2);
}

#[tokio::test]
async fn what_the_writer_of_a_joined_letter_adds_reaches_the_one_that_goes_on() {
    let city = City::open().await;
    let root = city.submit(&heating_letter()).await;
    let joined = letter_from(&city, "b@example.com").await;
    merge(&city, &joined, &root).await;
    city.bring_to(&root.reference, "heating-office", "housing.handler").await;
    let may = city.as_citizen(&joined).await["allowed_actions"].clone();
    assert_eq!(may, json!(["object-publication", "urge", "add-message"]));

    let token = city.citizen_token(&joined).await;
    let path = format!("/v1/me/tickets/{}/messages", joined.reference);
    let request = city.app.post_json(&path, &json!({"body": "补充：卧室也不热。"})).bearer_auth(&token);
    let state = success(request).await;
    assert_eq!(state["reference"], json!(root.reference));
    let read = city.read("housing.handler", &format!("/v1/staff/tickets/{}/messages", root.reference)).await;
    assert!(read.to_string().contains("卧室也不热"), "{read}");
    let seen = city.as_citizen(&joined).await;
    assert_eq!(seen["joined_with"]["messages"][0]["body"], "补充：卧室也不热。");

    city.acts("housing.handler", &root.reference, "actions/ask-citizen", json!({"question": "几号楼？"}))
        .await;
    assert_eq!(city.as_citizen(&joined).await["joined_with"]["messages"][1]["body"], "几号楼？");
    let answered = city.citizen_acts(&joined, "answer", json!({"body": "三号楼"})).await;
    assert_eq!(answered["state"], "in_progress");
    // What does not go on there is refused as before, and so is the address of the other ticket.
    let refused = city.citizen_is_refused(&joined, "withdraw", json!({"reason": "不用了"})).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "not_allowed_now"));
    let other = format!("/v1/me/tickets/{}/messages", root.reference);
    let hidden = problem(city.app.post_json(&other, &json!({"body": "?"})).bearer_auth(&token)).await;
    assert_eq!(hidden.status, 404);
}

#[tokio::test]
async fn whoever_answers_reads_what_was_joined_and_others_do_not() {
    let city = City::open().await;
    let root = city.submit(&heating_letter()).await;
    let joined = letter_from(&city, "b@example.com").await;
    let token = city.citizen_token(&joined).await;
    let path = format!("/v1/me/tickets/{}/messages", joined.reference);
    success(city.app.post_json(&path, &json!({"body": "先前的补充"})).bearer_auth(token)).await;
    let second = letter_from(&city, "c@example.com").await;
    merge(&city, &joined, &root).await;
    merge(&city, &second, &root).await;
    city.bring_to(&root.reference, "heating-office", "housing.handler").await;

    let list = format!("/v1/staff/tickets/{}/joined-letters", root.reference);
    let first = city.read("housing.handler", &format!("{list}?limit=1")).await;
    assert_eq!(numbers(&first), [joined.reference.as_str()]);
    assert_eq!(first["data"][0]["messages"][0]["body"], "先前的补充");
    assert!(first["data"][0]["body"].as_str().unwrap().contains("楼上漏水"));
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = city.read("housing.handler", &format!("{list}?limit=1&cursor={cursor}")).await;
    assert_eq!((numbers(&rest), &rest["next_cursor"]), (vec![second.reference.as_str()], &Value::Null));
    let ticket = city.ticket("intake.lin", &joined.reference).await;
    assert_eq!(ticket["joined_with"], json!(root.reference));
    let stranger = city.app.get(&list).bearer_auth(city.token("traffic.handler").await);
    assert_eq!(problem(stranger).await.status, 404);
}

fn numbers(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|letter| letter["reference"].as_str().unwrap()).collect()
}
