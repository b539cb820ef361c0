//! The schedule: rings bells and looks for slots. It decides nothing; what is due comes from the database.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use futures_util::future::BoxFuture;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info};

use super::slot::{SlotError, SlotOutcome, latest_slot, run_slot};
use super::wake::Wake;
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;

/// How often the slots are looked at. A slot that was missed, or whose instance died, is found by the next look.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Work for a slot; it receives the slot's instant.
type SlotWork = Arc<dyn Fn(DateTime<Utc>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

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

/// What is to be woken when.
pub struct Schedule {
    db: Db,
    clock: SharedClock,
    zone: Tz,
    bells: Vec<(Duration, Wake)>,
    slot_jobs: Vec<Arc<SlotJob>>,
}

struct SlotJob {
    name: &'static str,
    cron: Cron,
    work: SlotWork,
    /// The last slot known to be done, so that an idle look asks the database nothing.
    done: Mutex<Option<DateTime<Utc>>>,
}

impl Schedule {
    /// An empty schedule; cron expressions are read in `zone`.
    pub fn new(db: Db, clock: SharedClock, zone: Tz) -> Schedule {
        Schedule { db, clock, zone, bells: Vec::new(), slot_jobs: Vec::new() }
    }

    /// Rings `wake` at this interval, for what another instance wrote and for what became due by itself.
    pub fn wake_every(mut self, interval: Duration, wake: &Wake) -> Schedule {
        self.bells.push((interval, wake.clone()));
        self
    }

    /// Runs `work` once for every slot that the cron expression names, on one instance; missed slots but the last are skipped.
    pub fn slot_job<F>(mut self, name: &'static str, cron: &str, work: F) -> Result<Schedule, ScheduleError>
    where
        F: Fn(DateTime<Utc>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync + 'static,
    {
        let cron = cron.parse().map_err(|error: croner::errors::CronError| ScheduleError::Cron {
            job: name,
            reason: error.to_string(),
        })?;
        self.slot_jobs.push(Arc::new(SlotJob { name, cron, work: Arc::new(work), done: Mutex::default() }));
        Ok(self)
    }

    /// Runs every slot job whose present slot is not done, one after the other, and returns. For tests.
    pub async fn run_slots_once(&self) -> Result<Vec<(&'static str, SlotOutcome)>, SlotError> {
        let mut outcomes = Vec::new();
        for job in &self.slot_jobs {
            if let Some(outcome) = job.look(&self.db, &self.clock, self.zone).await? {
                outcomes.push((job.name, outcome));
            }
        }
        Ok(outcomes)
    }

    /// Starts ringing and looking.
    pub async fn start(self) -> Result<RunningSchedule, ScheduleError> {
        let scheduler = JobScheduler::new().await?;
        for (interval, wake) in &self.bells {
            let wake = wake.clone();
            let ring = move |_, _| -> BoxFuture<'static, ()> {
                wake.poke();
                Box::pin(async {})
            };
            scheduler.add(Job::new_repeated_async(*interval, ring)?).await?;
        }
        for job in &self.slot_jobs {
            scheduler.add(self.looking_at(job)?).await?;
        }
        scheduler.start().await?;
        Ok(RunningSchedule { scheduler })
    }

    fn looking_at(&self, job: &Arc<SlotJob>) -> Result<Job, ScheduleError> {
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

impl SlotJob {
    async fn look(&self, db: &Db, clock: &SharedClock, zone: Tz) -> Result<Option<SlotOutcome>, SlotError> {
        let Some(slot) = latest_slot(&self.cron, zone, clock.now()) else { return Ok(None) };
        if self.is_done(slot) {
            return Ok(None);
        }
        let outcome = run_slot(db, clock, self.name, slot, (self.work)(slot)).await?;
        match outcome {
            SlotOutcome::Ran => info!(job = self.name, slot = %slot, "Job {} is done for {slot}", self.name),
            SlotOutcome::AlreadyDone | SlotOutcome::HeldElsewhere | SlotOutcome::TakenOver => {}
        }
        if matches!(outcome, SlotOutcome::Ran | SlotOutcome::AlreadyDone) {
            *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(slot);
        }
        Ok(Some(outcome))
    }

    fn is_done(&self, slot: DateTime<Utc>) -> bool {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) == Some(slot)
    }
}

/// A schedule at work.
pub struct RunningSchedule {
    scheduler: JobScheduler,
}

impl RunningSchedule {
    /// Stops ringing and looking. Slot work under way is cut off with the runtime and taken over elsewhere.
    pub async fn stop(mut self) -> Result<(), ScheduleError> {
        Ok(self.scheduler.shutdown().await?)
    }
}
