//! The rules in force now: the calendar, the time limits and the directory, as one command sees them. A clock that runs
//! already keeps the versions that its row names, whatever came into force since.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::features::calendars::Editions;
use crate::features::directory::Snapshot;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::clocks::ClockRow;
use crate::features::tickets::store::limit_key::LimitKey;
use crate::rules::calendar::Calendar;
use crate::rules::sla::{self, Anchor, Pause, Terms};
use crate::rules::time_limits::{Matter, TimeLimit, TimeLimits};
use crate::rules::vocabulary::{AlarmLevel, Metric};

/// The rules in force. Cheap to clone.
#[derive(Clone)]
pub struct Rulebook {
    /// The city's working days.
    pub calendar: Arc<Calendar>,
    /// The promised limits.
    pub limits: Arc<TimeLimits>,
    /// Departments, categories, districts.
    pub directory: Arc<Snapshot>,
    editions: Arc<Editions>,
}

/// Rules that somebody would like to try; what is `None` stays as it is in force.
#[derive(Debug, Clone, Default)]
pub struct ProposedRules {
    /// Another calendar.
    pub calendar: Option<Arc<Calendar>>,
    /// Other time limits.
    pub limits: Option<Arc<TimeLimits>>,
}

/// When a clock falls due and when its next alarm goes off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub on: NaiveDate,
    /// The instant: the end of that day in the city's zone.
    pub at: DateTime<Utc>,
    /// Whether the day lies past the last official year.
    pub is_provisional: bool,
    /// The next alarm.
    pub next_alarm_at: Option<DateTime<Utc>>,
}

/// The handling that a clock belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handling {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Which handling of it.
    pub cycle: i16,
}

impl Rulebook {
    /// The rules in force for new clocks.
    pub(in crate::features::tickets) fn new(editions: Arc<Editions>, directory: Arc<Snapshot>) -> Rulebook {
        Rulebook {
            calendar: Arc::clone(editions.city_calendar()),
            limits: Arc::clone(editions.city_time_limits()),
            directory,
            editions,
        }
    }

    /// The rules that a clock names: every date of it is computed with these, until a recalculation moves it to others.
    pub(in crate::features::tickets) fn of_clock(&self, clock: &ClockRow) -> Result<Rulebook, TicketError> {
        let calendar = self.editions.calendar(&clock.calendar_code, clock.calendar_version);
        let limits = self.editions.time_limits(&clock.policy_code, clock.policy_version);
        let (calendar, limits) = calendar.zip(limits).ok_or(TicketError::UnknownRules)?;
        let (calendar, limits) = (Arc::clone(calendar), Arc::clone(limits));
        Ok(Rulebook { calendar, limits, ..self.clone() })
    }

    /// The rules with a proposal in the place of what is in force.
    pub(in crate::features::tickets) fn trying(&self, proposed: &ProposedRules) -> Rulebook {
        let calendar = proposed.calendar.as_ref().unwrap_or(&self.calendar);
        let limits = proposed.limits.as_ref().unwrap_or(&self.limits);
        Rulebook { calendar: Arc::clone(calendar), limits: Arc::clone(limits), ..self.clone() }
    }

    /// The limit that applies to such a ticket.
    pub fn limit(&self, metric: Metric, key: &LimitKey) -> Option<&TimeLimit> {
        let path = self.directory.category_path(key.category_id);
        let categories: Vec<&str> = path.iter().rev().map(|category| category.code.as_str()).collect();
        let department = key.department_id.and_then(|id| self.directory.department(id));
        let above = department.map(|department| self.directory.ancestors(department.id)).unwrap_or_default();
        let departments: Vec<&str> =
            department.into_iter().chain(above).map(|department| department.code.as_str()).collect();
        let (categories, departments) = (categories.as_slice(), departments.as_slice());
        let LimitKey { kind, channel, priority, .. } = *key;
        let matter = Matter { kind, channel, priority, categories, departments };
        self.limits.limit_for(metric, &matter)
    }

    /// A clock that counts from an instant, or from where the limit's anchor rule puts it. `None`: nothing is promised of
    /// this metric to such a ticket.
    pub(in crate::features::tickets) fn new_clock(
        &self,
        metric: Metric,
        key: &LimitKey,
        of: Handling,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<ClockRow> {
        let limit = self.limit(metric, key)?;
        let anchor = Anchor::of(&self.calendar, limit, key.channel, since);
        let due = self.due(limit, &Terms::of(limit, anchor), None, now);
        Some(ClockRow::started(self, of, limit, anchor, due, now))
    }

    /// When a clock on these terms falls due, with the first alarm above `after` armed at `now`.
    pub fn due(
        &self,
        limit: &TimeLimit,
        terms: &Terms<'_>,
        after: Option<AlarmLevel>,
        now: DateTime<Utc>,
    ) -> Due {
        let deadline = sla::deadline(&self.calendar, terms);
        Due {
            on: deadline.on,
            at: deadline.at,
            is_provisional: self.calendar.is_provisional(deadline.on),
            next_alarm_at: sla::next_alarm(&self.calendar, &deadline, &limit.alarms, after, now)
                .map(|alarm| alarm.fire_at),
        }
    }

    /// The day of an instant in the city's zone.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.calendar.local_day(at)
    }

    /// The last day of a promise that falls due at this instant, which may be the midnight after it.
    pub fn due_day(&self, due_at: DateTime<Utc>) -> NaiveDate {
        sla::due_day(&self.calendar, due_at)
    }

    /// When a day begins in the city's zone.
    pub fn begin_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.calendar.at(day, NaiveTime::MIN)
    }

    /// A closed pause.
    pub fn pause(&self, paused_at: DateTime<Utc>, resumed_at: DateTime<Utc>) -> Pause {
        Pause::between(&self.calendar, paused_at, resumed_at)
    }
}
