//! Versions of calendars and of time limits over HTTP, for those who manage them.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::administration::CalendarAdministration;
use super::model::RulesKind;
use super::public_handlers;
use super::requests::{CompareVersions, ProposeVersion};
use super::views::{CalendarDifference, TimeLimitsDifference, VersionDocument, VersionList, VersionView};
use crate::features::directory::Code;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::created;

/// Adds the endpoints under `/v1/staff/calendars`, `/v1/staff/time-limits` and, for anybody, `/v1/calendars`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_calendar_versions)
        .service(get_calendar_version)
        .service(propose_calendar_version)
        .service(compare_calendar_versions)
        .service(list_time_limits_versions)
        .service(get_time_limits_version)
        .service(propose_time_limits_version)
        .service(compare_time_limits_versions)
        .configure(public_handlers::configure);
}

/// Every version of every calendar, which of them are in force, and which are only proposed.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    responses(
        (status = 200, description = "All versions", body = VersionList),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/calendars")]
pub(super) async fn list_calendar_versions(
    caller: StaffCaller,
    versions: web::Data<CalendarAdministration>,
) -> Result<HttpResponse, Problem> {
    list(caller, &versions, RulesKind::Calendar).await
}

/// Every version of every set of time limits.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    responses(
        (status = 200, description = "All versions", body = VersionList),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/time-limits")]
pub(super) async fn list_time_limits_versions(
    caller: StaffCaller,
    versions: web::Data<CalendarAdministration>,
) -> Result<HttpResponse, Problem> {
    list(caller, &versions, RulesKind::TimeLimits).await
}

/// One version of a calendar with its text.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(
        ("code" = String, Path, description = "The calendar"),
        ("version" = i32, Path, description = "The version"),
    ),
    responses(
        (status = 200, description = "The version", body = VersionDocument),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/calendars/{code}/versions/{version}")]
pub(super) async fn get_calendar_version(
    caller: StaffCaller,
    key: PathSegment<(Code, i32)>,
    versions: web::Data<CalendarAdministration>,
) -> Result<HttpResponse, Problem> {
    show(caller, &versions, RulesKind::Calendar, key).await
}

/// One version of a set of time limits with its text.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(
        ("code" = String, Path, description = "The set"),
        ("version" = i32, Path, description = "The version"),
    ),
    responses(
        (status = 200, description = "The version", body = VersionDocument),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/time-limits/{code}/versions/{version}")]
pub(super) async fn get_time_limits_version(
    caller: StaffCaller,
    key: PathSegment<(Code, i32)>,
    versions: web::Data<CalendarAdministration>,
) -> Result<HttpResponse, Problem> {
    show(caller, &versions, RulesKind::TimeLimits, key).await
}

/// Propose the next version of a calendar: a year, or the whole document.
///
/// A year is merged into the version in force. The new version is a proposal until a recalculation puts it in force; the
/// first version of a new code is in force at once.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(
        ("code" = String, Path, description = "The calendar"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe"),
    ),
    request_body = ProposeVersion,
    responses(
        (status = 201, description = "Proposed", body = VersionView),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: what is wrong, with its line"),
    )
)]
#[post("/v1/staff/calendars/{code}/versions")]
pub(super) async fn propose_calendar_version(
    request: HttpRequest,
    caller: StaffCaller,
    code: PathSegment<Code>,
    versions: web::Data<CalendarAdministration>,
    body: JsonBody<ProposeVersion>,
) -> Result<HttpResponse, Problem> {
    propose(&request, caller, RulesKind::Calendar, code, &versions, body).await
}

/// Propose the next version of a set of time limits: its whole document in TOML.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(
        ("code" = String, Path, description = "The set"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe"),
    ),
    request_body = ProposeVersion,
    responses(
        (status = 201, description = "Proposed", body = VersionView),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: what is wrong"),
    )
)]
#[post("/v1/staff/time-limits/{code}/versions")]
pub(super) async fn propose_time_limits_version(
    request: HttpRequest,
    caller: StaffCaller,
    code: PathSegment<Code>,
    versions: web::Data<CalendarAdministration>,
    body: JsonBody<ProposeVersion>,
) -> Result<HttpResponse, Problem> {
    propose(&request, caller, RulesKind::TimeLimits, code, &versions, body).await
}

/// The days that change from one version of a calendar to another.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(("code" = String, Path, description = "The calendar"), CompareVersions),
    responses(
        (status = 200, description = "The days that change", body = CalendarDifference),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/calendars/{code}/diff")]
pub(super) async fn compare_calendar_versions(
    caller: StaffCaller,
    code: PathSegment<Code>,
    versions: web::Data<CalendarAdministration>,
    query: QueryString<CompareVersions>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(versions.compare_calendars(&caller.into(), code.0.as_str(), query.0)?))
}

/// The limits that change from one version of a set to another.
#[utoipa::path(
    tag = "calendars",
    security(("staff" = [])),
    params(("code" = String, Path, description = "The set"), CompareVersions),
    responses(
        (status = 200, description = "The limits that change", body = TimeLimitsDifference),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/time-limits/{code}/diff")]
pub(super) async fn compare_time_limits_versions(
    caller: StaffCaller,
    code: PathSegment<Code>,
    versions: web::Data<CalendarAdministration>,
    query: QueryString<CompareVersions>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(versions.compare_time_limits(&caller.into(), code.0.as_str(), query.0)?))
}

async fn list(
    caller: StaffCaller,
    versions: &CalendarAdministration,
    kind: RulesKind,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(VersionList { data: versions.list(&caller.into(), kind).await? }))
}

async fn show(
    caller: StaffCaller,
    versions: &CalendarAdministration,
    kind: RulesKind,
    key: PathSegment<(Code, i32)>,
) -> Result<HttpResponse, Problem> {
    let (code, version) = key.0;
    let shown = versions.version(&caller.into(), kind, code.as_str(), version).await?;
    Ok(HttpResponse::Ok().json(shown))
}

async fn propose(
    request: &HttpRequest,
    caller: StaffCaller,
    kind: RulesKind,
    code: PathSegment<Code>,
    versions: &CalendarAdministration,
    body: JsonBody<ProposeVersion>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(request, &format!("staff:{}", caller.id), body.digest())?;
    let made =
        versions.propose(&caller.into(), idempotency, kind, code.0.as_str(), body.into_inner()).await?;
    let location = format!("{}/{}", request.path(), made.value.version);
    Ok(created(&made.value, &location, made.answer))
}
