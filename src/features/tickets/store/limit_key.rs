//! What the limits of a ticket are chosen by, as columns of `ticket`: whoever reads them reads them through this.

use diesel::prelude::*;

use super::tickets::TicketRow;
use crate::platform::db::schema::ticket;
use crate::rules::vocabulary::{Channel, Kind, Priority};

/// What a limit is chosen by, in the directory's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = ticket, check_for_backend(diesel::pg::Pg))]
pub struct LimitKey {
    /// What sort of matter.
    pub kind: Kind,
    /// How it came in.
    pub channel: Channel,
    /// How urgent it is.
    pub priority: Priority,
    /// Its category.
    pub category_id: i32,
    /// The department in charge; `None`: the desk.
    pub department_id: Option<i32>,
}

impl LimitKey {
    /// The same for what a department has of it; `None`: for the ticket itself.
    pub fn of_department(self, department_id: Option<i32>) -> LimitKey {
        LimitKey { department_id: department_id.or(self.department_id), ..self }
    }
}

impl From<&TicketRow> for LimitKey {
    fn from(row: &TicketRow) -> LimitKey {
        let TicketRow { kind, channel, priority, category_id, department_id, .. } = *row;
        LimitKey { kind, channel, priority, category_id, department_id }
    }
}
