//! What is answered where nothing is: 404, or 405 with `Allow` where another method would have found something.
//! The addresses and their methods come from the specification.

use actix_web::dev::ResourceDef;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::path::PathItem;
use utoipa::openapi::{OpenApi, Paths};

/// The addresses of the API, with the methods each knows.
pub struct KnownPaths(Vec<(ResourceDef, String)>);

impl KnownPaths {
    /// Those of this specification.
    pub fn of(specification: &OpenApi) -> KnownPaths {
        let Paths { paths, .. } = &specification.paths;
        let known = paths.iter().map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)));
        KnownPaths(known.collect())
    }

    /// The answer to a request that no handler took.
    pub fn refuse(&self, request: &HttpRequest) -> HttpResponse {
        match self.0.iter().find(|(pattern, _)| pattern.is_match(request.path())) {
            Some((_, methods)) => {
                HttpResponse::MethodNotAllowed().insert_header((ALLOW, methods.as_str())).finish()
            }
            None => HttpResponse::NotFound().finish(),
        }
    }
}

/// As `Allow` lists them. Whatever can be read with GET can be asked for with HEAD.
fn methods(item: &PathItem) -> String {
    let known = [
        ("GET, HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    let allowed: Vec<&str> = known.iter().filter(|(_, is_known)| *is_known).map(|(name, _)| *name).collect();
    allowed.join(", ")
}
