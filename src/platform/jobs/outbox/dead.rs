//! What an operator sees and does: dead messages, replay, purge, the length of the queue.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamptz};
use uuid::Uuid;

use super::{MessageStatus, Queue, Topic};
use crate::platform::db::schema::outbox_message;

/// A message that was given up. Its payload stays inside.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outbox_message)]
pub struct DeadMessage {
    /// The message.
    pub id: Uuid,
    /// What it is about.
    pub topic: String,
    /// Whose delivery was given up.
    pub consumer: String,
    /// The ticket it speaks of.
    pub ticket_id: Option<Uuid>,
    /// When the command happened.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i16,
    /// Why the last attempt failed.
    pub last_error_code: Option<String>,
}

/// How much waits for one consumer of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Backlog {
    /// The topic.
    pub topic: String,
    /// The consumer.
    pub consumer: String,
    /// Messages that wait.
    pub pending: i64,
    /// When the oldest of them was written.
    pub oldest_created_at: Option<DateTime<Utc>>,
}

/// Dead messages, the youngest first; `before` (id and consumer) continues after the last one of the page before.
pub fn list_dead(
    conn: &mut PgConnection,
    before: Option<&(Uuid, String)>,
    limit: i64,
) -> QueryResult<Vec<DeadMessage>> {
    let page = outbox_message::table
        .filter(sql::<Bool>("status = 'dead'"))
        .order((outbox_message::id.desc(), outbox_message::consumer.desc()))
        .limit(limit)
        .select(DeadMessage::as_select());
    match before {
        Some((id, consumer)) => {
            let same = outbox_message::id.eq(*id).and(outbox_message::consumer.lt(consumer));
            page.filter(outbox_message::id.le(*id)).filter(outbox_message::id.lt(*id).or(same)).load(conn)
        }
        None => page.load(conn),
    }
}

/// Since when the oldest message of a topic waits for any of its consumers that is due at `now`; `None`: none does.
pub fn oldest_due(
    conn: &mut PgConnection,
    topic: Topic,
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    let mut oldest: Option<DateTime<Utc>> = None;
    for consumer in topic.consumers() {
        let waits = oldest_due_for(conn, topic.queue(consumer), now)?;
        oldest = oldest.into_iter().chain(waits).min();
    }
    Ok(oldest)
}

fn oldest_due_for(
    conn: &mut PgConnection,
    queue: Queue,
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    outbox_message::table
        .filter(outbox_message::topic.eq(queue.topic).and(outbox_message::consumer.eq(queue.consumer)))
        .filter(sql::<Bool>("status = 'pending'"))
        .filter(outbox_message::available_at.le(now))
        .order((outbox_message::available_at, outbox_message::id))
        .select(outbox_message::available_at)
        .first(conn)
        .optional()
}

/// Makes a dead message due again with all its attempts, for every consumer that gave it up. `false`: there is no such dead
/// message.
pub fn replay(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let dead = outbox_message::id.eq(id).and(outbox_message::status.eq(MessageStatus::Dead));
    diesel::update(outbox_message::table.filter(dead))
        .set((
            outbox_message::status.eq(MessageStatus::Pending),
            outbox_message::attempts.eq(0),
            outbox_message::early_retries.eq(0),
            outbox_message::available_at.eq(now),
        ))
        .execute(conn)
        .map(|rows| rows > 0)
}

/// Deletes up to `limit` messages consumed before the instant; returns how many. Call it until it returns fewer.
pub fn purge_done(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    diesel::sql_query(
        "WITH old AS MATERIALIZED (
             SELECT id, consumer FROM outbox_message WHERE status = 'done' AND done_at < $1
             LIMIT $2 FOR UPDATE SKIP LOCKED)
         DELETE FROM outbox_message m USING old WHERE m.id = old.id AND m.consumer = old.consumer",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}

/// What waits for each consumer. Reads every pending row, so it is for a measurement a minute.
pub fn backlogs(conn: &mut PgConnection) -> QueryResult<Vec<Backlog>> {
    outbox_message::table
        .filter(sql::<Bool>("status = 'pending'"))
        .group_by((outbox_message::topic, outbox_message::consumer))
        .select((
            outbox_message::topic,
            outbox_message::consumer,
            count_star(),
            min(outbox_message::created_at),
        ))
        .load(conn)
}
