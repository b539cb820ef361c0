//! What a change of the rules makes of one clock. Nothing is read or written here.

use chrono::{DateTime, Utc};

use crate::features::calendars::RulesKind;
use crate::features::tickets::clock::engine::limit_of;
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::ClockStatus;
use crate::features::tickets::store::clocks::{ClockRow, PauseRow};
use crate::features::tickets::store::limit_key::LimitKey;
use crate::features::tickets::store::recalculation::RulesChange;
use crate::rules::sla::{self, Pause};
use crate::rules::time_limits::TimeLimit;
use crate::rules::vocabulary::{AlarmLevel, Unit};

/// A change under way: the rules in force, where it leads, and when.
#[derive(Clone, Copy)]
pub struct Course<'a> {
    pub rules: &'a Rulebook,
    pub change: &'a RulesChange,
    pub now: DateTime<Utc>,
}

/// A clock as it will be.
pub struct Revision {
    pub clock: ClockRow,
    pub absorbed: Vec<AlarmLevel>,
}

impl Course<'_> {
    /// The clock under the rules of the change: under the limit it has, or the one that matters of its sort have now.
    /// `None`: they promise nothing that it could follow, and the clock stays as it is.
    pub fn revise(
        &self,
        before: &ClockRow,
        pauses: &[PauseRow],
        key: LimitKey,
    ) -> Result<Option<Revision>, TicketError> {
        let mut clock = before.clone();
        match self.change.kind {
            RulesKind::Calendar => clock.calendar_version = self.change.version,
            RulesKind::TimeLimits => clock.policy_version = self.change.version,
        }
        let named = self.rules.of_clock(&clock)?;
        if self.change.kind == RulesKind::TimeLimits {
            let same = named.limits.by_code(&clock.limit_code);
            let key = key.of_department(clock.department_id);
            let limit = same.or_else(|| named.limit(clock.metric, &key));
            let Some(limit) = limit.filter(|limit| can_follow(&clock, limit)) else { return Ok(None) };
            clock.follow(limit);
        }
        let closed: Vec<Pause> =
            pauses.iter().map(|pause| named.pause(pause.paused_at, pause.resumed_at)).collect();
        let limit = limit_of(&named, &clock)?;
        let due = named.due(limit, &clock.terms(limit.due, &closed), None, self.now);
        clock.due_on = due.on;
        clock.due_at = due.at;
        clock.is_provisional = due.is_provisional;
        if !clock.is_broken(self.now) {
            clock.breached_at = None;
        }
        let absorbed = self.rearm(&named, before, &mut clock)?;
        Ok(Some(Revision { clock, absorbed }))
    }

    /// Arms the clock anew when its due day moved. Levels whose time has passed by that are absorbed: nobody is told of
    /// what a correction of the calendar made late. What was due already and not fired yet is left to the sweep.
    fn rearm(
        &self,
        named: &Rulebook,
        before: &ClockRow,
        clock: &mut ClockRow,
    ) -> Result<Vec<AlarmLevel>, TicketError> {
        let ladder = &limit_of(named, clock)?.alarms;
        let is_moved = clock.due_at != before.due_at;
        if is_moved {
            clock.arming = clock.arming.saturating_add(1);
            clock.last_alarm = None;
        }
        let mut absorbed = Vec::new();
        if clock.status == ClockStatus::Running && (is_moved || !self.has_pending(before)?) {
            let due = sla::alarms_due(&named.calendar, &clock.deadline(), ladder, clock.last_alarm, self.now);
            absorbed = due.iter().map(|alarm| alarm.level).collect();
            clock.last_alarm = absorbed.last().copied().or(clock.last_alarm);
        }
        let next = sla::next_alarm(&named.calendar, &clock.deadline(), ladder, clock.last_alarm, self.now);
        clock.next_alarm_at =
            next.map(|alarm| alarm.fire_at).filter(|_| clock.status == ClockStatus::Running);
        Ok(absorbed)
    }

    /// Whether an alarm of the clock, as it was, has come due and was not fired yet.
    fn has_pending(&self, before: &ClockRow) -> Result<bool, TicketError> {
        let earlier = self.rules.of_clock(before)?;
        let ladder = &limit_of(&earlier, before)?.alarms;
        let due = sla::alarms_due(&earlier.calendar, &before.deadline(), ladder, before.last_alarm, self.now);
        Ok(!due.is_empty())
    }
}

/// What was granted in one unit is nothing in another, and minutes need an instant to count from.
pub fn can_follow(clock: &ClockRow, limit: &TimeLimit) -> bool {
    let is_same_unit = clock.unit == limit.amount.unit;
    let needs_instant = limit.amount.unit == Unit::WorkingMinutes;
    is_same_unit || (clock.extension == 0 && (!needs_instant || clock.anchor_at.is_some()))
}
