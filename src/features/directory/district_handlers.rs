//! Managing districts over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::administration::DirectoryAdministration;
use super::entry::{Code, DistrictEntry};
use super::staff_views::DistrictView;
use super::views::ListView;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::problem::Problem;
use crate::platform::http::versioned::{Answer, changed, created, found};

/// Adds the endpoints under `/v1/staff/districts`.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_staff_districts)
        .service(create_district)
        .service(get_district)
        .service(update_district);
}

/// Every district with everything that can be written about it, those out of use too.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    responses(
        (status = 200, description = "All districts", body = ListView<DistrictView>),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/districts")]
pub(super) async fn list_staff_districts(
    caller: StaffCaller,
    directory: web::Data<DirectoryAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ListView { data: directory.districts(&caller.into())? }))
}

/// Add a district, street or town.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe")),
    request_body = DistrictEntry,
    responses(
        (status = 201, description = "Added", body = DistrictView),
        (status = 403, description = "`forbidden`"),
        (status = 409, description = "`code_taken`"),
        (status = 422, description = "`invalid_request`"),
    )
)]
#[post("/v1/staff/districts")]
pub(super) async fn create_district(
    request: HttpRequest,
    caller: StaffCaller,
    directory: web::Data<DirectoryAdministration>,
    body: JsonBody<DistrictEntry>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let made = directory.create_district(&caller.into(), idempotency, body.into_inner()).await?;
    let location = format!("/v1/staff/districts/{}", made.value.code);
    Ok(created(&made.value, &location, made.answer))
}

/// One district.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(("code" = Code, Path, description = "The district's code")),
    responses(
        (status = 200, description = "The district", body = DistrictView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/districts/{code}")]
pub(super) async fn get_district(
    caller: StaffCaller,
    code: PathSegment<Code>,
    directory: web::Data<DirectoryAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&directory.district(&caller.into(), &code.0)?))
}

/// Replace a district: rename it, move it, switch it off (`is_active: false`). What the body leaves out takes its default; it is
/// never deleted, because letters name it.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(
        ("code" = Code, Path, description = "The district's code"),
        ("If-Match" = String, Header, description = "The `ETag` of the district as it was read"),
    ),
    request_body = DistrictEntry,
    responses(
        (status = 200, description = "Changed", body = DistrictView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 422, description = "`invalid_request`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/v1/staff/districts/{code}")]
pub(super) async fn update_district(
    caller: StaffCaller,
    code: PathSegment<Code>,
    if_match: IfMatch,
    directory: web::Data<DirectoryAdministration>,
    body: JsonBody<DistrictEntry>,
) -> Result<HttpResponse, Problem> {
    let version = if_match.require()?;
    let view = directory.update_district(&caller.into(), &code.0, version, body.into_inner()).await?;
    Ok(changed(&view, Answer::New))
}
