//! What alarms are about today: a ticket may have gone to another department or person since they fired.

use std::collections::HashMap;

use diesel::PgConnection;

use super::finder::Subject;
use crate::features::escalation::error::EscalationError;
use crate::features::tickets::{ClockId, ClockStanding, TicketId, list_lead_assignees, list_standing};
use crate::platform::auth::caller::StaffId;
use crate::rules::vocabulary::Metric;

/// How some clocks stand, and who handles their tickets.
pub(in crate::features::escalation) struct Subjects {
    clocks: HashMap<ClockId, ClockStanding>,
    handlers: HashMap<TicketId, StaffId>,
}

impl Subjects {
    /// Looks these clocks up.
    pub fn of(conn: &mut PgConnection, clocks: &[ClockId]) -> Result<Subjects, EscalationError> {
        let standing = list_standing(conn, clocks)?;
        let tickets: Vec<TicketId> = standing.iter().map(|clock| clock.ticket_id).collect();
        let handlers = list_lead_assignees(conn, &tickets)?.into_iter().collect();
        Ok(Subjects { clocks: standing.into_iter().map(|clock| (clock.id, clock)).collect(), handlers })
    }

    /// How a clock stands.
    pub fn clock(&self, id: ClockId) -> Option<&ClockStanding> {
        self.clocks.get(&id)
    }

    /// What an alarm of a clock is about.
    pub fn subject(&self, clock: &ClockStanding, metric: Metric) -> Subject {
        Subject {
            kind: clock.kind,
            metric,
            department_id: clock.department_id(),
            assignee_id: self.handlers.get(&clock.ticket_id).copied(),
        }
    }
}
