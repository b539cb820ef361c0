//! The sweep over HTTP, for those who look after it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::control::SweepControl;
use super::requests::ControlSweep;
use super::views::{SweepVerb, SweepView};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::JsonBody;
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::problem::Problem;
use crate::platform::http::versioned::answered;

/// Adds the endpoints under `/v1/staff/sweep`.
pub(in crate::features::escalation) fn configure(config: &mut ServiceConfig) {
    config.service(get_sweep).service(pause_sweep).service(resume_sweep);
}

/// How the sweep stands
///
/// For all instances: whether it is paused, how much waits, when its canary last fired.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    responses(
        (status = 200, description = "The sweep", body = SweepView),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/sweep")]
pub(super) async fn get_sweep(
    caller: StaffCaller,
    control: web::Data<SweepControl>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(control.get(&caller).await?))
}

/// Pause the sweep
///
/// On all instances. What comes due waits. What is paused already is left as it is.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    request_body = ControlSweep,
    responses(
        (status = 200, description = "It is paused", body = SweepView),
        (status = 403, description = "`forbidden`"),
    )
)]
#[post("/v1/staff/sweep/actions/pause")]
pub(super) async fn pause_sweep(
    request: HttpRequest,
    caller: StaffCaller,
    control: web::Data<SweepControl>,
    body: JsonBody<ControlSweep>,
) -> Result<HttpResponse, Problem> {
    act(&request, caller, &control, SweepVerb::Pause, body).await
}

/// Resume the sweep
///
/// Confirms that everything that is due by now shall fire, however much it is. Levels of a clock that came due together
/// are heard of once.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    request_body = ControlSweep,
    responses(
        (status = 200, description = "It goes on", body = SweepView),
        (status = 403, description = "`forbidden`"),
    )
)]
#[post("/v1/staff/sweep/actions/resume")]
pub(super) async fn resume_sweep(
    request: HttpRequest,
    caller: StaffCaller,
    control: web::Data<SweepControl>,
    body: JsonBody<ControlSweep>,
) -> Result<HttpResponse, Problem> {
    act(&request, caller, &control, SweepVerb::Resume, body).await
}

async fn act(
    request: &HttpRequest,
    caller: StaffCaller,
    control: &SweepControl,
    verb: SweepVerb,
    body: JsonBody<ControlSweep>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(request, &format!("staff:{}", caller.id), body.digest())?;
    let done = control.control(caller, idempotency, verb, body.into_inner()).await?;
    Ok(answered(StatusCode::OK, done.answer).json(done.value))
}
