//! The only place that knows what time it is. Everything else is told.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use uuid::{NoContext, Timestamp, Uuid};

/// Tells the instant. The application holds one; tests hold one they turn by hand.
pub trait Clock: Send + Sync {
    /// The present instant, in whole microseconds as PostgreSQL keeps them.
    fn now(&self) -> DateTime<Utc>;
}

/// A clock that can be handed to every part of the program.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        whole_microseconds(Utc::now())
    }
}

/// A clock that stands still until it is turned.
#[derive(Debug)]
pub struct TurnedClock(Mutex<DateTime<Utc>>);

impl TurnedClock {
    /// Stands at `start`.
    pub fn new(start: DateTime<Utc>) -> Arc<TurnedClock> {
        Arc::new(TurnedClock(Mutex::new(whole_microseconds(start))))
    }

    /// Sets the clock, forwards or back.
    pub fn set(&self, instant: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = whole_microseconds(instant);
    }

    /// Turns the clock forwards (or back, when `by` is negative).
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new UUIDv7 whose time part is `at`, so that keys grow with time.
pub fn new_id(at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos()))
}

fn whole_microseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}
