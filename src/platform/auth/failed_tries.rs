//! Wrong passwords and codes, counted by what was tried and from where: whoever guesses waits ever longer, and nobody else.
//! It knows neither accounts nor tickets; both keys are keyed digests of whoever asks.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Timestamptz};

use crate::platform::db::schema::failed_try;

/// After so long without another one, failures are no longer in a row.
const IN_A_ROW_WITHIN: TimeDelta = TimeDelta::hours(1);

/// What was tried, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// An account or a ticket, whether or not it exists.
    pub subject: [u8; 32],
    /// A network, or a device that is known.
    pub source: [u8; 32],
}

/// How long one waits after failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DelayPolicy {
    /// So many are free.
    pub failures_before_delay: u16,
    /// The first delay; it doubles with every further failure.
    pub first_delay: TimeDelta,
    /// No delay is longer.
    pub longest_delay: TimeDelta,
}

impl DelayPolicy {
    /// How long nothing is accepted after so many failures in a row.
    pub fn delay(&self, failures: i32) -> Option<TimeDelta> {
        let doublings = failures.checked_sub(self.failures_before_delay.into()).filter(|over| *over >= 0)?;
        let seconds = self.first_delay.num_seconds() << doublings.min(20);
        Some(TimeDelta::seconds(seconds.min(self.longest_delay.num_seconds())))
    }
}

/// How many seconds this one has to wait at `now`; `None`: they may try.
pub fn find_wait(
    conn: &mut PgConnection,
    tried: &Tried,
    policy: &DelayPolicy,
    now: DateTime<Utc>,
) -> QueryResult<Option<u64>> {
    let row: Option<(i32, DateTime<Utc>)> = failed_try::table
        .find((tried.subject.as_slice(), tried.source.as_slice()))
        .select((failed_try::failures, failed_try::failed_at))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(failures, failed_at)| wait(policy, failures, failed_at, now)))
}

fn wait(policy: &DelayPolicy, failures: i32, failed_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<u64> {
    let until = failed_at + policy.delay(failures)?;
    let left = (until - now).num_milliseconds();
    u64::try_from(left).ok().filter(|left| *left > 0).map(|left| left.div_ceil(1000))
}

/// Counts a failure.
pub fn record(conn: &mut PgConnection, tried: &Tried, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO failed_try AS known (subject, source, failures, failed_at) VALUES ($1, $2, 1, $3) \
         ON CONFLICT (subject, source) DO UPDATE SET failed_at = $3, \
             failures = CASE WHEN known.failed_at < $4 THEN 1 ELSE least(known.failures, 1000000) + 1 END",
    )
    .bind::<Binary, _>(tried.subject.as_slice())
    .bind::<Binary, _>(tried.source.as_slice())
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - IN_A_ROW_WITHIN)
    .execute(conn)
    .map(|_| ())
}

/// Forgets the failures: the right one came.
pub fn forget(conn: &mut PgConnection, tried: &Tried) -> QueryResult<()> {
    let row = failed_try::table.find((tried.subject.as_slice(), tried.source.as_slice()));
    diesel::delete(row).execute(conn).map(|_| ())
}

/// Forgets at most `limit` failures from before `before`. Returns how many.
pub fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM failed_try WHERE ctid IN \
             (SELECT ctid FROM failed_try WHERE failed_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<diesel::sql_types::BigInt, _>(limit)
    .execute(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: DelayPolicy = DelayPolicy {
        failures_before_delay: 5,
        first_delay: TimeDelta::seconds(15),
        longest_delay: TimeDelta::seconds(60),
    };

    #[test]
    fn the_delay_doubles_up_to_the_longest() {
        let seconds = |failures| POLICY.delay(failures).map(|delay| delay.num_seconds());
        assert_eq!(seconds(4), None);
        assert_eq!([5, 6, 7, 9, 40, i32::MAX].map(seconds), [15, 30, 60, 60, 60, 60].map(Some));
    }

    #[test]
    fn whoever_waits_is_told_the_seconds_that_are_left() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        assert_eq!(wait(&POLICY, 4, at(0), at(0)), None);
        assert_eq!(wait(&POLICY, 5, at(0), at(0)), Some(15));
        assert_eq!(wait(&POLICY, 5, at(0), at(14) + TimeDelta::milliseconds(1)), Some(1));
        assert_eq!(wait(&POLICY, 5, at(0), at(15)), None);
    }
}
