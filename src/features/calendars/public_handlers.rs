//! Calendars for anybody: due dates and days, by the version in force.

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::calculator::{self, DaysQuery, DueDateQuery};
use super::public_views::{CalendarDaysView, DueDateView};
use super::service::Calendars;
use crate::features::directory::Code;
use crate::platform::http::cached::{public, public_tag};
use crate::platform::http::extract::PathSegment;
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_due_date).service(list_calendar_days);
}

/// When something falls due
///
/// Working days with the State Council's holidays and make-up days, or calendar days, months or working minutes.
#[utoipa::path(
    tag = "calendars",
    params(("code" = String, Path, description = "The calendar, such as `cn`"), DueDateQuery),
    responses(
        (status = 200, description = "The due date", body = DueDateView),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "No calendar of this code is in force"),
    )
)]
#[get("/v1/calendars/{code}/due-date")]
pub(super) async fn get_due_date(
    request: HttpRequest,
    locale: Locale,
    code: PathSegment<Code>,
    query: QueryString<DueDateQuery>,
    calendars: web::Data<Calendars>,
) -> Result<HttpResponse, Problem> {
    let editions = calendars.editions();
    let calendar = editions.calendar_in_force(code.0.as_str()).ok_or_else(Problem::not_found)?;
    let tag = public_tag(&query.0.subject(code.0.as_str())?, calendar.version().into(), locale);
    let view = calculator::due_date(calendar, &query.0)?;
    Ok(public(&request, &tag, || view))
}

/// The days of a calendar
///
/// Each with whether it is worked and why, at most 400 at a time.
#[utoipa::path(
    tag = "calendars",
    params(("code" = String, Path, description = "The calendar, such as `cn`"), DaysQuery),
    responses(
        (status = 200, description = "The days, in the language of `Accept-Language`", body = CalendarDaysView),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "No calendar of this code is in force"),
    )
)]
#[get("/v1/calendars/{code}/days")]
pub(super) async fn list_calendar_days(
    request: HttpRequest,
    locale: Locale,
    code: PathSegment<Code>,
    query: QueryString<DaysQuery>,
    calendars: web::Data<Calendars>,
) -> Result<HttpResponse, Problem> {
    let editions = calendars.editions();
    let calendar = editions.calendar_in_force(code.0.as_str()).ok_or_else(Problem::not_found)?;
    let view = calculator::days(calendar, locale, &query.0)?;
    let tag = public_tag(&query.0.subject(code.0.as_str()), calendar.version().into(), locale);
    Ok(public(&request, &tag, || view))
}
