//! The only place that knows what time it is. Everything else is told.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use uuid::{Builder, Uuid};

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
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
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

/// A new UUIDv7 whose time part is `at`, so that keys grow with time; of those that this process makes for the same
/// millisecond the later one is the greater, so that rows written together stand together in every index. Behind the time
/// stand a counter of 26 bits and 48 random ones (RFC 9562, section 6.2, method 1).
pub fn new_id(at: DateTime<Utc>) -> Uuid {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let milliseconds = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(milliseconds, &counted(MADE.fetch_add(1, Ordering::Relaxed)))
        .into_uuid()
}

/// What follows the time: twelve bits of the counter beside the version, fourteen beside the variant, and chance.
fn counted(number: u32) -> [u8; 10] {
    let [_, _, a, b] = ((number >> 14) & 0xFFF).to_be_bytes();
    let [_, _, c, d] = (number & 0x3FFF).to_be_bytes();
    let [e, f, g, h, i, j]: [u8; 6] = rand::random();
    [a, b, c, d, e, f, g, h, i, j]
}

fn whole_microseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_their_millisecond_and_grow_within_it() {
        let at: DateTime<Utc> = "2026-09-18T01:02:03.456Z".parse().unwrap();
        let ids: Vec<Uuid> = (0..100_000).map(|_| new_id(at)).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        let (seconds, nanoseconds) = ids[0].get_timestamp().unwrap().to_unix();
        assert_eq!(DateTime::from_timestamp(seconds as i64, nanoseconds), Some(at));
        assert!(new_id(at + Duration::milliseconds(1)) > ids[99_999]);
    }

    #[test]
    fn the_counter_fills_what_version_and_variant_leave() {
        let bits =
            |number| Builder::from_unix_timestamp_millis(0, &counted(number)).into_uuid().as_u128() >> 48;
        assert_eq!(bits(0), 0x7000_8000);
        assert_eq!(bits(0x3FF_FFFF), 0x7FFF_BFFF);
        assert_eq!(bits(0x400_0000), 0x7000_8000, "begins anew");
        assert_eq!(bits(0x4000), 0x7001_8000);
    }
}
