//! Work lists: pages of open tickets, soonest due first, each from its partial index.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::features::tickets::model::TicketId;
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
pub fn list_desk(conn: &mut PgConnection, after: After, limit: i64) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT ",
        columns!(),
        " FROM ticket WHERE state IN ('received', 'accepted') AND (due_at, id) > (?, ?) ",
        "ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// The departments' open tickets: one walk of index `ticket_department_work` a department, merged.
pub fn list_departments(
    conn: &mut PgConnection,
    departments: &[i32],
    state: Option<State>,
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT t.* FROM unnest(?) AS d (id) CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM ticket WHERE department_id = d.id AND due_at IS NOT NULL AND (due_at, id) > (?, ?) ",
        "AND (? IS NULL OR state = ?) ORDER BY due_at, id LIMIT ?) AS t ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Array<Integer>, _>(departments)
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<Nullable<Text>, _>(state)
    .bind::<Nullable<Text>, _>(state)
    .bind::<BigInt, _>(limit)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// Every open ticket: index `ticket_open_due`.
pub fn list_open(conn: &mut PgConnection, after: After, limit: i64) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT ",
        columns!(),
        " FROM ticket WHERE due_at IS NOT NULL AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// The open tickets of one priority: index `ticket_open_priority` of those that are not normal, and for those that are, as
/// nearly all, `ticket_open_due`.
pub fn list_of_priority(
    conn: &mut PgConnection,
    priority: Priority,
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    let statement = match priority {
        Priority::Normal => concat!(
            "SELECT ",
            columns!(),
            " FROM ticket WHERE due_at IS NOT NULL AND priority = ? ",
            "AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"
        ),
        Priority::Urgent | Priority::Critical => concat!(
            "SELECT ",
            columns!(),
            " FROM ticket WHERE due_at IS NOT NULL AND priority <> 'normal' AND priority = ? ",
            "AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"
        ),
    };
    Prepared::new(statement)
        .bind::<Text, _>(priority)
        .bind::<Timestamptz, _>(after.due_at)
        .bind::<SqlUuid, _>(after.id)
        .bind::<BigInt, _>(limit)
        .load(conn)
}

/// Tickets to which the departments owe a contribution, longest waiting first: index `work_order_department_open`.
pub fn list_assists(
    conn: &mut PgConnection,
    departments: &[i32],
    after: After,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    Prepared::new(concat!(
        "SELECT ",
        columns!(),
        " FROM ticket WHERE id IN (SELECT ticket_id FROM work_order WHERE department_id = ANY (?) AND role = 'assist' ",
        "AND status IN ('issued', 'signed', 'replied', 'returned')) AND (due_at, id) > (?, ?) ",
        "ORDER BY due_at, id LIMIT ?"
    ))
    .bind::<Array<Integer>, _>(departments)
    .bind::<Timestamptz, _>(after.due_at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(conn)
}
