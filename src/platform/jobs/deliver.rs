//! One step of emptying a topic: a transaction's batch, or a few leased deliveries.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use futures_util::future::join_all;
use tracing::{error, warn};
use uuid::Uuid;

use super::consumer::{ConsumeError, DeliveryError, ExternalConsumer, TransactionalConsumer};
use super::outage::{Plan, Seen, WayOut};
use super::outbox::{self, Deferral, ErrorCode, Failure, Lease, Message, RetryPolicy, Trial};
use super::present::Present;
use crate::platform::db::{Db, DbError};

/// What came of emptying a topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages consumed.
    pub delivered: u64,
    /// Messages put back for a later attempt.
    pub retried: u64,
    /// Messages given up.
    pub dead: u64,
    /// Messages whose lease another instance took over while we worked.
    pub lost: u64,
}

impl Tally {
    /// Whether there was nothing to do.
    pub fn is_empty(&self) -> bool {
        *self == Tally::default()
    }

    /// Adds up.
    pub fn add(&mut self, other: Tally) {
        self.delivered += other.delivered;
        self.retried += other.retried;
        self.dead += other.dead;
        self.lost += other.lost;
    }

    fn count(&mut self, failure: &Failure) {
        match failure.next_attempt_at {
            Some(_) => self.retried += 1,
            None => self.dead += 1,
        }
    }
}

/// Claims a batch, consumes it and marks it, all in one transaction.
pub(super) async fn consume_batch(
    db: &Db,
    consumer: &Arc<dyn TransactionalConsumer>,
    present: &Present,
) -> Result<Tally, DbError> {
    let (consumer, present) = (Arc::clone(consumer), present.clone());
    let consumed: Result<Tally, ConsumeError> = db
        .transaction(move |conn| {
            let now = present.now();
            let messages = outbox::claim(conn, consumer.queue(), now, consumer.batch_limit())?;
            let mut tally = Tally::default();
            consume_or_halve(conn, consumer.as_ref(), now, &messages, &mut tally)?;
            Ok(tally)
        })
        .await;
    consumed.map_err(|error| match error {
        ConsumeError::Database(error) => error,
        ConsumeError::Refused(code) => DbError::Internal(code.to_string()),
    })
}

/// Consumes the messages behind a savepoint. When that fails, each half on its own; a single message is put back.
fn consume_or_halve(
    conn: &mut PgConnection,
    consumer: &dyn TransactionalConsumer,
    now: DateTime<Utc>,
    messages: &[Message],
    tally: &mut Tally,
) -> Result<(), ConsumeError> {
    if messages.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = messages.iter().map(|message| message.id).collect();
    let consumed = conn.transaction(|conn| {
        consumer.consume(conn, now, messages)?;
        outbox::complete(conn, consumer.queue(), &ids, now)?;
        Ok::<(), ConsumeError>(())
    });
    match (consumed, messages) {
        (Ok(()), _) => tally.delivered += messages.len() as u64,
        (Err(error), _) if error.is_outage() => return Err(error),
        (Err(error), [message]) => {
            let failure = failed(consumer, message, now, &error);
            outbox::retry(conn, consumer.queue(), message.id, &failure)?;
            tally.count(&failure);
        }
        (Err(_), _) => {
            let (first, second) = messages.split_at(messages.len() / 2);
            consume_or_halve(conn, consumer, now, first, tally)?;
            consume_or_halve(conn, consumer, now, second, tally)?;
        }
    }
    Ok(())
}

fn failed(
    consumer: &dyn TransactionalConsumer,
    message: &Message,
    now: DateTime<Utc>,
    error: &ConsumeError,
) -> Failure {
    let failed_attempts = message.attempts.saturating_add(1);
    let failure = failure(consumer.retry_policy(), failed_attempts, now, error.code());
    log_failure(message, &failure);
    failure
}

/// Delivers what acts outside our database, for one consumer.
pub(super) struct Deliveries<'a> {
    /// Where messages are leased and marked.
    pub(super) db: &'a Db,
    /// Who delivers them.
    pub(super) consumer: &'a dyn ExternalConsumer,
    /// Whether anything can be delivered.
    pub(super) way_out: &'a WayOut,
    /// What time it is.
    pub(super) present: &'a Present,
}

impl Deliveries<'_> {
    /// Does what is to be done now: delivers a few messages, or in an outage one message, or nothing.
    pub(super) async fn step(&self) -> Result<Tally, DbError> {
        let at_once = i64::try_from(self.consumer.concurrency()).unwrap_or(1).max(1);
        match self.way_out.plan(self.present.now()) {
            Plan::Wait => Ok(Tally::default()),
            Plan::Deliver => self.deliver_due(at_once).await,
            Plan::DeliverOrTry => self.deliver_due_or_try(at_once).await,
            Plan::Try => self.deliver_due_or_try(1).await,
        }
    }

    async fn deliver_due_or_try(&self, limit: i64) -> Result<Tally, DbError> {
        let tally = self.deliver_due(limit).await?;
        if tally.is_empty() { self.try_waiting().await } else { Ok(tally) }
    }

    /// Leases due messages, delivers them side by side and marks each.
    async fn deliver_due(&self, limit: i64) -> Result<Tally, DbError> {
        let (queue, duration, present) = (self.consumer.queue(), self.consumer.lease(), self.present.clone());
        let (lease, messages) = self
            .db
            .transaction::<_, DbError, _>(move |conn| {
                let now = present.now();
                let lease = Lease::new(now, duration);
                Ok((lease, outbox::claim_leased(conn, queue, now, &lease, limit)?))
            })
            .await?;
        let deliveries = messages.iter().map(|message| self.deliver(Leased { message, lease, due_at: None }));
        self.conclude(join_all(deliveries).await).await
    }

    /// Tries the message that waits first for the end of an outage.
    async fn try_waiting(&self) -> Result<Tally, DbError> {
        let (queue, duration, present) = (self.consumer.queue(), self.consumer.lease(), self.present.clone());
        let (lease, trial) = self
            .db
            .transaction::<_, DbError, _>(move |conn| {
                let lease = Lease::new(present.now(), duration);
                Ok((lease, outbox::claim_trial(conn, queue, &lease)?))
            })
            .await?;
        let Some(Trial { message, due_at }) = trial else {
            self.way_out.nothing_waits(self.present.now());
            return Ok(Tally::default());
        };
        let tried = self.deliver(Leased { message: &message, lease, due_at: Some(due_at) }).await;
        self.conclude(vec![tried]).await
    }

    /// Adds up, and brings what waited forward when something got through.
    async fn conclude(&self, delivered: Vec<Result<Marked, DbError>>) -> Result<Tally, DbError> {
        let (mut tally, mut seen) = (Tally::default(), Seen::NothingNew);
        for marked in delivered {
            let marked = marked?;
            tally.add(marked.tally);
            seen = if seen == Seen::Through || marked.seen == Seen::NothingNew { seen } else { marked.seen };
        }
        let now = self.present.now();
        if self.way_out.learn(now, seen) {
            let queue = self.consumer.queue();
            self.db
                .transaction::<_, DbError, _>(move |conn| Ok(outbox::bring_forward(conn, queue, now)?))
                .await?;
        }
        Ok(tally)
    }

    async fn deliver(&self, leased: Leased<'_>) -> Result<Marked, DbError> {
        let Leased { message, lease, .. } = leased;
        let (mut tally, mut seen) = (Tally::default(), Seen::NothingNew);
        let is_ours = match self.within_lease(&leased).await {
            Ok(()) => {
                tally.delivered += 1;
                seen = Seen::Through;
                self.mark_delivered(message.id, lease.token).await?
            }
            Err(DeliveryError::NotBefore(code, at)) => {
                tally.retried += 1;
                let at = at.max(self.present.now() + Duration::seconds(1));
                let is_counted = leased.due_at.is_none();
                self.mark_deferred(message.id, lease.token, Deferral { code, at, is_counted }).await?
            }
            Err(error) => {
                let failure = self.failure_of(&leased, error);
                seen = if failure.is_outage { Seen::Outage } else { seen };
                log_failure(message, &failure);
                tally.count(&failure);
                self.mark_failed(message.id, lease.token, failure).await?
            }
        };
        if !is_ours {
            let (id, topic) = (message.id, &message.topic);
            warn!(message.id = %id, topic, "The lease of message {id} was taken over");
            tally = Tally { lost: 1, ..Tally::default() };
        }
        Ok(Marked { tally, seen })
    }

    /// Delivers for as long as nobody else may take the message over.
    async fn within_lease(&self, leased: &Leased<'_>) -> Result<(), DeliveryError> {
        if leased.message.attempts > self.consumer.retry_policy().max_attempts {
            return Err(DeliveryError::permanent("attempts_exhausted"));
        }
        let now = self.present.now();
        let patience = (leased.lease.until - now).to_std().unwrap_or_default();
        match tokio::time::timeout(patience, self.consumer.deliver(leased.message, now)).await {
            Ok(delivered) => delivered,
            Err(_) => Err(DeliveryError::retry("timeout")),
        }
    }

    async fn mark_delivered(&self, id: Uuid, token: Uuid) -> Result<bool, DbError> {
        let (queue, done_at) = (self.consumer.queue(), self.present.now());
        self.db.transaction(move |conn| Ok(outbox::complete_leased(conn, queue, id, token, done_at)?)).await
    }

    async fn mark_failed(&self, id: Uuid, token: Uuid, failure: Failure) -> Result<bool, DbError> {
        let queue = self.consumer.queue();
        self.db.transaction(move |conn| Ok(outbox::retry_leased(conn, queue, id, token, &failure)?)).await
    }

    async fn mark_deferred(&self, id: Uuid, token: Uuid, deferral: Deferral) -> Result<bool, DbError> {
        let queue = self.consumer.queue();
        self.db.transaction(move |conn| Ok(outbox::defer_leased(conn, queue, id, token, &deferral)?)).await
    }

    fn failure_of(&self, leased: &Leased<'_>, error: DeliveryError) -> Failure {
        let now = self.present.now();
        let (code, is_outage) = match error {
            DeliveryError::Permanent(code) => {
                return Failure { code, next_attempt_at: None, is_outage: false };
            }
            DeliveryError::Retry(code) | DeliveryError::NotBefore(code, _) => (code, false),
            DeliveryError::Outage(code) => (code, true),
        };
        match leased.due_at {
            // It was tried out of its turn, so that this costs it neither an attempt nor its place.
            Some(due_at) if is_outage => {
                Failure { code, next_attempt_at: Some(due_at.max(now + Duration::seconds(1))), is_outage }
            }
            _ => {
                let policy = self.consumer.retry_policy();
                Failure { is_outage, ..failure(policy, leased.message.attempts, now, code) }
            }
        }
    }
}

/// A message under a lease.
#[derive(Clone, Copy)]
struct Leased<'a> {
    message: &'a Message,
    lease: Lease,
    /// When it would have been due, if it is tried before.
    due_at: Option<DateTime<Utc>>,
}

/// What came of one delivery.
struct Marked {
    tally: Tally,
    seen: Seen,
}

fn failure(policy: RetryPolicy, failed_attempts: i16, now: DateTime<Utc>, code: ErrorCode) -> Failure {
    let fraction = rand::random::<f64>();
    let next_attempt_at = policy.next_attempt_at(failed_attempts, now, fraction);
    Failure { code, next_attempt_at, is_outage: false }
}

fn log_failure(message: &Message, failure: &Failure) {
    let (id, topic, code) = (message.id, message.topic.as_str(), &failure.code);
    match failure.next_attempt_at {
        Some(at) => {
            warn!(message.id = %id, topic, error.code = %code, retry_at = %at, "Message {id} of {topic} failed with {code}");
        }
        None => {
            error!(message.id = %id, topic, error.code = %code, "Message {id} of {topic} is dead: {code}")
        }
    }
}
