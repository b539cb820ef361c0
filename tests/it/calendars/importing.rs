//! A notice comes in: imported, compared, and a proposal until somebody approves it. And when none comes in.

use chrono::NaiveDate;
use serde_json::{Value, json};

use huiyin::features::calendars::RulesKind;
use huiyin::platform::auth::caller::Caller;
use huiyin::rules::calendar::CALENDARS;
use huiyin::rules::time_limits::TIME_LIMITS;
use huiyin::rules::vocabulary::Role;

use super::recalculations::{approve, finish, plan};
use crate::support::app::{problem, success};
use crate::support::city::City;
use crate::support::personas::sign_in;

/// What the notice for 2027 could look like, in the public holiday-cn shape.
pub fn notice_2027() -> String {
    json!({
        "$schema": "https://example.org/schema.json", "$id": "https://example.org/2027.json", "year": 2027,
        "papers": ["https://www.gov.cn/zhengce/2027.htm"],
        "days": [
            {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
            {"name": "元旦", "date": "2027-01-02", "isOffDay": true},
            {"name": "元旦", "date": "2027-01-03", "isOffDay": true},
            {"name": "春节", "date": "2027-02-05", "isOffDay": true},
            {"name": "春节", "date": "2027-02-06", "isOffDay": true},
            {"name": "春节", "date": "2027-02-07", "isOffDay": true},
            {"name": "春节", "date": "2027-02-08", "isOffDay": true},
            {"name": "春节", "date": "2027-02-20", "isOffDay": false},
        ],
    })
    .to_string()
}

/// Hands a document in as the administrator.
pub async fn import(city: &City, path: &str, format: &str, content: &str) -> reqwest::RequestBuilder {
    let token = city.token("admin.wei").await;
    let body = json!({"format": format, "content": content, "source_title": "国务院办公厅关于2027年部分节假日安排的通知"});
    city.app.post_once(path, &body).bearer_auth(token)
}

fn on_of(day: &Value) -> NaiveDate {
    day["on"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_notice_becomes_a_proposal_that_moves_nothing_yet() {
    let city = City::open().await;
    let path = "/v1/staff/calendars/cn/versions";
    let made = success(import(&city, path, "json", &notice_2027()).await).await;
    assert_eq!((&made["version"], &made["is_in_force"]), (&json!(2), &json!(false)));
    assert_eq!(made["last_official_on"], "2027-12-31");
    assert_eq!(made["created_by"]["id"], json!(city.staff_id("admin.wei")));

    let shown = city.read("admin.wei", "/v1/staff/calendars/cn/versions/2").await;
    assert!(shown["document"].as_str().unwrap().contains("version = 2\n"));
    assert_eq!(shown["version"], made);
    let all = city.read("admin.wei", "/v1/staff/calendars").await;
    let versions: Vec<_> = all["data"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
    assert_eq!(versions, [&json!(2), &json!(1)]);

    let changes = city.read("admin.wei", "/v1/staff/calendars/cn/diff?from=1&to=2").await;
    let days: Vec<_> = changes["days"].as_array().unwrap().iter().map(on_of).collect();
    assert_eq!(days.len(), 8);
    assert!(days.contains(&"2027-02-20".parse().unwrap()));
    let make_up = changes["days"].as_array().unwrap().last().unwrap();
    assert_eq!(make_up["after"]["text"]["en"], "2027-02-20 Saturday, working: make-up for Spring Festival");

    assert_eq!(city.app.state.calendars.city_calendar().version(), 1);
    let again = problem(import(&city, path, "json", &notice_2027()).await).await;
    assert!(again.names("/content", "nothing_new"), "{again:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_document_is_told() {
    let city = City::open().await;
    let calendar = "/v1/staff/calendars/cn/versions";
    let renamed = TIME_LIMITS[0].1.replace("code = \"default\"", "code = \"other\"");
    let moved = notice_2027().replace("2027-02-20", "2027-02-22");
    let elsewhere = CALENDARS[0].1.replace("Asia/Shanghai", "Asia/Urumqi");
    let cases = [
        (calendar, "json", "{", "unreadable"),
        (calendar, "json", &moved, "make_up_on_weekday"),
        (
            calendar,
            "json",
            r#"{"year": 2028, "days": [{"name": "元旦", "date": "2028-01-01", "isOffDay": true}]}"#,
            "year_does_not_follow",
        ),
        (calendar, "csv", "date,is_working\n2027-01-01,false\n2027-01-01,false\n", "listed_twice"),
        (calendar, "toml", "code = \"cn\"", "invalid_document"),
        (calendar, "toml", &elsewhere, "other_zone"),
        ("/v1/staff/calendars/us/versions", "json", &notice_2027(), "unknown_calendar"),
        ("/v1/staff/time-limits/default/versions", "csv", "x", "toml_only"),
        ("/v1/staff/time-limits/default/versions", "toml", &renamed, "other_code"),
        ("/v1/staff/time-limits/default/versions", "toml", TIME_LIMITS[0].1, "nothing_new"),
    ];
    for (path, format, content, code) in cases {
        let refused = problem(import(&city, path, format, content).await).await;
        assert!(refused.status == 422 && refused.names("/content", code), "{code}: {refused:?}");
    }
    let all = city.read("admin.wei", "/v1/staff/calendars").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn time_limits_are_proposed_and_compared() {
    let city = City::open().await;
    let shorter = TIME_LIMITS[0].1.replacen("code = \"rating\"\n", "code = \"rating_window\"\n", 1);
    let path = "/v1/staff/time-limits/default/versions";
    let made = success(import(&city, path, "toml", &shorter).await).await;
    assert_eq!((&made["version"], &made["kind"]), (&json!(2), &json!("time_limits")));
    let changes = city.read("admin.wei", "/v1/staff/time-limits/default/diff?from=1&to=2").await;
    let limits = changes["limits"].as_array().unwrap();
    let found: Vec<_> =
        limits.iter().map(|limit| (limit["before"].is_null(), limit["code"].clone())).collect();
    assert_eq!(found, [(true, json!("rating_window")), (false, json!("rating"))]);
}

/// The built-in calendar, its table of hours left out.
fn without_hours() -> String {
    let (before, rest) = CALENDARS[0].1.split_once("\n[hours]\n").unwrap();
    let (_, after) = rest.split_once("\n[[years]]").unwrap();
    format!("{before}\n[[years]]{after}")
}

#[tokio::test]
async fn minutes_under_a_calendar_without_hours_are_warned_of_before_it_is_in_force_and_after() {
    let city = City::open().await;
    let path = "/v1/staff/calendars/cn/versions";
    let made = success(import(&city, path, "toml", &without_hours()).await).await;
    let warning = made["warnings"][0]["en"].as_str().unwrap();
    assert!(warning.contains("review_before_publication in the time limits default v1"), "{warning}");
    assert!(warning.contains("the calendar cn v2 has no [hours]"), "{warning}");
    assert!(made["warnings"][0]["zh-CN"].as_str().unwrap().contains("按工作分钟计算"));
    let listed = city.read("admin.wei", "/v1/staff/calendars").await;
    assert_eq!(
        (&listed["data"][0]["warnings"], &listed["data"][1]["warnings"]),
        (&made["warnings"], &json!([]))
    );
    let planned = plan(&city, 2).await;
    assert_eq!(planned["plan"]["warnings"], made["warnings"]);

    approve(&city, &planned).await;
    finish(&city).await;
    city.sign_everybody_out();
    let renamed = TIME_LIMITS[0].1.replacen("code = \"rating\"\n", "code = \"rating_window\"\n", 1);
    let proposed =
        success(import(&city, "/v1/staff/time-limits/default/versions", "toml", &renamed).await).await;
    let warning = proposed["warnings"][0]["en"].as_str().unwrap();
    assert!(warning.contains("default v2 count working minutes, and the calendar cn v2"), "{warning}");
}

#[tokio::test]
async fn another_calendar_may_stand_beside_the_citys() {
    let city = City::open().await;
    let text = "code = \"sg\"\nversion = 9\nzone = \"Asia/Singapore\"\nfirst_year = 2027\n\
        last_official_day = \"2027-12-31\"\n\n[holidays]\n\"国庆日\" = \"National Day\"\n\n[[years]]\nyear = 2027\n\
        off = [{ from = \"2027-08-09\", to = \"2027-08-09\", holiday = \"国庆日\" }]\n";
    let made = success(import(&city, "/v1/staff/calendars/sg/versions", "toml", text).await).await;
    assert_eq!((&made["version"], &made["is_in_force"]), (&json!(1), &json!(true)), "the first of its code");
    let editions = city.app.state.calendars.editions();
    assert_eq!(editions.calendar_codes().collect::<Vec<_>>(), ["cn", "sg"]);
    assert!(!editions.calendar_in_force("sg").unwrap().is_working_day("2027-08-09".parse().unwrap()));
    assert_eq!(editions.city_calendar().code(), "cn");
}

async fn remind(city: &City, now: &str) -> usize {
    city.app.clock.set(now.parse().unwrap());
    city.app.state.missing_year_reminder().remind(city.app.now()).await.unwrap()
}

#[tokio::test]
async fn administrators_are_reminded_from_november_until_the_year_is_in_force() {
    let city = City::open().await;
    assert_eq!(remind(&city, "2026-10-30T01:00:00Z").await, 0);
    assert_eq!(remind(&city, "2026-11-02T01:00:00Z").await, 2);
    city.app.deliver_outbox().await;
    let mails = city.app.mails();
    for administrator in ["admin.wei@example.org", "admin.mu@example.org"] {
        let is_told =
            |mail: &&String| mail.contains(administrator) && mail.contains("请录入2027年节假日安排");
        assert_eq!(mails.iter().filter(is_told).count(), 1, "{administrator}: {mails:?}");
    }

    let metrics = city.app.client.get(city.app.operations_url("/metrics")).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains("huiyin_calendar_official_days_left "), "{metrics}");
}

#[tokio::test]
async fn the_command_line_proposes_in_the_name_of_the_program() {
    let city = City::open().await;
    let administration = city.app.state.calendar_administration();
    let listed = administration.list(&Caller::System, RulesKind::Calendar).await.unwrap();
    assert_eq!((listed.len(), listed[0].created_by.as_ref()), (1, None));
}

#[tokio::test]
async fn whoever_handed_a_version_in_does_not_approve_it_whoever_planned_it() {
    let city = City::open().await;
    success(import(&city, "/v1/staff/calendars/cn/versions", "json", &notice_2027()).await).await;
    let body = json!({"kind": "calendar", "code": "cn", "version": 2});
    let planner = city.token("admin.mu").await;
    let planned = success(city.app.post_once("/v1/staff/recalculations", &body).bearer_auth(&planner)).await;
    let decide = |token: &str| {
        let path = format!("/v1/staff/recalculations/{}/actions/approve", planned["id"].as_str().unwrap());
        let request = city.app.post_json(&path, &json!({})).bearer_auth(token);
        request.header("If-Match", format!("\"v{}\"", planned["revision"]))
    };
    for (who, why) in [("admin.wei", "handed it in"), ("admin.mu", "planned it")] {
        let refused = problem(decide(&city.token(who).await)).await;
        assert_eq!((refused.status, refused.code.as_str()), (409, "same_person"), "{why}");
    }
    let third = sign_in(&city.app, "admin.third", &[(Role::SystemAdministrator, None)]);
    assert_eq!(success(decide(&third.token)).await["status"], "approved");
}
