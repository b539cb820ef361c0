//! Rows of `sweep_state`, `sweep_action` and `sweep_canary`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Timestamptz};
use uuid::Uuid;

use super::views::SweepVerb;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{sweep_action, sweep_canary, sweep_state};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sweep_state, check_for_backend(diesel::pg::Pg))]
pub(super) struct StateRow {
    pub is_paused: bool,
    pub minute_at: Option<DateTime<Utc>>,
    pub minute_alarms: i32,
    pub confirmed_until: Option<DateTime<Utc>>,
}

pub(super) fn get_state(conn: &mut PgConnection) -> QueryResult<StateRow> {
    sweep_state::table.select(StateRow::as_select()).first(conn)
}

pub(super) fn lock_state(conn: &mut PgConnection) -> QueryResult<StateRow> {
    sweep_state::table.select(StateRow::as_select()).for_update().first(conn)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Integer)]
    minute_alarms: i32,
    #[diesel(sql_type = Bool)]
    is_paused: bool,
}

/// Counts alarms into a minute. Tells how many it has now and whether somebody has paused the sweep meanwhile; the row
/// stays locked until the transaction ends, which is at once.
pub(super) fn count(conn: &mut PgConnection, minute: DateTime<Utc>, alarms: i32) -> QueryResult<(i32, bool)> {
    let counted: Counted = diesel::sql_query(
        "UPDATE sweep_state SET minute_at = $1, \
             minute_alarms = CASE WHEN minute_at = $1 THEN minute_alarms ELSE 0 END + $2 \
         RETURNING minute_alarms, is_paused",
    )
    .bind::<Timestamptz, _>(minute)
    .bind::<Integer, _>(alarms)
    .get_result(conn)?;
    Ok((counted.minute_alarms, counted.is_paused))
}

pub(super) fn pause(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::update(sweep_state::table).set(sweep_state::is_paused.eq(true)).execute(conn)
}

/// Goes on, and lets everything fire that is due by now.
pub(super) fn resume(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(sweep_state::table)
        .set((
            sweep_state::is_paused.eq(false),
            sweep_state::minute_at.eq(None::<DateTime<Utc>>),
            sweep_state::minute_alarms.eq(0),
            sweep_state::confirmed_until.eq(now),
        ))
        .execute(conn)
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sweep_action, check_for_backend(diesel::pg::Pg))]
pub(super) struct ActionRow {
    pub id: Uuid,
    pub action: SweepVerb,
    pub staff_id: Option<StaffId>,
    pub reason: String,
    pub taken_at: DateTime<Utc>,
}

pub(super) fn insert_action(conn: &mut PgConnection, row: &ActionRow) -> QueryResult<usize> {
    diesel::insert_into(sweep_action::table).values(row).execute(conn)
}

/// The last actions, the newest first.
pub(super) fn list_actions(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<ActionRow>> {
    sweep_action::table.order(sweep_action::id.desc()).limit(limit).select(ActionRow::as_select()).load(conn)
}

/// When the canary is due, and when it last fired.
pub(super) type Canary = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

pub(super) fn get_canary(conn: &mut PgConnection) -> QueryResult<Canary> {
    sweep_canary::table.select((sweep_canary::due_at, sweep_canary::fired_at)).first(conn)
}

/// Fires the canary if it is due, or if a clock that was set back left it far in the future. Tells how often: 0 or 1.
pub(super) fn fire_canary(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    next: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(sweep_canary::table)
        .filter(
            sweep_canary::due_at.is_null().or(sweep_canary::due_at.le(now)).or(sweep_canary::due_at.gt(next)),
        )
        .set((
            sweep_canary::due_at.eq(next),
            sweep_canary::fired_at.eq(now),
            sweep_canary::fired.eq(sweep_canary::fired + 1),
        ))
        .execute(conn)
}
