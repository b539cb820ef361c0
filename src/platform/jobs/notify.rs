//! Notifications within an instance: a command notifies after its commit, and the worker looks at once instead of at the next tick.

use tokio::sync::watch;

/// Notifies everyone who listens. Cheap to clone; a notification during work is not lost, many are one.
#[derive(Debug, Clone)]
pub struct Notifier {
    notified: watch::Sender<u64>,
}

impl Notifier {
    /// A notifier nobody listens to yet.
    pub fn new() -> Notifier {
        Notifier { notified: watch::Sender::new(0) }
    }

    /// Says that there is something to do. Only ever a hint: what is due is decided by the database.
    pub fn notify(&self) {
        self.notified.send_modify(|notified| *notified = notified.wrapping_add(1));
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listener {
        Listener { notified: self.notified.subscribe() }
    }
}

impl Default for Notifier {
    fn default() -> Notifier {
        Notifier::new()
    }
}

/// One who listens.
#[derive(Debug)]
pub struct Listener {
    notified: watch::Receiver<u64>,
}

impl Listener {
    /// Waits for a notification since the last call. Waits forever once every notifier is gone.
    pub async fn notified(&mut self) {
        if self.notified.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn a_ring_during_work_is_heard_afterwards_and_only_once() {
        let notifier = Notifier::new();
        let mut listener = notifier.listen();
        assert!(listener.notified().now_or_never().is_none());
        notifier.notify();
        notifier.notify();
        assert!(listener.notified().now_or_never().is_some());
        assert!(listener.notified().now_or_never().is_none());
    }
}
