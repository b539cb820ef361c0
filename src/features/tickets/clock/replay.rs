//! What became of promises that were kept or broken, and what would have become of them under other rules. Reads only.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use crate::features::tickets::clock::engine::limit_of;
use crate::features::tickets::clock::rulebook::{ProposedRules, Rulebook};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::clocks::{self, ClockRow, PauseRow};
use crate::features::tickets::store::replay::{self as store, AnsweredRow};
use crate::rules::sla::{Anchor, Pause, Terms};
use crate::rules::vocabulary::Metric;

/// Where a replay goes on: behind the ticket that was received then.
pub type PastCursor = (DateTime<Utc>, TicketId);

/// Before every ticket that was received from this instant on.
pub fn beginning_at(from: DateTime<Utc>) -> PastCursor {
    (from, TicketId(Uuid::nil()))
}

/// A promise to a citizen that has ended with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPromise {
    /// The department that answered; `None`: the desk, or another system before us.
    pub department_id: Option<i32>,
    /// When the answer was sent.
    pub answered_at: DateTime<Utc>,
    /// The day and the instant by which it was due.
    pub before: (NaiveDate, DateTime<Utc>),
    /// The same under the proposed rules.
    pub after: (NaiveDate, DateTime<Utc>),
}

/// The promises of the next `limit` answered tickets that were received after `after` and before `until`. `None`: there
/// are no more.
pub fn replay_promises(
    conn: &mut PgConnection,
    rules: &Rulebook,
    proposed: &ProposedRules,
    after: PastCursor,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Option<(Vec<PastPromise>, PastCursor)>, TicketError> {
    let tickets = store::list_answered(conn, after, until, limit)?;
    let Some(last) = tickets.last() else { return Ok(None) };
    let next = (last.received_at, last.id);
    let ids: Vec<TicketId> = tickets.iter().map(|ticket| ticket.id).collect();
    let kept = store::list_stopped(conn, &ids)?;
    let pauses = clocks::list_pauses(conn, &kept.iter().map(|clock| clock.id).collect::<Vec<_>>())?;
    let mut by_ticket: HashMap<TicketId, Vec<&ClockRow>> = HashMap::new();
    kept.iter().for_each(|clock| by_ticket.entry(clock.ticket_id).or_default().push(clock));
    let tried = rules.trying(proposed);
    let mut promises = Vec::with_capacity(tickets.len());
    for ticket in &tickets {
        match by_ticket.get(&ticket.id) {
            Some(clocks) => {
                let lived = clocks.iter().filter_map(|clock| lived(&tried, proposed, ticket, clock, &pauses));
                promises.extend(lived);
            }
            None => promises.extend(imported(rules, &tried, ticket)),
        }
    }
    Ok(Some((promises, next)))
}

/// A promise as its clock had it, and as it would be with the same receipt, pauses and extensions.
fn lived(
    tried: &Rulebook,
    proposed: &ProposedRules,
    ticket: &AnsweredRow,
    clock: &ClockRow,
    pauses: &[PauseRow],
) -> Option<PastPromise> {
    let mut would_be = clock.clone();
    let limit = if proposed.limits.is_some() {
        let same = tried.limits.by_code(&clock.limit_code);
        let limit = same.or_else(|| tried.limit(Metric::Reply, &ticket.key))?;
        would_be.follow(limit);
        limit
    } else {
        limit_of(tried, clock).ok()?
    };
    let mine = pauses.iter().filter(|pause| pause.clock_id == clock.id);
    let closed: Vec<Pause> = mine.map(|pause| tried.pause(pause.paused_at, pause.resumed_at)).collect();
    let after = tried.due(limit, &would_be.terms(limit.due, &closed), None, clock.started_at);
    Some(PastPromise {
        department_id: ticket.key.department_id,
        answered_at: clock.ended_at?,
        before: (clock.due_on, clock.due_at),
        after: (after.on, after.at),
    })
}

/// A letter that another system answered: measured by the rules in force and by the proposed ones.
fn imported(rules: &Rulebook, tried: &Rulebook, ticket: &AnsweredRow) -> Option<PastPromise> {
    let due = |rules: &Rulebook| {
        let limit = rules.limit(Metric::Reply, &ticket.key)?;
        let anchor = Anchor::of(&rules.calendar, limit, ticket.key.channel, ticket.received_at);
        let terms = Terms::of(limit, anchor);
        let due = rules.due(limit, &terms, None, ticket.received_at);
        Some((due.on, due.at))
    };
    Some(PastPromise {
        department_id: ticket.key.department_id,
        answered_at: ticket.answered_at,
        before: due(rules)?,
        after: due(tried)?,
    })
}
