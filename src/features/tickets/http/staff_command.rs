//! What every command of staff takes out of its request: who, on which ticket, which version of it, and the body. The caller
//! comes first, so that a stranger learns nothing else.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};

use crate::features::tickets::command::action::Action;
use crate::features::tickets::letter::codes::NewCode;
use crate::features::tickets::model::ReplyId;
use crate::features::tickets::service::{Context, Tickets};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::problem::{INTERNAL, Problem};
use crate::platform::http::versioned::changed;
use crate::rules::reference::Reference;

/// A command of staff with its body.
pub(super) struct StaffCommand<B> {
    request: HttpRequest,
    tickets: web::Data<Tickets>,
    context: Context,
    reference: Reference,
    body: B,
}

impl<B> StaffCommand<B> {
    /// The reply in the address.
    pub fn reply(&self) -> Result<ReplyId, Problem> {
        let reply = web::Path::<ReplyInPath>::extract(&self.request).into_inner();
        reply.map(|reply| reply.id).map_err(|_| Problem::not_found())
    }

    /// A new access code, for the command that hands it out.
    pub fn new_access_code(&self) -> NewCode {
        self.tickets.new_access_code()
    }

    /// Gives the command that the body stands for.
    pub async fn give<A: Action + 'static>(
        self,
        action: impl FnOnce(B) -> A,
    ) -> Result<HttpResponse, Problem> {
        let done = self.tickets.act(self.context, &self.reference, action(self.body)).await?;
        Ok(changed(&done.value, done.answer))
    }
}

impl<B: DeserializeOwned + 'static> FromRequest for StaffCommand<B> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<StaffCommand<B>, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let caller = StaffCaller::extract(&request).await?;
            let if_match = IfMatch::extract(&request).await?;
            let reference = PathSegment::<TicketInPath>::extract(&request).await?.0.reference;
            let body = JsonBody::<B>::from_request(&request, &mut payload).await?;
            let idempotency =
                Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
            let if_match = Some(if_match.require()?);
            let tickets = request.app_data::<web::Data<Tickets>>().cloned();
            let tickets = tickets.ok_or_else(|| Problem::new(INTERNAL).because("no tickets are served"))?;
            let context = Context { caller: Caller::Staff(caller), idempotency, if_match };
            Ok(StaffCommand { request, tickets, context, reference, body: body.into_inner() })
        })
    }
}

#[derive(Deserialize)]
struct TicketInPath {
    reference: Reference,
}

#[derive(Deserialize)]
struct ReplyInPath {
    id: ReplyId,
}

/// A command without arguments: `{}` or no body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoFields {}

/// The ticket.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code)] // Documents the address; the extractor reads it.
pub(super) struct OfTicket {
    /// The public number
    reference: String,
}

/// The reply.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code)] // Documents the address; the extractor reads it.
pub(super) struct OfReply {
    /// The public number
    reference: String,
    /// The reply's id
    id: ReplyId,
}

/// The headers of every command.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // Documents the headers; the extractor reads them.
pub(super) struct CommandHeaders {
    /// The version of the ticket that the caller saw
    #[param(rename = "If-Match", example = "\"v3\"")]
    if_match: String,
    /// Makes repeating the request harmless
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
}
