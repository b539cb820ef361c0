//! Letters come in: from the public, and through staff at the counter or the telephone.

use actix_web::{HttpRequest, HttpResponse, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::letter::requests::{
    LookUpTicket, Receipt, ReissueByMail, Submission, SubmitTicket,
};
use crate::features::tickets::read::views::CitizenToken;
use crate::features::tickets::service::Tickets;
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::http::extract::JsonBody;
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;
use crate::platform::http::rate_limit::{Lookups, RateLimited, RateLimits, Reissues, Submissions};
use crate::platform::http::versioned::created;
use crate::rules::permissions::CityOperation;
use crate::rules::vocabulary::Channel;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(submit_ticket)
        .service(look_up_ticket)
        .service(reissue_access_code_by_mail)
        .service(enter_ticket);
}

/// Submit a letter
///
/// The answer holds the reference and, this once, the access code. `Idempotency-Key` is required: repeating the request
/// under the same key gives the same answer and writes nothing.
#[utoipa::path(
    tag = "citizens",
    request_body = SubmitTicket,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 printable ASCII characters, kept 7 days")),
    responses((status = 201, description = "Received", body = Receipt))
)]
#[post("/v1/tickets")]
pub(super) async fn submit_ticket(
    _within: RateLimited<Submissions>,
    request: HttpRequest,
    locale: Locale,
    tickets: web::Data<Tickets>,
    body: JsonBody<SubmitTicket>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::required(&request, "public", body.digest())?;
    let letter = body.into_inner();
    let channel = letter.channel.unwrap_or(Channel::Web);
    if !matches!(channel, Channel::Web | Channel::Mobile) {
        return Err(channel_not_open().into());
    }
    // Nobody has a ticket yet, so that the submitter is the citizen of none.
    let caller = Caller::Citizen { ticket_id: uuid::Uuid::nil() };
    let locale = letter.locale.unwrap_or(locale);
    let receipt = tickets.submit(Submission { caller, idempotency, channel, locale, letter }).await?;
    let location = format!("/v1/me/tickets/{}", receipt.value.reference);
    Ok(created(&receipt.value, &location, receipt.answer))
}

/// Exchange reference and access code for a token
///
/// The token is good for 15 minutes and for this one ticket. A wrong access code and an unknown reference get the same
/// answer. After several wrong ones from one address the next try waits; `Retry-After` says how long.
#[utoipa::path(
    tag = "citizens",
    request_body = LookUpTicket,
    responses(
        (status = 200, description = "The token", body = CitizenToken),
        (status = 404, description = "`no_such_ticket`: reference and access code do not belong together"),
    )
)]
#[post("/v1/tickets/lookup")]
pub(super) async fn look_up_ticket(
    _within: RateLimited<Lookups>,
    request: HttpRequest,
    limits: web::Data<RateLimits>,
    tickets: web::Data<Tickets>,
    body: JsonBody<LookUpTicket>,
) -> Result<HttpResponse, Problem> {
    let network = limits.client_network(&request);
    Ok(HttpResponse::Ok().json(tickets.sign_in_citizen(&body, network).await?))
}

/// Ask for a new access code by mail
///
/// For who lost theirs: the new code goes to the mail address that was given with the letter, if it is the one named here, and
/// the former one is void. The answer is always the same, and says nothing about the letter. Without a mail address the desk
/// gives a new code to whoever shows who they are.
#[utoipa::path(
    tag = "citizens",
    request_body = ReissueByMail,
    responses((status = 202, description = "If the two belong together, a mail is on its way"))
)]
#[post("/v1/tickets/reissue-access-code")]
pub(super) async fn reissue_access_code_by_mail(
    _within: RateLimited<Reissues>,
    tickets: web::Data<Tickets>,
    body: JsonBody<ReissueByMail>,
) -> Result<HttpResponse, Problem> {
    tickets.reissue_by_mail(body.into_inner()).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Enter a letter for a citizen
///
/// For what comes by telephone, on paper or in person. Reference and access code are handed to the citizen.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    request_body = SubmitTicket,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 printable ASCII characters, kept 7 days")),
    responses((status = 201, description = "Received", body = Receipt))
)]
#[post("/v1/staff/tickets")]
pub(super) async fn enter_ticket(
    request: HttpRequest,
    caller: StaffCaller,
    locale: Locale,
    tickets: web::Data<Tickets>,
    body: JsonBody<SubmitTicket>,
) -> Result<HttpResponse, Problem> {
    if !caller.may_city_wide(CityOperation::EnterTicket) {
        return Err(TicketError::Forbidden.into());
    }
    let idempotency = Idempotency::required(&request, &format!("staff:{}", caller.id), body.digest())?;
    let letter = body.into_inner();
    let channel = letter.channel.unwrap_or(Channel::Counter);
    if !matches!(channel, Channel::Counter | Channel::Hotline | Channel::Mail) {
        return Err(channel_not_open().into());
    }
    let locale = letter.locale.unwrap_or(locale);
    let caller = Caller::Staff(caller);
    let receipt = tickets.submit(Submission { caller, idempotency, channel, locale, letter }).await?;
    let location = format!("/v1/staff/tickets/{}", receipt.value.reference);
    Ok(created(&receipt.value, &location, receipt.answer))
}

fn channel_not_open() -> TicketError {
    TicketError::invalid("/channel", "channel_not_open")
}
