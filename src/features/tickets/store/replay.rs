//! The statements of a replay: answered tickets by the time they were received, and the promises they had.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};

use super::clocks::ClockRow;
use super::limit_key::LimitKey;
use crate::features::tickets::model::{ClockStatus, TicketId};
use crate::platform::db::schema::{clock, ticket};
use crate::rules::vocabulary::Metric;

/// What a replay needs of a ticket.
#[derive(Debug, Clone)]
pub struct AnsweredRow {
    pub id: TicketId,
    pub key: LimitKey,
    pub received_at: DateTime<Utc>,
    pub answered_at: DateTime<Utc>,
}

/// The next answered tickets that were received after `after` and before `until`.
pub fn list_answered(
    conn: &mut PgConnection,
    after: (DateTime<Utc>, TicketId),
    until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<AnsweredRow>> {
    let is_after = sql::<Bool>("(ticket.received_at, ticket.id) > (")
        .bind::<Timestamptz, _>(after.0)
        .sql(", ")
        .bind::<SqlUuid, _>(after.1)
        .sql(")");
    let rows: Vec<(TicketId, LimitKey, DateTime<Utc>, DateTime<Utc>)> = ticket::table
        .filter(is_after)
        .filter(ticket::received_at.lt(until).and(ticket::answered_at.is_not_null()))
        .order((ticket::received_at, ticket::id))
        .limit(limit)
        .select((
            ticket::id,
            LimitKey::as_select(),
            ticket::received_at,
            ticket::answered_at.assume_not_null(),
        ))
        .load(conn)?;
    let answered = |(id, key, received_at, answered_at)| AnsweredRow { id, key, received_at, answered_at };
    Ok(rows.into_iter().map(answered).collect())
}

/// The promises of these tickets that ended with an answer.
pub fn list_stopped(conn: &mut PgConnection, ids: &[TicketId]) -> QueryResult<Vec<ClockRow>> {
    clock::table
        .filter(clock::ticket_id.eq_any(ids))
        .filter(clock::metric.eq(Metric::Reply).and(clock::status.eq(ClockStatus::Stopped)))
        .order((clock::started_at, clock::id))
        .select(ClockRow::as_select())
        .load(conn)
}
