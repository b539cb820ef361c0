//! Recalculations over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::RecalculationId;
use super::requests::{DecideRecalculation, ListRecalculations, PlanRecalculation};
use super::service::{Decision, Recalculations};
use super::views::RecalculationView;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::{changed, created, found};

/// Adds the endpoints under `/v1/staff/recalculations`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_recalculations)
        .service(plan_recalculation)
        .service(get_recalculation)
        .service(approve_recalculation)
        .service(reject_recalculation);
}

/// Recalculations, the youngest first.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(ListRecalculations),
    responses(
        (status = 200, description = "A page", body = Page<RecalculationView>),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/recalculations")]
pub(super) async fn list_recalculations(
    request: HttpRequest,
    caller: StaffCaller,
    recalculations: web::Data<Recalculations>,
    query: QueryString<ListRecalculations>,
) -> Result<HttpResponse, Problem> {
    let page = recalculations.list(&caller, &query).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Plan to put a version of a calendar or of time limits in force.
///
/// Counts what would become of every promise that runs, and keeps the plan. Nothing moves until another person approves.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe")),
    request_body = PlanRecalculation,
    responses(
        (status = 201, description = "Planned", body = RecalculationView),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: the version is unknown, or in force"),
    )
)]
#[post("/v1/staff/recalculations")]
pub(super) async fn plan_recalculation(
    request: HttpRequest,
    caller: StaffCaller,
    recalculations: web::Data<Recalculations>,
    body: JsonBody<PlanRecalculation>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let planned = recalculations.plan(&caller, idempotency, &body).await?;
    let location = format!("/v1/staff/recalculations/{}", planned.value.id);
    Ok(created(&planned.value, &location, planned.answer))
}

/// A recalculation: its plan, and how far it has come.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(("id" = inline(RecalculationId), Path, description = "The recalculation")),
    responses(
        (status = 200, description = "The recalculation", body = RecalculationView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/recalculations/{id}")]
pub(super) async fn get_recalculation(
    caller: StaffCaller,
    id: PathSegment<RecalculationId>,
    recalculations: web::Data<Recalculations>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&recalculations.get(&caller, id.0).await?))
}

/// Approve a plan, as another person than the one who made it.
///
/// The version is in force for new promises at once; those that run are moved in the background.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(
        ("id" = inline(RecalculationId), Path, description = "The recalculation"),
        ("If-Match" = String, Header, description = "The `ETag` of the plan as it was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe"),
    ),
    request_body = DecideRecalculation,
    responses(
        (status = 200, description = "Approved", body = RecalculationView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`same_person`, `not_planned`, `superseded` or `another_at_work`"),
    )
)]
#[post("/v1/staff/recalculations/{id}/actions/approve")]
pub(super) async fn approve_recalculation(
    request: HttpRequest,
    caller: StaffCaller,
    recalculations: web::Data<Recalculations>,
    id: PathSegment<RecalculationId>,
    if_match: IfMatch,
    body: JsonBody<DecideRecalculation>,
) -> Result<HttpResponse, Problem> {
    decide(&request, caller, &recalculations, id, if_match, body, Decision::Approve).await
}

/// Reject a plan, as another person than the one who made it.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(
        ("id" = inline(RecalculationId), Path, description = "The recalculation"),
        ("If-Match" = String, Header, description = "The `ETag` of the plan as it was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe"),
    ),
    request_body = DecideRecalculation,
    responses(
        (status = 200, description = "Rejected", body = RecalculationView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`same_person` or `not_planned`"),
    )
)]
#[post("/v1/staff/recalculations/{id}/actions/reject")]
pub(super) async fn reject_recalculation(
    request: HttpRequest,
    caller: StaffCaller,
    recalculations: web::Data<Recalculations>,
    id: PathSegment<RecalculationId>,
    if_match: IfMatch,
    body: JsonBody<DecideRecalculation>,
) -> Result<HttpResponse, Problem> {
    decide(&request, caller, &recalculations, id, if_match, body, Decision::Reject).await
}

async fn decide(
    request: &HttpRequest,
    caller: StaffCaller,
    recalculations: &Recalculations,
    id: PathSegment<RecalculationId>,
    if_match: IfMatch,
    body: JsonBody<DecideRecalculation>,
    decision: Decision,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(request, &format!("staff:{}", caller.id), body.digest())?;
    let decided = recalculations.decide(&caller, id.0, if_match.require()?, idempotency, decision).await?;
    Ok(changed(&decided.value, decided.answer))
}
