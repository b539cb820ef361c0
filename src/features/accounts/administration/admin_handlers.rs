//! The administration of accounts over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::accounts::administration::commands::AccountCommand;
use crate::features::accounts::model::GrantId;
use crate::features::accounts::requests::{CreateStaffAccount, GrantRole, ListStaffAccounts, NoArguments};
use crate::features::accounts::service::Accounts;
use crate::features::accounts::views::{ActivationView, StaffAccountView};
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment, RequestDigest};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::{changed, created, found};

/// Adds the endpoints under `/v1/staff-accounts`.
pub(in crate::features::accounts) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_staff_accounts)
        .service(create_staff_account)
        .service(get_staff_account)
        .service(disable_staff_account)
        .service(enable_staff_account)
        .service(issue_activation_code)
        .service(grant_role)
        .service(revoke_grant);
}

/// The accounts the caller administers, by user name.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(ListStaffAccounts),
    responses(
        (status = 200, description = "A page", body = Page<StaffAccountView>),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff-accounts")]
pub(in crate::features::accounts) async fn list_staff_accounts(
    request: HttpRequest,
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    query: QueryString<ListStaffAccounts>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = accounts.list_accounts(&caller, query.department.as_deref(), after, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Make an account. The code with which its owner sets a password goes to the account's mail address and nowhere else. Roles
/// that decide or publish wait for a second administrator.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    request_body = CreateStaffAccount,
    responses(
        (status = 201, description = "Made", body = ActivationView),
        (status = 403, description = "`forbidden`"),
        (status = 409, description = "`username_taken`, `incompatible_roles`, `already_granted`"),
        (status = 422, description = "`invalid_request`"),
    )
)]
#[post("/v1/staff-accounts")]
pub(in crate::features::accounts) async fn create_staff_account(
    request: HttpRequest,
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    body: JsonBody<CreateStaffAccount>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &idempotency_caller(&caller), body.digest())?;
    let made = accounts.create_account(&caller, body.into_inner(), idempotency).await?;
    let location = format!("/v1/staff-accounts/{}", made.value.account.id);
    Ok(created(&made.value, &location, made.answer))
}

/// One account.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    responses(
        (status = 200, description = "The account", body = StaffAccountView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff-accounts/{id}")]
pub(in crate::features::accounts) async fn get_staff_account(
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    id: PathSegment<StaffId>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&accounts.account(&caller, id.0).await?))
}

/// Close an account: its sessions end at once.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    request_body = NoArguments,
    responses(
        (status = 200, description = "Closed", body = StaffAccountView),
        (status = 403, description = "`forbidden`, `own_account`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[post("/v1/staff-accounts/{id}/actions/disable")]
pub(in crate::features::accounts) async fn disable_staff_account(
    on: OnAccount,
    accounts: web::Data<Accounts>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    let done = accounts.disable(on.command(body.digest())?).await?;
    Ok(changed(&done.value, done.answer))
}

/// Open a closed account again, with its password and grants.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    request_body = NoArguments,
    responses(
        (status = 200, description = "Opened", body = StaffAccountView),
        (status = 403, description = "`forbidden`, `own_account`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[post("/v1/staff-accounts/{id}/actions/enable")]
pub(in crate::features::accounts) async fn enable_staff_account(
    on: OnAccount,
    accounts: web::Data<Accounts>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    let done = accounts.enable(on.command(body.digest())?).await?;
    Ok(changed(&done.value, done.answer))
}

/// Send a new one-time code to somebody who lost theirs or forgot their password. It goes to the account's mail address and
/// nowhere else; earlier codes are void and every session of the account ends. Where the account decides or publishes, a
/// second administrator approves it first.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    request_body = NoArguments,
    responses(
        (status = 200, description = "The code was sent, or waits for a second administrator", body = ActivationView),
        (status = 403, description = "`forbidden`, `own_account`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`account_disabled`, `already_requested`, `no_mail_address`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[post("/v1/staff-accounts/{id}/actions/issue-activation-code")]
pub(in crate::features::accounts) async fn issue_activation_code(
    on: OnAccount,
    accounts: web::Data<Accounts>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    let done = accounts.issue_code(on.command(body.digest())?).await?;
    Ok(changed(&done.value, done.answer))
}

/// Grant a role, everywhere or in a department and below. It holds from the next request on; one that decides or publishes
/// waits for a second administrator first.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    request_body = GrantRole,
    responses(
        (status = 200, description = "Granted, or waiting for a second administrator", body = StaffAccountView),
        (status = 403, description = "`forbidden`, `own_account`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`already_granted`, `already_requested`, `incompatible_roles`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 422, description = "`invalid_request`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[post("/v1/staff-accounts/{id}/grants")]
pub(in crate::features::accounts) async fn grant_role(
    on: OnAccount,
    accounts: web::Data<Accounts>,
    body: JsonBody<GrantRole>,
) -> Result<HttpResponse, Problem> {
    let done = accounts.grant(on.command(body.digest())?, body.into_inner()).await?;
    Ok(changed(&done.value, done.answer))
}

/// Take a role away. It holds no longer from the next request on.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(
        ("id" = StaffId, Path, description = "The account"),
        ("grant_id" = GrantId, Path, description = "The grant"),
    ),
    responses(
        (status = 200, description = "Taken away", body = StaffAccountView),
        (status = 403, description = "`forbidden`, `own_account`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[delete("/v1/staff-accounts/{id}/grants/{grant_id}")]
pub(in crate::features::accounts) async fn revoke_grant(
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    path: PathSegment<(StaffId, GrantId)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (id, grant) = path.0;
    let command =
        AccountCommand { caller, id, version: if_match.require()?, idempotency: Idempotency::none() };
    let done = accounts.revoke(command, grant).await?;
    Ok(changed(&done.value, done.answer))
}

/// What every command on one account takes out of its request. The caller comes first, so that a stranger learns
/// nothing else.
pub(in crate::features::accounts) struct OnAccount {
    caller: StaffCaller,
    id: StaffId,
    if_match: IfMatch,
    request: HttpRequest,
}

impl OnAccount {
    fn command(&self, body: RequestDigest) -> Result<AccountCommand, Problem> {
        let caller = idempotency_caller(&self.caller);
        Ok(AccountCommand {
            idempotency: Idempotency::accepted(&self.request, &caller, body)?,
            version: self.if_match.require()?,
            caller: self.caller.clone(),
            id: self.id,
        })
    }
}

impl actix_web::FromRequest for OnAccount {
    type Error = Problem;
    type Future = futures_util::future::LocalBoxFuture<'static, Result<OnAccount, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = StaffCaller::extract(&request).await?;
            let id = PathSegment::<StaffId>::extract(&request).await?.0;
            let if_match = IfMatch::extract(&request).await?;
            Ok(OnAccount { caller, id, if_match, request })
        })
    }
}

pub(in crate::features::accounts) fn idempotency_caller(caller: &StaffCaller) -> String {
    format!("staff:{}", caller.id)
}
