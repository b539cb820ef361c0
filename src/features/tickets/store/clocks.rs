//! Rows of `clock` and `clock_pause`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::features::tickets::model::{ClockId, ClockStatus, TicketId, WorkOrderId};
use crate::platform::db::schema::{clock, clock_pause, ticket};
use crate::rules::vocabulary::{AlarmLevel, Metric, Unit};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clock, check_for_backend(diesel::pg::Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ClockRow {
    pub id: ClockId,
    pub ticket_id: TicketId,
    pub work_order_id: Option<WorkOrderId>,
    pub department_id: Option<i32>,
    pub cycle: i16,
    pub metric: Metric,
    pub limit_code: String,
    pub policy_code: String,
    pub policy_version: i32,
    pub calendar_code: String,
    pub calendar_version: i32,
    pub amount: i32,
    pub unit: Unit,
    pub extension: i32,
    pub anchor_on: NaiveDate,
    pub anchor_at: Option<DateTime<Utc>>,
    pub due_on: NaiveDate,
    pub due_at: DateTime<Utc>,
    pub is_provisional: bool,
    pub status: ClockStatus,
    pub started_at: DateTime<Utc>,
    pub paused_at: Option<DateTime<Utc>>,
    pub pause_cause: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_cause: Option<String>,
    pub breached_at: Option<DateTime<Utc>>,
    pub arming: i16,
    pub last_alarm: Option<AlarmLevel>,
    pub next_alarm_at: Option<DateTime<Utc>>,
    pub joined_ticket_id: Option<TicketId>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = clock_pause, check_for_backend(diesel::pg::Pg))]
pub struct PauseRow {
    pub clock_id: ClockId,
    pub number: i16,
    pub cause: String,
    pub paused_at: DateTime<Utc>,
    pub resumed_at: DateTime<Utc>,
    pub paused_on: NaiveDate,
    pub resumed_on: NaiveDate,
}

pub fn insert(conn: &mut PgConnection, row: &ClockRow) -> QueryResult<usize> {
    diesel::insert_into(clock::table).values(row).execute(conn)
}

/// Writes a changed row back.
pub fn update(conn: &mut PgConnection, row: &ClockRow) -> QueryResult<usize> {
    diesel::update(clock::table.filter(clock::id.eq(row.id))).set(row).execute(conn)
}

/// The clocks of a ticket that run or are paused.
pub fn list_live(conn: &mut PgConnection, id: TicketId) -> QueryResult<Vec<ClockRow>> {
    clock::table
        .filter(
            clock::ticket_id.eq(id).and(clock::status.eq_any([ClockStatus::Running, ClockStatus::Paused])),
        )
        .order((clock::started_at, clock::id))
        .select(ClockRow::as_select())
        .load(conn)
}

/// All clocks of a ticket, oldest first.
pub fn list(conn: &mut PgConnection, id: TicketId) -> QueryResult<Vec<ClockRow>> {
    clock::table
        .filter(clock::ticket_id.eq(id))
        .order((clock::started_at, clock::id))
        .select(ClockRow::as_select())
        .load(conn)
}

/// The promise to the citizen of a ticket that was the last to end for this reason.
pub fn find_ended_promise(
    conn: &mut PgConnection,
    id: TicketId,
    cause: &str,
) -> QueryResult<Option<ClockRow>> {
    clock::table
        .filter(clock::ticket_id.eq(id).and(clock::end_cause.eq(cause)))
        .filter(clock::metric.eq_any([Metric::Accept, Metric::Reply]))
        .order((clock::ended_at.desc(), clock::id.desc()))
        .select(ClockRow::as_select())
        .first(conn)
        .optional()
}

pub fn list_pauses(conn: &mut PgConnection, ids: &[ClockId]) -> QueryResult<Vec<PauseRow>> {
    clock_pause::table
        .filter(clock_pause::clock_id.eq_any(ids))
        .order((clock_pause::clock_id, clock_pause::number))
        .select(PauseRow::as_select())
        .load(conn)
}

pub fn insert_pauses(conn: &mut PgConnection, rows: &[PauseRow]) -> QueryResult<usize> {
    diesel::insert_into(clock_pause::table).values(rows).execute(conn)
}

/// Locks tickets whose rating window has passed ([`crate::rules::sla::is_over`]) and that nobody else holds, each with its
/// clock, without `except`.
pub fn lock_unrated(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    except: &[TicketId],
    limit: i64,
) -> QueryResult<Vec<TicketId>> {
    clock::table
        .inner_join(ticket::table.on(ticket::id.eq(clock::ticket_id)))
        .filter(
            clock::metric
                .eq(Metric::Rating)
                .and(clock::status.eq(ClockStatus::Running))
                .and(clock::due_at.le(now)),
        )
        .filter(clock::ticket_id.ne_all(except))
        .order((clock::due_at, clock::id))
        .limit(limit)
        .select(clock::ticket_id)
        .for_update()
        .skip_locked()
        .load(conn)
}

/// Where a clock stands in the order of alarms.
pub type AlarmKey = (DateTime<Utc>, ClockId);

/// A clock that is due: the instant of its alarm, the clock, its ticket.
pub type Alarming = (Option<DateTime<Utc>>, ClockId, TicketId);

/// The clocks whose next alarm is due, from after `after` on and without `except`, with their tickets. Locks nothing.
pub fn list_alarming(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    after: AlarmKey,
    except: &[ClockId],
    limit: i64,
) -> QueryResult<Vec<Alarming>> {
    let is_after = sql::<Bool>("(clock.next_alarm_at, clock.id) > (")
        .bind::<Timestamptz, _>(after.0)
        .sql(", ")
        .bind::<SqlUuid, _>(after.1)
        .sql(")");
    clock::table
        .filter(clock::next_alarm_at.is_not_null())
        .filter(clock::next_alarm_at.le(now))
        .filter(is_after)
        .filter(clock::id.ne_all(except))
        .order((clock::next_alarm_at, clock::id))
        .limit(limit)
        .select((clock::next_alarm_at, clock::id, clock::ticket_id))
        .load(conn)
}

/// Locks those of the clocks whose next alarm is still due. Their tickets must be locked already.
///
/// Found by their keys alone: were the instant a condition too, every batch would read the index of all that is due.
pub fn lock_alarming(
    conn: &mut PgConnection,
    ids: &[ClockId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<ClockRow>> {
    let query = clock::table.filter(clock::id.eq_any(ids)).order(clock::id);
    let rows: Vec<ClockRow> = query.select(ClockRow::as_select()).for_update().load(conn)?;
    Ok(rows.into_iter().filter(|row| row.next_alarm_at.is_some_and(|at| at <= now)).collect())
}

/// Writes back what an alarm changes of its clock.
pub fn update_fired(conn: &mut PgConnection, rows: &[&ClockRow]) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE clock SET last_alarm = fired.last_alarm, next_alarm_at = fired.next_alarm_at, \
             breached_at = fired.breached_at \
         FROM unnest($1, $2, $3, $4) AS fired (id, last_alarm, next_alarm_at, breached_at) \
         WHERE clock.id = fired.id",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|row| row.last_alarm).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(rows.iter().map(|row| row.next_alarm_at).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(rows.iter().map(|row| row.breached_at).collect::<Vec<_>>())
    .execute(conn)
}
