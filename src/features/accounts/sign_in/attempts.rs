//! How often somebody may try before any password is hashed: strangers by user name, and apart from them each known device
//! and each owner who is signed in. Counted by this instance alone; the delays after wrong passwords are rows that all
//! instances share.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::features::accounts::error::AccountsError;
use crate::platform::auth::caller::StaffId;
use crate::platform::auth::settings::AuthSettings;
use crate::platform::clock::SharedClock;
use crate::rules::text::fold;

/// After this many tries the keys that have long been quiet are forgotten.
const TRIES_BETWEEN_SWEEPS: u32 = 1024;

/// What one device that is known may try a minute: more than anybody does, and no more than keeps its lane open.
const TRIES_PER_DEVICE: NonZeroU32 = NonZeroU32::MIN.saturating_add(119);

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

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, LimiterClock, NoOpMiddleware<Duration>>;

/// Counts tries of one sort.
struct Budget<K: Hash + Eq + Clone> {
    limiter: Limiter<K>,
    clock: LimiterClock,
    tries: AtomicU32,
}

impl<K: Hash + Eq + Clone> Budget<K> {
    fn new(per_minute: NonZeroU32, clock: &LimiterClock) -> Budget<K> {
        let quota = Quota::per_minute(per_minute);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Budget { limiter, clock: clock.clone(), tries: AtomicU32::new(0) }
    }

    fn count(&self, key: &K) -> Result<(), AccountsError> {
        self.forget_quiet_ones();
        self.limiter.check_key(key).map_err(|refusal| {
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

/// The budgets. Addresses are counted at the door (`platform::http::rate_limit`).
pub(in crate::features::accounts) struct Attempts {
    strangers: Budget<[u8; 32]>,
    devices: Budget<Uuid>,
    owners: Budget<Uuid>,
}

impl Attempts {
    pub(in crate::features::accounts) fn new(settings: &AuthSettings, clock: SharedClock) -> Attempts {
        let clock = LimiterClock(clock);
        let tries = NonZeroU32::new(settings.logins_per_minute_per_username).unwrap_or(NonZeroU32::MIN);
        Attempts {
            strangers: Budget::new(tries, &clock),
            devices: Budget::new(TRIES_PER_DEVICE, &clock),
            owners: Budget::new(tries, &clock),
        }
    }

    /// Counts a stranger's try with this name, whether or not anybody has it.
    pub(in crate::features::accounts) fn count_stranger(&self, username: &str) -> Result<(), AccountsError> {
        self.strangers.count(&Sha256::digest(fold(username.trim())).into())
    }

    /// Counts a try of a known device.
    pub(in crate::features::accounts) fn count_device(&self, device: Uuid) -> Result<(), AccountsError> {
        self.devices.count(&device)
    }

    /// Counts a try of somebody who is signed in.
    pub(in crate::features::accounts) fn count_owner(&self, owner: StaffId) -> Result<(), AccountsError> {
        self.owners.count(&owner.0)
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
        attempts.count_stranger("zhang.wei").unwrap();
        attempts.count_stranger("ＺＨＡＮＧ.WEI ").unwrap();
        let refused = attempts.count_stranger("zhang.wei").unwrap_err();
        assert!(matches!(refused, AccountsError::TooManyAttempts(1..=31)), "{refused:?}");
        attempts.count_stranger("li.na").unwrap();
        attempts.count_device(Uuid::from_u128(1)).unwrap();
        attempts.count_owner(StaffId(Uuid::from_u128(1))).unwrap();
        clock.advance(TimeDelta::seconds(30));
        attempts.count_stranger("zhang.wei").unwrap();
        assert!(attempts.count_stranger("zhang.wei").is_err());
    }
}
