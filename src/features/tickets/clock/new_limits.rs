//! Clocks that follow the limits of what a ticket has turned out to be, unless their promise would get later by that.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::features::tickets::clock::engine::due_of;
use crate::features::tickets::clock::revision::can_follow;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::store::clocks::{self, ClockRow, PauseRow};
use crate::rules::vocabulary::Metric;

/// A clock for which another limit is chosen now, as the event tells it.
#[derive(Debug, Serialize)]
pub struct Following {
    metric: Metric,
    /// The limit that is chosen now.
    limit: String,
    /// Whether the clock follows it; else it keeps the promise it had.
    is_followed: bool,
    due_at_before: DateTime<Utc>,
    due_at: DateTime<Utc>,
}

impl Case<'_> {
    /// Lets each live clock follow the limit that is chosen for the ticket as it is now, in the version of the limits that
    /// the clock names. A clock whose promise would get later keeps it: only more time, a pause, a restart or a correction
    /// of the rules make a promise later, each with a notice to the citizen.
    pub fn follow_limits(&mut self) -> Result<Vec<Following>, TicketError> {
        let live = self.clocks.clone();
        let pauses = clocks::list_pauses(self.conn, &live.iter().map(|clock| clock.id).collect::<Vec<_>>())?;
        let mut following = Vec::new();
        for clock in live {
            let mine: Vec<PauseRow> =
                pauses.iter().filter(|pause| pause.clock_id == clock.id).cloned().collect();
            following.extend(self.follow_limit(clock, &mine)?);
        }
        Ok(following)
    }

    /// `None`: the clock's limit is the one that is chosen, or there is none.
    fn follow_limit(
        &mut self,
        clock: ClockRow,
        pauses: &[PauseRow],
    ) -> Result<Option<Following>, TicketError> {
        let named = self.rules.of_clock(&clock)?;
        let Some(limit) = named.limit(clock.metric, &self.limit_key(clock.department_id)) else {
            return Ok(None);
        };
        if limit.code == clock.limit_code {
            return Ok(None);
        }
        let mut followed = clock.clone();
        followed.follow(limit);
        let mut following = Following {
            metric: clock.metric,
            limit: limit.code.clone(),
            is_followed: false,
            due_at_before: clock.due_at,
            due_at: clock.due_at,
        };
        followed.due_at = due_of(self.rules, &followed, pauses, self.now)?.at;
        let is_later = followed.due_at > clock.due_at
            || self.due_if_resumed(&followed)? > self.due_if_resumed(&clock)?;
        if !is_later && can_follow(&clock, limit) {
            followed.due_at = clock.due_at;
            self.retime(&mut followed, pauses)?;
            following.is_followed = true;
            following.due_at = followed.due_at;
            self.put_back(followed)?;
        }
        Ok(Some(following))
    }
}
