//! Numbers of tickets that only tickets themselves know.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::figures;
use crate::platform::db::DbError;

/// Open tickets of one department and category that are past what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::Queryable)]
pub struct Overdue {
    /// The department that has them; `None`: no department has them.
    pub department_id: Option<i32>,
    /// Their category.
    pub category_id: i32,
    /// How many.
    pub count: i64,
}

impl Tickets {
    /// Counts the open tickets whose running promise has passed at `now`. Costs the number of overdue tickets.
    pub fn count_overdue(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> Result<Vec<Overdue>, DbError> {
        Ok(figures::count_overdue(conn, now)?)
    }
}
