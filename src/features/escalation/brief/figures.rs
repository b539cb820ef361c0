//! What happened on a few days, in numbers; whoever keeps figures knows them.

use chrono::NaiveDate;
use diesel::{PgConnection, QueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What came in and what was answered on some days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayFigures {
    /// Letters that came in.
    pub received: i64,
    /// Letters that were answered.
    pub answered: i64,
    /// Of those, how many in time.
    pub answered_on_time: i64,
}

/// Knows the figures of days.
pub trait FiguresOfDays: Send + Sync + 'static {
    /// The figures of the days `from` to `to`, both included.
    fn of(&self, conn: &mut PgConnection, from: NaiveDate, to: NaiveDate) -> QueryResult<DayFigures>;
}
