//! How long anybody waits for the database. A link that is cut half-way, or a server that stands still, never says so itself:
//! whoever waits gives up, and what waits behind is left alone.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// What all waits of one request for the database may take together, so that it is answered within five seconds.
pub const OF_A_REQUEST: Duration = Duration::from_millis(4000);

/// What one wait of anybody else may take: a transaction of background work, or of the command line.
const OF_WORK: Duration = Duration::from_secs(60);

tokio::task_local! {
    /// What the request that is being answered has left.
    static LEFT: Cell<Duration>;
}

/// Lets the waits of `work` for the database take no longer than this together.
pub async fn within<F: Future>(budget: Duration, work: F) -> F::Output {
    LEFT.scope(Cell::new(budget), work).await
}

/// Waits for as long as there is time. `None`: there was no answer.
pub(super) async fn limited<F: Future>(wait: F) -> Option<F::Output> {
    let patience = LEFT.try_with(Cell::get).unwrap_or(OF_WORK);
    let began_at = Instant::now();
    let answer = tokio::time::timeout(patience, wait).await.ok();
    // Outside a request nothing is added up.
    let _ = LEFT.try_with(|left| left.set(left.get().saturating_sub(began_at.elapsed())));
    answer
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn the_waits_of_a_request_are_added_up() {
        let began_at = Instant::now();
        within(Duration::from_millis(60), async {
            assert_eq!(limited(async { 1 }).await, Some(1));
            assert_eq!(limited(tokio::time::sleep(Duration::from_millis(40))).await, Some(()));
            assert_eq!(limited(pending::<()>()).await, None);
            assert_eq!(limited(pending::<()>()).await, None);
        })
        .await;
        assert!(began_at.elapsed() < Duration::from_millis(1000));
    }
}
