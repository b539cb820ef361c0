//! Work on many rows at a time of which one cannot be done: the batch is halved until that one stands alone. It is set
//! aside, with a word to the operator, and tried again later; the others are done.

use std::fmt::Display;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Timestamptz};
use metrics::counter;
use tracing::error;
use uuid::Uuid;

use super::outbox::ErrorCode;
use crate::platform::db::DbError;
use crate::platform::db::schema::set_aside;

/// Rows set aside in one transaction, at most: where that many fail, it is not the rows that are broken.
const MOST_SET_ASIDE: usize = 20;

/// The first pause before a row is tried again, and the longest; it doubles from attempt to attempt.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// An error of work on rows.
pub trait RowError: From<diesel::result::Error> + Display {
    /// Whether the database as a whole is at fault, and no row: then nothing is set aside.
    fn is_outage(&self) -> bool;

    /// What is remembered with the row. Never a text that may hold personal data.
    fn code(&self) -> ErrorCode;
}

impl RowError for DbError {
    fn is_outage(&self) -> bool {
        matches!(self, DbError::Exhausted | DbError::Unreachable | DbError::Silent | DbError::Busy)
    }

    fn code(&self) -> ErrorCode {
        match self {
            DbError::Unique(name) | DbError::Constraint(name) => ErrorCode::new(name.clone()),
            DbError::NotFound => ErrorCode::new("row_not_found"),
            _ => ErrorCode::new("database_error"),
        }
    }
}

/// A row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = set_aside, check_for_backend(diesel::pg::Pg))]
pub struct SetAside {
    /// The job that could not do it.
    pub work: String,
    /// The row's key.
    pub item: String,
    /// Why.
    pub error_code: String,
    /// How often it failed.
    pub attempts: i32,
    /// Since when.
    pub first_failed_at: DateTime<Utc>,
    /// When it is tried again.
    pub retry_at: DateTime<Utc>,
}

/// What came of a batch.
#[derive(Debug)]
pub struct Isolated<R> {
    /// What the parts came to that were done, in their order.
    pub done: Vec<R>,
    /// How many rows were set aside.
    pub set_aside: usize,
    /// So many rows failed that the rest was left for the next round.
    pub is_broken_off: bool,
}

/// Work on rows under its name.
#[derive(Debug, Clone, Copy)]
pub struct Isolation {
    work: &'static str,
    now: DateTime<Utc>,
}

impl Isolation {
    /// Work of this name, done now.
    pub fn new(work: &'static str, now: DateTime<Utc>) -> Isolation {
        Isolation { work, now }
    }

    /// The keys of the rows that rest: a claim leaves them out.
    pub fn resting(&self, conn: &mut PgConnection) -> QueryResult<Vec<String>> {
        set_aside::table
            .filter(set_aside::work.eq(self.work).and(set_aside::retry_at.gt(self.now)))
            .select(set_aside::item)
            .load(conn)
    }

    /// The same, where the rows' keys are UUIDs.
    pub fn resting_ids(&self, conn: &mut PgConnection) -> QueryResult<Vec<Uuid>> {
        Ok(self.resting(conn)?.iter().filter_map(|item| item.parse().ok()).collect())
    }

    /// Works on the rows behind a savepoint. When that fails, on each half; a single row that fails is set aside. An
    /// outage is no row's fault and ends everything.
    pub fn run<K, R, E>(
        &self,
        conn: &mut PgConnection,
        rows: &[K],
        mut work: impl FnMut(&mut PgConnection, &[K]) -> Result<R, E>,
    ) -> Result<Isolated<R>, E>
    where
        K: Display,
        E: RowError,
    {
        let (mut set_aside, mut is_broken_off) = (0, false);
        let done = halve(conn, rows, &mut work, &mut |conn, row, error| {
            set_aside += usize::from(self.set_aside(conn, &row.to_string(), &error)?);
            is_broken_off = set_aside >= MOST_SET_ASIDE;
            Ok(if is_broken_off { Next::Stop } else { Next::GoOn })
        })?;
        self.forget_done(conn, rows)?;
        Ok(Isolated { done, set_aside, is_broken_off })
    }

    /// Everything that this work has set aside.
    pub fn list(&self, conn: &mut PgConnection) -> QueryResult<Vec<SetAside>> {
        set_aside::table.filter(set_aside::work.eq(self.work)).select(SetAside::as_select()).load(conn)
    }

    /// Forgets everything that this work has set aside: it has ended.
    pub fn forget_all(&self, conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::delete(set_aside::table.filter(set_aside::work.eq(self.work))).execute(conn)
    }

    /// Tells whether it was done now: another instance may have set the row aside this very moment.
    fn set_aside<E: RowError>(&self, conn: &mut PgConnection, item: &str, error: &E) -> QueryResult<bool> {
        let (work, code) = (self.work, error.code());
        let failed = set_aside::table.find((work, item)).select(set_aside::attempts);
        let attempts = failed.first::<i32>(conn).optional()?.unwrap_or(0).saturating_add(1);
        let retry_at = self.now + pause(attempts);
        let written = diesel::sql_query(
            "INSERT INTO set_aside (work, item, error_code, attempts, first_failed_at, retry_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (work, item) DO UPDATE \
             SET error_code = $3, attempts = $4, retry_at = $6 WHERE set_aside.retry_at <= $5",
        )
        .bind::<Text, _>(work)
        .bind::<Text, _>(item)
        .bind::<Text, _>(code.as_str())
        .bind::<Integer, _>(attempts)
        .bind::<Timestamptz, _>(self.now)
        .bind::<Timestamptz, _>(retry_at)
        .execute(conn)?;
        if written == 0 {
            return Ok(false);
        }
        counter!("huiyin_rows_set_aside_total", "work" => work).increment(1);
        error!(work, item, attempts, retry_at = %retry_at, error = %error,
            "{work} cannot do {item} and goes on without it: {error}");
        Ok(true)
    }

    /// Whoever was tried again and not set aside again is done.
    fn forget_done<K: Display>(&self, conn: &mut PgConnection, rows: &[K]) -> QueryResult<usize> {
        let due = set_aside::work.eq(self.work).and(set_aside::retry_at.le(self.now));
        let waiting: Vec<String> = set_aside::table.filter(due).select(set_aside::item).load(conn)?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let tried: Vec<String> = rows.iter().map(ToString::to_string).collect();
        diesel::delete(set_aside::table.filter(due.and(set_aside::item.eq_any(tried)))).execute(conn)
    }

    /// Forgets what was to be tried again and is no longer to be done. Call it when a claim found nothing any more.
    pub fn forget_moot(&self, conn: &mut PgConnection) -> QueryResult<usize> {
        let due = set_aside::work.eq(self.work).and(set_aside::retry_at.le(self.now));
        diesel::delete(set_aside::table.filter(due)).execute(conn)
    }
}

/// Whether the rows behind one that failed are worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// They are.
    GoOn,
    /// They are left.
    Stop,
}

/// Works on the rows behind a savepoint. When that fails, on each half; a single row that fails is handed to `failed`. An
/// outage is no row's fault and ends everything. Gives what the parts came to that were done, in their order.
pub fn halve<K, R, E, W, F>(
    conn: &mut PgConnection,
    rows: &[K],
    work: &mut W,
    failed: &mut F,
) -> Result<Vec<R>, E>
where
    E: RowError,
    W: FnMut(&mut PgConnection, &[K]) -> Result<R, E>,
    F: FnMut(&mut PgConnection, &K, E) -> Result<Next, E>,
{
    let (mut done, mut parts) = (Vec::new(), vec![rows]);
    while let Some(part) = parts.pop() {
        if part.is_empty() {
            continue;
        }
        match (conn.transaction(|conn| work(conn, part)), part) {
            (Ok(result), _) => done.push(result),
            (Err(error), _) if error.is_outage() => return Err(error),
            (Err(error), [row]) => {
                if failed(conn, row, error)? == Next::Stop {
                    return Ok(done);
                }
            }
            (Err(_), _) => {
                let (first, second) = part.split_at(part.len() / 2);
                parts.extend([second, first]);
            }
        }
    }
    Ok(done)
}

fn pause(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(6);
    LONGEST_PAUSE.min(FIRST_PAUSE * 2_i32.saturating_pow(doublings))
}

/// How many rows are set aside, and those that wait longest.
pub fn list_set_aside(conn: &mut PgConnection, limit: i64) -> QueryResult<(i64, Vec<SetAside>)> {
    let count = set_aside::table.count().get_result(conn)?;
    let oldest = set_aside::table
        .order((set_aside::first_failed_at, set_aside::work, set_aside::item))
        .limit(limit)
        .select(SetAside::as_select())
        .load(conn)?;
    Ok((count, oldest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_tried_again_after_a_minute_and_then_ever_more_rarely() {
        let minutes: Vec<i64> = (1..=8).map(|attempts| pause(attempts).num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause(i32::MAX).num_minutes(), 60);
    }
}
