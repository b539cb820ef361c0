//! Work lists: pages of open tickets, soonest due first, each from its partial index.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::features::tickets::model::TicketId;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::Prepared;
use crate::rules::lifecycle::State;
use crate::rules::vocabulary::{Kind, Priority};

/// A line of a work list.
#[derive(Debug, Clone, QueryableByName)]
pub struct ListRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: TicketId,
    #[diesel(sql_type = Text)]
    pub reference: String,
    #[diesel(sql_type = Text)]
    pub kind: Kind,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub state: State,
    #[diesel(sql_type = Integer)]
    pub category_id: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    pub department_id: Option<i32>,
    #[diesel(sql_type = Timestamptz)]
    pub received_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = SmallInt)]
    pub urges: i16,
    #[diesel(sql_type = Text)]
    pub priority: Priority,
    #[diesel(sql_type = Integer)]
    pub version: i32,
}

/// Where a page begins: after this due instant and id.
#[derive(Debug, Clone, Copy)]
pub struct After {
    pub due_at: DateTime<Utc>,
    pub id: TicketId,
}

macro_rules! columns {
    () => {
        "id, reference, kind, title, state, category_id, department_id, received_at, due_at, urges, priority, version"
    };
}

/// Tickets nobody's yet: index `ticket_desk_work`.
pub fn list_desk(
    conn: &mut PgConnection,
    kind: Option<Kind>,
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT ",
        columns!(),
        " FROM ticket WHERE state IN ('received', 'accepted') AND (due_at, id) > (?, ?) ",
        "AND (? IS NULL OR kind = ?) ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// The departments' open tickets: one walk of index `ticket_department_work` a department, merged.
pub fn list_departments(
    conn: &mut PgConnection,
    departments: &[i32],
    (state, kind): (Option<State>, Option<Kind>),
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT t.* FROM unnest(?) AS d (id) CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM ticket WHERE department_id = d.id AND due_at IS NOT NULL AND (due_at, id) > (?, ?) ",
        "AND (? IS NULL OR state = ?) AND (? IS NULL OR kind = ?) ",
        "ORDER BY due_at, id LIMIT ?) AS t ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Array<Integer>, _>(departments)
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<Nullable<Text>, _>(state)
    .bind::<Nullable<Text>, _>(state)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<BigInt, _>(limit)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// Every open ticket: index `ticket_open_due`.
pub fn list_open(
    conn: &mut PgConnection,
    kind: Option<Kind>,
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT ",
        columns!(),
        " FROM ticket WHERE due_at IS NOT NULL AND (due_at, id) > (?, ?) ",
        "AND (? IS NULL OR kind = ?) ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// The open tickets of one priority: index `ticket_open_priority` of those that are not normal, and for those that are, as
/// nearly all, `ticket_open_due`.
pub fn list_of_priority(
    conn: &mut PgConnection,
    (priority, kind): (Priority, Option<Kind>),
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    let statement = match priority {
        Priority::Normal => concat!(
            "SELECT ",
            columns!(),
            " FROM ticket WHERE due_at IS NOT NULL AND priority = ? AND (? IS NULL OR kind = ?) ",
            "AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"
        ),
        Priority::Urgent | Priority::Critical => concat!(
            "SELECT ",
            columns!(),
            " FROM ticket WHERE due_at IS NOT NULL AND priority <> 'normal' AND priority = ? ",
            "AND (? IS NULL OR kind = ?) AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"
        ),
    };
    Prepared::new(statement)
        .bind::<Text, _>(priority)
        .bind::<Nullable<Text>, _>(kind)
        .bind::<Nullable<Text>, _>(kind)
        .bind::<Timestamptz, _>(after.due_at)
        .bind::<SqlUuid, _>(after.id)
        .bind::<BigInt, _>(limit)
        .load(conn)
}

/// Tickets to which the departments owe a contribution, longest waiting first: index `work_order_department_open`.
pub fn list_assists(
    conn: &mut PgConnection,
    departments: &[i32],
    kind: Option<Kind>,
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT ",
        columns!(),
        " FROM ticket WHERE id IN (SELECT ticket_id FROM work_order WHERE department_id = ANY (?) AND role = 'assist' ",
        "AND status IN ('issued', 'signed', 'replied', 'returned')) AND (? IS NULL OR kind = ?) ",
        "AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Array<Integer>, _>(departments)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<Nullable<Text>, _>(kind)
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// Which of the open tickets that somebody handles; `None`: whichever.
#[derive(Debug, Clone)]
pub struct AssignedTo {
    /// Who handles them.
    pub staff_id: StaffId,
    /// The departments that lead them.
    pub departments: Option<Vec<i32>>,
    /// The kind of matter.
    pub kind: Option<Kind>,
    /// Their state.
    pub state: Option<State>,
    /// Their priority.
    pub priority: Option<Priority>,
}

/// The open tickets that somebody handles: index `work_order_assignee_open`.
pub fn list_assigned(
    conn: &mut PgConnection,
    of: &AssignedTo,
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT ",
        columns!(),
        " FROM ticket WHERE id IN (SELECT ticket_id FROM work_order WHERE assignee_id = ? AND role = 'lead' ",
        "AND status IN ('issued', 'signed', 'replied', 'returned')) AND (? IS NULL OR department_id = ANY (?)) ",
        "AND (? IS NULL OR kind = ?) AND (? IS NULL OR state = ?) AND (? IS NULL OR priority = ?) ",
        "AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<SqlUuid, _>(of.staff_id)
    .bind::<Nullable<Array<Integer>>, _>(of.departments.clone())
    .bind::<Nullable<Array<Integer>>, _>(of.departments.clone())
    .bind::<Nullable<Text>, _>(of.kind)
    .bind::<Nullable<Text>, _>(of.kind)
    .bind::<Nullable<Text>, _>(of.state)
    .bind::<Nullable<Text>, _>(of.state)
    .bind::<Nullable<Text>, _>(of.priority)
    .bind::<Nullable<Text>, _>(of.priority)
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(conn)
}
