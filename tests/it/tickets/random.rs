//! The invariants of domain.md §4 under random commands by random people at random times.

use std::hash::{BuildHasher, Hasher, RandomState};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use huiyin::platform::db::schema::{clock, reply, ticket};
use huiyin::rules::lifecycle::State;

use super::invariants::check;

use crate::calendars::recalculations::change_calendar;
use crate::support::city::{City, Handed, heating_letter};

/// One step: who, what, to which of the two letters, and how many hours pass before it.
#[derive(Debug, Clone)]
struct Step {
    person: usize,
    command: usize,
    letter: usize,
    hours: i64,
}

/// Who gives commands; the last is the citizen.
const PEOPLE: [&str; 9] = [
    "intake.lin",
    "intake.he",
    "dispatch.zhao",
    "housing.handler",
    "housing.lead",
    "reviewer.gu",
    "reviewer.yan",
    "supervisor.qin",
    "citizen",
];

const COMMANDS: [&str; 32] = [
    "accept",
    "decline",
    "decide-decline",
    "ask-citizen",
    "no-answer",
    "transfer-out",
    "dispatch",
    "arbitrate",
    "sign",
    "refuse",
    "recall",
    "request-extension",
    "decide-extension",
    "reopen",
    "mark-spam",
    "restore",
    "draft",
    "submit",
    "return",
    "send",
    "answer",
    "confirm",
    "urge",
    "withdraw",
    "object-publication",
    "interim",
    "supplement",
    "reclassify",
    "calm",
    "hold",
    "release",
    "merge",
];

#[test]
fn the_invariants_hold_whatever_anybody_does() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let city = runtime.block_on(City::open());
    let commands = prop_oneof![12 => 0..COMMANDS.len(), 1 => Just(COMMANDS.len() - 1)];
    let step = (0..PEOPLE.len(), commands, 0..2_usize, prop_oneof![4 => 0..3_i64, 1 => 0..80_i64])
        .prop_map(|(person, command, letter, hours)| Step { person, command, letter, hours });
    let (cases, seed) = (number("RANDOM_COMMANDS_CASES").unwrap_or(6), seed());
    eprintln!("random commands: {cases} cases of seed {seed}");
    let cases = u32::try_from(cases).unwrap();
    let config = Config { cases, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, generator(seed))
        .run(&proptest::collection::vec(step, 60), |steps| {
            runtime.block_on(live_through(&city, &steps));
            Ok(())
        })
        .unwrap();
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

/// The seed in `RANDOM_COMMANDS_SEED`, with which a run is repeated; else another each time.
fn seed() -> u64 {
    number("RANDOM_COMMANDS_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish())
}

fn generator(seed: u64) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// Two letters of one citizen. Random commands mostly do not fit; a person who would rather do what is allowed takes the
/// ticket further. A letter that was joined to the other is followed by a new one.
async fn live_through(city: &City, steps: &[Step]) {
    let mut letters = [city.submit(&heating_letter()).await, city.submit(&heating_letter()).await];
    let mut due = [None, None];
    for step in steps {
        if step.hours > 0 {
            city.app.advance(TimeDelta::hours(step.hours));
            city.sign_everybody_out();
        }
        if step.command % 13 == 5 {
            change_calendar(city).await;
        }
        let wanted = COMMANDS[step.command];
        let letter = letters[step.letter].clone();
        if wanted == "merge" {
            merge(city, &letter, &letters[1 - step.letter]).await;
        } else {
            let status = give(city, &letter, PEOPLE[step.person], wanted).await;
            assert!(status < 500, "{wanted} by {} gave {status}", PEOPLE[step.person]);
        }
        let helpful = next_on_the_road(&state(city, &letter));
        let status =
            if step.command % 3 == 0 { give(city, &letter, helpful.0, helpful.1).await } else { 200 };
        assert!(status < 500, "{} by {} gave {status}", helpful.1, helpful.0);
        for (letter, due) in letters.iter().zip(&mut due) {
            *due = check(city, letter, *due);
        }
        if state(city, &letter) == State::Merged {
            letters[step.letter] = city.submit(&heating_letter()).await;
            due[step.letter] = None;
        }
    }
}

/// Joins a letter to the other: the other then owes no more than the earlier of the two promises, as far as both are
/// about the same thing and run.
async fn merge(city: &City, letter: &Handed, root: &Handed) {
    let before = (owed(city, letter), owed(city, root));
    let into = json!({"into": root.reference});
    let request =
        city.request("intake.lin", reqwest::Method::POST, &letter.reference, "actions/merge", into).await;
    let status = request.send().await.unwrap().status().as_u16();
    assert!(status < 500, "merge gave {status}");
    if let (200, Some(joining), Some(root_before), Some(after)) =
        (status, before.0, before.1, owed(city, root))
    {
        assert_eq!(after.0, root_before.0, "a merge leaves the root where it stands");
        let binds = |promise: &Owed| promise.2 == "running" && (promise.0 == after.0 || promise.0 == "reply");
        for promise in [&joining, &root_before].into_iter().filter(|promise| binds(promise)) {
            assert!(after.1 <= promise.1, "merging {joining:?} into {root_before:?} gave {after:?}");
        }
    }
}

/// The live promise to a citizen: of what, until when, and whether it runs.
type Owed = (String, DateTime<Utc>, String);

fn owed(city: &City, letter: &Handed) -> Option<Owed> {
    ticket::table
        .inner_join(clock::table.on(ticket::citizen_clock_id.eq(clock::id.nullable())))
        .filter(ticket::reference.eq(&letter.reference))
        .select((clock::metric, clock::due_at, clock::status))
        .first(&mut city.app.database.connect())
        .optional()
        .unwrap()
}

fn next_on_the_road(state: &State) -> (&'static str, &'static str) {
    match state {
        State::Received => ("intake.lin", "accept"),
        State::Accepted => ("dispatch.zhao", "dispatch"),
        State::Dispatched => ("housing.handler", "sign"),
        State::InProgress => ("housing.handler", "submit"),
        State::InReview => ("reviewer.yan", "send"),
        State::AwaitingCitizen => ("citizen", "answer"),
        State::OnHold => ("supervisor.qin", "release"),
        State::Spam => ("intake.lin", "restore"),
        _ => ("supervisor.qin", "reopen"),
    }
}

async fn give(city: &City, letter: &Handed, person: &str, command: &str) -> u16 {
    let reference = &letter.reference;
    let body = body(command);
    let verb = match command {
        "draft" | "interim" | "supplement" => "replies".to_owned(),
        "submit" | "return" | "send" => match latest_reply(city, letter) {
            Some((id, _)) => format!("replies/{id}/actions/{command}"),
            None if command == "submit" => "replies".to_owned(),
            None => return 404,
        },
        "calm" => "actions/reclassify".to_owned(),
        other => format!("actions/{other}"),
    };
    let body = match (command, latest_reply(city, letter)) {
        ("send", Some((_, digest))) => json!({"content_digest": digest}),
        ("submit", None) => self::body("draft"),
        _ => body,
    };
    let request = if person == "citizen" {
        let token = city.citizen_token(letter).await;
        city.app.post_json(&format!("/v1/me/tickets/{reference}/{verb}"), &body).bearer_auth(token)
    } else {
        city.request(person, reqwest::Method::POST, reference, &verb, body).await
    };
    request.send().await.unwrap().status().as_u16()
}

fn body(command: &str) -> Value {
    match command {
        "decline" => json!({"ground": "依法不予受理", "advice": "请向法院起诉"}),
        "decide-decline" | "decide-extension" => json!({"granted": true}),
        "ask-citizen" => json!({"question": "请说明地点"}),
        "answer" => json!({"body": "就在小区门口"}),
        "transfer-out" => json!({"recipient": "省厅", "contact": "0500-1234567", "reason": "属省级事权"}),
        "dispatch" | "arbitrate" => json!({"department": "heating-office"}),
        "request-extension" => json!({"amount": 2, "reason": "情况复杂"}),
        "draft" => json!({"kind": "final", "body": "已办理", "outcome": "resolved"}),
        "interim" => json!({"kind": "interim", "body": "正在办理"}),
        "supplement" => json!({"kind": "supplement", "body": "补充说明"}),
        "reclassify" => json!({"category": "property-management", "priority": "critical", "reason": "随机"}),
        "hold" => json!({"ground": "litigation", "reason": "随机"}),
        "calm" => json!({"category": "heating", "priority": "normal", "reason": "随机"}),
        "confirm" => json!({"satisfaction": 4}),
        "accept" | "sign" | "no-answer" | "urge" | "object-publication" | "submit" | "send" => json!({}),
        _ => json!({"reason": "随机"}),
    }
}

fn latest_reply(city: &City, letter: &Handed) -> Option<(uuid::Uuid, String)> {
    reply::table
        .inner_join(ticket::table.on(ticket::id.eq(reply::ticket_id)))
        .filter(ticket::reference.eq(&letter.reference).and(reply::status.ne("sent")))
        .order(reply::created_at.desc())
        .select((reply::id, reply::content_digest))
        .first::<(uuid::Uuid, Vec<u8>)>(&mut city.app.database.connect())
        .optional()
        .unwrap()
        .map(|(id, digest)| (id, hex::encode(digest)))
}

fn state(city: &City, letter: &Handed) -> State {
    ticket::table
        .filter(ticket::reference.eq(&letter.reference))
        .select(ticket::state)
        .first(&mut city.app.database.connect())
        .unwrap()
}
