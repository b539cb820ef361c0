//! The directory over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::entry::Code;
use super::service::Directory;
use super::staff_handlers;
use super::views::{self, CategoryNode, FormView, ListView, PublicDepartment, PublicDistrict};
use crate::platform::http::cached::{public, public_tag};
use crate::platform::http::extract::PathSegment;
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_categories)
        .service(get_form)
        .service(list_departments)
        .service(list_districts)
        .configure(staff_handlers::configure);
}

/// The categories that take tickets, as a tree.
#[utoipa::path(
    tag = "directory",
    responses(
        (status = 200, description = "The tree, in the language of `Accept-Language`", body = ListView<CategoryNode>),
        (status = 304, description = "The caller has it already"),
    )
)]
#[get("/v1/categories")]
pub(super) async fn list_categories(
    request: HttpRequest,
    locale: Locale,
    directory: web::Data<Directory>,
) -> Result<HttpResponse, Problem> {
    let city = directory.snapshot();
    let tag = public_tag("categories", city.version(), locale);
    Ok(public(&request, &tag, || views::category_tree(&city, locale)))
}

/// The form of a category: the members that `form` of a submission has.
#[utoipa::path(
    tag = "directory",
    params(("code" = inline(Code), Path, description = "The category's code")),
    responses(
        (status = 200, description = "The form, in the language of `Accept-Language`", body = FormView),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "No category that takes tickets has this code"),
    )
)]
#[get("/v1/categories/{code}/form")]
pub(super) async fn get_form(
    request: HttpRequest,
    locale: Locale,
    code: PathSegment<Code>,
    directory: web::Data<Directory>,
) -> Result<HttpResponse, Problem> {
    let city = directory.snapshot();
    let form = views::form(&city, code.0.as_str(), locale).ok_or_else(Problem::not_found)?;
    let tag = public_tag(&format!("form-{}", code.0), city.version(), locale);
    Ok(public(&request, &tag, || form))
}

/// The departments that exist today, in the order of their entry; `parent` makes them a tree.
#[utoipa::path(
    tag = "directory",
    responses(
        (status = 200, description = "In the language of `Accept-Language`", body = ListView<PublicDepartment>),
        (status = 304, description = "The caller has it already"),
    )
)]
#[get("/v1/departments")]
pub(super) async fn list_departments(
    request: HttpRequest,
    locale: Locale,
    directory: web::Data<Directory>,
) -> Result<HttpResponse, Problem> {
    let city = directory.snapshot();
    let tag = public_tag("departments", city.version(), locale);
    Ok(public(&request, &tag, || views::departments(&city, locale)))
}

/// The districts with their streets and towns, by code; `parent` makes them a tree.
#[utoipa::path(
    tag = "directory",
    responses(
        (status = 200, description = "In the language of `Accept-Language`", body = ListView<PublicDistrict>),
        (status = 304, description = "The caller has it already"),
    )
)]
#[get("/v1/districts")]
pub(super) async fn list_districts(
    request: HttpRequest,
    locale: Locale,
    directory: web::Data<Directory>,
) -> Result<HttpResponse, Problem> {
    let city = directory.snapshot();
    let tag = public_tag("districts", city.version(), locale);
    Ok(public(&request, &tag, || views::districts(&city, locale)))
}
