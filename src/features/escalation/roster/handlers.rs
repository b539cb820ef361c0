//! Absences and duties over HTTP, for staff.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{AbsenceId, DutyId};
use super::requests::{EnterAbsence, EnterDuty, ListAbsences, ListDuties};
use super::service::Rosters;
use super::views::{AbsenceView, DutyView};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::answered;

/// Adds the endpoints under `/v1/staff/absences` and `/v1/staff/duties`.
pub(in crate::features::escalation) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_absences)
        .service(enter_absence)
        .service(strike_absence)
        .service(list_duties)
        .service(enter_duty)
        .service(strike_duty);
}

/// List absences
///
/// Those that have not ended, the soonest end first: for a supervisor those of their departments'
/// people, else the caller's own.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(ListAbsences),
    responses((status = 200, description = "A page", body = Page<AbsenceView>))
)]
#[get("/v1/staff/absences")]
pub(super) async fn list_absences(
    request: HttpRequest,
    caller: StaffCaller,
    rosters: web::Data<Rosters>,
    query: QueryString<ListAbsences>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = rosters.absences(&caller, &query, after).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Enter an absence
///
/// One's own, or as a supervisor of their department somebody else's. While somebody is away, their substitute is told of alarms.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    request_body = EnterAbsence,
    responses(
        (status = 201, description = "Entered", body = AbsenceView),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: `days_reversed`, `unknown_staff`, `own_substitute`"),
    )
)]
#[post("/v1/staff/absences")]
pub(super) async fn enter_absence(
    request: HttpRequest,
    caller: StaffCaller,
    rosters: web::Data<Rosters>,
    body: JsonBody<EnterAbsence>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let done = rosters.enter_absence(caller, idempotency, body.into_inner()).await?;
    Ok(answered(StatusCode::CREATED, done.answer).json(done.value))
}

/// Strike an absence out
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(("id" = inline(AbsenceId), Path, description = "The absence")),
    responses(
        (status = 204, description = "Struck out"),
        (status = 404, description = "`not_found`: or it is somebody else's"),
    )
)]
#[delete("/v1/staff/absences/{id}")]
pub(super) async fn strike_absence(
    caller: StaffCaller,
    rosters: web::Data<Rosters>,
    id: PathSegment<AbsenceId>,
) -> Result<HttpResponse, Problem> {
    rosters.strike_absence(caller, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List duties
///
/// Those that have not ended, the soonest end first. Whoever is on duty is told before any role is asked: of reminders and
/// due alarms (`work`), or of what is overdue (`supervision`).
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(ListDuties),
    responses(
        (status = 200, description = "A page", body = Page<DutyView>),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: no such department"),
    )
)]
#[get("/v1/staff/duties")]
pub(super) async fn list_duties(
    request: HttpRequest,
    caller: StaffCaller,
    rosters: web::Data<Rosters>,
    query: QueryString<ListDuties>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = rosters.duties(&caller, &query, after).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Enter a duty
///
/// For a department, or without one for the whole city: at its desk, or as its supervisor. Whoever is on duty needs a role
/// in which they may acknowledge alarms there.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    request_body = EnterDuty,
    responses(
        (status = 201, description = "Entered", body = DutyView),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: `days_reversed`, `unknown_staff`, `unknown_department`"),
    )
)]
#[post("/v1/staff/duties")]
pub(super) async fn enter_duty(
    request: HttpRequest,
    caller: StaffCaller,
    rosters: web::Data<Rosters>,
    body: JsonBody<EnterDuty>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let done = rosters.enter_duty(caller, idempotency, body.into_inner()).await?;
    Ok(answered(StatusCode::CREATED, done.answer).json(done.value))
}

/// Strike a duty out
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(("id" = inline(DutyId), Path, description = "The duty")),
    responses(
        (status = 204, description = "Struck out"),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[delete("/v1/staff/duties/{id}")]
pub(super) async fn strike_duty(
    caller: StaffCaller,
    rosters: web::Data<Rosters>,
    id: PathSegment<DutyId>,
) -> Result<HttpResponse, Problem> {
    rosters.strike_duty(caller, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
