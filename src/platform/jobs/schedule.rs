//! The schedule: notifies at intervals and looks for jobs that are due. It decides nothing; what is due comes from the database.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use futures_util::future::BoxFuture;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info};

use super::lease::{LeaseError, LeaseOutcome, latest_due, run_leased};
use super::notify::Notifier;
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;

/// How often leased jobs are looked at. One that was missed, or whose instance died, is found by the next look.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// A job's work; it receives the instant at which it is due.
type LeasedWork = Arc<dyn Fn(DateTime<Utc>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// A cron expression that cannot be read, or a scheduler that does not start.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// The expression of this job is not a cron expression.
    #[error("the cron expression of {job} is not valid: {reason}")]
    Cron {
        /// The job.
        job: &'static str,
        /// Why, for the operator.
        reason: String,
    },
    /// The scheduler itself.
    #[error("the scheduler does not start: {0}")]
    Scheduler(#[from] JobSchedulerError),
}

/// What is to be notified when, and done when.
pub struct Schedule {
    db: Db,
    clock: SharedClock,
    zone: Tz,
    intervals: Vec<(Duration, Notifier)>,
    leased_jobs: Vec<Arc<LeasedJob>>,
}

struct LeasedJob {
    name: &'static str,
    cron: Cron,
    work: LeasedWork,
    /// The last instant at which it was due and is known to be done, so that an idle look asks the database nothing.
    done: Mutex<Option<DateTime<Utc>>>,
}

impl Schedule {
    /// An empty schedule; cron expressions are read in `zone`.
    pub fn new(db: Db, clock: SharedClock, zone: Tz) -> Schedule {
        Schedule { db, clock, zone, intervals: Vec::new(), leased_jobs: Vec::new() }
    }

    /// Notifies at this interval, for what another instance wrote and for what became due by itself.
    pub fn notify_every(mut self, interval: Duration, notifier: &Notifier) -> Schedule {
        self.intervals.push((interval, notifier.clone()));
        self
    }

    /// Runs `work` once for every instant that the cron expression names, on one instance; missed ones but the last are skipped.
    pub fn leased_job<F>(mut self, name: &'static str, cron: &str, work: F) -> Result<Schedule, ScheduleError>
    where
        F: Fn(DateTime<Utc>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync + 'static,
    {
        let cron = cron.parse().map_err(|error: croner::errors::CronError| ScheduleError::Cron {
            job: name,
            reason: error.to_string(),
        })?;
        self.leased_jobs.push(Arc::new(LeasedJob {
            name,
            cron,
            work: Arc::new(work),
            done: Mutex::default(),
        }));
        Ok(self)
    }

    /// Runs every leased job that is due and not done, one after the other, and returns. For tests.
    pub async fn run_due_once(&self) -> Result<Vec<(&'static str, LeaseOutcome)>, LeaseError> {
        let mut outcomes = Vec::new();
        for job in &self.leased_jobs {
            if let Some(outcome) = job.look(&self.db, &self.clock, self.zone).await? {
                outcomes.push((job.name, outcome));
            }
        }
        Ok(outcomes)
    }

    /// Starts notifying and looking.
    pub async fn start(self) -> Result<RunningSchedule, ScheduleError> {
        let scheduler = JobScheduler::new().await?;
        for (interval, notifier) in &self.intervals {
            let notifier = notifier.clone();
            let notify = move |_, _| -> BoxFuture<'static, ()> {
                notifier.notify();
                Box::pin(async {})
            };
            scheduler.add(Job::new_repeated_async(*interval, notify)?).await?;
        }
        for job in &self.leased_jobs {
            scheduler.add(self.looking_at(job)?).await?;
        }
        scheduler.start().await?;
        Ok(RunningSchedule { scheduler })
    }

    fn looking_at(&self, job: &Arc<LeasedJob>) -> Result<Job, ScheduleError> {
        let (db, clock, zone, job) = (self.db.clone(), Arc::clone(&self.clock), self.zone, Arc::clone(job));
        let look = move |_, _| -> BoxFuture<'static, ()> {
            let (db, clock, job) = (db.clone(), Arc::clone(&clock), Arc::clone(&job));
            Box::pin(async move {
                if let Err(error) = job.look(&db, &clock, zone).await {
                    error!(job = job.name, error = %error, "Job {} failed and will be tried again", job.name);
                }
            })
        };
        Ok(Job::new_repeated_async(LOOK_EVERY, look)?)
    }
}

impl LeasedJob {
    async fn look(&self, db: &Db, clock: &SharedClock, zone: Tz) -> Result<Option<LeaseOutcome>, LeaseError> {
        let Some(due_at) = latest_due(&self.cron, zone, clock.now()) else { return Ok(None) };
        if self.is_done(due_at) {
            return Ok(None);
        }
        let outcome = run_leased(db, clock, self.name, due_at, (self.work)(due_at)).await?;
        match outcome {
            LeaseOutcome::Ran => {
                info!(job = self.name, due_at = %due_at, "Job {} is done for {due_at}", self.name)
            }
            LeaseOutcome::AlreadyDone | LeaseOutcome::HeldElsewhere | LeaseOutcome::TakenOver => {}
        }
        if matches!(outcome, LeaseOutcome::Ran | LeaseOutcome::AlreadyDone) {
            *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(due_at);
        }
        Ok(Some(outcome))
    }

    fn is_done(&self, due_at: DateTime<Utc>) -> bool {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) == Some(due_at)
    }
}

/// A schedule at work.
pub struct RunningSchedule {
    scheduler: JobScheduler,
}

impl RunningSchedule {
    /// Stops notifying and looking. Leased work under way is cut off with the runtime and taken over elsewhere.
    pub async fn stop(mut self) -> Result<(), ScheduleError> {
        Ok(self.scheduler.shutdown().await?)
    }
}
