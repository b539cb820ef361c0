//! The two ways of consuming a topic: inside our database, exactly once; outside it, at least once.

use chrono::{DateTime, Duration, Utc};
use diesel::PgConnection;
use futures_util::future::BoxFuture;

use super::isolation::RowError;
use super::outbox::{ErrorCode, Message, Queue, RetryPolicy, Topic};
use crate::platform::db::DbError;

/// Consumes messages by writing to our own database, in the transaction that marks them done: exactly once.
pub trait TransactionalConsumer: Send + Sync + 'static {
    /// The topic.
    fn topic(&self) -> Topic;

    /// Its own name, one of the topic's consumers.
    fn name(&self) -> &'static str;

    /// What it takes its messages from.
    fn queue(&self) -> Queue {
        self.topic().queue(self.name())
    }

    /// Messages taken in one transaction, at most.
    fn batch_limit(&self) -> i64 {
        200
    }

    /// How patiently a refused message is retried before it is dead.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::INTERNAL
    }

    /// Consumes all of `messages` or none. No network, no waiting: the transaction is open.
    ///
    /// After an error the batch is halved until the message that cannot be consumed stands alone; the others pass.
    fn consume(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError>;
}

/// Consumes messages by acting outside our database (mail, a search index, a webhook): at least once.
///
/// The message's id is the same on every attempt; hand it on, so that the receiver can recognise a duplicate.
pub trait ExternalConsumer: Send + Sync + 'static {
    /// The topic.
    fn topic(&self) -> Topic;

    /// Its own name, one of the topic's consumers.
    fn name(&self) -> &'static str;

    /// What it takes its messages from.
    fn queue(&self) -> Queue {
        self.topic().queue(self.name())
    }

    /// Deliveries at the same time, at most.
    fn concurrency(&self) -> usize {
        4
    }

    /// How long a delivery may take. After that it is cut off, and other instances may take the message over.
    fn lease(&self) -> Duration {
        Duration::minutes(2)
    }

    /// How patiently a failed message is retried before it is dead.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::EXTERNAL
    }

    /// Delivers one message.
    fn deliver<'a>(
        &'a self,
        message: &'a Message,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), DeliveryError>>;
}

/// Why a batch was not consumed.
#[derive(Debug, thiserror::Error)]
pub enum ConsumeError {
    /// A message is not what the consumer understands, or speaks of what cannot be.
    #[error("refused: {0}")]
    Refused(ErrorCode),
    /// A statement failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl ConsumeError {
    /// A refusal with this code.
    pub fn refused(code: &'static str) -> ConsumeError {
        ConsumeError::Refused(ErrorCode::new(code))
    }

    /// Whether the database, and no message, is at fault: then everything waits and no attempt is counted.
    pub(super) fn is_outage(&self) -> bool {
        matches!(self, ConsumeError::Database(error) if error.is_outage())
    }

    /// What is remembered with the message.
    pub(super) fn code(&self) -> ErrorCode {
        match self {
            ConsumeError::Refused(code) => code.clone(),
            ConsumeError::Database(error) => error.code(),
        }
    }
}

impl From<diesel::result::Error> for ConsumeError {
    fn from(error: diesel::result::Error) -> ConsumeError {
        ConsumeError::Database(error.into())
    }
}

/// Why a message was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// It may work later.
    #[error("not delivered for now: {0}")]
    Retry(ErrorCode),
    /// Nothing can be delivered for now, whatever the message: what lies outside is away, or does not let us in.
    #[error("nothing can be delivered for now: {0}")]
    Outage(ErrorCode),
    /// It may be delivered at this instant and not before. That is no failure, and costs no attempt.
    #[error("not delivered before {1}: {0}")]
    NotBefore(ErrorCode, DateTime<Utc>),
    /// It will never work: the message is dead until an operator replays it.
    #[error("cannot be delivered: {0}")]
    Permanent(ErrorCode),
}

impl DeliveryError {
    /// May work later.
    pub fn retry(code: &'static str) -> DeliveryError {
        DeliveryError::Retry(ErrorCode::new(code))
    }

    /// Nothing can be delivered for now.
    pub fn outage(code: &'static str) -> DeliveryError {
        DeliveryError::Outage(ErrorCode::new(code))
    }

    /// Not before this instant.
    pub fn not_before(code: &'static str, at: DateTime<Utc>) -> DeliveryError {
        DeliveryError::NotBefore(ErrorCode::new(code), at)
    }

    /// Will never work.
    pub fn permanent(code: &'static str) -> DeliveryError {
        DeliveryError::Permanent(ErrorCode::new(code))
    }
}

impl From<DbError> for DeliveryError {
    fn from(error: DbError) -> DeliveryError {
        if error.is_outage() {
            return DeliveryError::outage("database_error");
        }
        DeliveryError::retry("database_error")
    }
}
