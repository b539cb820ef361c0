//! Access codes: how they are typed, that guessing is hopeless, and what helps when one is lost.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::platform::db::schema::ticket;
use huiyin::rules::secret_code::ActivationCode;
use regex::Regex;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::app::{TestApp, problem, problem_of};
use crate::support::city::{City, Handed, heating_letter};

const MAIL: &str = "qiushi.cheng@example.com";

async fn look_up_from(app: &TestApp, address: &str, reference: &str, code: &str) -> Response {
    let body = json!({"reference": reference, "access_code": code});
    app.post_json("/v1/tickets/lookup", &body).header("X-Forwarded-For", address).send().await.unwrap()
}

async fn opens(city: &City, reference: &str, code: &str) -> bool {
    look_up_from(&city.app, "203.0.113.1", reference, code).await.status() == 200
}

/// The newest code of 12 characters in the mails to the citizen.
async fn mailed_code(city: &City) -> Option<String> {
    city.app.deliver_outbox().await;
    let code = Regex::new(r"[:：]\s?([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\b").unwrap();
    let mails: Vec<String> =
        city.app.mails().into_iter().filter(|mail| mail.contains(&format!("To: {MAIL}"))).collect();
    mails.iter().rev().find_map(|mail| code.captures(mail).map(|found| found[1].to_owned()))
}

async fn ask_by_mail(city: &City, reference: &str, mail: &str) -> (u16, String) {
    let body = json!({"reference": reference, "mail": mail});
    let answer = city.app.post_json("/v1/tickets/reissue-access-code", &body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_code_is_short_and_read_however_it_is_typed() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let code = &letter.access_code;
    assert!(
        Regex::new("^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$").unwrap().is_match(code),
        "{code}"
    );
    let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    for typed in [
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', " "),
        format!("  {} ", code.replace('-', " – ")),
        code.replace('0', "O").replace('1', "l"),
        code.replace('0', "o").replace('1', "I"),
        wide.replace('－', "-"),
    ] {
        assert!(opens(&city, &letter.reference, &typed).await, "{typed}");
    }
    // Nothing that is kept opens with what stands in the database.
    let kept: Vec<u8> =
        ticket::table.select(ticket::access_code_hash).first(&mut city.app.database.connect()).unwrap();
    use sha2::Digest;
    assert_ne!(kept, sha2::Sha256::digest(code.replace('-', "")).to_vec());
}

#[tokio::test]
async fn a_code_of_the_old_form_goes_on_working() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let old = ActivationCode::from_random([9; 17]);
    diesel::update(ticket::table.filter(ticket::reference.eq(&letter.reference)))
        .set(ticket::access_code_hash.eq(old.hash().to_vec()))
        .execute(&mut city.app.database.connect())
        .unwrap();
    for typed in [old.expose(), old.expose().to_lowercase().replace('-', " ")] {
        assert!(opens(&city, &letter.reference, &typed).await, "{typed}");
    }
    assert!(!opens(&city, &letter.reference, &letter.access_code).await);
}

#[tokio::test]
async fn whoever_guesses_waits_and_the_owner_does_not() {
    let city = City::open_with(|sources| sources.fix("server.trusted_proxies", "127.0.0.0/8")).await;
    let letter = city.submit(&heating_letter()).await;
    let unknown = letter.reference.replace("-00001-", "-00777-");
    let unknown = format!("{}-{}", unknown.rsplit_once('-').unwrap().0, "0");
    let mut seen = Vec::new();
    for (net, reference) in [(1, letter.reference.as_str()), (2, &valid(&unknown))] {
        let mut answers = Vec::new();
        for step in 0..8 {
            let answer =
                look_up_from(&city.app, &format!("198.51.{net}.7"), reference, "0000-0000-0000").await;
            let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
            answers.push((step, answer.status().as_u16(), wait));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1], "an unknown reference is answered alike");
    assert_eq!((seen[0][4].1, seen[0][5].1), (404, 429));
    let waits = look_up_from(&city.app, "198.51.1.7", &letter.reference, &letter.access_code).await;
    assert_eq!(problem_of(waits).await.code, "too_many_attempts");
    // From a hundred other addresses too, and the owner still gets in.
    for number in 1..=100 {
        look_up_from(&city.app, &format!("192.0.2.{number}"), &letter.reference, "0000-0000-0000").await;
    }
    let owner = look_up_from(&city.app, "203.0.113.1", &letter.reference, &letter.access_code).await;
    assert_eq!(owner.status(), 200);
    city.app.advance(TimeDelta::seconds(60));
    let later = look_up_from(&city.app, "198.51.1.7", &letter.reference, &letter.access_code).await;
    assert_eq!(later.status(), 200, "nobody waits longer than a minute");
}

/// The reference with the check digit that it must have.
fn valid(reference: &str) -> String {
    let symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars();
    let (stem, _) = reference.rsplit_once('-').unwrap();
    let mut all = symbols.map(|symbol| format!("{stem}-{symbol}"));
    all.find(|text| text.parse::<huiyin::rules::reference::Reference>().is_ok()).unwrap()
}

#[tokio::test]
async fn a_lost_code_is_sent_anew_to_the_address_of_the_letter_alone() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let other = city.submit(&heating_letter()).await;
    assert_eq!(mailed_code(&city).await, None, "a receipt holds no code");
    let mut answers = Vec::new();
    let nothing = valid(&letter.reference.replace("-00001-", "-00777-").replace("-00002-", "-00777-"));
    for (reference, mail) in [(letter.reference.as_str(), "eve@example.com"), (&nothing, MAIL)] {
        answers.push(ask_by_mail(&city, reference, mail).await);
    }
    assert_eq!(mailed_code(&city).await, None);
    assert!(opens(&city, &letter.reference, &letter.access_code).await);
    answers.push(ask_by_mail(&city, &letter.reference, "Qiushi.Cheng@example.com").await);
    answers.push(ask_by_mail(&city, &letter.reference, MAIL).await);
    assert!(answers.iter().all(|answer| *answer == (202, String::new())), "{answers:?}");
    let code = mailed_code(&city).await.expect("a mail with the new code");
    assert!(opens(&city, &letter.reference, &code).await);
    assert!(!opens(&city, &letter.reference, &letter.access_code).await, "the former one is void");
    assert!(opens(&city, &other.reference, &other.access_code).await, "another letter keeps its own");
    let seen = city.as_citizen(&Handed { access_code: code, ..letter.clone() }).await;
    let kinds: Vec<&Value> = seen["timeline"].as_array().unwrap().iter().map(|step| &step["kind"]).collect();
    assert!(kinds.contains(&&json!("access_code_reissued")), "{kinds:?}");
}

#[tokio::test]
async fn a_letter_gets_so_many_codes_a_day_by_mail() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let mut last = letter.access_code.clone();
    for _ in 0..3 {
        city.app.advance(TimeDelta::seconds(1));
        ask_by_mail(&city, &letter.reference, MAIL).await;
        let next = mailed_code(&city).await.unwrap();
        assert_ne!(next, last);
        last = next;
    }
    assert_eq!(ask_by_mail(&city, &letter.reference, MAIL).await.0, 202);
    assert_eq!(mailed_code(&city).await.as_deref(), Some(last.as_str()), "and the last one stays good");
    assert!(opens(&city, &letter.reference, &last).await);
    city.app.advance(TimeDelta::days(1));
    ask_by_mail(&city, &letter.reference, MAIL).await;
    assert_ne!(mailed_code(&city).await.unwrap(), last);
}

#[tokio::test]
async fn the_desk_gives_a_new_code_with_a_reason_that_is_kept() {
    let city = City::open().await;
    let mut body = heating_letter();
    body["submitter"] = json!({"phone": "13800000001"});
    let letter = city.submit(&body).await;
    let verb = "actions/reissue-access-code";
    let without = city.is_refused("intake.lin", &letter.reference, verb, json!({})).await;
    assert_eq!(without.status, 422);
    let reason = json!({"reason": "凭身份证当面核实"});
    let given = city.acts("intake.lin", &letter.reference, verb, reason.clone()).await;
    let code = given["access_code"].as_str().unwrap();
    assert!(opens(&city, &letter.reference, code).await);
    assert!(!opens(&city, &letter.reference, &letter.access_code).await);
    let events = city.read("intake.lin", &format!("/v1/staff/tickets/{}/events", letter.reference)).await;
    let event = events["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(event["kind"], "access_code_reissued");
    assert_eq!(event["data"]["reason"], reason["reason"]);
    assert_eq!(event["actor_id"], json!(city.staff_id("intake.lin")));
    assert!(!event.to_string().contains(code));
    let token = city.token("reviewer.gu").await;
    let path = format!("/v1/staff/tickets/{}/{verb}", letter.reference);
    let refused = city.app.post_json(&path, &reason).bearer_auth(token).header("If-Match", "\"v1\"");
    assert_eq!(problem(refused).await.status, 403);
}

#[tokio::test]
async fn whoever_gave_a_mail_address_is_told_that_the_desk_gave_a_new_code() {
    let city = City::open().await;
    let letter = city.submit(&heating_letter()).await;
    let reason = json!({"reason": "电话核实"});
    city.acts("intake.lin", &letter.reference, "actions/reissue-access-code", reason).await;
    assert_eq!(mailed_code(&city).await, None, "the code itself is handed over by the desk");
    let mails = city.app.mails();
    assert!(mails.iter().any(|mail| mail.contains("更换了查询码")), "{mails:?}");
}
