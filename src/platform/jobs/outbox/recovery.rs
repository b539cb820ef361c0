//! Messages that wait because nothing could be delivered: one is tried now and then, and all are brought forward when one
//! gets through.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};

use super::{Lease, Message, Queue};

/// A message that was leased before it was due, to see whether anything can be delivered again. The attempt is not counted.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Trial {
    /// The message.
    #[diesel(embed)]
    pub message: Message,
    /// When it would have been due.
    #[diesel(sql_type = Timestamptz)]
    pub due_at: DateTime<Utc>,
}

/// Leases the message of a consumer that would be due first among those that wait for the end of an outage.
pub fn claim_trial(conn: &mut PgConnection, queue: Queue, lease: &Lease) -> QueryResult<Option<Trial>> {
    diesel::sql_query(
        "WITH waiting AS MATERIALIZED (
             SELECT id, available_at AS due_at FROM outbox_message
             WHERE topic = $1 AND consumer = $2 AND status = 'pending' AND awaits_recovery AND lease_token IS NULL
             ORDER BY available_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
         UPDATE outbox_message m SET lease_token = $3, leased_until = $4, available_at = $4
         FROM waiting WHERE m.id = waiting.id AND m.consumer = $2
         RETURNING m.id, m.topic, m.ticket_id, m.payload, m.created_at, m.attempts, waiting.due_at",
    )
    .bind::<Text, _>(queue.topic)
    .bind::<Text, _>(queue.consumer)
    .bind::<SqlUuid, _>(lease.token)
    .bind::<Timestamptz, _>(lease.until)
    .get_result(conn)
    .optional()
}

/// Makes what waits for the end of an outage due: at once the first time, and 10, 30, 70 … seconds from now when it failed
/// again after having been brought forward, but never later than it would be anyhow. Returns how many were moved.
pub fn bring_forward(conn: &mut PgConnection, queue: Queue, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::sql_query(
        "WITH waiting AS MATERIALIZED (
             SELECT id, $3 + (power(2, least(early_retries, 20)) - 1) * interval '10 seconds' AS early_at
             FROM outbox_message
             WHERE topic = $1 AND consumer = $2 AND status = 'pending' AND awaits_recovery AND lease_token IS NULL
             FOR UPDATE SKIP LOCKED)
         UPDATE outbox_message m SET available_at = early_at, early_retries = m.early_retries + 1
         FROM waiting WHERE m.id = waiting.id AND m.consumer = $2 AND m.available_at > early_at",
    )
    .bind::<Text, _>(queue.topic)
    .bind::<Text, _>(queue.consumer)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}
