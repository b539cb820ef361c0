//! Why a clock falls due when it does, for staff and for the citizen, as JSON and as a calendar entry.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::http::citizen_session::CitizenCaller;
use crate::features::tickets::model::ClockId;
use crate::features::tickets::read::clock_views::ClockExplanation;
use crate::features::tickets::service::Tickets;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::PathSegment;
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;
use crate::rules::reference::Reference;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(explain_clock).service(export_clock).service(explain_my_clock).service(export_my_clock);
}

/// Why a clock falls due when it does
///
/// What it counts from, each day with its label, pauses, extensions with who granted them, the limit and its legal source,
/// the calendar and its notices; in the language of `Accept-Language`.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    params(
        ("reference" = String, Path, description = "The public number"),
        ("id" = String, Path, description = "The clock's id"),
    ),
    responses((status = 200, description = "The explanation", body = ClockExplanation))
)]
#[get("/v1/staff/tickets/{reference}/clocks/{id}/explanation")]
pub(super) async fn explain_clock(
    caller: StaffCaller,
    locale: Locale,
    path: PathSegment<(Reference, ClockId)>,
    tickets: web::Data<Tickets>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(explain_to_staff(caller, locale, path, &tickets).await?))
}

/// A due date as a calendar entry
///
/// One event in iCalendar (RFC 5545): the due day, or the instant for limits in minutes. Nothing personal stands in it.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    params(
        ("reference" = String, Path, description = "The public number"),
        ("id" = String, Path, description = "The clock's id"),
    ),
    responses((status = 200, description = "The entry", body = String, content_type = "text/calendar"))
)]
#[get("/v1/staff/tickets/{reference}/clocks/{id}/explanation.ics")]
pub(super) async fn export_clock(
    caller: StaffCaller,
    locale: Locale,
    path: PathSegment<(Reference, ClockId)>,
    tickets: web::Data<Tickets>,
) -> Result<HttpResponse, Problem> {
    let explanation = explain_to_staff(caller, locale, path, &tickets).await?;
    Ok(explanation.to_event(locale).response(&explanation.reference))
}

/// Why we owe you an answer by that day
///
/// For the promises made to you. Who granted more time is named by role.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(
        ("reference" = String, Path, description = "The public number"),
        ("id" = String, Path, description = "The clock's id"),
    ),
    responses((status = 200, description = "The explanation", body = ClockExplanation))
)]
#[get("/v1/me/tickets/{reference}/clocks/{id}/explanation")]
pub(super) async fn explain_my_clock(
    citizen: CitizenCaller,
    locale: Locale,
    path: PathSegment<(Reference, ClockId)>,
    tickets: web::Data<Tickets>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(explain_to_citizen(citizen, locale, path, &tickets).await?))
}

/// The day of our answer as a calendar entry
///
/// One event in iCalendar (RFC 5545), without anything personal.
#[utoipa::path(
    tag = "citizens",
    security(("citizen" = [])),
    params(
        ("reference" = String, Path, description = "The public number"),
        ("id" = String, Path, description = "The clock's id"),
    ),
    responses((status = 200, description = "The entry", body = String, content_type = "text/calendar"))
)]
#[get("/v1/me/tickets/{reference}/clocks/{id}/explanation.ics")]
pub(super) async fn export_my_clock(
    citizen: CitizenCaller,
    locale: Locale,
    path: PathSegment<(Reference, ClockId)>,
    tickets: web::Data<Tickets>,
) -> Result<HttpResponse, Problem> {
    let explanation = explain_to_citizen(citizen, locale, path, &tickets).await?;
    Ok(explanation.to_citizen_event(locale).response(&explanation.reference))
}

async fn explain_to_staff(
    caller: StaffCaller,
    locale: Locale,
    path: PathSegment<(Reference, ClockId)>,
    tickets: &Tickets,
) -> Result<ClockExplanation, Problem> {
    let (reference, id) = path.0;
    Ok(tickets.explain_clock(caller, locale, &reference, id).await?)
}

async fn explain_to_citizen(
    citizen: CitizenCaller,
    locale: Locale,
    path: PathSegment<(Reference, ClockId)>,
    tickets: &Tickets,
) -> Result<ClockExplanation, Problem> {
    let (reference, id) = path.0;
    let explanation = tickets.explain_clock_to_citizen(citizen.0, locale, id).await?;
    if explanation.reference != reference.to_string() {
        return Err(TicketError::NotFound.into());
    }
    Ok(explanation)
}
