//! Assisting departments: their parts of a reply, delivered or waived.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{WorkOrderId, WorkOrderRole, WorkOrderStatus};
use crate::features::tickets::store::work_orders::WorkOrderRow;
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::text::{Body, Reason};

/// An assisting department's part is done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishAssist {
    /// Which work order.
    pub work_order_id: WorkOrderId,
    /// What the department contributes.
    pub contribution: Body,
}

/// An assisting department's part is not needed any more.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiveAssist {
    /// Which work order.
    pub work_order_id: WorkOrderId,
    /// Why.
    pub reason: Reason,
}

impl Action for FinishAssist {
    fn command(&self) -> Command {
        Command::FinishAssist
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        finish_assist(case, self)
    }

    fn assist(&self) -> Option<WorkOrderId> {
        Some(self.work_order_id)
    }
}

impl Action for WaiveAssist {
    fn command(&self) -> Command {
        Command::WaiveAssist
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        waive_assist(case, self)
    }
}

fn finish_assist(case: &mut Case<'_>, request: &FinishAssist) -> Result<(), TicketError> {
    case.require(Command::FinishAssist)?;
    let mut assist = open_assist(case, request.work_order_id)?;
    assist.status = WorkOrderStatus::Accepted;
    assist.signed_at = assist.signed_at.or(Some(case.now));
    assist.ended_at = Some(case.now);
    assist.contribution = Some(request.contribution.as_str().to_owned());
    assist.contributed_by = case.caller.staff_id();
    case.record(EventKind::AssistFinished, json!({"department": case.department_code(assist.department_id)}));
    case.update_work_order(assist)
}

fn waive_assist(case: &mut Case<'_>, request: &WaiveAssist) -> Result<(), TicketError> {
    case.require(Command::WaiveAssist)?;
    let mut assist = open_assist(case, request.work_order_id)?;
    assist.status = WorkOrderStatus::Recalled;
    assist.ended_at = Some(case.now);
    assist.end_reason = Some(request.reason.as_str().to_owned());
    case.record(
        EventKind::AssistWaived,
        json!({"department": case.department_code(assist.department_id), "reason": request.reason.as_str()}),
    );
    case.update_work_order(assist)
}

/// Whether an assisting department still owes its part.
pub fn has_open_assists(case: &Case<'_>) -> bool {
    case.work_orders.iter().any(|order| order.role == WorkOrderRole::Assist)
}

fn open_assist(case: &Case<'_>, id: WorkOrderId) -> Result<WorkOrderRow, TicketError> {
    let assist = case.work_orders.iter().find(|order| order.id == id && order.role == WorkOrderRole::Assist);
    assist.cloned().ok_or_else(|| TicketError::invalid("/work_order_id", "no_open_assist"))
}
