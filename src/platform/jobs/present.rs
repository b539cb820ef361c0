//! The present instant of whoever works the outbox: asked for again after every wait, for a wait may be long.

use chrono::{DateTime, Duration, Utc};

use crate::platform::clock::SharedClock;

/// The clock, turned ahead for who asked for another instant than the present one. Cheap to clone.
#[derive(Clone)]
pub(super) struct Present {
    clock: SharedClock,
    ahead: Duration,
}

impl Present {
    /// The clock's own instant.
    pub(super) fn of(clock: &SharedClock) -> Present {
        Present { clock: clock.clone(), ahead: Duration::zero() }
    }

    /// `instant` now, and as much later as time passes.
    pub(super) fn from(clock: &SharedClock, instant: DateTime<Utc>) -> Present {
        Present { clock: clock.clone(), ahead: instant - clock.now() }
    }

    /// The instant.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now() + self.ahead
    }
}
