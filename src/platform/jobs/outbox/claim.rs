//! Taking messages: within the transaction that consumes them, or under a lease that lapses.

use chrono::{DateTime, Duration, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::{ErrorCode, Message, MessageStatus, Queue};
use crate::platform::clock::new_id;
use crate::platform::db::schema::outbox_message;

/// The right to work on leased messages until it lapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Tells this taking from every other.
    pub token: Uuid,
    /// When others may take the messages over.
    pub until: DateTime<Utc>,
}

impl Lease {
    /// A lease of `duration` from `now`.
    pub fn new(now: DateTime<Utc>, duration: Duration) -> Lease {
        Lease { token: new_id(now), until: now + duration }
    }
}

/// What becomes of a message that could not be consumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why, without personal data.
    pub code: ErrorCode,
    /// When to try again. `None`: never, the message is dead.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Nothing could be delivered, whatever the message: it is tried again as soon as another gets through.
    pub is_outage: bool,
}

/// Locks up to `limit` due messages of a consumer for this transaction. Those that another transaction holds are passed over.
pub fn claim(
    conn: &mut PgConnection,
    queue: Queue,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Message>> {
    outbox_message::table
        .filter(outbox_message::topic.eq(queue.topic).and(outbox_message::consumer.eq(queue.consumer)))
        .filter(sql::<Bool>(IS_PENDING))
        .filter(outbox_message::available_at.le(now))
        .order((outbox_message::available_at, outbox_message::id))
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(Message::as_select())
        .load(conn)
}

/// Marks messages that this transaction has claimed and consumed.
pub fn complete(
    conn: &mut PgConnection,
    queue: Queue,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let own = outbox_message::consumer.eq(queue.consumer);
    diesel::update(outbox_message::table.filter(outbox_message::id.eq_any(ids).and(own)))
        .set((outbox_message::status.eq(MessageStatus::Done), outbox_message::done_at.eq(now)))
        .execute(conn)
}

/// Puts back, or gives up, a message that this transaction has claimed.
pub fn retry(conn: &mut PgConnection, queue: Queue, id: Uuid, failure: &Failure) -> QueryResult<usize> {
    diesel::update(outbox_message::table.find((id, queue.consumer)))
        .set((outbox_message::attempts.eq(outbox_message::attempts + 1), FailedRow::from(failure)))
        .execute(conn)
}

/// Leases up to `limit` due messages of a consumer, those included whose lease has lapsed, and counts the attempt.
pub fn claim_leased(
    conn: &mut PgConnection,
    queue: Queue,
    now: DateTime<Utc>,
    lease: &Lease,
    limit: i64,
) -> QueryResult<Vec<Message>> {
    diesel::sql_query(
        "WITH due AS MATERIALIZED (
             SELECT id, consumer FROM outbox_message
             WHERE topic = $1 AND consumer = $2 AND status = 'pending' AND available_at <= $3
             ORDER BY available_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
         UPDATE outbox_message m
         SET lease_token = $5, leased_until = $6, available_at = $6, attempts = m.attempts + 1
         FROM due WHERE m.id = due.id AND m.consumer = due.consumer
         RETURNING m.id, m.topic, m.ticket_id, m.payload, m.created_at, m.attempts",
    )
    .bind::<Text, _>(queue.topic)
    .bind::<Text, _>(queue.consumer)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .bind::<SqlUuid, _>(lease.token)
    .bind::<Timestamptz, _>(lease.until)
    .load(conn)
}

/// Marks a leased message as consumed. `false`: the lease was taken over meanwhile, and nothing was marked.
pub fn complete_leased(
    conn: &mut PgConnection,
    queue: Queue,
    id: Uuid,
    token: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = outbox_message::table.find((id, queue.consumer));
    diesel::update(row.filter(outbox_message::lease_token.eq(token)))
        .set((
            outbox_message::status.eq(MessageStatus::Done),
            outbox_message::done_at.eq(now),
            outbox_message::lease_token.eq(None::<Uuid>),
            outbox_message::leased_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Puts back, or gives up, a leased message. `false`: the lease was taken over meanwhile, and nothing was marked.
pub fn retry_leased(
    conn: &mut PgConnection,
    queue: Queue,
    id: Uuid,
    token: Uuid,
    failure: &Failure,
) -> QueryResult<bool> {
    let row = outbox_message::table.find((id, queue.consumer));
    diesel::update(row.filter(outbox_message::lease_token.eq(token)))
        .set((
            FailedRow::from(failure),
            outbox_message::lease_token.eq(None::<Uuid>),
            outbox_message::leased_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// A message that is not to be delivered yet.
#[derive(Debug, Clone)]
pub struct Deferral {
    /// Why.
    pub code: ErrorCode,
    /// When it is due again.
    pub at: DateTime<Utc>,
    /// Whether the lease counted an attempt, which is taken back.
    pub is_counted: bool,
}

/// Puts a leased message off. `false`: the lease was taken over meanwhile, and nothing was marked.
pub fn defer_leased(
    conn: &mut PgConnection,
    queue: Queue,
    id: Uuid,
    token: Uuid,
    deferral: &Deferral,
) -> QueryResult<bool> {
    let row = outbox_message::table.find((id, queue.consumer));
    diesel::update(row.filter(outbox_message::lease_token.eq(token)))
        .set((
            outbox_message::available_at.eq(deferral.at),
            outbox_message::last_error_code.eq(deferral.code.as_str()),
            outbox_message::attempts.eq(outbox_message::attempts - i16::from(deferral.is_counted)),
            outbox_message::awaits_recovery.eq(false),
            outbox_message::lease_token.eq(None::<Uuid>),
            outbox_message::leased_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The predicate of the partial index. As a parameter the planner could not see it.
const IS_PENDING: &str = "status = 'pending'";

#[derive(AsChangeset)]
#[diesel(table_name = outbox_message)]
struct FailedRow<'a> {
    status: MessageStatus,
    last_error_code: &'a str,
    available_at: Option<DateTime<Utc>>,
    awaits_recovery: bool,
}

impl<'a> From<&'a Failure> for FailedRow<'a> {
    fn from(failure: &'a Failure) -> FailedRow<'a> {
        let status =
            if failure.next_attempt_at.is_some() { MessageStatus::Pending } else { MessageStatus::Dead };
        FailedRow {
            status,
            last_error_code: failure.code.as_str(),
            available_at: failure.next_attempt_at,
            awaits_recovery: failure.is_outage,
        }
    }
}
