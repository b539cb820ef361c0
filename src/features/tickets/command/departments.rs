//! Departments at work: dispatch, sign, hand back, designate finally, assign, assist.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::accounts::{Accounts, StaffRef, Username};
use crate::features::tickets::announcements::message;
use crate::features::tickets::announcements::{ARBITRATED_TOPIC, TicketNews};
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::assists::has_open_assists;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::fitness::may_handle;
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::error::{NOT_ALLOWED_NOW, REFUSAL_CLOSED, REFUSALS_USED_UP, TicketError};
use crate::features::tickets::model::{WorkOrderId, WorkOrderRole, WorkOrderStatus};
use crate::features::tickets::store::replies;
use crate::features::tickets::store::work_orders::{self, WorkOrderRow};
use crate::platform::auth::caller::StaffId;
use crate::rules::bounds::few;
use crate::rules::commands::{Command, REFUSALS_PER_CYCLE};
use crate::rules::lifecycle::EventKind;
use crate::rules::sla::{self, Anchor, Terms};
use crate::rules::text::{Reason, ShortText};
use crate::rules::vocabulary::Metric;

/// Gives the ticket to a lead department and to others.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispatch {
    /// The lead department's code.
    pub department: String,
    /// Codes of departments that contribute.
    #[serde(default, deserialize_with = "few::<20, _, _>")]
    #[schema(max_items = 20)]
    pub assists: Vec<String>,
    /// Codes of departments that are told.
    #[serde(default, deserialize_with = "few::<20, _, _>")]
    #[schema(max_items = 20)]
    pub informs: Vec<String>,
    /// What is expected of them.
    pub instruction: Option<ShortText>,
}

/// Designates the lead department finally.
#[derive(Debug, Clone)]
pub struct Arbitrate(pub Dispatch);

/// Signs for the lead work order.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {}

/// Hands the work order back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Why the department is not competent.
    pub reason: Reason,
    /// The code of the department that is.
    pub proposed_department: Option<String>,
}

/// Takes the ticket back from its departments.
#[derive(Debug, Clone)]
pub struct Recall(pub GiveReason);

/// Gives the lead work order to a member of the department.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// Who is to handle it.
    pub staff_id: Option<StaffId>,
    /// The same by user name; one of the two.
    pub username: Option<Username>,
}

impl Action for Dispatch {
    fn command(&self) -> Command {
        Command::Dispatch
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        dispatch(case, self)
    }
}

impl Action for Arbitrate {
    fn command(&self) -> Command {
        Command::Arbitrate
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        arbitrate(case, &self.0)
    }
}

impl Action for Sign {
    fn command(&self) -> Command {
        Command::Sign
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        sign(case)
    }
}

impl Action for Refuse {
    fn command(&self) -> Command {
        Command::Refuse
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        refuse(case, self)
    }
}

impl Action for Recall {
    fn command(&self) -> Command {
        Command::Recall
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        recall(case, &self.0)
    }
}

impl Action for Assign {
    fn command(&self) -> Command {
        Command::Assign
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        assign(case, self)
    }
}

/// Gives the ticket to a lead department, any assists and any that are told.
fn dispatch(case: &mut Case<'_>, request: &Dispatch) -> Result<(), TicketError> {
    case.transition(Command::Dispatch)?;
    if case.ticket.refusals >= REFUSALS_PER_CYCLE {
        return Err(TicketError::Guard(REFUSALS_USED_UP));
    }
    issue(case, request, Designation::Ordinary)?;
    case.record(EventKind::Dispatched, json!({"department": request.department, "assists": request.assists}));
    Ok(())
}

/// Designates the lead department finally. It cannot hand the ticket back, and routing learns from it.
fn arbitrate(case: &mut Case<'_>, request: &Dispatch) -> Result<(), TicketError> {
    case.transition(Command::Arbitrate)?;
    issue(case, request, Designation::Final)?;
    case.record(EventKind::Arbitrated, json!({"department": request.department, "assists": request.assists}));
    let news = TicketNews { ticket_id: case.ticket.id, cycle: case.ticket.cycle };
    case.send(message(case.now, ARBITRATED_TOPIC, case.ticket.id, &news));
    Ok(())
}

fn sign(case: &mut Case<'_>) -> Result<(), TicketError> {
    case.transition(Command::Sign)?;
    let mut lead = lead(case)?;
    lead.status = WorkOrderStatus::Signed;
    lead.signed_at = Some(case.now);
    lead.assignee_id = lead.assignee_id.or(case.caller.staff_id());
    case.stop_clock(Metric::Sign)?;
    case.record(EventKind::Signed, json!({}));
    case.update_work_order(lead)
}

/// The lead department hands the ticket back: within the window, at most twice a cycle, and not a final designation.
fn refuse(case: &mut Case<'_>, request: &Refuse) -> Result<(), TicketError> {
    case.transition(Command::Refuse)?;
    let lead = lead(case)?;
    if lead.is_final || !within_refuse_window(case, &lead) {
        return Err(TicketError::Guard(REFUSAL_CLOSED));
    }
    let proposed = match &request.proposed_department {
        Some(code) => Some(case.find_department("/proposed_department", code)?),
        None => None,
    };
    case.ticket.refusals = case.ticket.refusals.saturating_add(1);
    case.record(
        EventKind::Refused,
        json!({"department": case.department_code(lead.department_id), "reason": request.reason.as_str(),
               "proposed_department": request.proposed_department}),
    );
    take_back(case, WorkOrderStatus::Refused, request.reason.as_str(), proposed)
}

/// The dispatcher takes the ticket back to give it to another.
fn recall(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::Recall)?;
    let lead = lead(case)?;
    case.record(
        EventKind::Recalled,
        json!({"department": case.department_code(lead.department_id), "reason": request.reason.as_str()}),
    );
    take_back(case, WorkOrderStatus::Recalled, request.reason.as_str(), None)
}

fn assign(case: &mut Case<'_>, request: &Assign) -> Result<(), TicketError> {
    case.require(Command::Assign)?;
    let mut lead = lead(case)?;
    let (who, pointer) = match (request.staff_id, &request.username) {
        (Some(id), None) => (StaffRef::Id(id), "/staff_id"),
        (None, Some(username)) => (StaffRef::Username(username.clone()), "/username"),
        (None, None) | (Some(_), Some(_)) => return Err(TicketError::invalid("", "named_once")),
    };
    let unfit = || TicketError::invalid(pointer, "unfit_staff");
    let staff_id = who.find(case.conn)?.ok_or_else(unfit)?;
    let (directory, of) = (&case.rules.directory, (case.ticket.kind, lead.department_id));
    let powers = Accounts::powers(case.conn, directory, &[staff_id])?;
    if !may_handle(&powers, directory, staff_id, of) {
        return Err(unfit());
    }
    lead.assignee_id = Some(staff_id);
    case.record(EventKind::Assigned, json!({"staff_id": staff_id}));
    case.update_work_order(lead)
}

/// Guards of the departments' commands beside the state.
pub fn is_possible_now(case: &Case<'_>, command: Command) -> bool {
    let lead = case.work_orders.iter().find(|order| order.role == WorkOrderRole::Lead);
    match command {
        Command::Dispatch => case.ticket.refusals < REFUSALS_PER_CYCLE,
        Command::Refuse => lead.is_some_and(|lead| !lead.is_final && within_refuse_window(case, lead)),
        Command::Assign => lead.is_some(),
        Command::FinishAssist | Command::WaiveAssist => has_open_assists(case),
        Command::SubmitReply => !has_open_assists(case),
        _ => true,
    }
}

/// The open lead work order.
pub fn lead(case: &Case<'_>) -> Result<WorkOrderRow, TicketError> {
    let lead = case.work_orders.iter().find(|order| order.role == WorkOrderRole::Lead);
    lead.cloned().ok_or(TicketError::Guard(NOT_ALLOWED_NOW))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Designation {
    Ordinary,
    Final,
}

fn issue(case: &mut Case<'_>, request: &Dispatch, designation: Designation) -> Result<(), TicketError> {
    let department = case.find_department("/department", &request.department)?;
    let mut rows = vec![work_order(case, department, WorkOrderRole::Lead, request)];
    for (codes, role, pointer) in [
        (&request.assists, WorkOrderRole::Assist, "/assists"),
        (&request.informs, WorkOrderRole::Inform, "/informs"),
    ] {
        for code in codes {
            let department = case.find_department(pointer, code)?;
            if rows.iter().any(|row| row.department_id == department) {
                return Err(TicketError::invalid(pointer, "department_twice"));
            }
            rows.push(work_order(case, department, role, request));
        }
    }
    if let Some(lead) = rows.first_mut() {
        lead.is_final = designation == Designation::Final;
        case.ticket.lead_work_order_id = Some(lead.id);
        case.ticket.department_id = Some(department);
        case.created_id = Some(lead.id.0);
    }
    work_orders::insert(case.conn, &rows)?;
    let lead = rows.first().map(|lead| (lead.id, lead.department_id));
    case.work_orders.extend(rows);
    case.start_clock(Metric::Sign, case.now, lead)?;
    case.start_clock(Metric::WorkOrder, case.now, lead)
}

fn work_order(case: &Case<'_>, department_id: i32, role: WorkOrderRole, request: &Dispatch) -> WorkOrderRow {
    WorkOrderRow {
        id: WorkOrderId::new(case.now),
        ticket_id: case.ticket.id,
        cycle: case.ticket.cycle,
        department_id,
        role,
        status: WorkOrderStatus::Issued,
        is_final: false,
        instruction: request.instruction.as_ref().map(|text| text.as_str().to_owned()),
        assignee_id: None,
        contribution: None,
        contributed_by: None,
        issued_at: case.now,
        signed_at: None,
        ended_at: None,
        end_reason: None,
        proposed_department_id: None,
    }
}

/// Ends the lead's and the assists' work orders and their clocks, and lays aside what they wrote and did not send; the citizen's
/// clock keeps running.
fn take_back(
    case: &mut Case<'_>,
    status: WorkOrderStatus,
    reason: &str,
    proposed_department_id: Option<i32>,
) -> Result<(), TicketError> {
    let mut lead = lead(case)?;
    lead.status = status;
    lead.ended_at = Some(case.now);
    lead.end_reason = Some(reason.to_owned());
    lead.proposed_department_id = proposed_department_id;
    case.update_work_order(lead)?;
    work_orders::end_open(case.conn, case.ticket.id, WorkOrderStatus::Recalled, Some(reason), case.now)?;
    case.work_orders.clear();
    case.cancel_clock(Metric::Sign, "taken_back")?;
    case.cancel_clock(Metric::WorkOrder, "taken_back")?;
    case.void_extension_request()?;
    replies::discard_unsent(case.conn, case.ticket.id, None)?;
    case.ticket.lead_work_order_id = None;
    case.ticket.department_id = None;
    Ok(())
}

/// The refuse window counts from the day the work order was issued.
fn within_refuse_window(case: &Case<'_>, lead: &WorkOrderRow) -> bool {
    let Some(limit) = case.rules.limit(Metric::Refuse, &case.limit_key(Some(lead.department_id))) else {
        return true;
    };
    let calendar = &case.rules.calendar;
    let anchor = Anchor::of(calendar, limit, case.ticket.channel, lead.issued_at);
    !sla::is_over(sla::due_at(calendar, &Terms::of(limit, anchor)), case.now)
}
