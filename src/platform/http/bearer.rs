//! The token of `Authorization: Bearer …`, read alike for everybody who signs a request.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

/// The token of the one `Authorization` header, if there is one and it is a bearer's. Of two headers neither is believed:
/// a proxy may have read the other.
pub fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION);
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
            bearer_token(request.to_http_request().headers()).map(str::to_owned)
        };
        assert_eq!(token(&["Bearer a.b.c"]).as_deref(), Some("a.b.c"));
        assert_eq!(token(&["bearer a.b.c"]).as_deref(), Some("a.b.c"));
        for refused in
            [&["Basic a"][..], &["a.b.c"], &[], &["Bearer a", "Bearer b"], &["Bearer a", "Basic b"]]
        {
            assert_eq!(token(refused), None, "{refused:?}");
        }
    }
}
