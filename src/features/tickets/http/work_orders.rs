//! The commands of staff that give a ticket to departments, and of departments on what they were given.

use actix_web::{HttpResponse, post};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::command::assists::{FinishAssist, WaiveAssist};
use crate::features::tickets::command::departments::{Arbitrate, Assign, Dispatch, Recall, Refuse, Sign};
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::http::staff_command::{CommandHeaders, OfTicket, StaffCommand};
use crate::features::tickets::model::TicketState;
use crate::platform::http::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(dispatch_ticket)
        .service(arbitrate_ticket)
        .service(sign_work_order)
        .service(refuse_work_order)
        .service(recall_work_order)
        .service(assign_work_order)
        .service(finish_assist)
        .service(waive_assist);
}

/// Give to departments
///
/// Exactly one leads; any number assist or are told.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Dispatch,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/dispatch")]
pub(super) async fn dispatch_ticket(on: StaffCommand<Dispatch>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Designate the lead department finally
///
/// It cannot hand the ticket back, and routing keeps a precedent.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Dispatch,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/arbitrate")]
pub(super) async fn arbitrate_ticket(on: StaffCommand<Dispatch>) -> Result<HttpResponse, Problem> {
    on.give(Arbitrate).await
}

/// Sign for the lead work order
///
/// The department takes it in hand.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Sign,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/sign")]
pub(super) async fn sign_work_order(on: StaffCommand<Sign>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Hand the lead work order back
///
/// Within the window, at most twice a cycle; the promise to the citizen keeps running.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Refuse,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/refuse")]
pub(super) async fn refuse_work_order(on: StaffCommand<Refuse>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Take the lead work order back
///
/// To give it to another department.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/recall")]
pub(super) async fn recall_work_order(on: StaffCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    on.give(Recall).await
}

/// Assign a handler
///
/// Within the lead department.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Assign,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/assign")]
pub(super) async fn assign_work_order(on: StaffCommand<Assign>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Finish an assisting department's part
///
/// With what it contributes to the reply.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = FinishAssist,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/finish-assist")]
pub(super) async fn finish_assist(on: StaffCommand<FinishAssist>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Waive an assisting department's part
///
/// When the reply no longer needs it.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = WaiveAssist,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/waive-assist")]
pub(super) async fn waive_assist(on: StaffCommand<WaiveAssist>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}
