//! A citizen's own ticket over HTTP: short, with links, and not sent twice.

use serde_json::json;

use crate::support::app::success;
use crate::support::city::{City, heating_letter};

#[tokio::test]
async fn promises_and_the_citizens_own_limits_stand_apart_and_link_to_their_explanation() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    let ask = json!({"question": "几号楼？"});
    city.acts("housing.handler", &letter.reference, "actions/ask-citizen", ask).await;
    let seen = city.as_citizen(&letter).await;
    let metrics = |list: &str| -> Vec<String> {
        seen[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|clock| clock["metric"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(metrics("promises"), ["accept", "reply"]);
    assert_eq!(metrics("own_limits"), ["clarification"]);
    assert!(seen.to_string().len() < 4_096, "{}", seen.to_string().len());
    let token = city.citizen_token(&letter).await;
    let reply = &seen["promises"][1];
    let why = success(city.app.get(reply["explanation"].as_str().unwrap()).bearer_auth(&token)).await;
    assert_eq!((&why["clock"]["id"], &why["clock"]["due_on"]), (&reply["id"], &reply["due_on"]));
    let entry = format!("{}.ics", reply["explanation"].as_str().unwrap());
    let entry = city.app.get(&entry).bearer_auth(&token).send().await.unwrap().text().await.unwrap();
    assert!(entry.contains("BEGIN:VEVENT"), "{entry}");
    assert!(!entry.contains("default/") && !entry.contains(" v1"), "nothing of our files: {entry}");
}

#[tokio::test]
async fn who_has_the_ticket_already_is_not_sent_it_again_until_it_changes() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let token = city.citizen_token(&letter).await;
    let path = format!("/v1/me/tickets/{}", letter.reference);
    let get = |language: &'static str, tag: Option<String>| {
        let request = city.app.get(&path).bearer_auth(&token).header("Accept-Language", language);
        match tag {
            Some(tag) => request.header("If-None-Match", tag),
            None => request,
        }
    };
    let first = get("zh-CN", None).send().await.unwrap();
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = get("zh-CN", Some(tag.clone())).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
    assert_eq!(again.text().await.unwrap(), "");
    assert_eq!(
        get("en", Some(tag.clone())).send().await.unwrap().status(),
        200,
        "another language reads otherwise"
    );

    let message = json!({"body": "补充"});
    let request = city.app.post_json(&format!("{path}/messages"), &message).bearer_auth(&token);
    success(request.header("If-Match", &tag)).await;
    assert_eq!(get("zh-CN", Some(tag.clone())).send().await.unwrap().status(), 200);
    let request = city.app.post_json(&format!("{path}/messages"), &message).bearer_auth(&token);
    let stale = request.header("If-Match", &tag).send().await.unwrap();
    assert_eq!(stale.status(), 412, "the tag names the version that was seen");
}
