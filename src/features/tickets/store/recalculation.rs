//! The statements of a recalculation: each for any number of clocks at once.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, sql};
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{
    Array, Binary, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};

use uuid::Uuid;

use super::clocks::ClockRow;
use super::limit_key::LimitKey;
use super::tickets::TicketRow;
use crate::features::calendars::RulesKind;
use crate::features::tickets::model::{ClockId, TicketId};
use crate::platform::db::schema::{clock, clock_pause, ticket};

/// The rules that live clocks are to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesChange {
    /// What changes.
    pub kind: RulesKind,
    /// Its code.
    pub code: String,
    /// The version that clocks move to.
    pub version: i32,
    /// Why, for the events.
    pub recalculation_id: Uuid,
}

impl RulesChange {
    /// Whether a clock does not follow these rules yet.
    pub(in crate::features::tickets) fn is_ahead_of(&self, clock: &ClockRow) -> bool {
        let (code, version) = match self.kind {
            RulesKind::Calendar => (&clock.calendar_code, clock.calendar_version),
            RulesKind::TimeLimits => (&clock.policy_code, clock.policy_version),
        };
        *code == self.code && version != self.version
    }
}

/// Which clocks a batch is about.
#[derive(Debug, Clone, Copy)]
pub struct ClocksBehind<'a> {
    /// The batch begins behind this clock.
    pub after: ClockId,
    /// How many clocks it has at most.
    pub limit: i64,
    /// The clocks that are left out.
    pub except: &'a [ClockId],
}

/// Which clocks a look ahead is about.
#[derive(Debug, Clone, Copy)]
pub struct ClocksTouched {
    /// The first day on which the change can be felt; `None`: on any.
    pub first_day: Option<NaiveDate>,
    /// The batch begins behind this clock.
    pub after: ClockId,
    /// How many clocks it has at most.
    pub limit: i64,
}

/// What a recalculation needs of a clock's ticket.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = ticket, check_for_backend(Pg))]
pub struct MatterRow {
    pub reference: String,
    #[diesel(embed)]
    pub key: LimitKey,
}

/// As the index `clock_live` has it, word for word, so that it is used whatever the plan.
fn is_live() -> SqlLiteral<Bool> {
    sql::<Bool>("clock.status IN ('running', 'paused')")
}

/// The clocks that do not follow the rules of the change yet.
fn behind(change: &RulesChange) -> clock::BoxedQuery<'_, Pg> {
    let live = clock::table.into_boxed().filter(is_live());
    match change.kind {
        RulesKind::Calendar => {
            live.filter(clock::calendar_code.eq(&change.code).and(clock::calendar_version.ne(change.version)))
        }
        RulesKind::TimeLimits => {
            live.filter(clock::policy_code.eq(&change.code).and(clock::policy_version.ne(change.version)))
        }
    }
}

/// The next live clocks that are behind, with their tickets. Locks nothing.
pub fn list_behind(
    conn: &mut PgConnection,
    change: &RulesChange,
    wanted: ClocksBehind<'_>,
) -> QueryResult<Vec<(ClockId, TicketId)>> {
    behind(change)
        .filter(clock::id.gt(wanted.after))
        .filter(clock::id.ne_all(wanted.except))
        .order(clock::id)
        .limit(wanted.limit)
        .select((clock::id, clock::ticket_id))
        .load(conn)
}

/// Locks those of the clocks that are live and behind. Their tickets must be locked already.
pub fn lock_behind(
    conn: &mut PgConnection,
    ids: &[ClockId],
    change: &RulesChange,
) -> QueryResult<Vec<ClockRow>> {
    let query = clock::table
        .filter(clock::id.eq_any(ids))
        .filter(is_live())
        .order(clock::id)
        .select(ClockRow::as_select())
        .for_update();
    let rows: Vec<ClockRow> = query.load(conn)?;
    Ok(rows.into_iter().filter(|row| change.is_ahead_of(row)).collect())
}

/// The next live clocks that are behind and that a change from `first_day` on can touch, with their matters: those that
/// end on it or later, and those that were paused. Locks nothing.
pub fn list_touched(
    conn: &mut PgConnection,
    change: &RulesChange,
    wanted: ClocksTouched,
) -> QueryResult<Vec<(ClockRow, MatterRow)>> {
    let paused = exists(clock_pause::table.filter(clock_pause::clock_id.eq(clock::id)));
    let from = wanted.first_day.unwrap_or(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default());
    let ids: Vec<ClockId> = behind(change)
        .filter(clock::id.gt(wanted.after))
        .filter(clock::due_on.ge(from).or(paused))
        .order(clock::id)
        .limit(wanted.limit)
        .select(clock::id)
        .load(conn)?;
    clock::table
        .inner_join(ticket::table.on(ticket::id.eq(clock::ticket_id)))
        .filter(clock::id.eq_any(ids))
        .order(clock::id)
        .select((ClockRow::as_select(), MatterRow::as_select()))
        .load(conn)
}

/// Writes back what a recalculation changes of its clocks.
pub fn update_clocks(conn: &mut PgConnection, rows: &[&ClockRow]) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE clock SET limit_code = moved.limit_code, policy_version = moved.policy_version, \
             calendar_version = moved.calendar_version, amount = moved.amount, unit = moved.unit, due_on = moved.due_on, \
             due_at = moved.due_at, is_provisional = moved.is_provisional, arming = moved.arming, \
             last_alarm = moved.last_alarm, next_alarm_at = moved.next_alarm_at, breached_at = moved.breached_at \
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS moved (id, limit_code, policy_version, \
             calendar_version, amount, unit, due_on, due_at, is_provisional, arming, last_alarm, next_alarm_at, breached_at) \
         WHERE clock.id = moved.id",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.limit_code.as_str()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(rows.iter().map(|row| row.policy_version).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(rows.iter().map(|row| row.calendar_version).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(rows.iter().map(|row| row.amount).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.unit).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(rows.iter().map(|row| row.due_on).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(rows.iter().map(|row| row.due_at).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(rows.iter().map(|row| row.is_provisional).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(rows.iter().map(|row| row.arming).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.last_alarm).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(rows.iter().map(|row| row.next_alarm_at).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(rows.iter().map(|row| row.breached_at).collect::<Vec<_>>())
    .execute(conn)
}

/// Writes back the due instants of the tickets and the ends of their chains of events, and nothing else: the version
/// stays.
pub fn update_tickets(conn: &mut PgConnection, rows: &[&TicketRow]) -> QueryResult<usize> {
    let due: Vec<Option<DateTime<Utc>>> = rows.iter().map(|row| row.due_at).collect();
    diesel::sql_query(
        "UPDATE ticket SET due_at = moved.due_at, event_count = moved.event_count, event_hash = moved.event_hash \
         FROM unnest($1, $2, $3, $4) AS moved (id, due_at, event_count, event_hash) WHERE ticket.id = moved.id",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(due)
    .bind::<Array<Integer>, _>(rows.iter().map(|row| row.event_count).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(rows.iter().map(|row| row.event_hash.as_slice()).collect::<Vec<_>>())
    .execute(conn)
}
