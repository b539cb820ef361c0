//! Due dates explained over HTTP, to staff and to the citizen, as JSON and as calendar entries; and the public calculators.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::app::{TestApp, problem, success};
use crate::support::city::{City, Handed, heating_letter};

/// A heating complaint of Friday 18 September that was paused over a week-end and extended by five days.
async fn extended(city: &City) -> Handed {
    let letter = city.submit(&heating_letter()).await;
    let r = &letter.reference;
    city.bring_to(r, "heating-office", "housing.handler").await;
    city.acts("housing.handler", r, "actions/ask-citizen", json!({"question": "请问是哪一栋楼？"})).await;
    city.app.advance(TimeDelta::days(3));
    city.sign_everybody_out();
    city.citizen_acts(&letter, "answer", json!({"body": "三号楼"})).await;
    let more = json!({"amount": 5, "reason": "需更换主管道"});
    city.acts("housing.lead", r, "actions/request-extension", more).await;
    city.acts("supervisor.qin", r, "actions/decide-extension", json!({"granted": true})).await;
    letter
}

/// The path of a clock of this metric.
async fn clock_path(city: &City, letter: &Handed, metric: &str) -> String {
    let path = format!("/v1/staff/tickets/{}/clocks", letter.reference);
    let clocks = city.read("supervisor.qin", &path).await;
    let clock = clocks.as_array().unwrap().iter().find(|clock| clock["metric"] == metric).unwrap();
    format!("{path}/{}", clock["id"].as_str().unwrap())
}

fn texts(explanation: &Value) -> Vec<(String, String, Option<i64>)> {
    let days = explanation["days"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    days.map(|day| (word(&day["text"]), word(&day["note"]), day["ordinal"].as_i64())).collect()
}

#[tokio::test]
async fn a_due_date_is_explained_to_staff_with_names_and_law() {
    let city = City::open().await;
    let letter = extended(&city).await;
    let path = format!("{}/explanation", clock_path(&city, &letter, "reply").await);
    let token = city.token("housing.handler").await;
    let request = || city.app.get(&path).bearer_auth(&token).header("Accept-Language", "en");
    let seen = success(request()).await;
    let day = |text: &str, note: &str, ordinal| (text.to_owned(), note.to_owned(), ordinal);
    let days = texts(&seen);
    assert_eq!(
        days[..5],
        [
            day("2026-09-18 Friday, working", "anchor", None),
            day("2026-09-19 Saturday, weekend", "not_working", None),
            day("2026-09-20 Sunday, working: make-up for National Day", "paused", None),
            day("2026-09-21 Monday, working", "paused", None),
            day("2026-09-22 Tuesday, working", "counted", Some(1)),
        ]
    );
    assert_eq!(*days.last().unwrap(), day("2026-10-12 Monday, working", "due", Some(10)));
    assert!(days.contains(&day(
        "2026-10-10 Saturday, working: make-up for National Day",
        "extension",
        Some(9)
    )));
    assert_eq!(
        seen["summary"],
        "5 working days from 2026-09-18, 5 more granted, paused once: due on 2026-10-12."
    );
    assert_eq!(seen["pauses"][0]["cause"], "awaiting_citizen");
    let granted = &seen["extensions"][0];
    assert_eq!((granted["amount"].as_i64(), granted["role"].as_str()), (Some(5), Some("supervisor")));
    assert_eq!(
        (granted["granted_by"]["name"].as_str(), granted["reason"].as_str()),
        (Some("秦正平"), Some("需更换主管道"))
    );
    assert_eq!(seen["policy"]["limit_code"], "reply");
    assert!(seen["policy"]["source"]["title"].as_str().unwrap().contains("质监局"));
    assert_eq!(
        (seen["calendar"]["code"].as_str(), seen["calendar"]["version"].as_i64()),
        (Some("cn"), Some(1))
    );
    assert!(seen["calendar"]["notices"][0]["title"].as_str().unwrap().contains("2026"));

    let own = format!("{}/explanation", clock_path(&city, &letter, "work_order").await);
    let own = city.read("housing.handler", &own).await;
    assert_eq!(
        (own["clock"]["due_on"].as_str(), own["extensions"][0]["granted_by"]["name"].as_str()),
        (Some("2026-10-10"), Some("秦正平"))
    );
    assert_eq!(
        own["days"][2]["text"], "2026-09-20 星期日，上班：国庆节调休",
        "Chinese unless asked otherwise"
    );
}

#[tokio::test]
async fn the_citizen_sees_the_same_days_and_no_names() {
    let city = City::open().await;
    let letter = extended(&city).await;
    let staff = clock_path(&city, &letter, "reply").await;
    let token = city.citizen_token(&letter).await;
    let get = |path: &str| city.app.get(&path.replace("/v1/staff/", "/v1/me/")).bearer_auth(&token);
    let seen = success(get(&format!("{staff}/explanation"))).await;
    assert_eq!(seen["clock"]["due_on"], "2026-10-12");
    assert_eq!(
        (seen["extensions"][0]["role"].as_str(), seen["extensions"][0].get("granted_by")),
        (Some("supervisor"), None)
    );
    assert!(!seen.to_string().contains("秦正平"));
    let inside = clock_path(&city, &letter, "work_order").await;
    assert_eq!(
        problem(get(&format!("{inside}/explanation"))).await.status,
        404,
        "a department's clock is not theirs"
    );
    let other = city.submit(&heating_letter()).await;
    let others = staff.replace(&letter.reference, &other.reference);
    assert_eq!(problem(get(&format!("{others}/explanation"))).await.status, 404);
    let foreign = city.citizen_token(&other).await;
    let path = format!("{staff}/explanation.ics").replace("/v1/staff/", "/v1/me/");
    assert_eq!(problem(city.app.get(&path).bearer_auth(foreign)).await.status, 404);
}

#[tokio::test]
async fn a_due_date_is_a_calendar_entry_without_anything_personal() {
    let city = City::open().await;
    let letter = extended(&city).await;
    let path = format!("{}/explanation.ics", clock_path(&city, &letter, "reply").await);
    let token = city.token("housing.handler").await;
    let response = city.app.get(&path).bearer_auth(&token).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let file = response.text().await.unwrap();
    let whole = file.replace("\r\n ", "");
    assert!(file.split("\r\n").all(|line| line.len() <= 75));
    assert!(whole.contains("\r\nDTSTART;VALUE=DATE:20261012\r\nDTEND;VALUE=DATE:20261013\r\n"));
    assert!(whole.contains(&format!("\r\nSUMMARY:{} 答复期限\r\n", letter.reference)));
    let uid = |file: &str| file.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    // Started once, then moved by the answer and by the extension.
    assert!(uid(&whole).ends_with("-3@huiyin"), "{}", uid(&whole));
    for personal in ["程秋实", "13800000001", "秦正平", "暖气", "heating"] {
        assert!(!whole.contains(personal), "{personal}");
    }
    let again = success_text(&city, &path, &token).await;
    assert_eq!(again, file, "the same file whenever it is asked for");
    let own = path.replace("/v1/staff/", "/v1/me/");
    let own = success_text(&city, &own, &city.citizen_token(&letter).await).await.replace("\r\n ", "");
    assert_eq!(own, whole.replace("\\ndefault/reply v1\\ncn v1", ""), "the citizen's without our files");
}

async fn success_text(city: &City, path: &str, token: &str) -> String {
    city.app
        .get(path)
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .text()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_clock_that_is_not_the_tickets_is_not_found() {
    let city = City::open().await;
    let letter = extended(&city).await;
    let other = city.submit(&heating_letter()).await;
    let path = clock_path(&city, &letter, "reply").await.replace(&letter.reference, &other.reference);
    let token = city.token("supervisor.qin").await;
    for suffix in ["explanation", "explanation.ics"] {
        assert_eq!(problem(city.app.get(&format!("{path}/{suffix}")).bearer_auth(&token)).await.status, 404);
    }
    let nobody = city.app.get(&format!("{path}/explanation"));
    assert_eq!(problem(nobody).await.status, 401);
}

#[tokio::test]
async fn the_make_up_days_of_2026_are_working_days_through_the_api() {
    let app = TestApp::start().await;
    let days = app.get_json("/v1/calendars/cn/days?from=2026-01-01&to=2026-12-31").await;
    let find =
        |on: &str| days["data"].as_array().unwrap().iter().find(|day| day["on"] == on).unwrap().clone();
    // The day before which nobody works, so that one working day from it is the make-up day itself.
    let make_up = [
        ("2026-01-02", "2026-01-04"),
        ("2026-02-13", "2026-02-14"),
        ("2026-02-27", "2026-02-28"),
        ("2026-05-08", "2026-05-09"),
        ("2026-09-18", "2026-09-20"),
        ("2026-10-09", "2026-10-10"),
    ];
    for (from, on) in make_up {
        let due = app.get_json(&format!("/v1/calendars/cn/due-date?from={from}&working_days=1")).await;
        assert_eq!((due["due_on"].as_str(), due["version"].as_i64()), (Some(on), Some(1)));
        assert!(due["notices"][0]["number"].as_str().unwrap().contains("国办发明电"));
        let day = find(on);
        assert_eq!(
            (day["is_working"].as_bool(), day["kind"].as_str()),
            (Some(true), Some("make_up")),
            "{on}"
        );
        assert!(day["text"].as_str().unwrap().contains("调休"));
    }
    assert_eq!(days["data"].as_array().unwrap().len(), 365);
    let working = days["data"].as_array().unwrap().iter().filter(|day| day["is_working"] == true).count();
    assert_eq!(working, 248, "as the table of every day counts them");
}

#[tokio::test]
async fn the_calculator_is_public_kept_and_strict() {
    let app = TestApp::start().await;
    let path = "/v1/calendars/cn/due-date?from=2026-09-18&working_days=20";
    let response = app.get(path).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=60");
    let tag = response.headers()["etag"].to_str().unwrap().to_owned();
    let due: Value = response.json().await.unwrap();
    assert_eq!(
        (due["due_on"].as_str(), due["due_at"].as_str()),
        (Some("2026-10-22"), Some("2026-10-22T16:00:00Z"))
    );
    assert_eq!(
        (due["is_provisional"].as_bool(), due["last_official_on"].as_str()),
        (Some(false), Some("2026-12-31"))
    );
    assert_eq!(app.get(path).header("If-None-Match", &tag).send().await.unwrap().status(), 304);
    let other =
        app.get("/v1/calendars/cn/due-date?from=2026-09-18&working_days=21").header("If-None-Match", &tag);
    assert_eq!(other.send().await.unwrap().status(), 200, "another question has another tag");
    let late = app.get_json("/v1/calendars/cn/due-date?from=2026-12-30&amount=1&unit=months").await;
    assert_eq!((late["due_on"].as_str(), late["is_provisional"].as_bool()), (Some("2027-02-01"), Some(true)));
    let minutes = "/v1/calendars/cn/due-date?from=2026-09-18T09:30:00Z&amount=60&unit=working_minutes";
    assert_eq!(app.get_json(minutes).await["due_at"], "2026-09-20T01:30:00Z");

    for path in [
        "/v1/calendars/cn/due-date?from=2026-09-18",
        "/v1/calendars/cn/due-date?from=2026-09-18&working_days=0",
        "/v1/calendars/cn/due-date?from=2026-09-18&working_days=5&amount=5",
        "/v1/calendars/cn/due-date?from=18.9.2026&working_days=5",
        "/v1/calendars/cn/days?from=2026-01-01&to=2027-02-05",
        "/v1/calendars/cn/days?from=2026-01-02&to=2026-01-01",
    ] {
        let refused = problem(app.get(path)).await;
        assert_eq!((refused.status, refused.code.as_str()), (400, "invalid_query"), "{path}");
    }
    assert_eq!(
        problem(app.get("/v1/calendars/atlantis/days?from=2026-01-01&to=2026-01-02")).await.status,
        404
    );
    let whole = app.get_json("/v1/calendars/cn/days?from=2026-01-01&to=2027-02-04").await;
    let data = whole["data"].as_array().unwrap();
    assert_eq!((data.len(), data[399]["is_provisional"].as_bool()), (400, Some(true)));
}
