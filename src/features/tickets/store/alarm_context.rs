//! What escalation asks tickets: how clocks stand, what is overdue where, what was extended or reopened too often.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::features::tickets::model::{ClockId, ClockStatus, TicketId};
use crate::platform::db::schema::{clock, ticket};
use crate::rules::lifecycle::State;
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
    /// Its ticket.
    pub ticket_id: TicketId,
    /// What sort of matter it is.
    pub kind: Kind,
    own_department_id: Option<i32>,
    ticket_department_id: Option<i32>,
}

impl ClockStanding {
    /// Whether an alarm of this arming and level is the last word: its clock runs, and nothing higher has fired.
    pub fn stands_at(&self, arming: i16, level: AlarmLevel) -> bool {
        self.status == ClockStatus::Running && self.arming == arming && self.last_alarm == Some(level)
    }

    /// The department that has it today; `None`: the desk.
    pub fn department_id(&self) -> Option<i32> {
        self.own_department_id.or(self.ticket_department_id)
    }

    /// Whether what it measures is still to come.
    pub fn is_live(&self) -> bool {
        matches!(self.status, ClockStatus::Running | ClockStatus::Paused)
    }
}

/// The open tickets of a department that are past what was promised.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
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
    clock::table
        .inner_join(ticket::table)
        .filter(clock::id.eq_any(ids))
        .select((
            clock::id,
            clock::arming,
            clock::last_alarm,
            clock::status,
            clock::ticket_id,
            ticket::kind,
            clock::department_id,
            ticket::department_id,
        ))
        .load(conn)
}

/// Since when the oldest alarm is due that has not fired; `None`: nothing waits.
pub fn oldest_due_alarm(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Option<DateTime<Utc>>> {
    clock::table
        .filter(clock::next_alarm_at.le(now))
        .order(clock::next_alarm_at)
        .select(clock::next_alarm_at.assume_not_null())
        .first(conn)
        .optional()
}

/// The oldest letter without an answer, of one kind or of any: its number, and when it was received.
///
/// Index `ticket_open_received`; for error reports `ticket_open_error_report`.
pub fn oldest_open(
    conn: &mut PgConnection,
    kind: Option<Kind>,
) -> QueryResult<Option<(String, DateTime<Utc>)>> {
    let open = ticket::table
        .filter(ticket::due_at.is_not_null())
        .order(ticket::received_at)
        .select((ticket::reference, ticket::received_at));
    match kind {
        // A literal, so that the partial index of this kind is found.
        Some(Kind::ErrorReport) => open
            .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("kind = 'error_report'"))
            .first(conn)
            .optional(),
        Some(kind) => open.filter(ticket::kind.eq(kind)).first(conn).optional(),
        None => open.first(conn).optional(),
    }
}

/// The overdue open tickets by department, the most first. Costs the number of overdue tickets.
///
/// Late as [`crate::rules::sla::is_over`] has it; a promise that waits is not.
pub fn list_overdue(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Vec<OverdueDepartment>> {
    let oldest_due_at = min(ticket::due_at).assume_not_null();
    ticket::table
        .filter(ticket::due_at.le(now).and(ticket::state.ne_all(State::WAITING)))
        .group_by(ticket::department_id)
        .select((ticket::department_id, count_star(), oldest_due_at))
        .order((count_star().desc(), oldest_due_at, ticket::department_id))
        .load(conn)
}

#[derive(QueryableByName)]
struct RepeatedRow {
    #[diesel(sql_type = SqlUuid)]
    id: TicketId,
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Nullable<Integer>)]
    department_id: Option<i32>,
    #[diesel(sql_type = BigInt)]
    extensions: i64,
    #[diesel(sql_type = Integer)]
    reopenings: i32,
}

/// The open tickets that were extended for the second time or reopened for the third time, or more often, after `since`
/// and up to `until`; in the order of their numbers.
///
/// Each half goes along an index of its own; the extensions of the few tickets found are counted ticket by ticket.
pub fn list_repeated(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<Repeated>> {
    let rows: Vec<RepeatedRow> = diesel::sql_query(
        "WITH found AS ( \
             SELECT ticket_id FROM approval WHERE kind = 'extension' AND status = 'granted' \
                 AND decided_at > $1 AND decided_at <= $2 \
             UNION \
             SELECT ticket.id FROM ticket JOIN clock ON clock.id = ticket.citizen_clock_id \
                 WHERE ticket.cycle >= 4 AND ticket.due_at IS NOT NULL \
                     AND clock.started_at > $1 AND clock.started_at <= $2 \
         ) \
         SELECT ticket.id, ticket.reference, ticket.department_id, granted.extensions, \
             ticket.cycle::integer - 1 AS reopenings \
         FROM found JOIN ticket ON ticket.id = found.ticket_id \
         CROSS JOIN LATERAL (SELECT count(*) AS extensions FROM approval \
             WHERE approval.ticket_id = ticket.id AND kind = 'extension' AND status = 'granted') AS granted \
         WHERE ticket.due_at IS NOT NULL AND (granted.extensions >= 2 OR ticket.cycle >= 4) \
         ORDER BY ticket.reference",
    )
    .bind::<Timestamptz, _>(since)
    .bind::<Timestamptz, _>(until)
    .load(conn)?;
    let repeated = |row: RepeatedRow| Repeated {
        ticket_id: row.id,
        reference: row.reference,
        department_id: row.department_id,
        extensions: row.extensions,
        reopenings: row.reopenings,
    };
    Ok(rows.into_iter().map(repeated).collect())
}
