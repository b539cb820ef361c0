//! A job of the sweep on rows that are due: they are found and locked, a batch of them is worked on in one transaction, and
//! a row that cannot be is set aside.

use std::fmt::Display;

use diesel::PgConnection;

use super::delivery::Round;
use super::error::EscalationError;
use crate::platform::jobs::isolation::Isolation;

/// Finds and locks rows that no other sweep holds, without those that rest; `None`: the job is paused.
type Claim<K> = fn(&mut PgConnection, &Round<'_>, Isolation) -> Result<Option<Vec<K>>, EscalationError>;

/// Works on rows that are locked. Tells how much it did.
type Work<K> = fn(&mut PgConnection, &Round<'_>, &[K]) -> Result<usize, EscalationError>;

/// A job.
pub(super) struct DueRows<K> {
    /// Its name in the list of what is set aside.
    pub name: &'static str,
    /// What finds its rows.
    pub claim: Claim<K>,
    /// What is done with them.
    pub work: Work<K>,
}

impl<K> Clone for DueRows<K> {
    fn clone(&self) -> DueRows<K> {
        *self
    }
}

impl<K> Copy for DueRows<K> {}

/// What one transaction came to.
pub(super) enum Turn {
    /// Nothing is due, or the job is paused.
    Nothing,
    /// Some rows were worked on.
    Worked {
        /// How much was done.
        done: usize,
        /// How many rows were set aside.
        set_aside: usize,
        /// So many rows failed that the rest was left for the next round.
        is_broken_off: bool,
    },
}

impl<K: Display> DueRows<K> {
    /// Works on one batch.
    pub fn work_off(self, conn: &mut PgConnection, round: &Round<'_>) -> Result<Turn, EscalationError> {
        let isolation = Isolation::new(self.name, round.now);
        let Some(rows) = (self.claim)(conn, round, isolation)? else { return Ok(Turn::Nothing) };
        if rows.is_empty() {
            isolation.forget_moot(conn)?;
            return Ok(Turn::Nothing);
        }
        let isolated = isolation.run(conn, &rows, |conn, rows| (self.work)(conn, round, rows))?;
        let done = isolated.done.iter().sum();
        Ok(Turn::Worked { done, set_aside: isolated.set_aside, is_broken_off: isolated.is_broken_off })
    }
}
