//! The citizen behind a request: `Authorization: Bearer …` with the token of one ticket, or 401.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::features::tickets::model::TicketId;
use crate::features::tickets::service::Tickets;
use crate::platform::http::bearer::bearer_token;
use crate::platform::http::problem::{Problem, UNAUTHENTICATED};

/// A citizen who has shown reference and access code of this ticket.
#[derive(Debug, Clone, Copy)]
pub struct CitizenCaller(pub TicketId);

impl FromRequest for CitizenCaller {
    type Error = Problem;
    type Future = Ready<Result<CitizenCaller, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tickets = request.app_data::<web::Data<Tickets>>();
        let token = bearer_token(request.headers());
        let id = tickets.zip(token).and_then(|(tickets, token)| tickets.authenticate_citizen(token));
        ready(id.map(CitizenCaller).ok_or_else(|| Problem::new(UNAUTHENTICATED)))
    }
}
