//! The commands of staff on the replies of a ticket, with the version of the ticket in `If-Match`.

use actix_web::{HttpResponse, post, put};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::command::replies::{
    DraftReply, EditReply, ReturnReply, ReviewedReply, SendReply, SubmitReply, WriteReply,
};
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::http::staff_command::{
    CommandHeaders, NoFields, OfReply, OfTicket, StaffCommand,
};
use crate::features::tickets::model::TicketState;
use crate::platform::http::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(draft_reply)
        .service(edit_reply)
        .service(submit_reply)
        .service(return_reply)
        .service(send_reply);
}

/// Draft a reply
///
/// `created_id` of the answer is the reply's id.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = WriteReply,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/replies")]
pub(super) async fn draft_reply(on: StaffCommand<WriteReply>) -> Result<HttpResponse, Problem> {
    on.give(DraftReply).await
}

/// Change a draft
///
/// Whoever changes it is one of its authors from then on.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfReply, CommandHeaders),
    request_body = WriteReply,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[put("/v1/staff/tickets/{reference}/replies/{id}")]
pub(super) async fn edit_reply(on: StaffCommand<WriteReply>) -> Result<HttpResponse, Problem> {
    let id = on.reply()?;
    on.give(|reply| EditReply(id, reply)).await
}

/// Hand a reply to the reviewer
///
/// A final reply waits until the assists are finished or waived.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfReply, CommandHeaders),
    request_body = NoFields,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/replies/{id}/actions/submit")]
pub(super) async fn submit_reply(on: StaffCommand<NoFields>) -> Result<HttpResponse, Problem> {
    let id = on.reply()?;
    on.give(|NoFields {}| SubmitReply(id)).await
}

/// Return a reply to its authors
///
/// With what is to be changed.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfReply, CommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/replies/{id}/actions/return")]
pub(super) async fn return_reply(on: StaffCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    let id = on.reply()?;
    on.give(|reason| ReturnReply(id, reason)).await
}

/// Send a reply
///
/// As someone who wrote no part of it, and exactly the text named by `content_digest`.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfReply, CommandHeaders),
    request_body = ReviewedReply,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/replies/{id}/actions/send")]
pub(super) async fn send_reply(on: StaffCommand<ReviewedReply>) -> Result<HttpResponse, Problem> {
    let id = on.reply()?;
    on.give(|request| SendReply(id, request)).await
}
