//! The invariants of domain.md §4 under random commands by random people at random times.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use huiyin::platform::auth::caller::CallerKind;
use huiyin::platform::db::schema::{category, clock, reply, ticket, ticket_event};
use huiyin::rules::history::{self, EventKind, GENESIS, Link};
use huiyin::rules::transitions::State;
use huiyin::rules::vocabulary::Priority;

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
    let mut runner = TestRunner::new(Config { cases: 6, max_shrink_iters: 0, ..Config::default() });
    runner
        .run(&proptest::collection::vec(step, 60), |steps| {
            runtime.block_on(live_through(&city, &steps));
            Ok(())
        })
        .unwrap();
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

/// The citizen clock a check saw: which, and when it was due.
type Due = Option<(uuid::Uuid, DateTime<Utc>, i32)>;

/// Invariants 1 to 4, 6 and 9 on one ticket.
pub fn check(city: &City, letter: &Handed, before: Due) -> Due {
    let mut conn = city.app.database.connect();
    let id: uuid::Uuid = ticket::table
        .filter(ticket::reference.eq(&letter.reference))
        .select(ticket::id)
        .first(&mut conn)
        .unwrap();
    check_counts(&mut conn, id);
    check_history(&mut conn, id);
    check_due(&mut conn, id, before)
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Bool)]
    resumes_work: bool,
    #[diesel(sql_type = BigInt)]
    open_leads: i64,
    #[diesel(sql_type = BigInt)]
    live_promises: i64,
    #[diesel(sql_type = BigInt)]
    live_clocks: i64,
    #[diesel(sql_type = BigInt)]
    pending_alarms: i64,
    #[diesel(sql_type = BigInt)]
    own_reviews: i64,
    #[diesel(sql_type = BigInt)]
    broken_clocks: i64,
    #[diesel(sql_type = BigInt)]
    broken_here: i64,
    #[diesel(sql_type = BigInt)]
    breaches: i64,
}

/// Invariants 1, 2, 3 and 6, counted from the rows.
fn check_counts(conn: &mut PgConnection, id: uuid::Uuid) {
    let counts: Counts = diesel::sql_query(
        "SELECT t.state, coalesce(t.resume_state IN ('dispatched', 'in_progress', 'in_review'), false) AS resumes_work, \
         (SELECT count(*) FROM work_order w WHERE w.ticket_id = t.id AND w.cycle = t.cycle AND role = 'lead' \
            AND status IN ('issued', 'signed', 'replied', 'returned')) AS open_leads, \
         (SELECT count(*) FROM clock c WHERE c.ticket_id = t.id AND metric IN ('accept', 'reply') \
            AND status IN ('running', 'paused')) AS live_promises, \
         (SELECT count(*) FROM clock c WHERE c.ticket_id = t.id AND status IN ('running', 'paused')) AS live_clocks, \
         (SELECT count(*) FROM clock c WHERE c.ticket_id = t.id AND next_alarm_at IS NOT NULL) AS pending_alarms, \
         (SELECT count(*) FROM reply r WHERE r.ticket_id = t.id AND author_id = reviewer_id) AS own_reviews, \
         (SELECT count(*) FROM clock c WHERE c.ticket_id = t.id AND breached_at IS NOT NULL) AS broken_clocks, \
         (SELECT count(*) FROM clock c WHERE c.ticket_id = t.id AND breached_at IS NOT NULL \
            AND joined_ticket_id IS NULL) AS broken_here, \
         (SELECT count(*) FILTER (WHERE kind = 'breached') - count(*) FILTER (WHERE kind = 'breach_reversed') \
            FROM ticket_event e WHERE e.ticket_id = t.id) AS breaches \
         FROM ticket t WHERE id = $1",
    )
    .bind::<diesel::sql_types::Uuid, _>(id)
    .get_result(conn)
    .unwrap();
    let state: State = counts.state.parse().unwrap();
    let has_lead = matches!(state, State::Dispatched | State::InProgress | State::InReview)
        || (state.waits() && counts.resumes_work);
    assert_eq!(counts.open_leads, i64::from(has_lead), "invariant 1 in {state}");
    assert_eq!(counts.live_promises, i64::from(state.is_open()), "invariant 2 in {state}");
    if state.is_terminal() {
        assert_eq!((counts.live_clocks, counts.pending_alarms), (0, 0), "invariant 2 in {state}");
    }
    assert_eq!(counts.own_reviews, 0, "invariant 6");
    // What had broken before it passed on stands in the history of the ticket it came from.
    let told = counts.broken_here..=counts.broken_clocks;
    assert!(
        told.contains(&counts.breaches),
        "the history tells of {} breaches, {told:?} stand",
        counts.breaches
    );
}

#[derive(Queryable)]
struct Event {
    sequence: i32,
    kind: EventKind,
    occurred_at: DateTime<Utc>,
    actor_kind: CallerKind,
    actor_id: Option<String>,
    data: Value,
    hash: Vec<u8>,
}

/// Invariant 9: numbered without gaps, chained, and replaying them gives the ticket.
fn check_history(conn: &mut PgConnection, id: uuid::Uuid) {
    let events: Vec<Event> = ticket_event::table
        .filter(ticket_event::ticket_id.eq(id))
        .order(ticket_event::sequence)
        .select((
            ticket_event::sequence,
            ticket_event::kind,
            ticket_event::occurred_at,
            ticket_event::actor_kind,
            ticket_event::actor_id,
            ticket_event::data,
            ticket_event::hash,
        ))
        .load(conn)
        .unwrap();
    let mut previous = GENESIS.to_vec();
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event.sequence as usize, index + 1, "invariant 9: no gaps");
        let actor = format!("{}:{}", event.actor_kind, event.actor_id.as_deref().unwrap_or_default());
        let link = Link {
            sequence: event.sequence,
            kind: event.kind,
            occurred_at: event.occurred_at,
            actor: &actor,
            data: &event.data,
        };
        assert_eq!(
            history::chain(&previous, link).to_vec(),
            event.hash,
            "invariant 9: event {}",
            event.sequence
        );
        previous.clone_from(&event.hash);
    }
    let replayed = history::replay(events.iter().map(|event| (event.kind, &event.data))).unwrap();
    let row: (State, Option<State>, i16, i16, i16, i32, Vec<u8>) = ticket::table
        .filter(ticket::id.eq(id))
        .select((
            ticket::state,
            ticket::resume_state,
            ticket::cycle,
            ticket::refusals,
            ticket::urges,
            ticket::event_count,
            ticket::event_hash,
        ))
        .first(conn)
        .unwrap();
    assert_eq!(
        (replayed.state, replayed.resume, replayed.cycle),
        (row.0, row.1, row.2),
        "invariant 9: replay"
    );
    assert_eq!((replayed.refusals, replayed.urges), (row.3, row.4), "invariant 9: replay");
    let about = ticket::table.filter(ticket::id.eq(id)).select((ticket::category_id, ticket::priority));
    let about: (i32, Priority) = about.first(conn).unwrap();
    let code = category::table.filter(category::id.eq(about.0)).select(category::code);
    let about: (String, Priority) = (code.first(conn).unwrap(), about.1);
    assert_eq!((replayed.category, replayed.priority), (Some(about.0), about.1), "invariant 9: replay");
    assert_eq!((row.5 as usize, row.6), (events.len(), previous), "invariant 9: the ticket knows its chain");
}

/// Invariant 4: a promise moves later only with an event.
fn check_due(conn: &mut PgConnection, id: uuid::Uuid, before: Due) -> Due {
    let now: Due = clock::table
        .filter(clock::ticket_id.eq(id).and(clock::metric.eq_any(["accept", "reply"])))
        .filter(clock::status.eq_any(["running", "paused"]))
        .inner_join(ticket::table)
        .select((clock::id, clock::due_at, ticket::event_count))
        .first(conn)
        .optional()
        .unwrap();
    if let (Some((old, due, events)), Some((new, later, more))) = (before, now)
        && old == new
        && later > due
    {
        let kinds: Vec<EventKind> = ticket_event::table
            .filter(ticket_event::ticket_id.eq(id).and(ticket_event::sequence.gt(events)))
            .filter(ticket_event::sequence.le(more))
            .select(ticket_event::kind)
            .load(conn)
            .unwrap();
        let explained = |kind: &EventKind| {
            matches!(
                kind,
                EventKind::ExtensionGranted
                    | EventKind::CitizenAnswered
                    | EventKind::Released
                    | EventKind::DueRecalculated
            )
        };
        assert!(kinds.iter().any(explained), "invariant 4: {kinds:?}");
    }
    now
}
