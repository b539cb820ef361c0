//! Decisions that take two people: declining, and more time.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::notices::NoticeContent;
use crate::features::tickets::clock::engine::limit_of;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::Decide;
use crate::features::tickets::error::{EXTENSION_NOT_POSSIBLE, NOT_ALLOWED_NOW, SAME_PERSON, TicketError};
use crate::features::tickets::model::{ApprovalId, ApprovalKind, ApprovalStatus};
use crate::features::tickets::store::approvals::{self, ApprovalRow};
use crate::features::tickets::store::joined;
use crate::platform::db::DbError;
use crate::rules::bounds::within;
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::Outcome;
use crate::rules::sla;
use crate::rules::text::{Reason, ShortText};
use crate::rules::vocabulary::Metric;

/// Proposes to decline; a second person decides.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestDecline {
    /// The legal ground and the reason, as the citizen will read it.
    pub ground: Reason,
    /// Where the citizen can go instead.
    pub advice: ShortText,
}

/// Decides, as the second person, on a proposal to decline.
#[derive(Debug, Clone)]
pub struct DecideDecline(pub Decide);

/// Asks for more time on the citizen's clock.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestExtension {
    /// How much, in the unit in which the promise is counted.
    #[serde(deserialize_with = "within::<1, 60, _, _>")]
    #[schema(minimum = 1, maximum = 60)]
    pub amount: i32,
    /// Why, as the citizen will read it.
    pub reason: Reason,
}

/// Grants or rejects more time.
#[derive(Debug, Clone)]
pub struct DecideExtension(pub Decide);

impl Action for RequestDecline {
    fn command(&self) -> Command {
        Command::Decline
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        request_decline(case, self)
    }
}

impl Action for DecideDecline {
    fn command(&self) -> Command {
        Command::DecideDecline
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        decide_decline(case, &self.0)
    }
}

impl Action for RequestExtension {
    fn command(&self) -> Command {
        Command::RequestExtension
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        request_extension(case, self)
    }
}

impl Action for DecideExtension {
    fn command(&self) -> Command {
        Command::DecideExtension
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        decide_extension(case, &self.0)
    }
}

fn request_decline(case: &mut Case<'_>, request: &RequestDecline) -> Result<(), TicketError> {
    case.require(Command::Decline)?;
    let row = ApprovalRow {
        ground: request.ground.as_str().to_owned(),
        advice: Some(request.advice.as_str().to_owned()),
        ..proposal(case, ApprovalKind::Decline)?
    };
    case.record(EventKind::DeclineRequested, json!({"approval_id": row.id}));
    propose(case, &row)
}

fn decide_decline(case: &mut Case<'_>, decision: &Decide) -> Result<(), TicketError> {
    case.require(Command::DecideDecline)?;
    let approval = decide(case, ApprovalKind::Decline, decision)?;
    if !decision.granted {
        case.record(EventKind::DeclineRejected, json!({"approval_id": approval.id}));
        return Ok(());
    }
    case.transition(Command::DecideDecline)?;
    case.conclude(Outcome::Declined, "declined")?;
    let advice = approval.advice.unwrap_or_default();
    case.record(
        EventKind::Declined,
        json!({"approval_id": approval.id, "ground": approval.ground, "advice": advice}),
    );
    let reference = case.reference();
    case.tell_submitter(NoticeContent::Declined { reference });
    Ok(())
}

/// Asks for more time on the promise to the citizen, before it falls due.
fn request_extension(case: &mut Case<'_>, request: &RequestExtension) -> Result<(), TicketError> {
    case.require(Command::RequestExtension)?;
    let Some(clock) = case.live_clock(Metric::Reply).cloned() else {
        return Err(TicketError::Guard(EXTENSION_NOT_POSSIBLE));
    };
    if !(1..=60).contains(&request.amount) {
        return Err(TicketError::out_of_range("/amount", 1, 60));
    }
    let rules = case.rules.of_clock(&clock)?;
    let limit = limit_of(&rules, &clock)?;
    let total = clock.extension.saturating_add(request.amount);
    let line = joined::list_line(case.conn, &clock)?;
    let granted = i32::try_from(approvals::list_granted(case.conn, &line)?.len()).unwrap_or(i32::MAX);
    let is_too_much = total > limit.max_extension || granted >= limit.max_extensions;
    if is_too_much || sla::is_over(clock.due_at, case.now) {
        return Err(TicketError::Guard(EXTENSION_NOT_POSSIBLE));
    }
    let row = ApprovalRow {
        clock_id: Some(clock.id),
        amount: Some(request.amount),
        unit: Some(clock.unit),
        ground: request.reason.as_str().to_owned(),
        ..proposal(case, ApprovalKind::Extension)?
    };
    case.record(
        EventKind::ExtensionRequested,
        json!({"approval_id": row.id, "amount": request.amount, "unit": clock.unit}),
    );
    propose(case, &row)
}

/// Grants or rejects more time. Granting moves the promise, and the department's part of it where that is counted in the
/// same unit, and tells the citizen.
fn decide_extension(case: &mut Case<'_>, decision: &Decide) -> Result<(), TicketError> {
    case.require(Command::DecideExtension)?;
    let approval = decide(case, ApprovalKind::Extension, decision)?;
    if !decision.granted {
        case.record(EventKind::ExtensionRejected, json!({"approval_id": approval.id}));
        return Ok(());
    }
    let (Some(clock_id), Some(amount), Some(unit)) = (approval.clock_id, approval.amount, approval.unit)
    else {
        return Err(TicketError::Internal("an extension without a clock".to_owned()));
    };
    // What was asked for in one unit is not granted in another, should the promise have changed since.
    let promise = case.live_clock(Metric::Reply).filter(|clock| clock.id == clock_id && clock.unit == unit);
    let was_due = promise.map(|clock| clock.due_at);
    if was_due.is_none_or(|due_at| sla::is_over(due_at, case.now)) {
        return Err(TicketError::Guard(EXTENSION_NOT_POSSIBLE));
    }
    case.extend_clock(clock_id, amount)?;
    let work_order = case.live_clock(Metric::WorkOrder).filter(|clock| clock.unit == unit);
    if let Some(work_order) = work_order.map(|clock| clock.id) {
        case.extend_clock(work_order, amount)?;
    }
    let due_on = case.due_on(Metric::Reply);
    case.record(
        EventKind::ExtensionGranted,
        json!({"approval_id": approval.id, "amount": amount, "unit": unit, "due_on": due_on, "reason": approval.ground}),
    );
    let reference = case.reference();
    case.tell_submitter(NoticeContent::Extended { reference, due_on });
    Ok(())
}

fn proposal(case: &Case<'_>, kind: ApprovalKind) -> Result<ApprovalRow, TicketError> {
    Ok(ApprovalRow {
        id: ApprovalId::new(case.now),
        ticket_id: case.ticket.id,
        kind,
        clock_id: None,
        amount: None,
        unit: None,
        ground: String::new(),
        advice: None,
        requested_by: case.caller.staff_id().ok_or(TicketError::Forbidden)?,
        requested_at: case.now,
        status: ApprovalStatus::Pending,
        decided_by: None,
        decided_at: None,
    })
}

fn propose(case: &mut Case<'_>, row: &ApprovalRow) -> Result<(), TicketError> {
    approvals::insert(case.conn, row).map_err(|error| match DbError::from(error) {
        DbError::Unique(_) => TicketError::Guard(NOT_ALLOWED_NOW),
        other => other.into(),
    })?;
    case.created_id = Some(row.id.0);
    Ok(())
}

/// Takes the pending proposal and marks it decided by this, another, person.
fn decide(case: &mut Case<'_>, kind: ApprovalKind, decision: &Decide) -> Result<ApprovalRow, TicketError> {
    let pending = approvals::find_pending(case.conn, case.ticket.id, kind)?;
    let mut approval = pending.ok_or(TicketError::Guard(NOT_ALLOWED_NOW))?;
    let decider = case.caller.staff_id().ok_or(TicketError::Forbidden)?;
    if decider == approval.requested_by {
        return Err(TicketError::Guard(SAME_PERSON));
    }
    approval.status = if decision.granted { ApprovalStatus::Granted } else { ApprovalStatus::Rejected };
    approval.decided_by = Some(decider);
    approval.decided_at = Some(case.now);
    approvals::update(case.conn, &approval)?;
    Ok(approval)
}
