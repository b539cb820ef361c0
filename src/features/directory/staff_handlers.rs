//! Managing the directory over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::administration::DirectoryAdministration;
use super::district_handlers;
use super::entry::{CategoryEntry, Code, DepartmentEntry};
use super::staff_views::{CategoryView, DepartmentView};
use super::views::ListView;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::problem::Problem;
use crate::platform::http::versioned::{Answer, changed, created, found};

/// Adds the endpoints under `/v1/staff/departments` and `/v1/staff/categories`.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_staff_departments)
        .service(create_department)
        .service(get_department)
        .service(update_department)
        .service(list_staff_categories)
        .service(create_category)
        .service(get_category)
        .service(update_category)
        .configure(district_handlers::configure);
}

/// Every department with everything that can be written about it, dissolved ones too.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    responses(
        (status = 200, description = "All departments", body = ListView<DepartmentView>),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/departments")]
pub(super) async fn list_staff_departments(
    caller: StaffCaller,
    directory: web::Data<DirectoryAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ListView { data: directory.departments(&caller.into())? }))
}

/// Found a department.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe")),
    request_body = DepartmentEntry,
    responses(
        (status = 201, description = "Founded", body = DepartmentView),
        (status = 403, description = "`forbidden`"),
        (status = 409, description = "`code_taken`"),
        (status = 422, description = "`invalid_request`"),
    )
)]
#[post("/v1/staff/departments")]
pub(super) async fn create_department(
    request: HttpRequest,
    caller: StaffCaller,
    directory: web::Data<DirectoryAdministration>,
    body: JsonBody<DepartmentEntry>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let made = directory.create_department(&caller.into(), idempotency, body.into_inner()).await?;
    let location = format!("/v1/staff/departments/{}", made.value.code);
    Ok(created(&made.value, &location, made.answer))
}

/// One department.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(("code" = Code, Path, description = "The department's code")),
    responses(
        (status = 200, description = "The department", body = DepartmentView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/departments/{code}")]
pub(super) async fn get_department(
    caller: StaffCaller,
    code: PathSegment<Code>,
    directory: web::Data<DirectoryAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&directory.department(&caller.into(), &code.0)?))
}

/// Replace a department. What the body leaves out takes its default. `is_active: false` dissolves it, and then it
/// needs a successor; it is never deleted.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(
        ("code" = Code, Path, description = "The department's code"),
        ("If-Match" = String, Header, description = "The `ETag` of the department as it was read"),
    ),
    request_body = DepartmentEntry,
    responses(
        (status = 200, description = "Changed", body = DepartmentView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 422, description = "`invalid_request`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/v1/staff/departments/{code}")]
pub(super) async fn update_department(
    caller: StaffCaller,
    code: PathSegment<Code>,
    if_match: IfMatch,
    directory: web::Data<DirectoryAdministration>,
    body: JsonBody<DepartmentEntry>,
) -> Result<HttpResponse, Problem> {
    let version = if_match.require()?;
    let view = directory.update_department(&caller.into(), &code.0, version, body.into_inner()).await?;
    Ok(changed(&view, Answer::New))
}

/// Every category with everything that can be written about it, those out of use too.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    responses(
        (status = 200, description = "All categories", body = ListView<CategoryView>),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/categories")]
pub(super) async fn list_staff_categories(
    caller: StaffCaller,
    directory: web::Data<DirectoryAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ListView { data: directory.categories(&caller.into())? }))
}

/// Add a category with its form.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe")),
    request_body = CategoryEntry,
    responses(
        (status = 201, description = "Added", body = CategoryView),
        (status = 403, description = "`forbidden`"),
        (status = 409, description = "`code_taken`"),
        (status = 422, description = "`invalid_request`"),
    )
)]
#[post("/v1/staff/categories")]
pub(super) async fn create_category(
    request: HttpRequest,
    caller: StaffCaller,
    directory: web::Data<DirectoryAdministration>,
    body: JsonBody<CategoryEntry>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let made = directory.create_category(&caller.into(), idempotency, body.into_inner()).await?;
    let location = format!("/v1/staff/categories/{}", made.value.code);
    Ok(created(&made.value, &location, made.answer))
}

/// One category.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(("code" = Code, Path, description = "The category's code")),
    responses(
        (status = 200, description = "The category", body = CategoryView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/categories/{code}")]
pub(super) async fn get_category(
    caller: StaffCaller,
    code: PathSegment<Code>,
    directory: web::Data<DirectoryAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&directory.category(&caller.into(), &code.0)?))
}

/// Replace a category and its form. What the body leaves out takes its default.
#[utoipa::path(
    tag = "directory",
    security(("staff" = [])),
    params(
        ("code" = Code, Path, description = "The category's code"),
        ("If-Match" = String, Header, description = "The `ETag` of the category as it was read"),
    ),
    request_body = CategoryEntry,
    responses(
        (status = 200, description = "Changed", body = CategoryView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 422, description = "`invalid_request`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/v1/staff/categories/{code}")]
pub(super) async fn update_category(
    caller: StaffCaller,
    code: PathSegment<Code>,
    if_match: IfMatch,
    directory: web::Data<DirectoryAdministration>,
    body: JsonBody<CategoryEntry>,
) -> Result<HttpResponse, Problem> {
    let version = if_match.require()?;
    let view = directory.update_category(&caller.into(), &code.0, version, body.into_inner()).await?;
    Ok(changed(&view, Answer::New))
}
