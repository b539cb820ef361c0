//! The second administrator over HTTP, and the history of accounts.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::accounts::administration::admin_handlers::idempotency_caller;
use crate::features::accounts::administration::approvals::Decision;
use crate::features::accounts::model::AccountRequestId;
use crate::features::accounts::requests::{NoArguments, PageQuery};
use crate::features::accounts::service::Accounts;
use crate::features::accounts::views::{AccountEventView, AccountRequestView};
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::http::extract::{JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::answered;

/// Adds the endpoints under `/v1/staff-account-requests`, and the history of an account.
pub(in crate::features::accounts) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_account_requests)
        .service(approve_account_request)
        .service(reject_account_request)
        .service(list_account_events);
}

/// What waits for a second administrator, the oldest first.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<AccountRequestView>),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff-account-requests")]
pub(in crate::features::accounts) async fn list_account_requests(
    request: HttpRequest,
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    query: QueryString<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = accounts.list_requests(&caller, after, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Approve what another administrator asked for: the role is granted, or the code goes to the owner's mail.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = AccountRequestId, Path, description = "The request")),
    request_body = NoArguments,
    responses(
        (status = 204, description = "Approved"),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`: it does not wait, or no longer"),
        (status = 409, description = "`second_administrator_needed`, `account_disabled`, `incompatible_roles`"),
    )
)]
#[post("/v1/staff-account-requests/{id}/actions/approve")]
pub(in crate::features::accounts) async fn approve_account_request(
    request: HttpRequest,
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    id: PathSegment<AccountRequestId>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &idempotency_caller(&caller), body.digest())?;
    let done = accounts.decide(&caller, id.0, Decision::Approve, idempotency).await?;
    Ok(answered(StatusCode::NO_CONTENT, done.answer).finish())
}

/// Reject what another administrator asked for, or take one's own request back.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = AccountRequestId, Path, description = "The request")),
    request_body = NoArguments,
    responses(
        (status = 204, description = "Rejected"),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`: it does not wait, or no longer"),
    )
)]
#[post("/v1/staff-account-requests/{id}/actions/reject")]
pub(in crate::features::accounts) async fn reject_account_request(
    request: HttpRequest,
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    id: PathSegment<AccountRequestId>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &idempotency_caller(&caller), body.digest())?;
    let done = accounts.decide(&caller, id.0, Decision::Reject, idempotency).await?;
    Ok(answered(StatusCode::NO_CONTENT, done.answer).finish())
}

/// What was done to an account, by whom, the oldest first.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = StaffId, Path, description = "The account"), PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<AccountEventView>),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff-accounts/{id}/events")]
pub(in crate::features::accounts) async fn list_account_events(
    request: HttpRequest,
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    id: PathSegment<StaffId>,
    query: QueryString<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = accounts.list_account_events(&caller, id.0, after, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}
