//! What escalation asks tickets: how clocks stand, what is overdue where, what was extended or reopened too often.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};

use crate::features::tickets::model::{ClockId, ClockStatus, TicketId};
use crate::features::tickets::store::briefing;
use crate::rules::vocabulary::{AlarmLevel, Kind};

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::Queryable)]
pub struct ClockStanding {
    /// The clock.
    pub id: ClockId,
    /// How often the due day was set.
    pub arming: i16,
    /// The last level that fired in this arming.
    pub last_alarm: Option<AlarmLevel>,
    status: ClockStatus,
}

impl ClockStanding {
    /// Whether an alarm of this arming and level is the last word: its clock runs, and nothing higher has fired.
    pub fn stands_at(&self, arming: i16, level: AlarmLevel) -> bool {
        self.status == ClockStatus::Running && self.arming == arming && self.last_alarm == Some(level)
    }

    /// Whether what it measures is still to come.
    pub fn is_live(&self) -> bool {
        matches!(self.status, ClockStatus::Running | ClockStatus::Paused)
    }
}

/// The open tickets of a department that are past what was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueDepartment {
    /// The department; `None`: no department has them.
    pub department_id: Option<i32>,
    /// How many.
    pub count: i64,
    /// The oldest due instant among them.
    pub oldest_due_at: DateTime<Utc>,
}

/// An open ticket that was extended twice or reopened three times, or more often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its public number.
    pub reference: String,
    /// The department in charge; `None`: the desk.
    pub department_id: Option<i32>,
    /// Extensions granted.
    pub extensions: i64,
    /// Reopenings.
    pub reopenings: i32,
}

/// How these clocks stand. Locks nothing.
pub fn list_standing(conn: &mut PgConnection, ids: &[ClockId]) -> QueryResult<Vec<ClockStanding>> {
    briefing::list_standing(conn, ids)
}

/// The overdue open tickets by department, the most first. Costs the number of overdue tickets.
pub fn list_overdue(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Vec<OverdueDepartment>> {
    briefing::list_overdue(conn, now)
}

/// The open tickets that were extended for the second time or reopened for the third time, or more often, after `since`
/// and up to `until`; in the order of their numbers.
pub fn list_repeated(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<Repeated>> {
    briefing::list_repeated(conn, since, until)
}

/// Since when the oldest alarm is due that has not fired; `None`: nothing waits.
pub fn oldest_due_alarm(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    briefing::oldest_due_alarm(conn, now)
}

/// The oldest letter without an answer, of one kind or of any: its number, and when it was received.
pub fn oldest_open(
    conn: &mut PgConnection,
    kind: Option<Kind>,
) -> QueryResult<Option<(String, DateTime<Utc>)>> {
    briefing::oldest_open(conn, kind)
}
