//! The commands of staff on a ticket: `POST …/actions/{verb}` with `If-Match`, answered with where the ticket stands then.

use actix_web::{HttpResponse, post};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::command::approvals::{
    DecideDecline, DecideExtension, RequestDecline, RequestExtension,
};
use crate::features::tickets::command::citizen::Reopen;
use crate::features::tickets::command::desk::{Accept, MarkSpam, Restore, TransferOut};
use crate::features::tickets::command::hold::{Hold, Release};
use crate::features::tickets::command::merge::Merge;
use crate::features::tickets::command::messages::{AddNote, AskCitizen, NoAnswer};
use crate::features::tickets::command::reclassify::Reclassify;
use crate::features::tickets::command::reissue::ReissueAccessCode;
use crate::features::tickets::command::requests::{Decide, GiveReason, WriteMessage};
use crate::features::tickets::http::staff_command::{CommandHeaders, OfTicket, StaffCommand};
use crate::features::tickets::model::TicketState;
use crate::platform::http::problem::Problem;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(accept_ticket)
        .service(decline_ticket)
        .service(decide_decline)
        .service(ask_citizen)
        .service(close_unanswered)
        .service(transfer_out)
        .service(request_extension)
        .service(decide_extension)
        .service(reopen_ticket)
        .service(merge_ticket)
        .service(reclassify_ticket)
        .service(hold_ticket)
        .service(release_ticket)
        .service(mark_spam)
        .service(restore_ticket)
        .service(reissue_access_code)
        .service(add_note);
}

/// Accept a ticket
///
/// Starts the promise to the citizen, which counts from receipt.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Accept,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/accept")]
pub(super) async fn accept_ticket(on: StaffCommand<Accept>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Propose to decline a ticket
///
/// A second person decides with `decide-decline`.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = RequestDecline,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/decline")]
pub(super) async fn decline_ticket(on: StaffCommand<RequestDecline>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Decide on a proposal to decline
///
/// As another person than the one who proposed it.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Decide,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/decide-decline")]
pub(super) async fn decide_decline(on: StaffCommand<Decide>) -> Result<HttpResponse, Problem> {
    on.give(DecideDecline).await
}

/// Ask the citizen
///
/// The promises wait until the answer comes.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = AskCitizen,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/ask-citizen")]
pub(super) async fn ask_citizen(on: StaffCommand<AskCitizen>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Close for want of an answer
///
/// Once the time for the citizen's answer has passed.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = NoAnswer,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/no-answer")]
pub(super) async fn close_unanswered(on: StaffCommand<NoAnswer>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Hand to an outside body
///
/// Ends the ticket here; the citizen is told whom to turn to.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = TransferOut,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/transfer-out")]
pub(super) async fn transfer_out(on: StaffCommand<TransferOut>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Ask for more time
///
/// Before the promise falls due; a supervisor decides with `decide-extension`.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = RequestExtension,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/request-extension")]
pub(super) async fn request_extension(on: StaffCommand<RequestExtension>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Decide on a request for more time
///
/// Granting moves the promise, and the citizen is told.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Decide,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/decide-extension")]
pub(super) async fn decide_extension(on: StaffCommand<Decide>) -> Result<HttpResponse, Problem> {
    on.give(DecideExtension).await
}

/// Reopen an answered ticket
///
/// In a new cycle, with a new promise from today.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/reopen")]
pub(super) async fn reopen_ticket(on: StaffCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    on.give(Reopen).await
}

/// Join to another ticket of the same submitter
///
/// This ticket ends; the other goes on, and keeps the earlier of their two promises.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Merge,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/merge")]
pub(super) async fn merge_ticket(on: StaffCommand<Merge>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Change category or priority
///
/// Promises follow the limits of the new ones unless that would end them later.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Reclassify,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/reclassify")]
pub(super) async fn reclassify_ticket(on: StaffCommand<Reclassify>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Put on legal hold
///
/// While a court or another authority has the matter before it. Every promise is paused, and the citizen is told why.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = Hold,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/hold")]
pub(super) async fn hold_ticket(on: StaffCommand<Hold>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Release from legal hold
///
/// The promises run on from where they stood; the citizen is told the new day.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/release")]
pub(super) async fn release_ticket(on: StaffCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    on.give(Release).await
}

/// Put aside as spam
///
/// It can be restored.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/mark-spam")]
pub(super) async fn mark_spam(on: StaffCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    on.give(MarkSpam).await
}

/// Bring back from spam
///
/// Its promise counts from receipt.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/restore")]
pub(super) async fn restore_ticket(on: StaffCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    on.give(Restore).await
}

/// Give a lost access code anew
///
/// For a citizen who shows who they are; the reason says how. The answer holds the new code, this once; the former one is
/// void, and the submitter is told by mail.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "With the new access code", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/actions/reissue-access-code")]
pub(super) async fn reissue_access_code(on: StaffCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    let made = on.new_access_code();
    on.give(|reason| ReissueAccessCode { reason, code: made.code, kept: made.kept }).await
}

/// Add a note
///
/// Among staff; the citizen never sees it.
#[utoipa::path(
    tag = "ticket actions",
    security(("staff" = [])),
    params(OfTicket, CommandHeaders),
    request_body = WriteMessage,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/staff/tickets/{reference}/notes")]
pub(super) async fn add_note(on: StaffCommand<WriteMessage>) -> Result<HttpResponse, Problem> {
    on.give(AddNote).await
}
