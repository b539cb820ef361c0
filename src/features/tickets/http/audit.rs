//! What auditors read: who looked at whom.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::accounts::StaffRef;
use crate::features::tickets::read::reveal::{AccessesWanted, SubmitterAccessView};
use crate::features::tickets::service::Tickets;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::pagination::{Cursor, Limit, Page};
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::rules::reference::Reference;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_submitter_accesses);
}

/// Which looks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AccessQuery {
    /// Only this person's: a user name or an identifier.
    #[param(value_type = Option<String>)]
    staff: Option<StaffRef>,
    /// Only those at the submitter of this ticket.
    #[param(value_type = Option<String>)]
    reference: Option<Reference>,
    /// Only from this instant on.
    from: Option<DateTime<Utc>>,
    /// Only before this instant.
    until: Option<DateTime<Utc>>,
    /// How many at most: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = u16, minimum = 1, maximum = 200, required = false)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Who looked at submitters
///
/// Every look, with the reason that was given; the newest first.
#[utoipa::path(
    tag = "audit",
    security(("staff" = [])),
    params(AccessQuery),
    responses(
        (status = 200, description = "A page", body = Page<SubmitterAccessView>),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: `unknown_staff`, `unknown_ticket`"),
    )
)]
#[get("/v1/staff/audit/submitter-accesses")]
pub(super) async fn list_submitter_accesses(
    request: HttpRequest,
    caller: StaffCaller,
    tickets: web::Data<Tickets>,
    query: QueryString<AccessQuery>,
) -> Result<HttpResponse, Problem> {
    let AccessQuery { staff, reference, from, until, limit, cursor } = query.0;
    let before = cursor.map(|cursor| cursor.decode()).transpose()?;
    let wanted = AccessesWanted { staff, reference, from, until };
    let page = tickets.list_submitter_accesses(&caller, wanted, before, limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}
