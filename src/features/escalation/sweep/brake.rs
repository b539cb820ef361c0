//! The storm brake: too many alarms in a minute pause the sweep of all instances, and somebody has to say that it shall
//! go on. The state is a row, so that the brake of one instance stops them all.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use diesel::PgConnection;
use metrics::{counter, gauge};
use tracing::error;

use super::store::{self, ActionRow, StateRow};
use super::views::SweepVerb;
use crate::features::accounts::StaffContact;
use crate::features::escalation::delivery::Round;
use crate::features::escalation::error::EscalationError;
use crate::features::notices::{Notice, NoticeContent};
use crate::platform::clock::new_id;
use crate::platform::jobs::outbox;
use crate::rules::vocabulary::Role;

/// What a batch may fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowance {
    /// Nothing: the sweep is paused.
    Paused,
    /// At most so many clocks.
    AtMost(i64),
}

/// What the brake allows, as a batch begins.
pub(super) struct Brake {
    state: StateRow,
    limit: u32,
}

impl Brake {
    /// Reads how the sweep stands. Locks nothing.
    pub fn read(conn: &mut PgConnection, round: &Round<'_>) -> Result<Brake, EscalationError> {
        let state = store::get_state(conn)?;
        gauge!("huiyin_sweep_paused").set(if state.is_paused { 1.0 } else { 0.0 });
        Ok(Brake { state, limit: round.settings.storm_alarms_per_minute })
    }

    /// How much a batch may take that would like `wanted` while other batches of the same sweep take up to `ahead`. Where
    /// the limit is near it takes one more than the limit allows and no further ones.
    pub fn allowance(&self, now: DateTime<Utc>, wanted: i64, ahead: i64) -> Allowance {
        if self.state.is_paused {
            return Allowance::Paused;
        }
        if self.limit == 0 || self.state.confirmed_until.is_some_and(|until| until >= now) {
            return Allowance::AtMost(wanted);
        }
        let counted = if self.state.minute_at == Some(minute(now)) { self.state.minute_alarms } else { 0 };
        let left = i64::from(self.limit) - i64::from(counted) + 1 - ahead;
        Allowance::AtMost(wanted.min(left.max(i64::from(ahead == 0))))
    }

    /// Counts what a batch fired, and pauses when it is too much. Alarms that were due when somebody last confirmed do
    /// not count. The last statement of the batch's transaction, so that nobody waits for its lock.
    pub fn count(
        &self,
        conn: &mut PgConnection,
        round: &Round<'_>,
        fire_at: impl Iterator<Item = DateTime<Utc>>,
    ) -> Result<(), EscalationError> {
        let confirmed = self.state.confirmed_until.unwrap_or(DateTime::UNIX_EPOCH);
        let fired = fire_at.filter(|at| *at > confirmed).count();
        if self.limit == 0 || fired == 0 {
            return Ok(());
        }
        let fired = i32::try_from(fired).unwrap_or(i32::MAX);
        let (in_minute, is_paused) = store::count(conn, minute(round.now), fired)?;
        if is_paused || u32::try_from(in_minute).unwrap_or(0) <= self.limit {
            return Ok(());
        }
        pause(conn, round, in_minute, self.limit)
    }
}

/// Pauses, keeps why, and raises one alert. Whoever gets here holds the row, and finds it not paused: it happens once.
fn pause(
    conn: &mut PgConnection,
    round: &Round<'_>,
    in_minute: i32,
    limit: u32,
) -> Result<(), EscalationError> {
    store::pause(conn)?;
    let reason = format!("storm: {in_minute} alarms in a minute, {limit} are allowed");
    let (id, taken_at) = (new_id(round.now), round.now);
    store::insert_action(
        conn,
        &ActionRow { id, action: SweepVerb::Pause, staff_id: None, reason, taken_at },
    )?;
    let mails: Vec<_> = watchers(conn, round)?
        .iter()
        .map(|contact| {
            let (count, paused_on) = (in_minute, round.rules.day(round.now));
            let content = NoticeContent::SweepPaused { count, limit, paused_on };
            Notice::to_staff(contact.id.0, content).into_message(round.now)
        })
        .collect();
    outbox::enqueue(conn, &mails)?;
    gauge!("huiyin_sweep_paused").set(1.0);
    counter!("huiyin_sweep_storms_total").increment(1);
    error!(
        alarms.in_minute = in_minute,
        alarms.limit = limit,
        "The sweep is paused: {in_minute} alarms in a minute. Resume it with POST /v1/staff/sweep/actions/resume"
    );
    Ok(())
}

/// Those who are told of a storm at any hour: system administrators and supervisors.
fn watchers(conn: &mut PgConnection, round: &Round<'_>) -> Result<Vec<StaffContact>, EscalationError> {
    let mut people = round.accounts.recipients(conn, Role::SystemAdministrator, None)?;
    people.extend(round.accounts.recipients(conn, Role::Supervisor, None)?);
    Ok(people)
}

/// The minute that is counted.
fn minute(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_takes_one_more_than_the_limit_allows_so_that_the_brake_is_felt() {
        let now: DateTime<Utc> = "2026-09-18T01:00:30Z".parse().unwrap();
        let state = |minute_at, minute_alarms| StateRow {
            is_paused: false,
            minute_at,
            minute_alarms,
            confirmed_until: None,
        };
        let allowance = |limit, state| Brake { state, limit }.allowance(now, 500, 0);
        let this_minute = Some(minute(now));
        assert_eq!(allowance(0, state(None, 0)), Allowance::AtMost(500));
        assert_eq!(allowance(600, state(None, 0)), Allowance::AtMost(500));
        assert_eq!(allowance(600, state(this_minute, 500)), Allowance::AtMost(101));
        assert_eq!(allowance(600, state(Some(now - TimeDelta::minutes(5)), 600)), Allowance::AtMost(500));
        assert_eq!(allowance(600, state(this_minute, 700)), Allowance::AtMost(1));
        let behind = |limit, state| Brake { state, limit }.allowance(now, 500, 500);
        assert_eq!(behind(600, state(None, 0)), Allowance::AtMost(101), "together no more than one too many");
        assert_eq!(behind(600, state(this_minute, 300)), Allowance::AtMost(0));
        assert_eq!(behind(0, state(None, 0)), Allowance::AtMost(500));
        let paused = StateRow { is_paused: true, ..state(None, 0) };
        assert_eq!(allowance(0, paused), Allowance::Paused);
        let confirmed = StateRow { confirmed_until: Some(now), ..state(this_minute, 600) };
        assert_eq!(allowance(600, confirmed), Allowance::AtMost(500));
    }
}
