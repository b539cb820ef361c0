//! Rows of `alarm`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};

use crate::features::escalation::model::AlarmId;
use crate::features::tickets::{ClockId, TicketId};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::alarm;
use crate::rules::vocabulary::{AlarmLevel, Kind, Metric};

#[derive(Debug, Clone, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = alarm, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::escalation) struct AlarmRow {
    pub id: AlarmId,
    pub clock_id: ClockId,
    pub reference: String,
    pub metric: Metric,
    pub arming: i16,
    pub level: AlarmLevel,
    pub due_on: NaiveDate,
    pub fire_at: DateTime<Utc>,
    pub fired_at: DateTime<Utc>,
    pub department_id: Option<i32>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub acknowledged_by: Option<StaffId>,
    pub is_open: bool,
    pub version: i32,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub raised_at: Option<DateTime<Utc>>,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub snoozes: i16,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(in crate::features::escalation) struct NewAlarmRow {
    pub id: AlarmId,
    pub clock_id: ClockId,
    pub ticket_id: TicketId,
    pub reference: String,
    pub metric: Metric,
    pub arming: i16,
    pub level: AlarmLevel,
    pub due_on: NaiveDate,
    pub fire_at: DateTime<Utc>,
    pub fired_at: DateTime<Utc>,
    pub is_absorbed: bool,
    pub department_id: Option<i32>,
    pub acknowledge_by: Option<DateTime<Utc>>,
    pub kind: Kind,
}

/// Where an alarm stands in the list: open ones first, then the newest.
pub(in crate::features::escalation) type ListKey = (bool, DateTime<Utc>, AlarmId);

/// Adds any number of alarms with one statement. One that fired before is refused by `alarm_fires_once`.
pub(in crate::features::escalation) fn insert(
    conn: &mut PgConnection,
    rows: &[NewAlarmRow],
) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO alarm (id, clock_id, ticket_id, reference, metric, arming, level, due_on, fire_at, fired_at, \
             is_absorbed, department_id, acknowledge_by, kind) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind::<Array<SqlUuid>, _>(column(rows, |row| row.id))
    .bind::<Array<SqlUuid>, _>(column(rows, |row| row.clock_id))
    .bind::<Array<SqlUuid>, _>(column(rows, |row| row.ticket_id))
    .bind::<Array<Text>, _>(column(rows, |row| row.reference.as_str()))
    .bind::<Array<Text>, _>(column(rows, |row| row.metric))
    .bind::<Array<SmallInt>, _>(column(rows, |row| row.arming))
    .bind::<Array<Text>, _>(column(rows, |row| row.level))
    .bind::<Array<Date>, _>(column(rows, |row| row.due_on))
    .bind::<Array<Timestamptz>, _>(column(rows, |row| row.fire_at))
    .bind::<Array<Timestamptz>, _>(column(rows, |row| row.fired_at))
    .bind::<Array<Bool>, _>(column(rows, |row| row.is_absorbed))
    .bind::<Array<Nullable<Integer>>, _>(column(rows, |row| row.department_id))
    .bind::<Array<Nullable<Timestamptz>>, _>(column(rows, |row| row.acknowledge_by))
    .bind::<Array<Text>, _>(column(rows, |row| row.kind))
    .execute(conn)
}

fn column<'a, T>(rows: &'a [NewAlarmRow], value: impl Fn(&'a NewAlarmRow) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// A page of the list.
#[derive(Debug, Clone)]
pub(in crate::features::escalation) struct ListPage {
    pub levels: Vec<AlarmLevel>,
    pub after: ListKey,
    pub limit: i64,
}

/// A page of the alarms everywhere, of matters of one kind or of all. Each level is read along its own piece of the index.
pub(in crate::features::escalation) fn list_everywhere(
    conn: &mut PgConnection,
    kind: Option<Kind>,
    page: &ListPage,
) -> QueryResult<Vec<AlarmRow>> {
    diesel::sql_query(
        "SELECT found.* FROM unnest($1) AS wanted (level) CROSS JOIN LATERAL ( \
             SELECT * FROM alarm WHERE alarm.level = wanted.level AND NOT is_absorbed \
                 AND (is_open, fired_at, id) < ($2, $3, $4) AND ($6 IS NULL OR kind = $6) \
             ORDER BY is_open DESC, fired_at DESC, id DESC LIMIT $5) AS found \
         ORDER BY is_open DESC, fired_at DESC, id DESC LIMIT $5",
    )
    .bind::<Array<Text>, _>(&page.levels)
    .bind::<Bool, _>(page.after.0)
    .bind::<Timestamptz, _>(page.after.1)
    .bind::<SqlUuid, _>(page.after.2)
    .bind::<BigInt, _>(page.limit)
    .bind::<Nullable<Text>, _>(kind)
    .load(conn)
}

/// The same for these departments.
pub(in crate::features::escalation) fn list_of_departments(
    conn: &mut PgConnection,
    departments: &[i32],
    kind: Option<Kind>,
    page: &ListPage,
) -> QueryResult<Vec<AlarmRow>> {
    diesel::sql_query(
        "SELECT found.* FROM unnest($1) AS here (department_id) CROSS JOIN unnest($2) AS wanted (level) \
         CROSS JOIN LATERAL ( \
             SELECT * FROM alarm WHERE alarm.department_id = here.department_id AND alarm.level = wanted.level \
                 AND NOT is_absorbed AND (is_open, fired_at, id) < ($3, $4, $5) AND ($7 IS NULL OR kind = $7) \
             ORDER BY is_open DESC, fired_at DESC, id DESC LIMIT $6) AS found \
         ORDER BY is_open DESC, fired_at DESC, id DESC LIMIT $6",
    )
    .bind::<Array<Integer>, _>(departments)
    .bind::<Array<Text>, _>(&page.levels)
    .bind::<Bool, _>(page.after.0)
    .bind::<Timestamptz, _>(page.after.1)
    .bind::<SqlUuid, _>(page.after.2)
    .bind::<BigInt, _>(page.limit)
    .bind::<Nullable<Text>, _>(kind)
    .load(conn)
}

/// The same of what somebody was told of, wherever.
pub(in crate::features::escalation) fn list_told_to(
    conn: &mut PgConnection,
    staff_id: StaffId,
    page: &ListPage,
) -> QueryResult<Vec<AlarmRow>> {
    diesel::sql_query(
        "SELECT * FROM alarm WHERE id IN (SELECT alarm_id FROM alarm_notice WHERE staff_id = $1) \
             AND NOT is_absorbed AND level = ANY ($2) AND (is_open, fired_at, id) < ($3, $4, $5) \
         ORDER BY is_open DESC, fired_at DESC, id DESC LIMIT $6",
    )
    .bind::<SqlUuid, _>(staff_id)
    .bind::<Array<Text>, _>(&page.levels)
    .bind::<Bool, _>(page.after.0)
    .bind::<Timestamptz, _>(page.after.1)
    .bind::<SqlUuid, _>(page.after.2)
    .bind::<BigInt, _>(page.limit)
    .load(conn)
}

/// Locks an alarm that somebody was told of.
pub(in crate::features::escalation) fn lock(
    conn: &mut PgConnection,
    id: AlarmId,
) -> QueryResult<Option<AlarmRow>> {
    alarm::table
        .filter(alarm::id.eq(id).and(alarm::is_absorbed.eq(false)))
        .select(AlarmRow::as_select())
        .for_update()
        .first(conn)
        .optional()
}

/// Notes who acknowledged an alarm, and gives it back as it is now.
pub(in crate::features::escalation) fn acknowledge(
    conn: &mut PgConnection,
    id: AlarmId,
    by: StaffId,
    at: DateTime<Utc>,
) -> QueryResult<AlarmRow> {
    diesel::update(alarm::table.find(id))
        .set((
            alarm::acknowledged_at.eq(at),
            alarm::acknowledged_by.eq(by),
            alarm::acknowledge_by.eq(None::<DateTime<Utc>>),
            alarm::snoozed_until.eq(None::<DateTime<Utc>>),
            alarm::version.eq(alarm::version + 1),
        ))
        .returning(AlarmRow::as_returning())
        .get_result(conn)
}

/// These alarms, in the order of their keys.
pub(in crate::features::escalation) fn list(
    conn: &mut PgConnection,
    ids: &[AlarmId],
) -> QueryResult<Vec<AlarmRow>> {
    alarm::table.filter(alarm::id.eq_any(ids)).order(alarm::id).select(AlarmRow::as_select()).load(conn)
}

/// Locks alarms that nobody acknowledged in time and that no other sweep holds, without `except`.
pub(in crate::features::escalation) fn lock_unacknowledged(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    except: &[AlarmId],
    limit: i64,
) -> QueryResult<Vec<AlarmId>> {
    alarm::table
        .filter(alarm::is_open.and(alarm::acknowledge_by.le(now)))
        .filter(alarm::id.ne_all(except))
        .order((alarm::acknowledge_by, alarm::id))
        .limit(limit)
        .select(alarm::id)
        .for_update()
        .skip_locked()
        .load(conn)
}

/// Locks alarms that have rested long enough and that no other sweep holds, without `except`.
pub(in crate::features::escalation) fn lock_rested(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    except: &[AlarmId],
    limit: i64,
) -> QueryResult<Vec<AlarmId>> {
    alarm::table
        .filter(alarm::is_open.and(alarm::snoozed_until.le(now)))
        .filter(alarm::id.ne_all(except))
        .order((alarm::snoozed_until, alarm::id))
        .limit(limit)
        .select(alarm::id)
        .for_update()
        .skip_locked()
        .load(conn)
}

/// Nobody is waited for any more; `raised_at` for those that were passed on.
pub(in crate::features::escalation) fn stop_waiting(
    conn: &mut PgConnection,
    ids: &[AlarmId],
    raised_at: Option<DateTime<Utc>>,
) -> QueryResult<usize> {
    let rows = diesel::update(alarm::table.filter(alarm::id.eq_any(ids)));
    let nobody = alarm::acknowledge_by.eq(None::<DateTime<Utc>>);
    match raised_at {
        Some(at) => rows.set((nobody, alarm::raised_at.eq(at))).execute(conn),
        None => rows.set(nobody).execute(conn),
    }
}

/// The ticket has gone to another department since the alarm fired, and so does the alarm.
pub(in crate::features::escalation) fn move_to(
    conn: &mut PgConnection,
    id: AlarmId,
    department_id: Option<i32>,
) -> QueryResult<usize> {
    diesel::update(alarm::table.find(id)).set(alarm::department_id.eq(department_id)).execute(conn)
}

/// Lets an alarm rest, and gives it back as it is now.
pub(in crate::features::escalation) fn snooze(
    conn: &mut PgConnection,
    id: AlarmId,
    until: DateTime<Utc>,
) -> QueryResult<AlarmRow> {
    diesel::update(alarm::table.find(id))
        .set((
            alarm::snoozed_until.eq(until),
            alarm::acknowledge_by.eq(None::<DateTime<Utc>>),
            alarm::snoozes.eq(alarm::snoozes + 1),
            alarm::version.eq(alarm::version + 1),
        ))
        .returning(AlarmRow::as_returning())
        .get_result(conn)
}

/// Alarms rest no more, and are waited for until `acknowledge_by`.
pub(in crate::features::escalation) fn end_snoozes(
    conn: &mut PgConnection,
    ids: &[AlarmId],
    acknowledge_by: Option<DateTime<Utc>>,
) -> QueryResult<usize> {
    diesel::update(alarm::table.filter(alarm::id.eq_any(ids)))
        .set((alarm::snoozed_until.eq(None::<DateTime<Utc>>), alarm::acknowledge_by.eq(acknowledge_by)))
        .execute(conn)
}

/// An alarm of the leader's level, as the brief tells of it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = alarm, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::escalation) struct TopAlarmRow {
    pub reference: String,
    pub metric: Metric,
    pub due_on: NaiveDate,
    pub department_id: Option<i32>,
}

/// The alarms of a level that fired after `since` and up to `until`, the oldest due first.
pub(in crate::features::escalation) fn list_fired(
    conn: &mut PgConnection,
    level: AlarmLevel,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<TopAlarmRow>> {
    alarm::table
        .filter(alarm::level.eq(level).and(alarm::is_absorbed.eq(false)))
        // Both values, so that the index on level, is_open and fired_at is used to its end.
        .filter(alarm::is_open.eq_any([true, false]))
        .filter(alarm::fired_at.gt(since).and(alarm::fired_at.le(until)))
        .order((alarm::due_on, alarm::reference, alarm::id))
        .select(TopAlarmRow::as_select())
        .load(conn)
}
