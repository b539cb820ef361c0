//! Moves clocks to another version of the rules in the background. The notification only wakes; whether there is anything to do,
//! and which instance does it, is decided by the database.

use tokio::sync::watch;
use tracing::warn;

use super::state::AppState;

/// Moves what an instance that ended left behind, and then at every notification; stops between two batches.
pub(super) async fn keep_recalculating(state: AppState, mut stopped: watch::Receiver<bool>) {
    let mut listener = state.recalculation_notifier.listen();
    let (recalculator, stop) = (state.recalculator(), stopped.clone());
    loop {
        if let Err(error) = recalculator.run(|| *stop.borrow()).await {
            warn!(error = %error, "A recalculation stands still and will be tried again");
        }
        tokio::select! {
            () = listener.notified() => {}
            // An error means that the sender is gone, which is a stop too.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}
