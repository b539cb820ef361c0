//! Whoever signs a request: `Authorization: Bearer …` becomes a [`StaffCaller`], or the request is refused with 401.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use crate::features::accounts::error::AccountsError;
use crate::features::accounts::service::Accounts;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::bearer::bearer_token;
use crate::platform::http::problem::Problem;

impl FromRequest for StaffCaller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<StaffCaller, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let accounts = request.app_data::<web::Data<Accounts>>().cloned();
        let token = bearer_token(request.headers()).map(str::to_owned);
        Box::pin(async move {
            let accounts =
                accounts.ok_or_else(|| AccountsError::Internal("accounts are missing".to_owned()))?;
            let token = token.ok_or(AccountsError::Unauthenticated)?;
            Ok(accounts.authenticate(&token).await?)
        })
    }
}
