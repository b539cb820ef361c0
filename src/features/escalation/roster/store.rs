//! Rows of `staff_absence` and `duty`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::model::{AbsenceId, DutyId, DutyPost};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{duty, staff_absence};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = staff_absence, check_for_backend(diesel::pg::Pg))]
pub(super) struct AbsenceRow {
    pub id: AbsenceId,
    pub staff_id: StaffId,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub substitute_id: Option<StaffId>,
    pub entered_by: StaffId,
    pub entered_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = duty, check_for_backend(diesel::pg::Pg))]
pub(super) struct DutyRow {
    pub id: DutyId,
    pub post: DutyPost,
    pub department_id: Option<i32>,
    pub staff_id: StaffId,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub entered_by: StaffId,
    pub entered_at: DateTime<Utc>,
}

/// Who is away on a day; what was entered last comes last.
pub(super) fn list_away(
    conn: &mut PgConnection,
    day: NaiveDate,
) -> QueryResult<Vec<(StaffId, Option<StaffId>)>> {
    staff_absence::table
        .filter(staff_absence::last_on.ge(day).and(staff_absence::first_on.le(day)))
        .order((staff_absence::entered_at, staff_absence::id))
        .select((staff_absence::staff_id, staff_absence::substitute_id))
        .load(conn)
}

/// Who is on duty on a day, for what and where.
pub(super) fn list_on_duty(
    conn: &mut PgConnection,
    day: NaiveDate,
) -> QueryResult<Vec<(DutyPost, Option<i32>, StaffId)>> {
    duty::table
        .filter(duty::last_on.ge(day).and(duty::first_on.le(day)))
        .order((duty::entered_at, duty::id))
        .select((duty::post, duty::department_id, duty::staff_id))
        .load(conn)
}

pub(super) fn insert_absence(conn: &mut PgConnection, row: &AbsenceRow) -> QueryResult<usize> {
    diesel::insert_into(staff_absence::table).values(row).execute(conn)
}

pub(super) fn find_absence(conn: &mut PgConnection, id: AbsenceId) -> QueryResult<Option<AbsenceRow>> {
    staff_absence::table.find(id).select(AbsenceRow::as_select()).for_update().first(conn).optional()
}

pub(super) fn delete_absence(conn: &mut PgConnection, id: AbsenceId) -> QueryResult<usize> {
    diesel::delete(staff_absence::table.find(id)).execute(conn)
}

/// Absences that have not ended by `day`, the soonest end first, after `after`; of some people, or of all.
pub(super) fn list_absences(
    conn: &mut PgConnection,
    of: Option<&[StaffId]>,
    after: (NaiveDate, AbsenceId),
    limit: i64,
) -> QueryResult<Vec<AbsenceRow>> {
    let is_after = staff_absence::last_on
        .gt(after.0)
        .or(staff_absence::last_on.eq(after.0).and(staff_absence::id.gt(after.1)));
    let mut query = staff_absence::table
        .filter(staff_absence::last_on.ge(after.0))
        .filter(is_after)
        .order((staff_absence::last_on, staff_absence::id))
        .limit(limit)
        .select(AbsenceRow::as_select())
        .into_boxed();
    if let Some(of) = of {
        query = query.filter(staff_absence::staff_id.eq_any(of.to_vec()));
    }
    query.load(conn)
}

pub(super) fn insert_duty(conn: &mut PgConnection, row: &DutyRow) -> QueryResult<usize> {
    diesel::insert_into(duty::table).values(row).execute(conn)
}

pub(super) fn find_duty(conn: &mut PgConnection, id: DutyId) -> QueryResult<Option<DutyRow>> {
    duty::table.find(id).select(DutyRow::as_select()).for_update().first(conn).optional()
}

pub(super) fn delete_duty(conn: &mut PgConnection, id: DutyId) -> QueryResult<usize> {
    diesel::delete(duty::table.find(id)).execute(conn)
}

/// Duties that have not ended by `day`, the soonest end first, after `after`; of some departments, or all and the desk's.
pub(super) fn list_duties(
    conn: &mut PgConnection,
    of: Option<&[i32]>,
    after: (NaiveDate, DutyId),
    limit: i64,
) -> QueryResult<Vec<DutyRow>> {
    let is_after = duty::last_on.gt(after.0).or(duty::last_on.eq(after.0).and(duty::id.gt(after.1)));
    let mut query = duty::table
        .filter(duty::last_on.ge(after.0))
        .filter(is_after)
        .order((duty::last_on, duty::id))
        .limit(limit)
        .select(DutyRow::as_select())
        .into_boxed();
    if let Some(of) = of {
        query = query.filter(duty::department_id.eq_any(of.to_vec()));
    }
    query.load(conn)
}
