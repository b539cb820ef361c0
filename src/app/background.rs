//! What an instance does besides answering: it empties the outbox, fires alarms, keeps its copies fresh, and tidies up.

use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

use super::recalculating::keep_recalculating;
use super::state::AppState;
use super::sweeps::{keep_sweeping, with_morning_brief};
use crate::features::accounts::Accounts;
use crate::features::notifications::{MailAllowance, NoticeConsumer};
use crate::features::publication::{ObjectionConsumer, ProposalConsumer};
use crate::features::routing::{LearnFromArbitrations, RouteSubmitted};
use crate::features::statistics::StatisticsConsumer;
use crate::features::tickets::{ReturnOfDepartments, ReturnOfPeople};
use crate::platform::auth::failed_tries;
use crate::platform::db::{Db, DbError};
use crate::platform::http::idempotency;
use crate::platform::jobs::housekeeping::forget_done;
use crate::platform::jobs::notify::Notifier;
use crate::platform::jobs::schedule::{RunningSchedule, Schedule};
use crate::platform::jobs::worker::Worker;

/// How many rows one statement forgets, so that none runs long.
const PURGE_ROWS: i64 = 1000;
/// How long wrong passwords are remembered: longer than any delay, and than the owner of an account is told once.
const KEEP_TRIES: TimeDelta = TimeDelta::days(2);
const COPIES_INTERVAL: Duration = Duration::from_secs(10);

/// Background work under way.
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    schedule: RunningSchedule,
}

impl Background {
    /// Starts it: every instance follows what others change, and does the jobs when `jobs.enabled`.
    pub async fn start(state: &AppState) -> anyhow::Result<Background> {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let mut schedule = follow(state, &mut tasks, &stopped);
        if state.settings.jobs.enabled {
            schedule = work(state, schedule, &mut tasks, &stopped)?;
        }
        let schedule = schedule.start().await.context("starting the schedule")?;
        Ok(Background { stop, tasks, schedule })
    }

    /// Lets what is in hand finish, for at most `within`; what has not ended by then is dropped.
    pub async fn stop(self, within: Duration) {
        let Background { stop, mut tasks, schedule } = self;
        // Nobody listens any more when every task has ended already.
        let _ = stop.send(true);
        let ended = tokio::time::timeout(within, async {
            if let Err(error) = schedule.stop().await {
                warn!(error = %error, "The schedule did not stop");
            }
            while tasks.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            warn!(seconds = within.as_secs(), "Background work did not end in time and was dropped");
        }
    }
}

/// Keeps this instance's copies of what other instances change: the search index, the directory, the
/// calendars, the routing rules.
fn follow(state: &AppState, tasks: &mut JoinSet<()>, stopped: &watch::Receiver<bool>) -> Schedule {
    let refresh = Notifier::new();
    tasks.spawn(state.indexer.clone().run(state.published_notifier.clone(), stopped.clone()));
    tasks.spawn(keep_copies_fresh(state.clone(), refresh.clone(), stopped.clone()));
    Schedule::new(state.db.clone(), state.clock.clone(), state.settings.city.zone)
        .notify_every(outbox_interval(state), &state.published_notifier)
        .notify_every(COPIES_INTERVAL, &refresh)
}

/// Empties the outbox, fires alarms and tidies up, together with every other instance that does.
fn work(
    state: &AppState,
    schedule: Schedule,
    tasks: &mut JoinSet<()>,
    stopped: &watch::Receiver<bool>,
) -> anyhow::Result<Schedule> {
    let sweep = Notifier::new();
    let sweep_interval = Duration::from_secs(state.settings.jobs.sweep_interval_seconds);
    tasks.spawn(worker(state).run(stopped.clone(), state.settings.server.shutdown_grace()));
    tasks.spawn(keep_recalculating(state.clone(), stopped.clone()));
    tasks.spawn(keep_sweeping(state.clone(), sweep.clone(), stopped.clone()));
    let schedule =
        schedule.notify_every(outbox_interval(state), &state.notifier).notify_every(sweep_interval, &sweep);
    // Another instance may have approved, or ended in the middle.
    let schedule = schedule.notify_every(COPIES_INTERVAL, &state.recalculation_notifier);
    housekeeping(state, with_morning_brief(state, schedule)?)
}

fn outbox_interval(state: &AppState) -> Duration {
    Duration::from_secs(state.settings.jobs.outbox_interval_seconds)
}

/// The consumers of the outbox.
pub fn worker(state: &AppState) -> Worker {
    let (routing, calendar) = (state.routing.clone(), state.calendars.city_calendar());
    let submitted = RouteSubmitted::new(routing.clone(), state.tickets.clone(), calendar.clone());
    let worker = Worker::new(state.db.clone(), state.clock.clone(), state.notifier.clone());
    let telling = |worker: Worker, channel: &NoticeConsumer| worker.external(channel.clone());
    state
        .channels
        .iter()
        .fold(worker, telling)
        .transactional(submitted)
        .transactional(LearnFromArbitrations::new(routing, calendar))
        .transactional(StatisticsConsumer)
        .transactional(ProposalConsumer(state.publisher.clone()))
        .transactional(ObjectionConsumer(state.publisher.clone()))
        .transactional(ReturnOfPeople(state.tickets.clone()))
        .transactional(ReturnOfDepartments(state.tickets.clone()))
}

fn housekeeping(state: &AppState, schedule: Schedule) -> anyhow::Result<Schedule> {
    let keep_delivered = TimeDelta::days(state.settings.jobs.keep_delivered_days.into());
    let reminder = state.missing_year_reminder();
    let (answers, messages) = (state.db.clone(), state.db.clone());
    let (sessions, tries) = (state.db.clone(), state.db.clone());
    let schedule = schedule
        .leased_job("purge_idempotency", "17 * * * *", move |due_at| {
            let before = due_at - TimeDelta::days(idempotency::KEPT_DAYS);
            Box::pin(purge(answers.clone(), before, idempotency::purge))
        })?
        .leased_job("purge_outbox", "37 * * * *", move |due_at| {
            let messages = messages.clone();
            Box::pin(async move { Ok(forget_done(&messages, due_at - keep_delivered).await.map(|_| ())?) })
        })?
        .leased_job("purge_sessions", "47 * * * *", move |due_at| {
            Box::pin(purge(sessions.clone(), due_at, Accounts::purge_sessions))
        })?
        .leased_job("purge_failed_tries", "57 * * * *", move |due_at| {
            Box::pin(purge_tries(tries.clone(), due_at - KEEP_TRIES))
        })?
        // Mondays at nine.
        .leased_job("missing_year", "0 9 * * 1", move |due_at| {
            let reminder = reminder.clone();
            Box::pin(async move { Ok(reminder.remind(due_at).await.map(|_| ())?) })
        })?;
    Ok(schedule)
}

/// Forgets wrong passwords and codes that no longer make anybody wait, and mails of earlier hours.
async fn purge_tries(db: Db, before: DateTime<Utc>) -> anyhow::Result<()> {
    let forget = |conn: &mut PgConnection, before, limit| -> Result<usize, DbError> {
        Ok(failed_tries::purge(conn, before, limit)?)
    };
    purge(db.clone(), before, forget).await?;
    purge(db.clone(), before, Accounts::purge_storms).await?;
    purge(db, before, MailAllowance::purge).await
}

/// Forgets in batches, each a transaction of its own.
async fn purge<E>(
    db: Db,
    before: DateTime<Utc>,
    forget: fn(&mut PgConnection, DateTime<Utc>, i64) -> Result<usize, E>,
) -> anyhow::Result<()>
where
    E: std::error::Error + From<DbError> + From<diesel::result::Error> + Send + Sync + 'static,
{
    loop {
        let forgotten = db.transaction(move |conn| forget(conn, before, PURGE_ROWS)).await?;
        if i64::try_from(forgotten)? < PURGE_ROWS {
            return Ok(());
        }
    }
}

/// Takes over what other instances changed in what this one holds in memory.
async fn keep_copies_fresh(state: AppState, refresh: Notifier, mut stopped: watch::Receiver<bool>) {
    let mut listener = refresh.listen();
    loop {
        tokio::select! {
            () = listener.notified() => refresh_copies(&state).await,
            _ = stopped.changed() => return,
        }
    }
}

async fn refresh_copies(state: &AppState) {
    if let Err(error) = state.directory.refresh().await {
        warn!(error = %error, "The directory could not be read again");
    }
    if let Err(error) = state.calendars.refresh().await {
        warn!(error = %error, "Calendars and time limits could not be read again");
    }
    if let Err(error) = state.routing.refresh().await {
        warn!(error = %error, "The routing rules could not be read again");
    }
}
