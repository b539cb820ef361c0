//! The commands of staff: `POST …/actions/{verb}` with `If-Match`, answered with where the ticket stands then.

use actix_web::{HttpRequest, HttpResponse, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::command::perform::Action;
use crate::features::tickets::command::requests::{
    AskCitizen, Assign, Decide, Dispatch, FinishAssist, GiveReason, Hold, Merge, Reclassify, Refuse,
    RequestDecline, RequestExtension, SendReply, TransferOut, WaiveAssist, WriteMessage, WriteReply,
};
use crate::features::tickets::model::{ReplyId, TicketState};
use crate::features::tickets::service::{Context, Tickets};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment, RequestDigest};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::problem::Problem;
use crate::platform::http::versioned::changed;
use crate::rules::reference::Reference;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(accept_ticket)
        .service(decline_ticket)
        .service(decide_decline)
        .service(ask_citizen)
        .service(close_unanswered)
        .service(transfer_out)
        .service(dispatch_ticket)
        .service(arbitrate_ticket)
        .service(sign_work_order)
        .service(refuse_work_order)
        .service(recall_work_order)
        .service(assign_work_order)
        .service(finish_assist)
        .service(waive_assist)
        .service(request_extension)
        .service(decide_extension)
        .service(reopen_ticket)
        .service(merge_ticket)
        .service(reclassify_ticket)
        .service(hold_ticket)
        .service(release_ticket)
        .service(mark_spam)
        .service(restore_ticket)
        .service(add_note)
        .service(draft_reply)
        .service(edit_reply)
        .service(submit_reply)
        .service(return_reply)
        .service(send_reply);
}

/// Declares an endpoint by which staff give one command. `[id]` adds a reply's id to the address.
macro_rules! staff_action {
    ($method:ident $name:ident, $path:literal, $(#[$doc:meta])+ => $body:ty, |$request:ident| $action:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "ticket actions",
            security(("staff" = [])),
            params(
                ("reference" = String, Path, description = "The public number"),
                ("If-Match" = String, Header, description = "The version the caller saw"),
                ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request harmless"),
            ),
            request_body = $body,
            responses((status = 200, description = "Where the ticket stands now", body = TicketState))
        )]
        #[$method($path)]
        pub(super) async fn $name(
            request: HttpRequest,
            caller: StaffCaller,
            if_match: IfMatch,
            reference: PathSegment<Reference>,
            tickets: web::Data<Tickets>,
            body: JsonBody<$body>,
        ) -> Result<HttpResponse, Problem> {
            let digest = body.digest();
            let $request = body.into_inner();
            act(&request, caller, if_match, (reference.0, digest), &tickets, $action).await
        }
    };
    ($method:ident $name:ident, $path:literal, $(#[$doc:meta])+ => $action:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "ticket actions",
            security(("staff" = [])),
            params(
                ("reference" = String, Path, description = "The public number"),
                ("If-Match" = String, Header, description = "The version the caller saw"),
                ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request harmless"),
            ),
            responses((status = 200, description = "Where the ticket stands now", body = TicketState))
        )]
        #[$method($path)]
        pub(super) async fn $name(
            request: HttpRequest,
            caller: StaffCaller,
            if_match: IfMatch,
            reference: PathSegment<Reference>,
            tickets: web::Data<Tickets>,
        ) -> Result<HttpResponse, Problem> {
            act(&request, caller, if_match, (reference.0, RequestDigest([0; 32])), &tickets, $action).await
        }
    };
    ($method:ident [id] $name:ident, $path:literal, $(#[$doc:meta])+ => $body:ty, |$id:ident, $request:ident| $action:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "ticket actions",
            security(("staff" = [])),
            params(
                ("reference" = String, Path, description = "The public number"),
                ("id" = ReplyId, Path, description = "The reply's id"),
                ("If-Match" = String, Header, description = "The ticket's version the caller saw"),
                ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request harmless"),
            ),
            request_body = $body,
            responses((status = 200, description = "Where the ticket stands now", body = TicketState))
        )]
        #[$method($path)]
        pub(super) async fn $name(
            request: HttpRequest,
            caller: StaffCaller,
            if_match: IfMatch,
            path: PathSegment<(Reference, ReplyId)>,
            tickets: web::Data<Tickets>,
            body: JsonBody<$body>,
        ) -> Result<HttpResponse, Problem> {
            let (digest, (reference, $id)) = (body.digest(), path.0);
            let $request = body.into_inner();
            act(&request, caller, if_match, (reference, digest), &tickets, $action).await
        }
    };
    ($method:ident [id] $name:ident, $path:literal, $(#[$doc:meta])+ => |$id:ident| $action:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "ticket actions",
            security(("staff" = [])),
            params(
                ("reference" = String, Path, description = "The public number"),
                ("id" = ReplyId, Path, description = "The reply's id"),
                ("If-Match" = String, Header, description = "The ticket's version the caller saw"),
                ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request harmless"),
            ),
            responses((status = 200, description = "Where the ticket stands now", body = TicketState))
        )]
        #[$method($path)]
        pub(super) async fn $name(
            request: HttpRequest,
            caller: StaffCaller,
            if_match: IfMatch,
            path: PathSegment<(Reference, ReplyId)>,
            tickets: web::Data<Tickets>,
        ) -> Result<HttpResponse, Problem> {
            let (reference, $id) = path.0;
            act(&request, caller, if_match, (reference, RequestDigest([0; 32])), &tickets, $action).await
        }
    };
}

staff_action!(post accept_ticket, "/v1/staff/tickets/{reference}/actions/accept",
    /// Accept a ticket
    ///
    /// Starts the promise to the citizen, which counts from receipt.
    => Action::Accept);
staff_action!(post decline_ticket, "/v1/staff/tickets/{reference}/actions/decline",
    /// Propose to decline a ticket
    ///
    /// A second person decides with `decide-decline`.
    => RequestDecline, |request| Action::RequestDecline(request));
staff_action!(post decide_decline, "/v1/staff/tickets/{reference}/actions/decide-decline",
    /// Decide on a proposal to decline
    ///
    /// As another person than the one who proposed it.
    => Decide, |decision| Action::DecideDecline(decision));
staff_action!(post ask_citizen, "/v1/staff/tickets/{reference}/actions/ask-citizen",
    /// Ask the citizen
    ///
    /// The promises wait until the answer comes.
    => AskCitizen, |question| Action::AskCitizen(question));
staff_action!(post close_unanswered, "/v1/staff/tickets/{reference}/actions/no-answer",
    /// Close for want of an answer
    ///
    /// Once the time for the citizen's answer has passed.
    => Action::NoAnswer);
staff_action!(post transfer_out, "/v1/staff/tickets/{reference}/actions/transfer-out",
    /// Hand to an outside body
    ///
    /// Ends the ticket here; the citizen is told whom to turn to.
    => TransferOut, |request| Action::TransferOut(request));
staff_action!(post dispatch_ticket, "/v1/staff/tickets/{reference}/actions/dispatch",
    /// Give to departments
    ///
    /// Exactly one leads; any number assist or are told.
    => Dispatch, |request| Action::Dispatch(request));
staff_action!(post arbitrate_ticket, "/v1/staff/tickets/{reference}/actions/arbitrate",
    /// Designate the lead department finally
    ///
    /// It cannot hand the ticket back, and routing keeps a precedent.
    => Dispatch, |request| Action::Arbitrate(request));
staff_action!(post sign_work_order, "/v1/staff/tickets/{reference}/actions/sign",
    /// Sign for the lead work order
    ///
    /// The department takes it in hand.
    => Action::Sign);
staff_action!(post refuse_work_order, "/v1/staff/tickets/{reference}/actions/refuse",
    /// Hand the lead work order back
    ///
    /// Within the window, at most twice a cycle; the promise to the citizen keeps running.
    => Refuse, |request| Action::Refuse(request));
staff_action!(post recall_work_order, "/v1/staff/tickets/{reference}/actions/recall",
    /// Take the lead work order back
    ///
    /// To give it to another department.
    => GiveReason, |reason| Action::Recall(reason));
staff_action!(post assign_work_order, "/v1/staff/tickets/{reference}/actions/assign",
    /// Assign a handler
    ///
    /// Within the lead department.
    => Assign, |request| Action::Assign(request));
staff_action!(post finish_assist, "/v1/staff/tickets/{reference}/actions/finish-assist",
    /// Finish an assisting department's part
    ///
    /// With what it contributes to the reply.
    => FinishAssist, |request| Action::FinishAssist(request));
staff_action!(post waive_assist, "/v1/staff/tickets/{reference}/actions/waive-assist",
    /// Waive an assisting department's part
    ///
    /// When the reply no longer needs it.
    => WaiveAssist, |request| Action::WaiveAssist(request));
staff_action!(post request_extension, "/v1/staff/tickets/{reference}/actions/request-extension",
    /// Ask for more time
    ///
    /// Before the promise falls due; a supervisor decides with `decide-extension`.
    => RequestExtension, |request| Action::RequestExtension(request));
staff_action!(post decide_extension, "/v1/staff/tickets/{reference}/actions/decide-extension",
    /// Decide on a request for more time
    ///
    /// Granting moves the promise, and the citizen is told.
    => Decide, |decision| Action::DecideExtension(decision));
staff_action!(post reopen_ticket, "/v1/staff/tickets/{reference}/actions/reopen",
    /// Reopen an answered ticket
    ///
    /// In a new cycle, with a new promise from today.
    => GiveReason, |reason| Action::Reopen(reason));
staff_action!(post merge_ticket, "/v1/staff/tickets/{reference}/actions/merge",
    /// Join to another ticket of the same submitter
    ///
    /// This ticket ends; the other goes on, and keeps the earlier of their two promises.
    => Merge, |request| Action::Merge(request));
staff_action!(post reclassify_ticket, "/v1/staff/tickets/{reference}/actions/reclassify",
    /// Change category or priority
    ///
    /// Promises follow the limits of the new ones unless that would end them later.
    => Reclassify, |request| Action::Reclassify(request));
staff_action!(post hold_ticket, "/v1/staff/tickets/{reference}/actions/hold",
    /// Put on legal hold
    ///
    /// While a court or another authority has the matter before it. Every promise is paused, and the citizen is told why.
    => Hold, |request| Action::Hold(request));
staff_action!(post release_ticket, "/v1/staff/tickets/{reference}/actions/release",
    /// Release from legal hold
    ///
    /// The promises run on from where they stood; the citizen is told the new day.
    => GiveReason, |reason| Action::Release(reason));
staff_action!(post mark_spam, "/v1/staff/tickets/{reference}/actions/mark-spam",
    /// Put aside as spam
    ///
    /// It can be restored.
    => GiveReason, |reason| Action::MarkSpam(reason));
staff_action!(post restore_ticket, "/v1/staff/tickets/{reference}/actions/restore",
    /// Bring back from spam
    ///
    /// Its promise counts from receipt.
    => GiveReason, |reason| Action::Restore(reason));
staff_action!(post add_note, "/v1/staff/tickets/{reference}/notes",
    /// Add a note
    ///
    /// Among staff; the citizen never sees it.
    => WriteMessage, |note| Action::AddNote(note));
staff_action!(post draft_reply, "/v1/staff/tickets/{reference}/replies",
    /// Draft a reply
    ///
    /// `created_id` of the answer is the reply's id.
    => WriteReply, |reply| Action::DraftReply(reply));
staff_action!(put [id] edit_reply, "/v1/staff/tickets/{reference}/replies/{id}",
    /// Change a draft
    ///
    /// Whoever changes it is its author from then on.
    => WriteReply, |id, reply| Action::EditReply(id, reply));
staff_action!(post [id] submit_reply, "/v1/staff/tickets/{reference}/replies/{id}/actions/submit",
    /// Hand a reply to the reviewer
    ///
    /// A final reply waits until the assists are finished or waived.
    => |id| Action::SubmitReply(id));
staff_action!(post [id] return_reply, "/v1/staff/tickets/{reference}/replies/{id}/actions/return",
    /// Return a reply to its author
    ///
    /// With what is to be changed.
    => GiveReason, |id, reason| Action::ReturnReply(id, reason));
staff_action!(post [id] send_reply, "/v1/staff/tickets/{reference}/replies/{id}/actions/send",
    /// Send a reply
    ///
    /// As someone who did not write it, and exactly the text named by `content_digest`.
    => SendReply, |id, request| Action::SendReply(id, request));

async fn act(
    request: &HttpRequest,
    caller: StaffCaller,
    if_match: IfMatch,
    (reference, digest): (Reference, RequestDigest),
    tickets: &Tickets,
    action: Action,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(request, &format!("staff:{}", caller.id), digest)?;
    let context = Context { caller: Caller::Staff(caller), idempotency, if_match: Some(if_match.require()?) };
    let done = tickets.act(context, &reference, action).await?;
    Ok(changed(&done.value, done.answer))
}
