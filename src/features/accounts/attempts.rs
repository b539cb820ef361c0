//! How often somebody may try to sign in with one user name before any password is hashed.
//! Counted by this instance alone; the delay after wrong passwords is a row that all instances share.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};

use super::error::AccountsError;
use crate::platform::auth::settings::AuthSettings;
use crate::platform::clock::SharedClock;
use crate::rules::text::fold;

/// After this many tries the keys that have long been quiet are forgotten.
const TRIES_BETWEEN_SWEEPS: u32 = 1024;

/// Our clock, as the limiter wants it: time since 1970.
#[derive(Clone)]
struct LimiterClock(SharedClock);

impl GovernorClock for LimiterClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let micros = self.0.now().timestamp_micros();
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

/// Counts tries by user name. Addresses are counted at the door (`platform::http::rate_limit`).
pub(super) struct Attempts {
    limiter: RateLimiter<[u8; 32], DashMapStateStore<[u8; 32]>, LimiterClock, NoOpMiddleware<Duration>>,
    clock: LimiterClock,
    tries: AtomicU32,
}

impl Attempts {
    pub(super) fn new(settings: &AuthSettings, clock: SharedClock) -> Attempts {
        let clock = LimiterClock(clock);
        let tries = NonZeroU32::new(settings.logins_per_minute_per_username).unwrap_or(NonZeroU32::MIN);
        let limiter = RateLimiter::new(Quota::per_minute(tries), DashMapStateStore::default(), clock.clone());
        Attempts { limiter, clock, tries: AtomicU32::new(0) }
    }

    /// Counts a try with this name, whether or not anybody has it.
    pub(super) fn count(&self, username: &str) -> Result<(), AccountsError> {
        self.forget_quiet_ones();
        let username: [u8; 32] = Sha256::digest(fold(username.trim())).into();
        self.limiter.check_key(&username).map_err(|refusal| {
            let wait = refusal.wait_time_from(self.clock.now());
            AccountsError::TooManyAttempts(wait.as_secs() + 1)
        })
    }

    fn forget_quiet_ones(&self) {
        if self.tries.fetch_add(1, Ordering::Relaxed) % TRIES_BETWEEN_SWEEPS == TRIES_BETWEEN_SWEEPS - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::platform::clock::TurnedClock;

    #[test]
    fn tries_are_counted_by_name_and_come_back_with_time() {
        let clock = TurnedClock::new(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let settings = AuthSettings { logins_per_minute_per_username: 2, ..AuthSettings::default() };
        let attempts = Attempts::new(&settings, clock.clone());
        attempts.count("zhang.wei").unwrap();
        attempts.count("ＺＨＡＮＧ.WEI ").unwrap();
        let refused = attempts.count("zhang.wei").unwrap_err();
        assert!(matches!(refused, AccountsError::TooManyAttempts(1..=31)), "{refused:?}");
        attempts.count("li.na").unwrap();
        clock.advance(TimeDelta::seconds(30));
        attempts.count("zhang.wei").unwrap();
        assert!(attempts.count("zhang.wei").is_err());
    }
}
