//! Whether anything of a topic can be delivered, as this instance knows it from its last deliveries.
//!
//! During an outage what waits is left alone, so that it loses no attempts; one message is tried now and then.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

/// How often a message is tried during an outage, and how often, at most, what waited for its end is brought forward.
const INTERVAL: Duration = Duration::seconds(10);

/// The way out of one topic.
#[derive(Debug, Default)]
pub(super) struct WayOut(Mutex<Known>);

#[derive(Debug, Clone, Copy, Default)]
enum Known {
    /// Nothing was delivered yet; messages of an outage before this instance began may wait.
    #[default]
    Nothing,
    /// The last delivery got through.
    Open { brought_forward_at: DateTime<Utc> },
    /// The last deliveries did not.
    Closed { next_trial_at: DateTime<Utc> },
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Deliver what is due.
    Deliver,
    /// Deliver what is due, and if nothing is, try one that waits for the end of an outage.
    DeliverOrTry,
    /// Try one message.
    Try,
    /// Leave everything alone.
    Wait,
}

/// How deliveries went that were made side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// At least one got through.
    Through,
    /// None got through, and at least one failed for all.
    Outage,
    /// Neither: there were none, or each failed for itself.
    NothingNew,
}

impl WayOut {
    /// What to do at this instant.
    pub(super) fn plan(&self, now: DateTime<Utc>) -> Plan {
        match *self.known() {
            Known::Nothing => Plan::DeliverOrTry,
            Known::Open { .. } => Plan::Deliver,
            Known::Closed { next_trial_at } if now < next_trial_at => Plan::Wait,
            Known::Closed { .. } => Plan::Try,
        }
    }

    /// Remembers how deliveries went. `true`: what waits for the end of an outage is to be brought forward.
    pub(super) fn learn(&self, now: DateTime<Utc>, seen: Seen) -> bool {
        let mut known = self.known();
        match (seen, *known) {
            (Seen::Through, Known::Open { brought_forward_at }) if now < brought_forward_at + INTERVAL => {
                return false;
            }
            (Seen::Through, _) => *known = Known::Open { brought_forward_at: now },
            (Seen::Outage, _) => *known = Known::Closed { next_trial_at: now + INTERVAL },
            (Seen::NothingNew, Known::Closed { .. }) => {
                *known = Known::Closed { next_trial_at: now + INTERVAL };
            }
            (Seen::NothingNew, Known::Nothing | Known::Open { .. }) => {}
        }
        seen == Seen::Through
    }

    /// Nothing is due and nothing waits for the end of an outage, so that there is none to speak of.
    pub(super) fn nothing_waits(&self, now: DateTime<Utc>) {
        *self.known() = Known::Open { brought_forward_at: now };
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn during_an_outage_one_is_tried_every_ten_seconds() {
        let way_out = WayOut::default();
        assert_eq!(way_out.plan(at(0)), Plan::DeliverOrTry);
        assert!(!way_out.learn(at(0), Seen::Outage));
        assert_eq!((way_out.plan(at(9)), way_out.plan(at(10))), (Plan::Wait, Plan::Try));
        assert!(!way_out.learn(at(10), Seen::Outage));
        assert_eq!((way_out.plan(at(19)), way_out.plan(at(20))), (Plan::Wait, Plan::Try));
        assert!(way_out.learn(at(20), Seen::Through));
        assert_eq!(way_out.plan(at(20)), Plan::Deliver);
    }

    #[test]
    fn what_waits_is_brought_forward_at_most_every_ten_seconds_while_all_goes_well() {
        let way_out = WayOut::default();
        let brought: Vec<bool> = (0..25).map(|second| way_out.learn(at(second), Seen::Through)).collect();
        let seconds: Vec<usize> = (0..25).filter(|second| brought[*second]).collect();
        assert_eq!(seconds, [0, 10, 20]);
    }

    #[test]
    fn a_message_that_fails_for_itself_says_nothing_of_the_others() {
        let way_out = WayOut::default();
        way_out.learn(at(0), Seen::Through);
        assert!(!way_out.learn(at(1), Seen::NothingNew));
        assert_eq!(way_out.plan(at(1)), Plan::Deliver);
    }
}
