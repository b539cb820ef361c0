//! The invariants of domain.md §4 on one ticket, read from the rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use serde_json::Value;

use huiyin::platform::auth::caller::CallerKind;
use huiyin::platform::db::schema::{category, clock, ticket, ticket_event};
use huiyin::rules::history::{self, GENESIS, Link};
use huiyin::rules::lifecycle::EventKind;
use huiyin::rules::lifecycle::State;
use huiyin::rules::vocabulary::Priority;

use crate::support::city::{City, Handed};

/// What a check saw of a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    due: Due,
    /// When the ticket ended, if it had.
    ended_at: Option<DateTime<Utc>>,
}

/// The citizen clock: which, when it was due, and how many events there were.
type Due = Option<(uuid::Uuid, DateTime<Utc>, i32)>;

/// Invariants 1 to 4a, 6 and 9 on one ticket, given what the check before it saw.
pub fn check(city: &City, letter: &Handed, before: Option<Seen>) -> Option<Seen> {
    let mut conn = city.app.database.connect();
    let id: uuid::Uuid = ticket::table
        .filter(ticket::reference.eq(&letter.reference))
        .select(ticket::id)
        .first(&mut conn)
        .unwrap();
    check_counts(&mut conn, id);
    check_history(&mut conn, id);
    check_clocks(&mut conn, id);
    let ended_at = check_end(&mut conn, id, before.and_then(|seen| seen.ended_at));
    Some(Seen { due: check_due(&mut conn, id, before.and_then(|seen| seen.due)), ended_at })
}

/// A ticket that ended did so once, unless it was taken up again.
fn check_end(
    conn: &mut PgConnection,
    id: uuid::Uuid,
    before: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let end = ticket::table.filter(ticket::id.eq(id)).select((ticket::state, ticket::ended_at));
    let (state, ended_at): (State, Option<DateTime<Utc>>) = end.first(conn).unwrap();
    assert_eq!(ended_at.is_some(), state.is_terminal(), "the end of a ticket in {state}");
    if let (Some(before), Some(now)) = (before, ended_at) {
        assert_eq!(before, now, "the end of a ticket in {state}");
    }
    ended_at
}

#[derive(QueryableByName)]
struct WrongClocks {
    #[diesel(sql_type = BigInt)]
    lapsed_as_broken: i64,
    #[diesel(sql_type = BigInt)]
    broken_in_silence: i64,
    #[diesel(sql_type = BigInt)]
    from_before_their_cycle: i64,
}

/// Invariant 4a; what is broken is in the history; and a reopening promises anew. A promise that was taken over from a
/// joined ticket counts from that one's receipt, and broke in its history if it broke before.
fn check_clocks(conn: &mut PgConnection, id: uuid::Uuid) {
    let wrong: WrongClocks = diesel::sql_query(
        "SELECT count(*) FILTER (WHERE breached_at IS NOT NULL \
            AND metric IN ('refuse', 'clarification', 'rating', 'third_party')) AS lapsed_as_broken, \
         count(*) FILTER (WHERE breached_at IS NOT NULL AND joined_ticket_id IS NULL AND NOT EXISTS ( \
            SELECT FROM ticket_event e WHERE e.ticket_id = c.ticket_id AND e.kind = 'breached' \
                AND e.occurred_at = c.breached_at AND e.data ->> 'metric' = c.metric)) AS broken_in_silence, \
         count(*) FILTER (WHERE joined_ticket_id IS NULL AND anchor_on < ( \
            SELECT (e.occurred_at AT TIME ZONE 'Asia/Shanghai')::date FROM ticket_event e \
            WHERE e.ticket_id = c.ticket_id AND e.kind = 'reopened' AND (e.data ->> 'cycle')::smallint = c.cycle)) \
            AS from_before_their_cycle \
         FROM clock c WHERE ticket_id = $1",
    )
    .bind::<diesel::sql_types::Uuid, _>(id)
    .get_result(conn)
    .unwrap();
    assert_eq!(wrong.lapsed_as_broken, 0, "invariant 4a");
    assert_eq!(wrong.broken_in_silence, 0, "a breach without its event");
    assert_eq!(wrong.from_before_their_cycle, 0, "a promise that counts from before its reopening");
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
         (SELECT count(*) FROM reply r WHERE r.ticket_id = t.id AND reviewer_id = ANY (author_ids)) AS own_reviews, \
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
