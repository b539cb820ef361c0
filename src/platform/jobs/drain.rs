//! One step of emptying a topic: a transaction's batch, or a handful of leased deliveries.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use futures_util::future::join_all;
use tracing::{error, warn};
use uuid::Uuid;

use super::consumer::{ConsumeError, DeliveryError, ExternalConsumer, TransactionalConsumer};
use super::outbox::{self, ErrorCode, Failure, Lease, Message, RetryPolicy};
use crate::platform::db::{Db, DbError};

/// What came of a drain.
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
    now: DateTime<Utc>,
) -> Result<Tally, DbError> {
    let consumer = Arc::clone(consumer);
    let consumed: Result<Tally, ConsumeError> = db
        .transaction(move |conn| {
            let messages = outbox::claim(conn, consumer.topic(), now, consumer.batch_limit())?;
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
        outbox::complete(conn, &ids, now)?;
        Ok::<(), ConsumeError>(())
    });
    match (consumed, messages) {
        (Ok(()), _) => tally.delivered += messages.len() as u64,
        (Err(error), _) if error.is_outage() => return Err(error),
        (Err(error), [message]) => put_back(conn, consumer, now, (message, &error), tally)?,
        (Err(_), _) => {
            let (first, second) = messages.split_at(messages.len() / 2);
            consume_or_halve(conn, consumer, now, first, tally)?;
            consume_or_halve(conn, consumer, now, second, tally)?;
        }
    }
    Ok(())
}

fn put_back(
    conn: &mut PgConnection,
    consumer: &dyn TransactionalConsumer,
    now: DateTime<Utc>,
    (message, error): (&Message, &ConsumeError),
    tally: &mut Tally,
) -> Result<(), ConsumeError> {
    let failed_attempts = message.attempts.saturating_add(1);
    let failure = failure(consumer.retry_policy(), failed_attempts, now, error.code());
    log_failure(message, &failure);
    outbox::retry(conn, message.id, &failure)?;
    tally.count(&failure);
    Ok(())
}

/// Leases as many messages as may be delivered at once, delivers them side by side and marks each.
pub(super) async fn deliver_handful(
    db: &Db,
    consumer: &Arc<dyn ExternalConsumer>,
    now: DateTime<Utc>,
) -> Result<Tally, DbError> {
    let lease = Lease::new(now, consumer.lease());
    let topic = consumer.topic();
    let limit = i64::try_from(consumer.concurrency()).unwrap_or(1).max(1);
    let messages: Vec<Message> = db
        .transaction::<_, DbError, _>(move |conn| Ok(outbox::claim_leased(conn, topic, now, &lease, limit)?))
        .await?;
    let deliveries = messages.iter().map(|message| deliver_one(db, consumer.as_ref(), message, &lease, now));
    let mut tally = Tally::default();
    for delivered in join_all(deliveries).await {
        tally.add(delivered?);
    }
    Ok(tally)
}

async fn deliver_one(
    db: &Db,
    consumer: &dyn ExternalConsumer,
    message: &Message,
    lease: &Lease,
    now: DateTime<Utc>,
) -> Result<Tally, DbError> {
    let mut tally = Tally::default();
    let marked = match within_lease(consumer, message, now).await {
        Ok(()) => {
            tally.delivered += 1;
            mark_delivered(db, message.id, lease.token, now).await?
        }
        Err(error) => {
            let failure = failure_of(consumer, message, now, error);
            log_failure(message, &failure);
            tally.count(&failure);
            mark_failed(db, message.id, lease.token, failure).await?
        }
    };
    if marked {
        return Ok(tally);
    }
    warn!(message.id = %message.id, topic = message.topic, "The lease of message {} was taken over", message.id);
    Ok(Tally { lost: 1, ..Tally::default() })
}

async fn within_lease(
    consumer: &dyn ExternalConsumer,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<(), DeliveryError> {
    if message.attempts > consumer.retry_policy().max_attempts {
        return Err(DeliveryError::permanent("attempts_exhausted"));
    }
    let patience = consumer.lease().to_std().unwrap_or_default();
    match tokio::time::timeout(patience, consumer.deliver(message, now)).await {
        Ok(delivered) => delivered,
        Err(_) => Err(DeliveryError::retry("timeout")),
    }
}

async fn mark_delivered(db: &Db, id: Uuid, token: Uuid, now: DateTime<Utc>) -> Result<bool, DbError> {
    db.transaction(move |conn| Ok(outbox::complete_leased(conn, id, token, now)?)).await
}

async fn mark_failed(db: &Db, id: Uuid, token: Uuid, failure: Failure) -> Result<bool, DbError> {
    db.transaction(move |conn| Ok(outbox::retry_leased(conn, id, token, &failure)?)).await
}

fn failure_of(
    consumer: &dyn ExternalConsumer,
    message: &Message,
    now: DateTime<Utc>,
    error: DeliveryError,
) -> Failure {
    match error {
        DeliveryError::Permanent(code) => Failure { code, next_attempt_at: None },
        DeliveryError::Retry(code) => failure(consumer.retry_policy(), message.attempts, now, code),
    }
}

fn failure(policy: RetryPolicy, failed_attempts: i16, now: DateTime<Utc>, code: ErrorCode) -> Failure {
    let fraction = rand::random::<f64>();
    Failure { code, next_attempt_at: policy.next_attempt_at(failed_attempts, now, fraction) }
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
