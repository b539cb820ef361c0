//! The bell: a command rings it after its commit, and the worker looks at once instead of at the next tick.

use tokio::sync::watch;

/// Rings for everyone who listens. Cheap to clone; a ring during work is not lost, many rings are one.
#[derive(Debug, Clone)]
pub struct Wake {
    rings: watch::Sender<u64>,
}

impl Wake {
    /// A bell nobody listens to yet.
    pub fn new() -> Wake {
        Wake { rings: watch::Sender::new(0) }
    }

    /// Says that there is something to do. Only ever a hint: what is due is decided by the database.
    pub fn poke(&self) {
        self.rings.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listener {
        Listener { rings: self.rings.subscribe() }
    }
}

impl Default for Wake {
    fn default() -> Wake {
        Wake::new()
    }
}

/// One who listens.
#[derive(Debug)]
pub struct Listener {
    rings: watch::Receiver<u64>,
}

impl Listener {
    /// Waits for a ring since the last call. Waits forever once every bell is gone.
    pub async fn woken(&mut self) {
        if self.rings.changed().await.is_err() {
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
        let wake = Wake::new();
        let mut listener = wake.listen();
        assert!(listener.woken().now_or_never().is_none());
        wake.poke();
        wake.poke();
        assert!(listener.woken().now_or_never().is_some());
        assert!(listener.woken().now_or_never().is_none());
    }
}
