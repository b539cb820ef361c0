//! What statistics asks tickets.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::platform::db::schema::ticket;
use crate::rules::lifecycle::State;

/// Open tickets of one department and category that are past what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Overdue {
    /// The department that has them; `None`: no department has them.
    pub department_id: Option<i32>,
    /// Their category.
    pub category_id: i32,
    /// How many.
    pub count: i64,
}

/// Counts the open tickets whose running promise is over at `now` ([`crate::rules::sla::is_over`]); one that waits
/// ([`State::WAITING`]) is not late. Costs the number of overdue tickets.
pub fn count_overdue(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Vec<Overdue>> {
    ticket::table
        .filter(ticket::due_at.le(now).and(ticket::state.ne_all(State::WAITING)))
        .group_by((ticket::department_id, ticket::category_id))
        .select((ticket::department_id, ticket::category_id, count_star()))
        .load(conn)
}
