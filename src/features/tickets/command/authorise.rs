//! Whether a caller may see a ticket and give a command on it. Decided by the table of commands alone.

use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::WorkOrderId;
use crate::platform::auth::caller::{Caller, Ownership, StaffCaller};
use crate::rules::commands::{Command, Department};
use crate::rules::permissions::Operation;

/// How much of a ticket a member of staff may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All that their permissions allow.
    Whole,
    /// What it is about and how it stands, and nothing of the person or of what was said to them: their department is only
    /// told of it.
    Matter,
}

/// How much of the ticket a member of staff may see. `None`: for them it is not there.
pub fn sight(staff: &StaffCaller, case: &Case<'_>) -> Option<Sight> {
    if staff.may_on(Operation::ReadTicket, &case.ownership()) {
        return Some(Sight::Whole);
    }
    let informed = case.informed();
    let is_told = !informed.departments.is_empty() && staff.may_on(Operation::ReadTicket, &informed);
    is_told.then_some(Sight::Matter)
}

/// Says no unless the caller may see the ticket and give this command. `assist`: the assisting department's work order that
/// it is about.
pub fn authorise(case: &Case<'_>, command: Command, assist: Option<WorkOrderId>) -> Result<(), TicketError> {
    let is_hidden = match case.caller {
        Caller::Citizen { ticket_id } => *ticket_id != case.ticket.id.0,
        Caller::Staff(staff) => sight(staff, case).is_none(),
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
        Caller::Staff(staff) => staff.may_on(command, &owned(case, spec.department, assist)),
        Caller::Rule { .. } => spec.is_for_rules,
        Caller::System => true,
    }
}

/// The ticket as those have it one of whose departments the permission must cover.
fn owned(case: &Case<'_>, whose: Department, assist: Option<WorkOrderId>) -> Ownership {
    let ownership = case.ownership();
    let departments = match (whose, assist) {
        (Department::Any, _) => return ownership,
        (Department::Lead, _) => case.ticket.department_id.into_iter().collect(),
        (Department::Assist, Some(id)) => case.assisting_department(id).into_iter().collect(),
        (Department::Assist, None) => case.assisting_departments(),
    };
    Ownership { departments, ..ownership }
}
