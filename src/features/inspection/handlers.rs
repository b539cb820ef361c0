//! The sentinel over HTTP.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::Inspector;
use super::views::InspectionView;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;

/// Adds the endpoint `/v1/staff/inspection`.
pub fn configure(config: &mut ServiceConfig) {
    config.service(get_inspection);
}

/// What an inspection would punish
///
/// Countdowns with their levels, in the language of `Accept-Language`. `huiyin inspect` tells the same to monitoring.
#[utoipa::path(
    tag = "statistics",
    security(("staff" = [])),
    responses(
        (status = 200, description = "The countdowns", body = InspectionView),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/staff/inspection")]
pub(super) async fn get_inspection(
    caller: StaffCaller,
    locale: Locale,
    inspector: web::Data<Inspector>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(inspector.get(&caller, locale).await?))
}
