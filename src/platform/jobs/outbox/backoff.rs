//! How long to wait before the next attempt: exponential, with full jitter, and when to give up.

use chrono::{DateTime, Duration, Utc};

/// How patiently a topic's messages are retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The longest wait after the first failure; it doubles with each further one.
    pub first_delay: Duration,
    /// No wait is longer.
    pub longest_delay: Duration,
    /// After this many failed attempts the message is dead.
    pub max_attempts: i16,
}

impl RetryPolicy {
    /// For work inside our own database: what fails ten times is a defect, and someone has to look.
    pub const INTERNAL: RetryPolicy = RetryPolicy {
        first_delay: Duration::seconds(5),
        longest_delay: Duration::hours(1),
        max_attempts: 10,
    };

    /// For other people's servers: two days on the average, so that a weekend's outage delays and loses nothing.
    pub const EXTERNAL: RetryPolicy = RetryPolicy {
        first_delay: Duration::seconds(10),
        longest_delay: Duration::hours(2),
        max_attempts: 60,
    };

    /// When to try again after `attempts` failures, or `None` when that was the last.
    ///
    /// `fraction` in 0..=1 is the jitter; the caller draws it, so that this stays a pure function.
    pub fn next_attempt_at(&self, attempts: i16, now: DateTime<Utc>, fraction: f64) -> Option<DateTime<Utc>> {
        (attempts < self.max_attempts).then(|| now + self.delay(attempts, fraction))
    }

    /// The wait after `attempts` failures: a share of the doubled delay, never under a second.
    pub fn delay(&self, attempts: i16, fraction: f64) -> Duration {
        let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(30);
        let ceiling = self
            .first_delay
            .num_milliseconds()
            .saturating_mul(1_i64 << doublings)
            .min(self.longest_delay.num_milliseconds());
        let share = (ceiling as f64 * fraction.clamp(0.0, 1.0)) as i64;
        Duration::milliseconds(share.max(SHORTEST_MILLISECONDS))
    }
}

/// A failed message is never due again at the very instant of its failure, or a worker would spin on it.
const SHORTEST_MILLISECONDS: i64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ceiling_doubles_until_the_longest_delay() {
        let seconds: Vec<i64> =
            (1..=12).map(|attempts| RetryPolicy::EXTERNAL.delay(attempts, 1.0).num_seconds()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200, 7200]);
    }

    #[test]
    fn the_last_attempt_has_no_next() {
        let now = DateTime::UNIX_EPOCH;
        let policy = RetryPolicy::INTERNAL;
        assert!(policy.next_attempt_at(policy.max_attempts - 1, now, 0.5).is_some());
        assert_eq!(policy.next_attempt_at(policy.max_attempts, now, 0.5), None);
    }

    #[test]
    fn an_external_message_survives_a_weekend_on_the_average() {
        let policy = RetryPolicy::EXTERNAL;
        let waits = (1..policy.max_attempts).map(|attempts| policy.delay(attempts, 0.5));
        let total = waits.fold(Duration::zero(), |sum, wait| sum + wait);
        assert!(total > Duration::hours(48), "{total}");
    }

    proptest! {
        #[test]
        fn every_wait_is_between_a_second_and_the_longest(attempts in any::<i16>(), fraction in -1.0..2.0f64) {
            let wait = RetryPolicy::EXTERNAL.delay(attempts, fraction);
            prop_assert!(wait >= Duration::seconds(1) && wait <= RetryPolicy::EXTERNAL.longest_delay);
        }
    }
}
