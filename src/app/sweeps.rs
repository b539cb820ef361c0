//! What comes due by itself: alarms, rating windows that have passed, the leader's brief. The notification only wakes; what is due, and which
//! instance does it, is decided by the database.

use tokio::sync::watch;
use tracing::warn;

use super::state::AppState;
use crate::features::escalation::EscalationError;
use crate::features::tickets::TicketError;
use crate::platform::jobs::notify::Notifier;
use crate::platform::jobs::schedule::{Schedule, ScheduleError};

/// Tickets closed in one transaction, so that none is locked for long.
const CLOSED_AT_ONCE: i64 = 20;

/// Sweeps now, for what came due while nobody ran, and then at every notification.
pub(super) async fn keep_sweeping(state: AppState, notifier: Notifier, mut stopped: watch::Receiver<bool>) {
    let mut listener = notifier.listen();
    loop {
        sweep(&state).await;
        tokio::select! {
            () = listener.notified() => {}
            // An error means that the sender is gone, which is a stop too.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

/// Lets the leader's brief be made at its hour, by one instance.
pub(super) fn with_morning_brief(state: &AppState, schedule: Schedule) -> Result<Schedule, ScheduleError> {
    let briefs = state.briefs();
    schedule.leased_job("morning_brief", &state.escalation.brief_cron(), move |due_at| {
        let briefs = briefs.clone();
        Box::pin(async move { Ok(briefs.make(due_at).await.map(|_| ())?) })
    })
}

/// One round. A failure is logged, and the next round finds the same work.
async fn sweep(state: &AppState) {
    if let Err(error) = fire_alarms(state).await {
        warn!(error = %error, "The sweep for alarms failed and will be tried again");
    }
    if let Err(error) = close_unrated(state).await {
        warn!(error = %error, "Tickets could not be closed after their rating window");
    }
}

async fn fire_alarms(state: &AppState) -> Result<(), EscalationError> {
    state.sweep.run_once(state.clock.now()).await.map(|_| ())
}

async fn close_unrated(state: &AppState) -> Result<(), TicketError> {
    while state.tickets.close_unrated(CLOSED_AT_ONCE).await? > 0 {}
    Ok(())
}
