//! Leased jobs: work that is due once for a day or an hour and is done by the one instance that holds its lease.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use croner::Cron;
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::platform::clock::{SharedClock, new_id};
use crate::platform::db::schema::job_lease;
use crate::platform::db::{Db, DbError};

/// How often the one who works says so.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// After this long without a word another instance takes the lease over.
const STALE_AFTER: chrono::Duration = chrono::Duration::minutes(2);

/// What came of trying to do a leased job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseOutcome {
    /// We did the work.
    Ran,
    /// It was done before.
    AlreadyDone,
    /// Another instance is on it, or failed so recently that it is too early to try again.
    HeldElsewhere,
    /// We were so slow that another instance took the lease over.
    TakenOver,
}

/// Why a job is not done. It is tried again when the heartbeat of its lease is stale.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The work itself.
    #[error("the work failed: {0:#}")]
    Work(anyhow::Error),
}

/// The latest instant at or before `now` that the cron expression names in the city's zone: the same for every look and
/// every instance, so in whole seconds, as expressions are.
pub fn latest_due(cron: &Cron, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = now.trunc_subsecs(0).with_timezone(&zone);
    cron.find_previous_occurrence(&local, true).ok().map(|due_at| due_at.with_timezone(&Utc))
}

/// Runs `work`, which is due at this instant, under a lease, unless it was done or another instance is on it.
pub async fn run_leased<W>(
    db: &Db,
    clock: &SharedClock,
    job: &'static str,
    due_at: DateTime<Utc>,
    work: W,
) -> Result<LeaseOutcome, LeaseError>
where
    W: Future<Output = anyhow::Result<()>>,
{
    let held = match claim_lease(db, clock, job, due_at).await? {
        Claimed::Ours(holder) => HeldLease { db, clock, job, due_at, holder },
        Claimed::Done => return Ok(LeaseOutcome::AlreadyDone),
        Claimed::Elsewhere => return Ok(LeaseOutcome::HeldElsewhere),
    };
    tokio::select! {
        worked = work => worked.map_err(LeaseError::Work)?,
        () = held.keep_until_lost() => return Ok(LeaseOutcome::TakenOver),
    }
    let finished = held.finish().await?;
    Ok(if finished { LeaseOutcome::Ran } else { LeaseOutcome::TakenOver })
}

enum Claimed {
    Ours(Uuid),
    Done,
    Elsewhere,
}

async fn claim_lease(
    db: &Db,
    clock: &SharedClock,
    job: &'static str,
    due_at: DateTime<Utc>,
) -> Result<Claimed, DbError> {
    let clock = clock.clone();
    db.transaction(move |conn| {
        // Asked for once there is a connection, for that may have taken a while.
        let now = clock.now();
        let holder = new_id(now);
        if insert_or_take_over(conn, job, due_at, holder, now)? == 1 {
            return Ok(Claimed::Ours(holder));
        }
        let finished: Option<DateTime<Utc>> =
            job_lease::table.find((job, due_at)).select(job_lease::finished_at).first(conn)?;
        Ok(if finished.is_some() { Claimed::Done } else { Claimed::Elsewhere })
    })
    .await
}

fn insert_or_take_over(
    conn: &mut PgConnection,
    job: &str,
    due_at: DateTime<Utc>,
    holder: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO job_lease AS held (job, due_at, holder, started_at, heartbeat_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (job, due_at) DO UPDATE
         SET holder = excluded.holder, started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at
         WHERE held.finished_at IS NULL AND held.heartbeat_at < $5",
    )
    .bind::<Text, _>(job)
    .bind::<Timestamptz, _>(due_at)
    .bind::<SqlUuid, _>(holder)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - STALE_AFTER)
    .execute(conn)
}

/// A lease this instance holds.
struct HeldLease<'a> {
    db: &'a Db,
    clock: &'a SharedClock,
    job: &'static str,
    due_at: DateTime<Utc>,
    holder: Uuid,
}

impl HeldLease<'_> {
    /// Says now and then that we are alive; returns when another instance has taken the lease over.
    async fn keep_until_lost(&self) {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            // While the database is away nobody can take over either.
            if let Ok(false) = self.beat().await {
                return;
            }
        }
    }

    async fn beat(&self) -> Result<bool, DbError> {
        let (job, due_at, holder, clock) = (self.job, self.due_at, self.holder, self.clock.clone());
        self.db
            .transaction(move |conn| {
                let row = job_lease::table.find((job, due_at)).filter(job_lease::holder.eq(holder));
                let rows = diesel::update(row).set(job_lease::heartbeat_at.eq(clock.now())).execute(conn)?;
                Ok(rows == 1)
            })
            .await
    }

    async fn finish(&self) -> Result<bool, DbError> {
        let (job, due_at, holder, clock) = (self.job, self.due_at, self.holder, self.clock.clone());
        self.db
            .transaction(move |conn| {
                let row = job_lease::table.find((job, due_at)).filter(job_lease::holder.eq(holder));
                let rows = diesel::update(row).set(job_lease::finished_at.eq(clock.now())).execute(conn)?;
                Ok(rows == 1)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_slot_is_the_last_one_in_the_citys_zone() {
        let cron: Cron = "30 2 * * *".parse().unwrap();
        let due_at = |now| latest_due(&cron, chrono_tz::Asia::Shanghai, instant(now)).unwrap();
        assert_eq!(due_at("2026-09-18T18:29:59Z"), instant("2026-09-17T18:30:00Z"));
        assert_eq!(due_at("2026-09-18T18:30:00Z"), instant("2026-09-18T18:30:00Z"));
        assert_eq!(due_at("2026-09-19T09:00:00Z"), instant("2026-09-18T18:30:00Z"));
    }

    #[test]
    fn every_look_within_a_slot_finds_the_same_instant() {
        let cron: Cron = "17 * * * *".parse().unwrap();
        let due_at = |now| latest_due(&cron, chrono_tz::Asia::Shanghai, instant(now)).unwrap();
        let due = instant("2026-09-18T18:17:00Z");
        for now in ["2026-09-18T18:17:00.000001Z", "2026-09-18T18:47:12.295284Z", "2026-09-18T19:16:59.999Z"]
        {
            assert_eq!(due_at(now), due, "{now}");
        }
    }
}
