//! The citizen's own ticket. The token names the ticket; another reference in the address is not found.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::command::perform::Action;
use crate::features::tickets::command::requests::{Confirm, GiveReason, WriteMessage};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::http::citizen_session::CitizenCaller;
use crate::features::tickets::model::TicketState;
use crate::features::tickets::read::views::CitizenTicketView;
use crate::features::tickets::service::{Context, Tickets};
use crate::platform::auth::caller::Caller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment, RequestDigest};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;
use crate::platform::http::versioned::{changed, found};
use crate::rules::reference::Reference;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(get_my_ticket)
        .service(add_my_message)
        .service(answer_question)
        .service(confirm_answer)
        .service(reopen_my_ticket)
        .service(urge_my_ticket)
        .service(withdraw_my_ticket)
        .service(object_to_publication);
}

/// Read your own ticket
///
/// Its timeline, clocks, replies, messages, and what you may do now.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(("reference" = String, Path, description = "The public number")),
    responses((status = 200, description = "The ticket", body = CitizenTicketView))
)]
#[get("/v1/me/tickets/{reference}")]
pub(super) async fn get_my_ticket(
    citizen: CitizenCaller,
    locale: Locale,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
) -> Result<HttpResponse, Problem> {
    let view = tickets.get_for_citizen(citizen.0, locale).await?;
    if view.reference != reference.0.to_string() {
        return Err(TicketError::NotFound.into());
    }
    Ok(found(&view))
}

/// Declares an endpoint by which a citizen gives one command, with a body or without.
macro_rules! citizen_action {
    ($name:ident, $path:literal, $(#[$doc:meta])+ => $body:ty, |$request:ident| $action:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "citizens",
            security(("citizen" = [])),
            params(
                ("reference" = String, Path, description = "The public number"),
                ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request harmless"),
                ("If-Match" = Option<String>, Header, description = "The version you saw, if it matters"),
            ),
            request_body = $body,
            responses((status = 200, description = "Where the ticket stands now", body = TicketState))
        )]
        #[post($path)]
        pub(super) async fn $name(
            request: HttpRequest,
            citizen: CitizenCaller,
            if_match: IfMatch,
            reference: PathSegment<Reference>,
            tickets: web::Data<Tickets>,
            body: JsonBody<$body>,
        ) -> Result<HttpResponse, Problem> {
            let digest = body.digest();
            let $request = body.into_inner();
            act(&request, citizen, if_match, (reference.0, digest), &tickets, $action).await
        }
    };
    ($name:ident, $path:literal, $(#[$doc:meta])+ => $action:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "citizens",
            security(("citizen" = [])),
            params(
                ("reference" = String, Path, description = "The public number"),
                ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request harmless"),
                ("If-Match" = Option<String>, Header, description = "The version you saw, if it matters"),
            ),
            responses((status = 200, description = "Where the ticket stands now", body = TicketState))
        )]
        #[post($path)]
        pub(super) async fn $name(
            request: HttpRequest,
            citizen: CitizenCaller,
            if_match: IfMatch,
            reference: PathSegment<Reference>,
            tickets: web::Data<Tickets>,
        ) -> Result<HttpResponse, Problem> {
            act(&request, citizen, if_match, (reference.0, RequestDigest([0; 32])), &tickets, $action).await
        }
    };
}

citizen_action!(add_my_message, "/v1/me/tickets/{reference}/messages",
    /// Add something to your letter
    ///
    /// While the matter is open.
    => WriteMessage, |message| Action::AddMessage(message));
citizen_action!(answer_question, "/v1/me/tickets/{reference}/actions/answer",
    /// Answer our question
    ///
    /// The promise runs on from today, or starts anew for an application for information.
    => WriteMessage, |answer| Action::Answer(answer));
citizen_action!(confirm_answer, "/v1/me/tickets/{reference}/actions/confirm",
    /// Accept the answer
    ///
    /// Closes the ticket; you may say how content you are.
    => Confirm, |confirm| Action::Confirm(confirm));
citizen_action!(reopen_my_ticket, "/v1/me/tickets/{reference}/actions/reopen",
    /// Ask for another handling
    ///
    /// Once a ticket; a new promise starts today, and another reviewer looks.
    => GiveReason, |reason| Action::Reopen(reason));
citizen_action!(urge_my_ticket, "/v1/me/tickets/{reference}/actions/urge",
    /// Ask to hurry
    ///
    /// At most once a working day.
    => Action::Urge);
citizen_action!(withdraw_my_ticket, "/v1/me/tickets/{reference}/actions/withdraw",
    /// Take the letter back
    ///
    /// Ends the ticket; its clocks stop.
    => GiveReason, |reason| Action::Withdraw(reason));
citizen_action!(object_to_publication, "/v1/me/tickets/{reference}/actions/object-publication",
    /// Object to publication
    ///
    /// Nothing of this ticket is published from now on, and what is published is taken down.
    => Action::ObjectToPublication);

async fn act(
    request: &HttpRequest,
    citizen: CitizenCaller,
    if_match: IfMatch,
    (reference, digest): (Reference, RequestDigest),
    tickets: &Tickets,
    action: Action,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(request, &format!("ticket:{}", citizen.0), digest)?;
    let caller = Caller::Citizen { ticket_id: citizen.0.0 };
    let context = Context { caller, idempotency, if_match: if_match.0 };
    let done = tickets.act(context, &reference, action).await?;
    Ok(changed(&done.value, done.answer))
}
