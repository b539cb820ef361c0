//! Rows of `alarm_notice` and `alarm_snooze`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::features::escalation::model::AlarmId;
use crate::features::escalation::notice::{NewNotice, Step};
use crate::features::tickets::{ClockId, TicketId};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{alarm, alarm_notice, alarm_snooze};
use crate::rules::vocabulary::{AlarmLevel, Metric};

/// The key of a notice.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(in crate::features::escalation) struct NoticeKey {
    #[diesel(sql_type = SqlUuid)]
    pub alarm_id: AlarmId,
    #[diesel(sql_type = Text)]
    pub step: Step,
    #[diesel(sql_type = SmallInt)]
    pub number: i16,
    #[diesel(sql_type = SqlUuid)]
    pub staff_id: StaffId,
}

impl std::fmt::Display for NoticeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}/{}", self.alarm_id, self.step, self.number, self.staff_id)
    }
}

/// A notice that is due, with what its mail says. The alarm's column `is_open` tells whether anybody acknowledged it.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(table_name = alarm, check_for_backend(diesel::pg::Pg))]
pub(in crate::features::escalation) struct DueNotice {
    #[diesel(sql_type = SqlUuid)]
    pub alarm_id: AlarmId,
    #[diesel(sql_type = Text)]
    pub step: Step,
    #[diesel(sql_type = SmallInt)]
    pub number: i16,
    #[diesel(sql_type = SqlUuid)]
    pub staff_id: StaffId,
    pub clock_id: ClockId,
    pub ticket_id: TicketId,
    pub reference: String,
    pub metric: Metric,
    pub level: AlarmLevel,
    pub due_on: NaiveDate,
    pub department_id: Option<i32>,
    pub is_open: bool,
}

/// A notice with the mail that told it; `None`: there was no need any more.
pub(in crate::features::escalation) type Told<'a> = (&'a DueNotice, Option<Uuid>);

/// Adds any number of notices with one statement. One that stands already is left as it is.
pub(in crate::features::escalation) fn insert(
    conn: &mut PgConnection,
    rows: &[NewNotice],
) -> QueryResult<usize> {
    if rows.is_empty() {
        return Ok(0);
    }
    diesel::sql_query(
        "INSERT INTO alarm_notice (alarm_id, step, number, staff_id, deliver_at) \
         SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.alarm_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.step).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(rows.iter().map(|row| row.number).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.staff_id).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(rows.iter().map(|row| row.deliver_at).collect::<Vec<_>>())
    .execute(conn)
}

/// Locks notices that may be delivered and that no other delivery holds, person by person; without `except`, which are
/// keys as text.
pub(in crate::features::escalation) fn lock_due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    except: &[String],
    limit: i64,
) -> QueryResult<Vec<NoticeKey>> {
    diesel::sql_query(
        "SELECT alarm_id, step, number, staff_id FROM alarm_notice \
         WHERE delivered_at IS NULL AND deliver_at <= $1 \
             AND concat_ws('/', alarm_id, step, number, staff_id) <> ALL ($2) \
         ORDER BY deliver_at, staff_id, alarm_id LIMIT $3 FOR UPDATE SKIP LOCKED",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Text>, _>(except)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// These notices, person by person.
pub(in crate::features::escalation) fn list(
    conn: &mut PgConnection,
    keys: &[NoticeKey],
) -> QueryResult<Vec<DueNotice>> {
    diesel::sql_query(
        "SELECT notice.alarm_id, notice.step, notice.number, notice.staff_id, alarm.clock_id, alarm.ticket_id, \
             alarm.reference, alarm.metric, alarm.level, alarm.due_on, alarm.department_id, alarm.is_open \
         FROM unnest($1, $2, $3, $4) AS wanted (alarm_id, step, number, staff_id) \
         JOIN alarm_notice AS notice USING (alarm_id, step, number, staff_id) \
         JOIN alarm ON alarm.id = notice.alarm_id \
         ORDER BY notice.deliver_at, notice.staff_id, notice.alarm_id",
    )
    .bind::<Array<SqlUuid>, _>(keys.iter().map(|key| key.alarm_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(keys.iter().map(|key| key.step).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(keys.iter().map(|key| key.number).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(keys.iter().map(|key| key.staff_id).collect::<Vec<_>>())
    .load(conn)
}

/// Notes which mail told which notice.
pub(in crate::features::escalation) fn mark_delivered(
    conn: &mut PgConnection,
    told: &[Told<'_>],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE alarm_notice AS notice SET delivered_at = $1, message_id = told.message_id \
         FROM unnest($2, $3, $4, $5, $6) AS told (alarm_id, step, number, staff_id, message_id) \
         WHERE notice.alarm_id = told.alarm_id AND notice.step = told.step AND notice.number = told.number \
             AND notice.staff_id = told.staff_id",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(told.iter().map(|(notice, _)| notice.alarm_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(notice, _)| notice.step).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(told.iter().map(|(notice, _)| notice.number).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(told.iter().map(|(notice, _)| notice.staff_id).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(told.iter().map(|(_, message)| *message).collect::<Vec<_>>())
    .execute(conn)
}

/// Who was told of these alarms, in whatever step.
pub(in crate::features::escalation) fn list_told(
    conn: &mut PgConnection,
    alarms: &[AlarmId],
) -> QueryResult<Vec<(AlarmId, StaffId)>> {
    alarm_notice::table
        .filter(alarm_notice::alarm_id.eq_any(alarms))
        .select((alarm_notice::alarm_id, alarm_notice::staff_id))
        .distinct()
        .load(conn)
}

#[derive(Debug, Insertable)]
#[diesel(table_name = alarm_snooze)]
pub(in crate::features::escalation) struct SnoozeRow<'a> {
    pub alarm_id: AlarmId,
    pub number: i16,
    pub staff_id: StaffId,
    pub reason: &'a str,
    pub snoozed_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

pub(in crate::features::escalation) fn insert_snooze(
    conn: &mut PgConnection,
    row: &SnoozeRow<'_>,
) -> QueryResult<usize> {
    diesel::insert_into(alarm_snooze::table).values(row).execute(conn)
}
