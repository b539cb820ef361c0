//! The leader's briefs over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use utoipa_actix_web::service_config::ServiceConfig;

use super::requests::ListMorningBriefs;
use super::service::Briefs;
use super::views::MorningBriefView;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::PathSegment;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;

/// Adds the endpoints under `/v1/staff/morning-briefs`.
pub(in crate::features::escalation) fn configure(config: &mut ServiceConfig) {
    config.service(list_morning_briefs).service(get_morning_brief);
}

/// List the leader's briefs
///
/// One a working day, the newest first. For supervisors and whoever is named as a reader.
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(ListMorningBriefs),
    responses(
        (status = 200, description = "A page", body = Page<MorningBriefView>),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/morning-briefs")]
pub(super) async fn list_morning_briefs(
    request: HttpRequest,
    caller: StaffCaller,
    briefs: web::Data<Briefs>,
    query: QueryString<ListMorningBriefs>,
) -> Result<HttpResponse, Problem> {
    let before = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = briefs.list(&caller, &query, before).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// The leader's brief of one day
#[utoipa::path(
    tag = "alarms",
    security(("staff" = [])),
    params(("date" = NaiveDate, Path, description = "The working day")),
    responses(
        (status = 200, description = "The brief", body = MorningBriefView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`: a day off, or before its hour"),
    )
)]
#[get("/v1/staff/morning-briefs/{date}")]
pub(super) async fn get_morning_brief(
    caller: StaffCaller,
    briefs: web::Data<Briefs>,
    date: PathSegment<NaiveDate>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(briefs.get(&caller, date.0).await?))
}
