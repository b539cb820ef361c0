//! Routing over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::administration::RoutingAdministration;
use super::requests::{PreviewRouting, RuleEntry};
use super::views::{PreviewView, RuleView};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;
use crate::platform::http::versioned::{Answer, changed, created, found};
use crate::rules::reference::Reference;

/// Adds the endpoints under `/v1/staff/routing`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_routing_rules)
        .service(create_routing_rule)
        .service(get_routing_rule)
        .service(update_routing_rule)
        .service(preview_routing)
        .service(preview_ticket_routing);
}

/// All rules.
#[derive(Serialize, ToSchema)]
pub(super) struct RuleList {
    /// In the order they are asked; those that are switched off too.
    data: Vec<RuleView>,
}

/// The routing rules, in the order they are asked.
#[utoipa::path(
    tag = "routing",
    security(("staff" = [])),
    responses(
        (status = 200, description = "All rules", body = RuleList),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/routing/rules")]
pub(super) async fn list_routing_rules(
    caller: StaffCaller,
    routing: web::Data<RoutingAdministration>,
) -> Result<HttpResponse, Problem> {
    let data = routing.list_rules(&caller.into()).await?;
    Ok(HttpResponse::Ok().json(RuleList { data }))
}

/// Add a routing rule. Without a number it gets the next free one.
#[utoipa::path(
    tag = "routing",
    security(("staff" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe")),
    request_body = RuleEntry,
    responses(
        (status = 201, description = "Added", body = RuleView),
        (status = 403, description = "`forbidden`"),
        (status = 409, description = "`number_taken`"),
        (status = 422, description = "`invalid_request`"),
    )
)]
#[post("/v1/staff/routing/rules")]
pub(super) async fn create_routing_rule(
    request: HttpRequest,
    caller: StaffCaller,
    routing: web::Data<RoutingAdministration>,
    body: JsonBody<RuleEntry>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let made = routing.create_rule(&caller.into(), idempotency, body.into_inner()).await?;
    let location = format!("/v1/staff/routing/rules/{}", made.value.number);
    Ok(created(&made.value, &location, made.answer))
}

/// One routing rule.
#[utoipa::path(
    tag = "routing",
    security(("staff" = [])),
    params(("number" = i32, Path, description = "The rule's number")),
    responses(
        (status = 200, description = "The rule", body = RuleView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/routing/rules/{number}")]
pub(super) async fn get_routing_rule(
    caller: StaffCaller,
    number: PathSegment<i32>,
    routing: web::Data<RoutingAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&routing.rule(&caller.into(), number.0).await?))
}

/// Replace a routing rule. What the body leaves out takes its default; `is_active: false` switches the rule off.
#[utoipa::path(
    tag = "routing",
    security(("staff" = [])),
    params(
        ("number" = i32, Path, description = "The rule's number"),
        ("If-Match" = String, Header, description = "The `ETag` of the rule as it was read"),
    ),
    request_body = RuleEntry,
    responses(
        (status = 200, description = "Changed", body = RuleView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 422, description = "`invalid_request`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/v1/staff/routing/rules/{number}")]
pub(super) async fn update_routing_rule(
    caller: StaffCaller,
    number: PathSegment<i32>,
    if_match: IfMatch,
    routing: web::Data<RoutingAdministration>,
    body: JsonBody<RuleEntry>,
) -> Result<HttpResponse, Problem> {
    let version = if_match.require()?;
    let view = routing.update_rule(&caller.into(), number.0, version, body.into_inner()).await?;
    Ok(changed(&view, Answer::New))
}

/// Try where a letter would go, and why. Nothing is sent or kept.
#[utoipa::path(
    tag = "routing",
    security(("staff" = [])),
    request_body = PreviewRouting,
    responses(
        (status = 200, description = "The decision, in the language of `Accept-Language`", body = PreviewView),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`"),
    )
)]
#[post("/v1/staff/routing/preview")]
pub(super) async fn preview_routing(
    caller: StaffCaller,
    locale: Locale,
    routing: web::Data<RoutingAdministration>,
    body: JsonBody<PreviewRouting>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(routing.preview(&caller.into(), &body, locale)?))
}

/// See where the rules, as they are today, would send a ticket, and why. Nothing is changed.
#[utoipa::path(
    tag = "routing",
    security(("staff" = [])),
    params(("reference" = String, Path, description = "The ticket's reference")),
    responses(
        (status = 200, description = "The decision, in the language of `Accept-Language`", body = PreviewView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/tickets/{reference}/routing")]
pub(super) async fn preview_ticket_routing(
    caller: StaffCaller,
    locale: Locale,
    reference: PathSegment<Reference>,
    routing: web::Data<RoutingAdministration>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(routing.preview_ticket(&caller, &reference.0, locale).await?))
}
