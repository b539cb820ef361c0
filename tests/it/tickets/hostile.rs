//! What a hostile or unlucky caller gets: a clear refusal, never somebody else's ticket, never a 5xx.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::app::{problem, success};
use crate::support::city::{City, heating_letter};

#[tokio::test]
async fn a_wrong_access_code_and_an_unknown_reference_get_the_same_answer() {
    let city = City::open().await;
    let (mine, other) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    let look_up = |reference: &str, code: &str| {
        problem(
            city.app.post_json("/v1/tickets/lookup", &json!({"reference": reference, "access_code": code})),
        )
    };
    let wrong = look_up(&mine.reference, &other.access_code).await;
    let prefix = mine.reference.split('-').next().unwrap();
    let unknown = huiyin::rules::reference::Reference::new(
        &prefix.parse().unwrap(),
        city.app.now().date_naive(),
        99_999,
    );
    let unknown = look_up(&unknown.unwrap().to_string(), &mine.access_code).await;
    assert_eq!((wrong.status, wrong.code.as_str()), (404, "no_such_ticket"));
    assert_eq!((unknown.status, unknown.code.as_str()), (404, "no_such_ticket"));
    let strip = |mut document: serde_json::Value| {
        document.as_object_mut().unwrap().remove("request_id");
        document
    };
    assert_eq!(strip(wrong.document), strip(unknown.document));
}

#[tokio::test]
async fn a_citizens_token_shows_its_own_ticket_only_and_ends_after_a_quarter_of_an_hour() {
    let city = City::open().await;
    let (mine, other) = (city.submit(&heating_letter()).await, city.submit(&heating_letter()).await);
    let token = city.citizen_token(&mine).await;
    let get = |reference: &str| city.app.get(&format!("/v1/me/tickets/{reference}")).bearer_auth(&token);
    success(get(&mine.reference)).await;
    assert_eq!(problem(get(&other.reference)).await.status, 404);
    let urge = city.app.post_json(&format!("/v1/me/tickets/{}/actions/urge", other.reference), &json!({}));
    assert_eq!(problem(urge.bearer_auth(&token)).await.status, 404);
    // A citizen's token opens no door for staff.
    assert_eq!(problem(city.app.get("/v1/staff/work-lists/desk").bearer_auth(&token)).await.status, 401);
    city.app.advance(TimeDelta::minutes(16));
    assert_eq!(problem(get(&mine.reference)).await.status, 401);
}

#[tokio::test]
async fn another_departments_ticket_is_not_there() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let token = city.token("education.handler").await;
    let path = format!("/v1/staff/tickets/{}", letter.reference);
    for path in
        [path.clone(), format!("{path}/replies"), format!("{path}/approvals"), format!("{path}/events")]
    {
        assert_eq!(problem(city.app.get(&path).bearer_auth(&token)).await.status, 404, "{path}");
    }
    let sign = city.is_refused(
        "education.handler",
        &letter.reference,
        "replies",
        json!({
            "kind": "final", "body": "x", "outcome": "resolved"
        }),
    );
    assert_eq!(sign.await.status, 404);
}

#[tokio::test]
async fn letters_that_are_not_letters_are_refused_by_field() {
    let city = City::open().await;
    let cases = [
        ("/title", json!("标题\u{0}"), "text_control_character"),
        ("/title", json!("字".repeat(101)), "text_too_long"),
        ("/title", json!("  "), "text_empty"),
        ("/body", json!("字".repeat(10_001)), "text_too_long"),
        ("/kind", json!("poem"), "unknown_value"),
        ("/kind", json!("information_request"), "kind_not_in_category"),
        ("/category", json!("no-such-category"), "unknown_category"),
        ("/district", json!("atlantis"), "unknown_district"),
        ("/channel", json!("import"), "channel_not_open"),
        ("/form", json!({}), "form_required"),
        ("/form", json!({"community": "x", "more": 1}), "form_unknown_field"),
    ];
    for (pointer, value, code) in cases {
        let mut letter = heating_letter();
        letter[pointer.trim_start_matches('/')] = value.clone();
        let refused = problem(city.app.post_once("/v1/tickets", &letter)).await;
        assert_eq!(refused.status, 422, "{pointer} {value}");
        let named = refused.errors.iter().any(|(at, why)| at.starts_with(pointer) && why == code);
        assert!(named, "{pointer} {value}: {:?}", refused.errors);
    }
    for (field, value, code) in [
        ("phone", "call me", "phone_malformed"),
        ("mail", "a@b\r\nBcc: c@d.e", "mail_malformed"),
        ("identity_number", "110101199003070000", "identity_number_malformed"),
    ] {
        let mut letter = heating_letter();
        letter["submitter"] = json!({field: value});
        let refused = problem(city.app.post_once("/v1/tickets", &letter)).await;
        assert!(refused.names(&format!("/submitter/{field}"), code), "{field}: {:?}", refused.document);
    }
}

#[tokio::test]
async fn two_clicks_at_once_do_it_once() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let one = city
        .request("intake.lin", reqwest::Method::POST, &letter.reference, "actions/accept", json!({}))
        .await;
    let two = city
        .request("intake.he", reqwest::Method::POST, &letter.reference, "actions/accept", json!({}))
        .await;
    let (one, two) = tokio::join!(one.send(), two.send());
    let mut statuses = [one.unwrap().status().as_u16(), two.unwrap().status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn personal_data_is_sealed_and_every_look_is_recorded() {
    use diesel::prelude::*;
    use huiyin::platform::db::schema::{submitter, submitter_access};
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let mut conn = city.app.database.connect();
    let sealed: Vec<u8> = submitter::table.select(submitter::sealed).first(&mut conn).unwrap();
    for plain in ["程秋实", "13800000001", "qiushi.cheng@example.com"] {
        assert!(!sealed.windows(plain.len()).any(|window| window == plain.as_bytes()));
    }
    let path = format!("/v1/staff/tickets/{}/submitter", letter.reference);
    let ask = json!({"reason": "电话核实楼栋号"});
    let token = city.token("intake.lin").await;
    let without = problem(city.app.post_json(&path, &json!({})).bearer_auth(&token)).await;
    assert!(without.names("/reason", "missing_field"), "{:?}", without.document);
    let seen: serde_json::Value =
        city.app.post_json(&path, &ask).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    assert_eq!((seen["name"].as_str(), seen["phone"].as_str()), (Some("程秋实"), Some("13800000001")));
    assert_eq!(submitter_access::table.count().get_result::<i64>(&mut conn).unwrap(), 1);
    // A dispatcher may read the ticket and not who wrote it.
    let token = city.token("dispatch.zhao").await;
    assert_eq!(problem(city.app.post_json(&path, &ask).bearer_auth(token)).await.status, 403);
}
