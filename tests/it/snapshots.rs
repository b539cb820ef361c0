//! What a reader of the API sees, as whole documents: answers, refusals and mails, with ids, times and codes struck out.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --test it snapshots`, and read the difference.

use mailparse::MailHeaderMap;
use regex::Regex;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::support::app::{problem, success};
use crate::support::city::City;

/// What differs from run to run, struck out.
fn redacted(text: &str) -> String {
    let patterns = [
        (r"HY-\d{4}-\d{4}-\d{5}-[0-9A-Z]", "[reference]"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[id]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "[time]"),
        (r#"("(access_code|access_token|request_id|content_digest)": )"[^"]*""#, "$1\"[code]\""),
    ];
    patterns.iter().fold(text.to_owned(), |text, (pattern, struck_out)| {
        Regex::new(pattern).unwrap().replace_all(&text, *struck_out).into_owned()
    })
}

fn document(value: &Value) -> String {
    redacted(&serde_json::to_string_pretty(value).unwrap())
}

async fn answer(request: RequestBuilder) -> String {
    document(&success(request).await)
}

async fn refusal(request: RequestBuilder) -> String {
    document(&problem(request).await.document)
}

fn letter() -> Value {
    json!({
        "kind": "complaint", "category": "heating", "district": "wanghe-chengguan",
        "form": {"community": "锦绣家园"}, "title": "家里不热", "body": "供暖已经三天了，家里还是不热，请尽快处理。",
        "submitter": {"name": "林小满", "mail": "xiaoman.lin@example.com"},
    })
}

#[tokio::test]
async fn a_letter_as_its_citizen_and_the_staff_see_it() {
    let city = City::open().await;
    insta::assert_snapshot!("receipt", answer(city.app.post_once("/v1/tickets", &letter())).await);
    let handed = city.submit(&letter()).await;
    insta::assert_snapshot!("ticket_for_its_citizen", document(&city.as_citizen(&handed).await));
    city.acts("intake.lin", &handed.reference, "actions/accept", json!({})).await;
    let ticket = city.ticket("dispatch.zhao", &handed.reference).await;
    insta::assert_snapshot!("ticket_for_the_dispatcher", document(&ticket));
}

#[tokio::test]
async fn refusals_say_what_is_wrong_where_and_in_which_language() {
    let city = City::open().await;
    let mut wrong = letter();
    wrong["title"] = json!("");
    wrong["category"] = json!("no-such-category");
    wrong["submitter"]["mail"] = json!("nobody");
    insta::assert_snapshot!("refused_letter", refusal(city.app.post_once("/v1/tickets", &wrong)).await);
    let english = city.app.post_once("/v1/tickets", &wrong).header("Accept-Language", "en");
    insta::assert_snapshot!("refused_letter_in_english", refusal(english).await);

    let handed = city.submit(&letter()).await;
    let too_early =
        city.is_refused("dispatch.zhao", &handed.reference, "actions/recall", json!({"reason": "试"})).await;
    insta::assert_snapshot!("command_that_is_not_possible_now", document(&too_early.document));
    insta::assert_snapshot!(
        "unknown_query_parameter",
        refusal(city.app.get("/v1/search?q=a&colour=red")).await
    );
    insta::assert_snapshot!("nobody_signed_in", refusal(city.app.get("/v1/auth/me")).await);
}

#[tokio::test]
async fn the_mails_of_a_letter() {
    let city = City::open().await;
    city.submit(&letter()).await;
    let mut english = letter();
    english["locale"] = json!("en");
    city.submit(&english).await;
    city.app.deliver_outbox().await;
    let mut mails: Vec<String> = city.app.mails().iter().map(|mail| words_of(mail)).collect();
    mails.sort();
    insta::assert_snapshot!("receipt_mails", redacted(&mails.join("\n--------\n")));
}

/// Subject and text, without the headers and the encoded parts before them.
fn words_of(mail: &str) -> String {
    let sent = mailparse::parse_mail(mail.as_bytes()).unwrap();
    let subject = sent.headers.get_first_value("Subject").unwrap();
    let parts = sent.subparts.iter().map(|part| part.get_body().unwrap().replace("\r\n", "\n"));
    format!("{subject}\n\n{}", parts.collect::<Vec<_>>().join("\n----\n"))
}
