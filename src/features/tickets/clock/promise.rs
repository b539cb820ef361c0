//! Promises that pass from a ticket on to its root, the ticket it is joined to: the root keeps the earliest.
//!
//! A root takes a promise over by ending its own clock and starting another on the terms of the joining one: limit,
//! versions, anchor, extension, and copies of its pauses. So the new clock's due instant is a pure function of what its
//! own rows name, as every clock's is, and the two clocks that were stay as they ended. An earlier day of receipt kept
//! with the root would not do: the limits of two tickets differ, and extensions and pauses belong to one of them.
//!
//! Promises are compared with what they are about. A reply that was promised binds a root that waits for acceptance,
//! too. But acceptance was promised to the joining ticket alone, and joining it keeps that promise; what passes on to a
//! root that is accepted is the reply that the joining ticket would have been promised. Such a promise, not begun yet, is
//! read again from the joined tickets when a root begins its own.
//!
//! A promise that was broken before it passed on was broken by the joining ticket, in whose history and figures that
//! stands: the root's clock knows of it and breaks no second time.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::features::tickets::clock::breach::Cause;
use crate::features::tickets::clock::engine::{SPAM, due_of, missing_limit, restarts};
use crate::features::tickets::clock::revision::can_follow;
use crate::features::tickets::clock::rulebook::{Handling, Rulebook};
use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{ClockId, ClockStatus, TicketId};
use crate::features::tickets::store::clocks::{self, ClockRow, PauseRow};
use crate::features::tickets::store::joined::{self, JoinedRow};
use crate::features::tickets::store::limit_key::LimitKey;
use crate::features::tickets::store::{approvals, tickets};
use crate::rules::lifecycle::State;
use crate::rules::vocabulary::{Metric, Priority};

/// A promise to a citizen: the clock that has it or would have it, and its closed pauses. Nothing of it is written.
pub struct Promise {
    clock: ClockRow,
    pauses: Vec<PauseRow>,
}

/// How a root's promise moved.
pub struct TakenOver {
    pub metric: Metric,
    pub due_at_before: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
}

/// What is owed first to the citizen of an open ticket.
pub fn owed(ticket: &tickets::TicketRow) -> Metric {
    let state = ticket.resume_state.unwrap_or(ticket.state);
    if state == State::Received { Metric::Accept } else { Metric::Reply }
}

impl Case<'_> {
    /// Starts the promise to the citizen that counts from receipt: the ticket's own, or that of a ticket which was joined
    /// to it, whichever ends first.
    pub fn start_promise(&mut self, metric: Metric) -> Result<(), TicketError> {
        let promise = self.earliest_promise(metric)?;
        self.begin(promise)
    }

    /// Brings back the promise that ended when the ticket was put aside as spam: what it counted from, what was granted and
    /// what was waited for, by the rules in force, as if it had run all the time. Its alarms are armed anew.
    pub fn restore_promise(&mut self) -> Result<(), TicketError> {
        let found = clocks::find_ended_promise(self.conn, self.ticket.id, SPAM)?;
        let missing = || TicketError::Internal("a ticket was put aside without its promise".to_owned());
        let mut clock = found.ok_or_else(missing)?;
        let pauses = clocks::list_pauses(self.conn, &[clock.id])?;
        follow_rules_in_force(self.rules, &mut clock);
        (clock.status, clock.ended_at, clock.end_cause) = (ClockStatus::Running, None, None);
        (clock.last_alarm, clock.arming) = (None, clock.arming.saturating_add(1));
        self.recompute(&mut clock, &pauses, Cause::Restoring)?;
        self.put_back(clock)
    }

    /// What a root that owes `metric` takes over from this ticket: the promise it has or, if that is only to accept it,
    /// the one it would have had next.
    pub fn promise_to_pass_on(&mut self, metric: Metric) -> Result<Promise, TicketError> {
        match self.citizen_clock().cloned() {
            Some(clock) if clock.metric == Metric::Reply || clock.metric == metric => {
                let pauses = clocks::list_pauses(self.conn, &[clock.id])?;
                let clock = ClockRow { joined_ticket_id: Some(self.ticket.id), ..clock };
                Ok(Promise { clock, pauses })
            }
            _ => {
                let mut promise = self.earliest_promise(metric)?;
                promise.clock.joined_ticket_id.get_or_insert(self.ticket.id);
                Ok(promise)
            }
        }
    }

    /// Takes a promise over if it ends before this ticket's own. A ticket that waits for its citizen goes on waiting, with
    /// the promise paused from now on. More time that was asked for is void: it was asked for on other terms.
    pub fn take_over(&mut self, promise: Promise) -> Result<Option<TakenOver>, TicketError> {
        let Some(own) = self.citizen_clock().cloned() else { return Ok(None) };
        if promise.clock.due_at >= self.due_if_resumed(&own)? {
            return Ok(None);
        }
        let Some(mut ended) = self.take_clock(own.metric) else { return Ok(None) };
        approvals::void_extension(self.conn, &own, self.now)?;
        self.end(&mut ended, ClockStatus::Cancelled, Some("took_over"))?;
        let moved = TakenOver { metric: own.metric, due_at_before: own.due_at, due_at: promise.clock.due_at };
        let clock = ClockRow {
            metric: own.metric,
            status: own.status,
            paused_at: own.paused_at.map(|_| self.now),
            pause_cause: own.pause_cause.filter(|_| own.paused_at.is_some()),
            ..promise.clock
        };
        self.begin(Promise { clock, ..promise })?;
        Ok(Some(moved))
    }

    /// The promise to the citizen that runs or is paused.
    pub fn citizen_clock(&self) -> Option<&ClockRow> {
        self.clocks.iter().find(|clock| matches!(clock.metric, Metric::Accept | Metric::Reply))
    }

    fn receipt(&self) -> Receipt {
        Receipt {
            key: self.limit_key(None),
            category_at_receipt: self.ticket.category_at_receipt,
            received_at: self.ticket.received_at,
        }
    }

    fn earliest_promise(&mut self, metric: Metric) -> Result<Promise, TicketError> {
        let own = self.receipt().promise(self.rules, metric, self.now)?;
        let promises = self.joined_promises(metric)?;
        Ok(promises.into_iter().fold(own, Promise::or_earlier))
    }

    /// What the tickets that were joined to this one have left to it. An acceptance passes on once; a reply that a ticket
    /// would have been promised passes on from one root to the next.
    fn joined_promises(&mut self, metric: Metric) -> Result<Vec<Promise>, TicketError> {
        let joined = joined::list_joined(self.conn, self.ticket.id)?;
        let ids: Vec<ClockId> = joined.iter().map(|(clock, _)| clock.id).collect();
        let pauses = clocks::list_pauses(self.conn, &ids)?;
        let mut promises = Vec::with_capacity(joined.len());
        for (clock, row) in joined {
            let is_of_this = row.merged_into == Some(self.ticket.id);
            let mut promise = match (clock.metric, metric) {
                (Metric::Accept, Metric::Accept) if !is_of_this => continue,
                (Metric::Accept, Metric::Reply) => row.receipt().promise(self.rules, metric, self.now)?,
                _ => {
                    let mine = pauses.iter().filter(|pause| pause.clock_id == clock.id).cloned().collect();
                    renewed(self.rules, clock, mine, self.now)?
                }
            };
            // A reply that was promised binds whatever runs here now.
            promise.clock.metric = metric;
            promise.clock.joined_ticket_id = Some(row.id);
            promises.push(promise);
        }
        Ok(promises)
    }

    /// When a clock would fall due if it went on now.
    pub fn due_if_resumed(&mut self, clock: &ClockRow) -> Result<DateTime<Utc>, TicketError> {
        if clock.status != ClockStatus::Paused {
            return Ok(clock.due_at);
        }
        let named = self.rules.of_clock(clock)?;
        if restarts(&named, clock)? {
            let key = self.limit_key(clock.department_id);
            let of = self.handling();
            let restarted = self.rules.new_clock(clock.metric, &key, of, self.now, self.now);
            return Ok(restarted.map_or(clock.due_at, |clock| clock.due_at));
        }
        let mut pauses = clocks::list_pauses(self.conn, &[clock.id])?;
        pauses.extend(self.open_pause(clock, &pauses));
        Ok(due_of(self.rules, clock, &pauses, self.now)?.at)
    }

    /// Writes a promise as a new clock of this ticket.
    fn begin(&mut self, promise: Promise) -> Result<(), TicketError> {
        let Promise { clock, mut pauses } = promise;
        let due = due_of(self.rules, &clock, &pauses, self.now)?;
        let clock = ClockRow {
            id: ClockId::new(self.now),
            ticket_id: self.ticket.id,
            cycle: self.ticket.cycle,
            started_at: self.now,
            ended_at: None,
            end_cause: None,
            arming: 1,
            last_alarm: None,
            next_alarm_at: due.next_alarm_at.filter(|_| clock.status == ClockStatus::Running),
            ..clock
        };
        pauses.iter_mut().for_each(|pause| pause.clock_id = clock.id);
        self.insert_clock(clock)?;
        clocks::insert_pauses(self.conn, &pauses)?;
        Ok(())
    }
}

impl Promise {
    fn or_earlier(self, other: Promise) -> Promise {
        if other.clock.due_at < self.clock.due_at { other } else { self }
    }
}

impl JoinedRow {
    /// No department had it.
    fn receipt(&self) -> Receipt {
        let JoinedRow { key, category_at_receipt, received_at, .. } = *self;
        let key = LimitKey { department_id: None, ..key };
        Receipt { key, category_at_receipt, received_at }
    }
}

/// What the promises that count from receipt are chosen by: what the matter is said to be now, and what it was taken for
/// when its citizen was told a day. That day does not get later because the desk changes its mind.
struct Receipt {
    key: LimitKey,
    category_at_receipt: Option<i32>,
    received_at: DateTime<Utc>,
}

impl Receipt {
    fn promise(&self, rules: &Rulebook, metric: Metric, now: DateTime<Utc>) -> Result<Promise, TicketError> {
        let promise = from_receipt(rules, metric, &self.key, self.received_at, now)?;
        let category_id = self.category_at_receipt.unwrap_or(self.key.category_id);
        let told = LimitKey { category_id, priority: Priority::Normal, ..self.key };
        if told == self.key {
            return Ok(promise);
        }
        Ok(promise.or_earlier(from_receipt(rules, metric, &told, self.received_at, now)?))
    }
}

/// The promise of a ticket of that sort that was received at that instant, by the rules in force.
fn from_receipt(
    rules: &Rulebook,
    metric: Metric,
    key: &LimitKey,
    received_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Promise, TicketError> {
    // Whose clock it will be is settled when it is begun.
    let nobody = Handling { ticket_id: TicketId(Uuid::nil()), cycle: 1 };
    let Some(clock) = rules.new_clock(metric, key, nobody, received_at, now) else {
        missing_limit(metric)?;
        return Err(TicketError::Internal(format!("no time limit for {metric}")));
    };
    Ok(Promise { clock, pauses: Vec::new() })
}

/// A clock that a recalculation would have moved, had it been live, follows the rules that are in force by now.
fn follow_rules_in_force(rules: &Rulebook, clock: &mut ClockRow) {
    if clock.calendar_code == rules.calendar.code() {
        clock.calendar_version = rules.calendar.version();
    }
    let limit = rules.limits.by_code(&clock.limit_code).filter(|_| clock.policy_code == rules.limits.code());
    if let Some(limit) = limit.filter(|limit| can_follow(clock, limit)) {
        clock.policy_version = rules.limits.version();
        clock.follow(limit);
    }
}

/// A promise that ended with a merge, by the rules in force: what a recalculation has moved since would have moved it, too.
fn renewed(
    rules: &Rulebook,
    mut clock: ClockRow,
    pauses: Vec<PauseRow>,
    now: DateTime<Utc>,
) -> Result<Promise, TicketError> {
    follow_rules_in_force(rules, &mut clock);
    clock.status = ClockStatus::Running;
    let due = due_of(rules, &clock, &pauses, now)?;
    clock.due_on = due.on;
    clock.due_at = due.at;
    clock.is_provisional = due.is_provisional;
    clock.breached_at = clock.breached_at.and(Some(due.at)).filter(|_| clock.is_broken(now));
    Ok(Promise { clock, pauses })
}
