//! The citizen behind a request: `Authorization: Bearer …` with the token of one ticket, or 401.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};

use crate::features::tickets::model::TicketId;
use crate::features::tickets::service::Tickets;
use crate::platform::http::problem::{Problem, UNAUTHENTICATED};

/// A citizen who has shown reference and access code of this ticket.
#[derive(Debug, Clone, Copy)]
pub struct CitizenCaller(pub TicketId);

impl FromRequest for CitizenCaller {
    type Error = Problem;
    type Future = Ready<Result<CitizenCaller, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tickets = request.app_data::<web::Data<Tickets>>();
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let id =
            tickets.zip(token).and_then(|(tickets, (_, token))| tickets.authenticate_citizen(token.trim()));
        ready(id.map(CitizenCaller).ok_or_else(|| Problem::new(UNAUTHENTICATED)))
    }
}
