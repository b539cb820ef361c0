//! Whether a caller may see a ticket and give a command on it. Decided by the table of commands alone.

use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::WorkOrderId;
use crate::platform::auth::caller::Caller;
use crate::rules::commands::{Command, Department};
use crate::rules::permissions::Operation;

/// Says no unless the caller may see the ticket and give this command. `assist`: the assisting department's work order that
/// it is about.
pub fn authorise(case: &Case<'_>, command: Command, assist: Option<WorkOrderId>) -> Result<(), TicketError> {
    let is_hidden = match case.caller {
        Caller::Citizen { ticket_id } => *ticket_id != case.ticket.id.0,
        Caller::Staff(staff) => !staff.may(Operation::ReadTicket, &case.departments()),
        Caller::Rule { .. } | Caller::System => false,
    };
    if is_hidden {
        return Err(TicketError::NotFound);
    }
    if may(case, command, assist) { Ok(()) } else { Err(TicketError::Forbidden) }
}

/// Whether the caller, who may see the ticket, may give the command.
pub fn may(case: &Case<'_>, command: Command, assist: Option<WorkOrderId>) -> bool {
    let spec = command.spec();
    match case.caller {
        Caller::Citizen { .. } => spec.is_for_citizen,
        Caller::Staff(staff) => staff.may(command, &departments(case, spec.department, assist)),
        Caller::Rule { .. } => spec.is_for_rules,
        Caller::System => true,
    }
}

/// The departments one of which the permission must cover.
fn departments(case: &Case<'_>, whose: Department, assist: Option<WorkOrderId>) -> Vec<i32> {
    match (whose, assist) {
        (Department::Any, _) => case.departments(),
        (Department::Lead, _) => case.ticket.department_id.into_iter().collect(),
        (Department::Assist, Some(id)) => case.assisting_department(id).into_iter().collect(),
        (Department::Assist, None) => case.assisting_departments(),
    }
}
