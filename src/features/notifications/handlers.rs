//! Dead letters over HTTP.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::dead_letters::DeadLetters;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::{Cursor, Limit, Page};
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::answered;
use crate::platform::jobs::outbox::DeadMessage;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list_dead_letters).service(replay_dead_letter);
}

/// Which dead letters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListDeadLetters {
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    cursor: Option<Cursor>,
}

/// A message that could not be delivered and was given up. What it says is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeadLetterView {
    /// Identifier; a mail bears it in its Message-ID.
    id: Uuid,
    /// What it is about, such as `notice`.
    topic: String,
    /// Who gave it up, such as `mail`; other consumers of the topic are not concerned.
    consumer: String,
    /// The ticket it speaks of; `null` when it speaks of none.
    ticket_id: Option<Uuid>,
    /// When the command happened.
    created_at: DateTime<Utc>,
    /// How often delivery was tried.
    attempts: i16,
    /// Why the last attempt failed, such as `smtp_550`.
    error_code: Option<String>,
}

impl From<DeadMessage> for DeadLetterView {
    fn from(message: DeadMessage) -> DeadLetterView {
        DeadLetterView {
            id: message.id,
            topic: message.topic,
            consumer: message.consumer,
            ticket_id: message.ticket_id,
            created_at: message.created_at,
            attempts: message.attempts,
            error_code: message.last_error_code,
        }
    }
}

/// An action without arguments: `{}` or no body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayDeadLetter {}

/// List dead letters.
///
/// Messages that were given up, the youngest first. What they say is not shown.
#[utoipa::path(
    tag = "administration",
    security(("staff" = [])),
    params(ListDeadLetters),
    responses(
        (status = 200, description = "A page", body = Page<DeadLetterView>),
        (status = 400, description = "`invalid_query`"),
        (status = 401, description = "`unauthenticated`"),
        (status = 403, description = "`forbidden`"),
    )
)]
#[get("/v1/admin/outbox/dead-letters")]
pub(super) async fn list_dead_letters(
    request: HttpRequest,
    caller: StaffCaller,
    letters: web::Data<DeadLetters>,
    query: QueryString<ListDeadLetters>,
) -> Result<HttpResponse, Problem> {
    let before = query.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = letters.list(&caller, before, query.limit.with_one_more()).await?;
    let page = Page::new(found, query.limit, |letter| (letter.id, letter.consumer.clone()))
        .map(DeadLetterView::from);
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Replay a dead letter.
///
/// The message is due at once, with all its attempts, for every consumer that gave it up. It keeps its identifier, and a mail its Message-ID.
#[utoipa::path(
    tag = "administration",
    security(("staff" = [])),
    params(("id" = inline(Uuid), Path, description = "The message")),
    request_body = ReplayDeadLetter,
    responses(
        (status = 204, description = "It is due now"),
        (status = 401, description = "`unauthenticated`"),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`: it is not dead, or no longer"),
    )
)]
#[post("/v1/admin/outbox/dead-letters/{id}/actions/replay")]
pub(super) async fn replay_dead_letter(
    request: HttpRequest,
    caller: StaffCaller,
    letters: web::Data<DeadLetters>,
    id: PathSegment<Uuid>,
    body: JsonBody<ReplayDeadLetter>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let replayed = letters.replay(&caller, id.0, idempotency).await?;
    Ok(answered(StatusCode::NO_CONTENT, replayed.answer).finish())
}
