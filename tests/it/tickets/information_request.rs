//! An application for information over eleven weeks under a turned clock: corrected, extended, answered late, closed. Every
//! date stands here as it was counted by hand on the State Council's calendar of 2026.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use huiyin::platform::db::schema::{alarm, clock, outbox_message, ticket_event};
use huiyin::rules::lifecycle::EventKind;
use huiyin::rules::vocabulary::{AlarmLevel, Metric};
use serde_json::{Value, json};

use crate::support::city::{City, Handed};

/// Every alarm there is, in the order in which they fire, with the day its clock was due then.
///
/// Received on Friday 18 September: 20 working days end on 22 October, since Sunday the 20th is worked, the 25th to the
/// 27th are the Mid-Autumn Festival, 1 to 7 October is National Day and Saturday the 10th is worked for it. Asked for
/// correction on 24 September and answered on 9 October, both clocks begin anew: 20 working days end on 5 November, the
/// department's 19 on the 4th. On the 4th 20 more are granted: 3 December, and 2 December for the department.
const ALARMS: [(&str, Metric, AlarmLevel, &str); 10] = [
    ("2026-11-03T01:00:00Z", Metric::WorkOrder, AlarmLevel::L0, "2026-11-04"),
    ("2026-11-04T01:00:00Z", Metric::Reply, AlarmLevel::L0, "2026-11-05"),
    ("2026-12-01T01:00:00Z", Metric::WorkOrder, AlarmLevel::L0, "2026-12-02"),
    ("2026-12-02T01:00:00Z", Metric::Reply, AlarmLevel::L0, "2026-12-03"),
    ("2026-12-02T16:00:00Z", Metric::WorkOrder, AlarmLevel::L1, "2026-12-02"),
    ("2026-12-03T16:00:00Z", Metric::Reply, AlarmLevel::L1, "2026-12-03"),
    ("2026-12-03T16:00:00Z", Metric::WorkOrder, AlarmLevel::L2, "2026-12-02"),
    ("2026-12-04T16:00:00Z", Metric::Reply, AlarmLevel::L2, "2026-12-03"),
    ("2026-12-07T16:00:00Z", Metric::WorkOrder, AlarmLevel::L3, "2026-12-02"),
    ("2026-12-08T16:00:00Z", Metric::Reply, AlarmLevel::L3, "2026-12-03"),
];

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn application() -> Value {
    json!({
        "kind": "information_request",
        "category": "information-request",
        "title": "申请公开旧城改造实施方案",
        "body": "申请公开柳巷片区旧城改造实施方案及其批复文件，请以电子文件形式提供。",
        "form": {
            "applicant_type": "公民", "information_name": "柳巷片区旧城改造实施方案及批复",
            "information_description": "近两年内制定的实施方案，含改造范围图。", "purpose": "了解自家房屋是否在改造范围内。",
            "delivery_form": "电子文件", "delivery_way": "电子邮件", "accepts_other_form": true,
        },
        "submitter": {
            "name": "程秋实", "phone": "13800000001", "mail": "qiushi.cheng@example.com",
        },
    })
}

/// Turns the clock to an instant; sessions are opened anew.
fn turn(city: &City, to: &str) {
    city.app.clock.set(instant(to));
    city.sign_everybody_out();
}

/// Turns the clock through the alarms that fire up to an instant: none is early, and none fires twice.
async fn sweep_through(city: &City, until: &str) {
    let fired = |count: usize| assert_eq!(alarms(city).len(), count);
    let due: Vec<_> = ALARMS.iter().filter(|(at, ..)| instant(at) <= instant(until)).collect();
    let known = alarms(city).len();
    for (index, (at, metric, level, _)) in due.iter().enumerate().skip(known) {
        let together = due.iter().filter(|(other, ..)| other == at).count();
        if due.iter().position(|(other, ..)| other == at) != Some(index) {
            continue;
        }
        city.app.clock.set(instant(at) - TimeDelta::microseconds(1));
        sweep(city).await;
        fired(index);
        city.app.clock.set(instant(at));
        sweep(city).await;
        fired(index + together);
        sweep(city).await;
        assert_eq!(alarms(city).len(), index + together, "{metric} {level} once");
    }
    city.app.clock.set(instant(until));
    sweep(city).await;
    fired(due.len());
}

async fn sweep(city: &City) {
    city.app.state.sweep.run_once(city.app.now()).await.unwrap();
}

fn alarms(city: &City) -> Vec<(DateTime<Utc>, Metric, AlarmLevel, String, bool)> {
    let rows: Vec<(DateTime<Utc>, Metric, AlarmLevel, chrono::NaiveDate, bool)> = alarm::table
        .order((alarm::fire_at, alarm::metric, alarm::level))
        .select((alarm::fire_at, alarm::metric, alarm::level, alarm::due_on, alarm::is_absorbed))
        .load(&mut city.app.database.connect())
        .unwrap();
    rows.into_iter()
        .map(|(at, metric, level, due, absorbed)| (at, metric, level, due.to_string(), absorbed))
        .collect()
}

/// Days from which the clocks of a metric counted and on which they were due, the oldest first.
fn clocks(city: &City, metric: Metric) -> Vec<(String, String)> {
    let rows: Vec<(chrono::NaiveDate, chrono::NaiveDate)> = clock::table
        .filter(clock::metric.eq(metric))
        .order((clock::started_at, clock::id))
        .select((clock::anchor_on, clock::due_on))
        .load(&mut city.app.database.connect())
        .unwrap();
    rows.into_iter().map(|(anchor, due)| (anchor.to_string(), due.to_string())).collect()
}

fn days(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(anchor, due)| ((*anchor).to_owned(), (*due).to_owned())).collect()
}

/// What the citizen was mailed, by template and the day it names.
fn told(city: &City) -> Vec<(String, String)> {
    let payloads: Vec<Value> = outbox_message::table
        .filter(outbox_message::topic.eq("notice"))
        .order((outbox_message::created_at, outbox_message::id))
        .select(outbox_message::payload)
        .load(&mut city.app.database.connect())
        .unwrap();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_citizen = payloads.iter().filter(|mail| mail["content"]["kind"] != "alarm");
    of_citizen
        .map(|mail| {
            let values = mail["content"].as_object().unwrap();
            let day = values.iter().find(|(name, _)| name.ends_with("_on")).map(|(_, day)| word(day));
            (word(&mail["content"]["kind"]), day.unwrap_or_default())
        })
        .collect()
}

async fn answer(city: &City, letter: &Handed) {
    city.answer(&letter.reference, "disclosure.bai", "reviewer.gu", "经审查，您申请的信息予以公开。").await;
}

#[tokio::test]
async fn an_application_for_information_keeps_every_date_of_its_eleven_weeks() {
    let city = City::open().await;
    let letter = city.submit(&application()).await;
    let r = &letter.reference;
    city.bring_to(r, "disclosure-office", "disclosure.bai").await;
    assert_eq!(clocks(&city, Metric::Accept), days(&[("2026-09-18", "2026-09-20")]));
    assert_eq!(clocks(&city, Metric::Reply), days(&[("2026-09-18", "2026-10-22")]));
    assert_eq!(clocks(&city, Metric::WorkOrder), days(&[("2026-09-18", "2026-10-21")]));

    turn(&city, "2026-09-24T02:00:00Z");
    let question = json!({"question": "请补充所需信息的名称或者文号。"});
    city.acts("disclosure.bai", r, "actions/ask-citizen", question).await;
    assert_eq!(clocks(&city, Metric::Clarification), days(&[("2026-09-24", "2026-10-22")]));
    sweep_through(&city, "2026-10-08T23:00:00Z").await;

    turn(&city, "2026-10-09T02:00:00Z");
    city.citizen_acts(&letter, "answer", json!({"body": "《柳巷片区旧城改造实施方案》。"})).await;
    let replies = [("2026-09-18", "2026-10-22"), ("2026-10-09", "2026-11-05")];
    assert_eq!(clocks(&city, Metric::Reply), days(&replies), "the answer starts the limit anew");
    sweep_through(&city, "2026-11-04T01:30:00Z").await;

    turn(&city, "2026-11-04T02:00:00Z");
    let more = json!({"amount": 20, "reason": "需要征求第三方意见"});
    city.acts("disclosure.jiang", r, "actions/request-extension", more).await;
    city.acts("supervisor.qin", r, "actions/decide-extension", json!({"granted": true})).await;
    assert_eq!(clocks(&city, Metric::Reply).last(), days(&[("2026-10-09", "2026-12-03")]).last());
    assert_eq!(clocks(&city, Metric::WorkOrder).last(), days(&[("2026-10-09", "2026-12-02")]).last());
    sweep_through(&city, "2026-12-09T01:00:00Z").await;

    turn(&city, "2026-12-09T02:00:00Z");
    answer(&city, &letter).await;
    assert_eq!(clocks(&city, Metric::Rating), days(&[("2026-12-09", "2026-12-16")]));
    for (now, closed) in
        [("2026-12-16T15:59:59Z", 0), ("2026-12-16T16:00:00Z", 1), ("2026-12-17T16:00:00Z", 0)]
    {
        city.app.clock.set(instant(now));
        assert_eq!(city.app.state.tickets.close_unrated(10).await.unwrap(), closed, "{now}");
        sweep(&city).await;
    }
    let expected: Vec<_> = ALARMS
        .iter()
        .map(|(at, metric, level, due)| (instant(at), *metric, *level, (*due).to_owned(), false))
        .collect();
    let mut seen = alarms(&city);
    seen.sort_by_key(|(at, metric, level, ..)| (*at, *level, *metric));
    assert_eq!(seen, expected, "every step once, on its day");
    assert_the_breaches(&city);
    assert_the_mails(&city);
}

/// Both promises broke, each at the end of its last day, and each is written down once.
fn assert_the_breaches(city: &City) {
    let breaches: Vec<(DateTime<Utc>, Value)> = ticket_event::table
        .filter(ticket_event::kind.eq(EventKind::Breached))
        .order(ticket_event::occurred_at)
        .select((ticket_event::occurred_at, ticket_event::data))
        .load(&mut city.app.database.connect())
        .unwrap();
    let seen: Vec<_> = breaches.iter().map(|(at, data)| (*at, data["metric"].as_str().unwrap())).collect();
    let broken =
        [(instant("2026-12-02T16:00:00Z"), "work_order"), (instant("2026-12-03T16:00:00Z"), "reply")];
    assert_eq!(seen, broken);
}

/// The citizen heard of every day that concerns them.
fn assert_the_mails(city: &City) {
    let mails = told(city);
    let names = |template: &str| mails.iter().find(|(name, _)| name == template).map(|(_, day)| day.as_str());
    assert_eq!(names("receipt"), Some("2026-10-22"));
    assert_eq!(names("question"), Some("2026-10-22"));
    assert_eq!(names("extended"), Some("2026-12-03"));
    assert_eq!(names("reply_sent"), Some("2026-12-16"));
}
