//! Signing in and out over HTTP. The administration of accounts is in [`super::administration::admin_handlers`].

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::administration::{admin_handlers, approval_handlers};
use super::requests::{Activate, ChangePassword, ListColleagues, Login, Refresh};
use super::service::Accounts;
use super::sign_in::login_request::CountedLogin;
use super::views::{ColleagueView, MeView, SessionView};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::JsonBody;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::rate_limit::{Activations, RateLimited, Refreshes};

/// Adds the endpoints under `/v1/auth` and `/v1/staff-accounts`, and `/v1/staff/colleagues`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(login)
        .service(refresh_session)
        .service(logout)
        .service(logout_everywhere)
        .service(change_password)
        .service(activate)
        .service(get_me)
        .service(list_colleagues);
    admin_handlers::configure(config);
    approval_handlers::configure(config);
}

/// Sign in with user name and password.
///
/// Unknown user, wrong password and a disabled account get the same answer after the same time. After several wrong passwords
/// from one address or device the next try waits, whether or not anybody has the name; `Retry-After` says how long. Send the
/// `device_token` of the last sign-in: then strangers who try the same name do not keep you out.
#[utoipa::path(
    tag = "auth",
    request_body = Login,
    responses(
        (status = 200, description = "Signed in", body = SessionView),
        (status = 401, description = "`login_refused`"),
        (status = 429, description = "`rate_limited`, `too_many_attempts`"),
    )
)]
#[post("/v1/auth/login")]
pub(super) async fn login(
    accounts: web::Data<Accounts>,
    counted: CountedLogin,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(accounts.login(counted.login, counted.origin).await?))
}

/// Exchange a refresh token for the next tokens.
///
/// A refresh token is good once; one that comes again ends its session.
#[utoipa::path(
    tag = "auth",
    request_body = Refresh,
    responses(
        (status = 200, description = "The next tokens", body = SessionView),
        (status = 401, description = "`session_ended`"),
        (status = 429, description = "`rate_limited`"),
    )
)]
#[post("/v1/auth/refresh")]
pub(super) async fn refresh_session(
    _within: RateLimited<Refreshes>,
    accounts: web::Data<Accounts>,
    body: JsonBody<Refresh>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(accounts.refresh(body.into_inner().refresh_token).await?))
}

/// Sign out: this session ends at once.
#[utoipa::path(
    tag = "auth",
    security(("staff" = [])),
    responses((status = 204, description = "Signed out"), (status = 401, description = "`unauthenticated`"))
)]
#[post("/v1/auth/logout")]
pub(super) async fn logout(
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
) -> Result<HttpResponse, Problem> {
    accounts.logout(&caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sign out everywhere: every session of the caller ends at once.
#[utoipa::path(
    tag = "auth",
    security(("staff" = [])),
    responses((status = 204, description = "Signed out"), (status = 401, description = "`unauthenticated`"))
)]
#[post("/v1/auth/logout-everywhere")]
pub(super) async fn logout_everywhere(
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
) -> Result<HttpResponse, Problem> {
    accounts.logout_everywhere(&caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change one's own password; every other session of the caller ends.
#[utoipa::path(
    tag = "auth",
    security(("staff" = [])),
    request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed"),
        (status = 401, description = "`unauthenticated`"),
        (status = 422, description = "`wrong_password`, `invalid_request`"),
        (status = 429, description = "`too_many_attempts`"),
    )
)]
#[post("/v1/auth/password")]
pub(super) async fn change_password(
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
    body: JsonBody<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    accounts.change_password(&caller, body.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Set a password with a one-time code; the code is used up and every session of the account ends.
#[utoipa::path(
    tag = "auth",
    request_body = Activate,
    responses(
        (status = 204, description = "The password is set"),
        (status = 401, description = "`activation_refused`"),
        (status = 422, description = "`invalid_request`: the password is not good enough"),
        (status = 429, description = "`rate_limited`"),
    )
)]
#[post("/v1/auth/activate")]
pub(super) async fn activate(
    _within: RateLimited<Activations>,
    accounts: web::Data<Accounts>,
    body: JsonBody<Activate>,
) -> Result<HttpResponse, Problem> {
    accounts.activate(body.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who is signed in, and what they may do.
#[utoipa::path(
    tag = "auth",
    security(("staff" = [])),
    responses(
        (status = 200, description = "The caller", body = MeView),
        (status = 401, description = "`unauthenticated`"),
    )
)]
#[get("/v1/auth/me")]
pub(super) async fn get_me(
    caller: StaffCaller,
    accounts: web::Data<Accounts>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(accounts.me(&caller).await?))
}

/// Colleagues, by user name: who can be assigned, stand in or be on duty.
///
/// Every member of staff sees everybody whose account is enabled.
#[utoipa::path(
    tag = "staff accounts",
    security(("staff" = [])),
    params(ListColleagues),
    responses(
        (status = 200, description = "A page", body = Page<ColleagueView>),
        (status = 422, description = "`invalid_request`: no such department"),
    )
)]
#[get("/v1/staff/colleagues")]
pub(super) async fn list_colleagues(
    request: HttpRequest,
    _caller: StaffCaller,
    accounts: web::Data<Accounts>,
    query: QueryString<ListColleagues>,
) -> Result<HttpResponse, Problem> {
    let page = accounts.list_colleagues(query.0).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}
