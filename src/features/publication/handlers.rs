//! Publications over HTTP, for staff.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post, put, web};
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{FindingId, PublicationId};
use super::requests::{EditPublication, ListPublications, PublicationCommand, PublishRevision};
use super::service::{Context, Publisher};
use super::views::{PublicationItem, PublicationView};
use crate::features::tickets::GiveReason;
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment, RequestDigest};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::{changed, found};

/// Adds the endpoints under `/v1/staff/publications`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_publications)
        .service(get_publication)
        .service(edit_publication)
        .service(mask_finding)
        .service(keep_finding)
        .service(mask_findings)
        .service(submit_publication)
        .service(return_publication)
        .service(publish_publication)
        .service(withdraw_publication)
        .service(revise_publication);
}

/// An action without arguments: `{}` or no body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoArguments {}

/// The headers of every command.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // Documents the headers; the extractors read them.
struct CommandHeaders {
    /// The `ETag` of the publication as the caller saw it.
    #[param(rename = "If-Match", example = "\"v3\"")]
    if_match: String,
    /// Makes repeating the request safe.
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
}

/// The publications in a status, in the order they were proposed.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(ListPublications),
    responses((status = 200, description = "A page", body = Page<PublicationItem>))
)]
#[get("/v1/staff/publications")]
pub(super) async fn list_publications(
    request: HttpRequest,
    caller: StaffCaller,
    publisher: web::Data<Publisher>,
    query: QueryString<ListPublications>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = publisher.list(&caller, &query, after).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// A publication with its newest revision and what was found in it.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication")),
    responses((status = 200, description = "The publication", body = PublicationView))
)]
#[get("/v1/staff/publications/{id}")]
pub(super) async fn get_publication(
    caller: StaffCaller,
    publisher: web::Data<Publisher>,
    id: PathSegment<PublicationId>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&publisher.get(&caller, id.0).await?))
}

/// Change the texts. Personal data is looked for anew.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication"), CommandHeaders),
    request_body = EditPublication,
    responses(
        (status = 200, description = "Changed", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`"),
    )
)]
#[put("/v1/staff/publications/{id}")]
pub(super) async fn edit_publication(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<EditPublication>,
) -> Result<HttpResponse, Problem> {
    let context = on.context(body.digest())?;
    on.act(&publisher, context, PublicationCommand::Edit(body.into_inner())).await
}

/// Put the label in the place of what was found.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(
        ("id" = PublicationId, Path, description = "The publication"),
        ("finding_id" = FindingId, Path, description = "The finding"),
        CommandHeaders,
    ),
    request_body = NoArguments,
    responses(
        (status = 200, description = "Masked", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`, `finding_settled`"),
    )
)]
#[post("/v1/staff/publications/{id}/findings/{finding_id}/actions/mask")]
pub(super) async fn mask_finding(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    let (context, finding) = (on.context(body.digest())?, on.finding()?);
    on.act(&publisher, context, PublicationCommand::Mask(finding)).await
}

/// Let what was found stand, for a reason.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(
        ("id" = PublicationId, Path, description = "The publication"),
        ("finding_id" = FindingId, Path, description = "The finding"),
        CommandHeaders,
    ),
    request_body = GiveReason,
    responses(
        (status = 200, description = "Kept", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`, `finding_settled`"),
    )
)]
#[post("/v1/staff/publications/{id}/findings/{finding_id}/actions/keep")]
pub(super) async fn keep_finding(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<GiveReason>,
) -> Result<HttpResponse, Problem> {
    let (context, finding) = (on.context(body.digest())?, on.finding()?);
    on.act(&publisher, context, PublicationCommand::Keep(finding, body.into_inner())).await
}

/// Put labels in the place of everything that nobody has decided on.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication"), CommandHeaders),
    request_body = NoArguments,
    responses(
        (status = 200, description = "Masked", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`"),
    )
)]
#[post("/v1/staff/publications/{id}/actions/mask-findings")]
pub(super) async fn mask_findings(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    on.act(&publisher, on.context(body.digest())?, PublicationCommand::MaskAll).await
}

/// Hand the revision to a reviewer, once everything found is decided on.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication"), CommandHeaders),
    request_body = NoArguments,
    responses(
        (status = 200, description = "In review", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`, `findings_open`"),
    )
)]
#[post("/v1/staff/publications/{id}/actions/submit")]
pub(super) async fn submit_publication(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    on.act(&publisher, on.context(body.digest())?, PublicationCommand::Submit).await
}

/// Hand the revision back to the editors.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication"), CommandHeaders),
    request_body = GiveReason,
    responses(
        (status = 200, description = "Returned", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`"),
    )
)]
#[post("/v1/staff/publications/{id}/actions/return")]
pub(super) async fn return_publication(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<GiveReason>,
) -> Result<HttpResponse, Problem> {
    let context = on.context(body.digest())?;
    on.act(&publisher, context, PublicationCommand::Return(body.into_inner())).await
}

/// Show the revision to the public: by a reviewer who did not work on it, and exactly the text they read.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication"), CommandHeaders),
    request_body = PublishRevision,
    responses(
        (status = 200, description = "Published", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`, `editor_cannot_review`, `not_the_reviewed_text`, \
            `findings_open`, `submitter_refuses`"),
    )
)]
#[post("/v1/staff/publications/{id}/actions/publish")]
pub(super) async fn publish_publication(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<PublishRevision>,
) -> Result<HttpResponse, Problem> {
    let context = on.context(body.digest())?;
    on.act(&publisher, context, PublicationCommand::Publish(body.into_inner())).await
}

/// Take the publication off at once, or give up one that was never shown.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication"), CommandHeaders),
    request_body = GiveReason,
    responses(
        (status = 200, description = "Withdrawn", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`"),
    )
)]
#[post("/v1/staff/publications/{id}/actions/withdraw")]
pub(super) async fn withdraw_publication(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<GiveReason>,
) -> Result<HttpResponse, Problem> {
    let context = on.context(body.digest())?;
    on.act(&publisher, context, PublicationCommand::Withdraw(body.into_inner())).await
}

/// Begin the next revision. What is shown stays until the next one is published.
#[utoipa::path(
    tag = "publications",
    security(("staff" = [])),
    params(("id" = PublicationId, Path, description = "The publication"), CommandHeaders),
    request_body = NoArguments,
    responses(
        (status = 200, description = "Begun", body = PublicationView),
        (status = 409, description = "`publication_not_allowed_now`, `submitter_refuses`"),
    )
)]
#[post("/v1/staff/publications/{id}/actions/revise")]
pub(super) async fn revise_publication(
    on: OnPublication,
    publisher: web::Data<Publisher>,
    body: JsonBody<NoArguments>,
) -> Result<HttpResponse, Problem> {
    on.act(&publisher, on.context(body.digest())?, PublicationCommand::Revise).await
}

/// What every command on one publication takes out of its request. The caller comes first, so that a stranger learns
/// nothing else.
pub(super) struct OnPublication {
    caller: StaffCaller,
    if_match: IfMatch,
    request: HttpRequest,
}

impl OnPublication {
    fn context(&self, body: RequestDigest) -> Result<Context, Problem> {
        let caller = format!("staff:{}", self.caller.id);
        Ok(Context {
            id: PublicationId(self.segment("id")?),
            version: self.if_match.require()?,
            idempotency: Idempotency::accepted(&self.request, &caller, body)?,
            caller: Caller::Staff(self.caller.clone()),
        })
    }

    fn finding(&self) -> Result<FindingId, Problem> {
        self.segment("finding_id").map(FindingId)
    }

    fn segment(&self, name: &str) -> Result<uuid::Uuid, Problem> {
        self.request.match_info().get(name).and_then(|id| id.parse().ok()).ok_or_else(Problem::not_found)
    }

    async fn act(
        &self,
        publisher: &Publisher,
        context: Context,
        command: PublicationCommand,
    ) -> Result<HttpResponse, Problem> {
        let done = publisher.act(context, command).await?;
        Ok(changed(&done.value, done.answer))
    }
}

impl FromRequest for OnPublication {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<OnPublication, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = StaffCaller::extract(&request).await?;
            let if_match = IfMatch::extract(&request).await?;
            Ok(OnPublication { caller, if_match, request })
        })
    }
}
