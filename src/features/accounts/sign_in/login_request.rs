//! What a sign-in takes out of its request. It is counted by address before its body is awaited; only a device that is known,
//! which the body shows, is let in beyond the limit, so that strangers at the same address do not keep it out.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use tokio::time::timeout;

use crate::features::accounts::requests::Login;
use crate::features::accounts::service::Accounts;
use crate::features::accounts::sign_in::device::Origin;
use crate::platform::http::extract::JsonBody;
use crate::platform::http::problem::{INTERNAL, Problem};
use crate::platform::http::rate_limit::{Logins, RateLimits};

/// How long a body may take beyond the limit.
const PATIENCE: Duration = Duration::from_secs(1);

/// A sign-in, and where it comes from.
pub(in crate::features::accounts) struct CountedLogin {
    pub(in crate::features::accounts) login: Login,
    pub(in crate::features::accounts) origin: Origin,
}

impl FromRequest for CountedLogin {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<CountedLogin, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limits = request.app_data::<web::Data<RateLimits>>().cloned();
        let accounts = request.app_data::<web::Data<Accounts>>().cloned();
        let counted = limits.as_ref().map(|limits| limits.count::<Logins>(request));
        let network = limits.and_then(|limits| limits.client_network(request));
        let body = JsonBody::<Login>::from_request(request, payload);
        Box::pin(async move {
            let accounts = accounts.ok_or_else(|| Problem::new(INTERNAL).because("accounts are missing"))?;
            let counted = counted.ok_or_else(|| Problem::new(INTERNAL).because("the limits are missing"))?;
            let login = match &counted {
                Ok(()) => body.await?.into_inner(),
                Err(too_often) => soon(body).await.ok_or_else(|| too_often.clone())?.into_inner(),
            };
            let origin = accounts.origin(&login, network);
            if origin.is_stranger() {
                counted?;
            }
            Ok(CountedLogin { login, origin })
        })
    }
}

async fn soon<T>(body: impl Future<Output = Result<T, Problem>>) -> Option<T> {
    timeout(PATIENCE, body).await.ok().and_then(Result::ok)
}
