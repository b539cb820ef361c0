//! The citizen's own ticket. The token names the ticket; another reference in the address is not found.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post, web};
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::citizen::{Confirm, ObjectToPublication, Reopen, Urge, Withdraw};
use crate::features::tickets::command::messages::{AddMessage, Answer};
use crate::features::tickets::command::requests::{GiveReason, WriteMessage};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::http::citizen_session::CitizenCaller;
use crate::features::tickets::model::TicketState;
use crate::features::tickets::read::citizen_views::{CitizenMessage, CitizenTicketView, TimelineEntry};
use crate::features::tickets::service::{Context, Tickets};
use crate::platform::auth::caller::Caller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Cursor, Limit, Page};
use crate::platform::http::problem::{INTERNAL, Problem};
use crate::platform::http::query::QueryString;
use crate::platform::http::rate_limit::{CitizenCommands, RateLimited};
use crate::platform::http::versioned::{changed, found_or_known};
use crate::rules::reference::Reference;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(get_my_ticket)
        .service(list_my_messages)
        .service(list_my_timeline)
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
/// Its timeline, promises, replies, newest messages, and what you may do now. The `ETag` serves `If-None-Match` and `If-Match`.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(("reference" = String, Path, description = "The public number")),
    responses(
        (status = 200, description = "The ticket", body = CitizenTicketView),
        (status = 304, description = "It reads as under the tag in If-None-Match")
    )
)]
#[get("/v1/me/tickets/{reference}")]
pub(super) async fn get_my_ticket(
    request: HttpRequest,
    citizen: CitizenCaller,
    locale: Locale,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
) -> Result<HttpResponse, Problem> {
    let view = tickets.get_for_citizen(citizen.0, locale).await?;
    if view.reference != reference.0.to_string() {
        return Err(TicketError::NotFound.into());
    }
    found_or_known(&request, &view)
}

/// Your messages and ours
///
/// Questions, answers and additions, oldest first.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnPage),
    responses((status = 200, description = "A page", body = Page<CitizenMessage>))
)]
#[get("/v1/me/tickets/{reference}/messages")]
pub(super) async fn list_my_messages(
    request: HttpRequest,
    citizen: CitizenCaller,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
    query: QueryString<OwnPage>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(Cursor::decode).transpose()?;
    let page = tickets.list_messages_for_citizen(citizen.0, &reference.0, after, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// What happened to your letter
///
/// Its steps, oldest first.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnPage),
    responses((status = 200, description = "A page", body = Page<TimelineEntry>))
)]
#[get("/v1/me/tickets/{reference}/timeline")]
pub(super) async fn list_my_timeline(
    request: HttpRequest,
    citizen: CitizenCaller,
    locale: Locale,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
    query: QueryString<OwnPage>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(Cursor::decode).transpose()?.unwrap_or(0);
    let page = tickets.list_timeline(citizen.0, &reference.0, after, query.limit, locale).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Add something to your letter
///
/// While the matter is open; so many a day, and so many in all. An answer to a question of ours does not count.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnCommandHeaders),
    request_body = WriteMessage,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/me/tickets/{reference}/messages")]
pub(super) async fn add_my_message(on: CitizenCommand<WriteMessage>) -> Result<HttpResponse, Problem> {
    let quotas = on.tickets.quotas;
    on.give(|message| AddMessage { message, quotas }).await
}

/// Answer our question
///
/// The promise runs on from today, or starts anew for an application for information.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnCommandHeaders),
    request_body = WriteMessage,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/me/tickets/{reference}/actions/answer")]
pub(super) async fn answer_question(on: CitizenCommand<WriteMessage>) -> Result<HttpResponse, Problem> {
    on.give(Answer).await
}

/// Accept the answer
///
/// Closes the ticket; you may say how content you are.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnCommandHeaders),
    request_body = Confirm,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/me/tickets/{reference}/actions/confirm")]
pub(super) async fn confirm_answer(on: CitizenCommand<Confirm>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Ask for another handling
///
/// Once a ticket; a new promise starts today, and another reviewer looks.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnCommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/me/tickets/{reference}/actions/reopen")]
pub(super) async fn reopen_my_ticket(on: CitizenCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    on.give(Reopen).await
}

/// Ask to hurry
///
/// At most once a working day.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnCommandHeaders),
    request_body = Urge,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/me/tickets/{reference}/actions/urge")]
pub(super) async fn urge_my_ticket(on: CitizenCommand<Urge>) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// Take the letter back
///
/// Ends the ticket; its clocks stop.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnCommandHeaders),
    request_body = GiveReason,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/me/tickets/{reference}/actions/withdraw")]
pub(super) async fn withdraw_my_ticket(on: CitizenCommand<GiveReason>) -> Result<HttpResponse, Problem> {
    on.give(Withdraw).await
}

/// Object to publication
///
/// Nothing of this ticket is published from now on, and what is published is taken down.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(OwnTicket, OwnCommandHeaders),
    request_body = ObjectToPublication,
    responses((status = 200, description = "Where the ticket stands now", body = TicketState))
)]
#[post("/v1/me/tickets/{reference}/actions/object-publication")]
pub(super) async fn object_to_publication(
    on: CitizenCommand<ObjectToPublication>,
) -> Result<HttpResponse, Problem> {
    on.give(|action| action).await
}

/// A citizen's command on their own ticket. The token comes first, so that a stranger learns nothing else.
pub(super) struct CitizenCommand<B> {
    tickets: web::Data<Tickets>,
    context: Context,
    reference: Reference,
    body: B,
}

impl<B> CitizenCommand<B> {
    async fn give<A: Action + 'static>(self, action: impl FnOnce(B) -> A) -> Result<HttpResponse, Problem> {
        let done = self.tickets.act(self.context, &self.reference, action(self.body)).await?;
        Ok(changed(&done.value, done.answer))
    }
}

impl<B: DeserializeOwned + 'static> FromRequest for CitizenCommand<B> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<CitizenCommand<B>, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            // Counted before anything is looked at, whatever is wrong with the request.
            RateLimited::<CitizenCommands>::extract(&request).await?;
            let CitizenCaller(id) = CitizenCaller::extract(&request).await?;
            let if_match = IfMatch::extract(&request).await?.0;
            let reference = PathSegment::<Reference>::extract(&request).await?.0;
            let body = JsonBody::<B>::from_request(&request, &mut payload).await?;
            let idempotency = Idempotency::accepted(&request, &format!("ticket:{id}"), body.digest())?;
            let tickets = request.app_data::<web::Data<Tickets>>().cloned();
            let tickets = tickets.ok_or_else(|| Problem::new(INTERNAL).because("no tickets are served"))?;
            let context = Context { caller: Caller::Citizen { ticket_id: id.0 }, idempotency, if_match };
            Ok(CitizenCommand { tickets, context, reference, body: body.into_inner() })
        })
    }
}

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OwnPage {
    /// How many at most: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = u16, minimum = 1, maximum = 200, required = false)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// The citizen's own ticket.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code)] // Documents the address; the extractor reads it.
struct OwnTicket {
    /// The public number
    reference: String,
}

/// The headers of a citizen's command.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // Documents the headers; the extractor reads them.
struct OwnCommandHeaders {
    /// Makes repeating the request harmless
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
    /// The version you saw, if it matters
    #[param(rename = "If-Match", example = "\"v3\"")]
    if_match: Option<String>,
}
