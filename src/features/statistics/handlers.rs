//! Figures over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::requests::OverviewQuery;
use super::service::{Asked, Statistics};
use super::views::OverviewView;
use crate::platform::http::cached::{public_tag, public_when_asked};
use crate::platform::http::locale::Locale;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;

/// Adds the endpoint.
pub fn configure(config: &mut ServiceConfig) {
    config.service(get_statistics_overview);
}

/// How many tickets came in, were answered and how fast, and what is open and overdue; by category or department on
/// request, each with all that are below it in the tree. At most three years at a time.
#[utoipa::path(
    tag = "statistics",
    params(OverviewQuery),
    responses(
        (status = 200, description = "The figures, names in the language of `Accept-Language`", body = OverviewView),
        (status = 304, description = "The caller has them already"),
        (status = 400, description = "A parameter is unknown, not a day, or the days are too many"),
    )
)]
#[get("/v1/statistics/overview")]
pub(super) async fn get_statistics_overview(
    request: HttpRequest,
    locale: Locale,
    query: QueryString<OverviewQuery>,
    statistics: web::Data<Statistics>,
) -> Result<HttpResponse, Problem> {
    let asked = statistics.ask(&query, locale)?;
    let tag = tag(&asked, statistics.version().await?);
    Ok(public_when_asked(&request, &tag, async || statistics.overview(asked).await).await?)
}

fn tag(asked: &Asked, version: i64) -> String {
    let Asked { from, to, grouping, as_of, locale } = asked;
    public_tag(&format!("statistics-{from}-{to}-{grouping}-{}", as_of.timestamp()), version, *locale)
}
