//! Where the `type` of a problem document leads: its entry in `api-spec/problems.md`.

use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::{HttpResponse, get, web};

const LIST: &str = include_str!("../../../api-spec/problems.md");

/// Says what a problem of this code means.
#[get("/problems/{code}")]
pub async fn explain(code: web::Path<String>) -> HttpResponse {
    match entry(&code) {
        Some(entry) => HttpResponse::Ok()
            .insert_header(ContentType::plaintext())
            .insert_header((CACHE_CONTROL, "public, max-age=3600"))
            .body(entry),
        None => HttpResponse::NotFound().finish(),
    }
}

fn entry(code: &str) -> Option<String> {
    let (_, below) = LIST.split_once(&format!("\n## {code}\n"))?;
    let own = below.split_once("\n## ").map_or(below, |(own, _)| own);
    Some(format!("## {code}\n{own}"))
}
