//! Alarms over HTTP, for staff.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::AlarmId;
use super::requests::{Acknowledge, ListAlarms, SnoozeAlarm};
use super::service::{AlarmCommand, Alarms};
use super::views::AlarmView;
use super::{brief, roster, supervision, sweep};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::changed;

/// Adds the endpoints of escalation.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_alarms)
        .service(acknowledge_alarm)
        .service(snooze_alarm)
        .configure(roster::configure)
        .configure(brief::configure)
        .configure(sweep::configure)
        .configure(supervision::configure);
}

/// List alarms
///
/// Those of the caller's departments that somebody was told of: the unacknowledged first, then the newest.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(ListAlarms),
    responses(
        (status = 200, description = "A page", body = Page<AlarmView>),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: no such department"),
    )
)]
#[get("/v1/staff/alarms")]
pub(super) async fn list_alarms(
    request: HttpRequest,
    caller: StaffCaller,
    alarms: web::Data<Alarms>,
    query: QueryString<ListAlarms>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = alarms.list(&caller, &query, after).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Acknowledge an alarm
///
/// Says that the caller has taken notice of it. The version for `If-Match` stands in the list.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(("id" = inline(AlarmId), Path, description = "The alarm")),
    request_body = Acknowledge,
    responses(
        (status = 200, description = "Acknowledged", body = AlarmView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`precondition_failed`: somebody else was faster"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[post("/v1/staff/alarms/{id}/actions/acknowledge")]
pub(super) async fn acknowledge_alarm(
    request: HttpRequest,
    caller: StaffCaller,
    alarms: web::Data<Alarms>,
    id: PathSegment<AlarmId>,
    if_match: IfMatch,
    body: JsonBody<Acknowledge>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let command = AlarmCommand { version: if_match.require()?, id: id.0, caller, idempotency };
    let done = alarms.acknowledge(command).await?;
    Ok(changed(&done.value, done.answer))
}

/// Snooze an alarm
///
/// Somebody who was told lets it rest until an instant a few working days ahead. Then it is told again. Its clock goes on.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(("id" = inline(AlarmId), Path, description = "The alarm")),
    request_body = SnoozeAlarm,
    responses(
        (status = 200, description = "It rests", body = AlarmView),
        (status = 403, description = "`forbidden`: the caller was not told of it"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`leader_level_does_not_rest`, `already_acknowledged`"),
        (status = 412, description = "`precondition_failed`: somebody else was faster"),
        (status = 422, description = "`invalid_request`: `snooze_out_of_range`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[post("/v1/staff/alarms/{id}/actions/snooze")]
pub(super) async fn snooze_alarm(
    request: HttpRequest,
    caller: StaffCaller,
    alarms: web::Data<Alarms>,
    id: PathSegment<AlarmId>,
    if_match: IfMatch,
    body: JsonBody<SnoozeAlarm>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let command = AlarmCommand { version: if_match.require()?, id: id.0, caller, idempotency };
    let done = alarms.snooze(command, body.into_inner()).await?;
    Ok(changed(&done.value, done.answer))
}
