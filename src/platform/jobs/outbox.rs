//! The transactional outbox: messages written in a command's own transaction, taken afterwards by every
//! consumer of their topic, each on its own.
//!
//! No order is promised between messages, nor between instances: a consumer reads the present state of what a message
//! names, or adds up what commutes. Payloads hold identifiers and codes, never personal data.

mod backoff;
mod claim;
mod dead;
mod recovery;
mod topic;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;
use uuid::Uuid;

use crate::platform::clock::new_id;
use crate::sql_text_enum;
use crate::text_enum;

pub use backoff::RetryPolicy;
pub use claim::{
    Deferral, Failure, Lease, claim, claim_leased, complete, complete_leased, defer_leased, retry,
    retry_leased,
};
pub use dead::{Backlog, DeadMessage, backlogs, list_dead, oldest_due, purge_done, replay};
pub use recovery::{Trial, bring_forward, claim_trial};
pub use topic::{Queue, Topic};

text_enum! {
    /// Where a message stands.
    pub enum MessageStatus {
        /// Waits for its consumer, now or later.
        Pending = "pending",
        /// Consumed.
        Done = "done",
        /// Given up; an operator may replay it.
        Dead = "dead",
    }
}

sql_text_enum!(MessageStatus);

/// A message to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    id: Uuid,
    topic: Topic,
    ticket_id: Option<Uuid>,
    payload: Value,
    created_at: DateTime<Utc>,
    available_at: DateTime<Utc>,
}

impl NewMessage {
    /// A message made at the instant `id_at`, to be consumed at once.
    ///
    /// `topic` is a constant of the feature that owns the event. `ticket_id` is the ticket it speaks of, when there is one.
    pub fn new(id_at: DateTime<Utc>, topic: Topic, ticket_id: Option<Uuid>, payload: Value) -> NewMessage {
        NewMessage { id: new_id(id_at), topic, ticket_id, payload, created_at: id_at, available_at: id_at }
    }

    /// Keeps the message back until `instant`.
    pub fn available_at(mut self, instant: DateTime<Utc>) -> NewMessage {
        self.available_at = instant;
        self
    }

    /// The identifier the message will have.
    pub fn id(&self) -> Uuid {
        self.id
    }
}

/// A message as its consumer receives it.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = crate::platform::db::schema::outbox_message)]
pub struct Message {
    /// Stays the same on every attempt and for every consumer: what a receiver recognises a duplicate by.
    pub id: Uuid,
    /// What it is about.
    pub topic: String,
    /// The ticket it speaks of.
    pub ticket_id: Option<Uuid>,
    /// What the consumer needs; its shape belongs to the topic.
    pub payload: Value,
    /// When the command happened.
    pub created_at: DateTime<Utc>,
    /// How often it was tried, the present attempt of a leased message included.
    pub attempts: i16,
}

/// Why a message was not consumed: 1 to 64 of `a-z 0-9 _`, so that no personal data can slip in with a server's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorCode(String);

impl ErrorCode {
    /// Makes a code of any word; what is not allowed in a code becomes `_`.
    pub fn new(word: impl Into<Cow<'static, str>>) -> ErrorCode {
        let allowed = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' };
        let code: String = word.into().chars().take(64).map(allowed).collect();
        ErrorCode(if code.is_empty() { "unknown".to_owned() } else { code })
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Writes the messages with one statement, a row for each consumer of their topics. Call it inside the command's transaction.
pub fn enqueue(conn: &mut PgConnection, messages: &[NewMessage]) -> QueryResult<()> {
    if messages.is_empty() {
        return Ok(());
    }
    InsertMessages::from(messages).execute(conn).map(|_| ())
}

/// One INSERT for any number of messages whose text never changes, so that it is prepared once a connection.
struct InsertMessages<'a> {
    ids: Vec<Uuid>,
    topics: Vec<&'a str>,
    consumers: Vec<&'a str>,
    ticket_ids: Vec<Option<Uuid>>,
    payloads: Vec<&'a Value>,
    created: Vec<DateTime<Utc>>,
    available: Vec<DateTime<Utc>>,
}

impl<'a> From<&'a [NewMessage]> for InsertMessages<'a> {
    fn from(messages: &'a [NewMessage]) -> InsertMessages<'a> {
        let followed = |message: &'a NewMessage| {
            message.topic.consumers().iter().map(move |consumer| (message, *consumer))
        };
        let rows: Vec<(&NewMessage, &str)> = messages.iter().flat_map(followed).collect();
        InsertMessages {
            ids: rows.iter().map(|(message, _)| message.id).collect(),
            topics: rows.iter().map(|(message, _)| message.topic.name()).collect(),
            consumers: rows.iter().map(|(_, consumer)| *consumer).collect(),
            ticket_ids: rows.iter().map(|(message, _)| message.ticket_id).collect(),
            payloads: rows.iter().map(|(message, _)| &message.payload).collect(),
            created: rows.iter().map(|(message, _)| message.created_at).collect(),
            available: rows.iter().map(|(message, _)| message.available_at).collect(),
        }
    }
}

impl QueryId for InsertMessages<'_> {
    type QueryId = InsertMessages<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for InsertMessages<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO outbox_message (id, topic, consumer, ticket_id, payload, created_at, available_at) \
             SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.topics)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.consumers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<SqlUuid>>, _>(&self.ticket_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Jsonb>, _>(&self.payloads)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.created)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.available)?;
        out.push_sql(")");
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for InsertMessages<'_> {}
