//! Assignments end with what made them possible: when somebody may no longer handle a letter that was given to them, because
//! a grant ended, the account was closed or their department is no more, it is given back to the department.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde::Deserialize;
use serde_json::json;

use crate::features::accounts::{ACCESS_LOST_TOPIC, AccessLost, Accounts};
use crate::features::directory::{DEPARTMENT_CHANGED_TOPIC, Snapshot};
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::fitness::may_handle;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::work_orders::{AssignedOrder, WorkOrderRow};
use crate::features::tickets::store::{tickets, work_orders};
use crate::platform::auth::caller::{Caller, StaffId};
use crate::platform::jobs::consumer::{ConsumeError, TransactionalConsumer};
use crate::platform::jobs::outbox::{Message, Topic};
use crate::rules::lifecycle::EventKind;

/// The consumer's name.
const NAME: &str = "assignments";

/// Gives back what people can no longer handle who may do less than before.
pub struct ReturnOfPeople(pub Tickets);

impl TransactionalConsumer for ReturnOfPeople {
    fn topic(&self) -> Topic {
        ACCESS_LOST_TOPIC
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError> {
        let lost = messages.iter().map(|message| AccessLost::deserialize(&message.payload));
        let lost: Result<Vec<AccessLost>, _> = lost.collect();
        let lost = lost.map_err(|_| ConsumeError::refused("access_lost_payload"))?;
        let ids: Vec<StaffId> = lost.iter().map(|lost| lost.staff_id).collect();
        self.0.return_assignments(conn, now, Some(&ids)).map_err(refused)
    }
}

/// Gives back what nobody of those can handle any more who had it, since departments have changed.
pub struct ReturnOfDepartments(pub Tickets);

impl TransactionalConsumer for ReturnOfDepartments {
    fn topic(&self) -> Topic {
        DEPARTMENT_CHANGED_TOPIC
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        _messages: &[Message],
    ) -> Result<(), ConsumeError> {
        self.0.return_assignments(conn, now, None).map_err(refused)
    }
}

impl Tickets {
    /// Looks at the open letters that were assigned to these people, or to anybody, and gives back those that they may not
    /// handle.
    fn return_assignments(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        of: Option<&[StaffId]>,
    ) -> Result<(), TicketError> {
        let refreshed = self.directory.refresh_within(conn);
        refreshed.map_err(|error| TicketError::Internal(error.to_string()))?;
        let rules = self.rulebook();
        // In the order in which every command locks more than one.
        for id in lost(conn, &rules.directory, of)? {
            let Some(ticket) = tickets::lock(conn, id)? else { continue };
            let mut case = Case::open(conn, ticket, &rules, &Caller::System, now)?;
            give_back(&mut case)?;
            case.save()?;
        }
        Ok(())
    }
}

/// The tickets that somebody has who may not handle them.
fn lost(conn: &mut PgConnection, directory: &Snapshot, of: Option<&[StaffId]>) -> QueryResult<Vec<TicketId>> {
    let assigned = work_orders::list_assigned(conn, of)?;
    let people: Vec<StaffId> = assigned.iter().map(|order| order.staff_id).collect();
    let powers = Accounts::powers(conn, directory, &people)?;
    let is_lost = |order: &&AssignedOrder| {
        !may_handle(&powers, directory, order.staff_id, (order.kind, order.department_id))
    };
    let mut ids: Vec<TicketId> = assigned.iter().filter(is_lost).map(|order| order.ticket_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn give_back(case: &mut Case<'_>) -> Result<(), TicketError> {
    let people: Vec<StaffId> = case.work_orders.iter().filter_map(|order| order.assignee_id).collect();
    let powers = Accounts::powers(case.conn, &case.rules.directory, &people)?;
    for order in case.work_orders.clone() {
        let Some(staff_id) = order.assignee_id else { continue };
        if may_handle(&powers, &case.rules.directory, staff_id, (case.ticket.kind, order.department_id)) {
            continue;
        }
        let department = case.department_code(order.department_id);
        case.record(EventKind::AssignmentReturned, json!({"staff_id": staff_id, "department": department}));
        case.update_work_order(WorkOrderRow { assignee_id: None, ..order })?;
    }
    Ok(())
}

fn refused(error: TicketError) -> ConsumeError {
    match error {
        TicketError::Database(error) => ConsumeError::Database(error),
        _ => ConsumeError::refused("assignment_refused"),
    }
}
