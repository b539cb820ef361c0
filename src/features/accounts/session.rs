//! Whoever signs a request: `Authorization: Bearer …` becomes a [`StaffCaller`], or the request is refused with 401.

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::error::AccountsError;
use super::service::Accounts;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::problem::Problem;

impl FromRequest for StaffCaller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<StaffCaller, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let accounts = request.app_data::<web::Data<Accounts>>().cloned();
        let token = bearer_token(request).map(str::to_owned);
        Box::pin(async move {
            let accounts =
                accounts.ok_or_else(|| AccountsError::Internal("accounts are missing".to_owned()))?;
            let token = token.ok_or(AccountsError::Unauthenticated)?;
            Ok(accounts.authenticate(&token).await?)
        })
    }
}

/// The token of the one `Authorization` header, if it is a bearer's.
fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn one_bearer_token_is_read_and_nothing_else() {
        let token = |values: &[&str]| {
            let request = values.iter().fold(TestRequest::default(), |request, value| {
                request.append_header((AUTHORIZATION, *value))
            });
            bearer_token(&request.to_http_request()).map(str::to_owned)
        };
        assert_eq!(token(&["Bearer a.b.c"]).as_deref(), Some("a.b.c"));
        assert_eq!(token(&["bearer a.b.c"]).as_deref(), Some("a.b.c"));
        for refused in [&["Basic a"][..], &["a.b.c"], &[], &["Bearer a", "Bearer b"]] {
            assert_eq!(token(refused), None, "{refused:?}");
        }
    }
}
