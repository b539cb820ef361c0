//! The public's reading over HTTP. Nobody has to say who they are.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::requests::{ListPublished, Search, Suggest};
use super::service::Knowledge;
use super::views::{PublishedItem, PublishedTicket, SearchHitView, Suggestions};
use crate::platform::http::cached::{public, public_tag};
use crate::platform::http::extract::{JsonBody, PathSegment};
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::rate_limit::{RateLimited, Searches};
use crate::rules::reference::PublicNumber;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_published_tickets)
        .service(get_published_ticket)
        .service(search_published_tickets)
        .service(suggest_published_tickets);
}

/// What was answered and published, newest answer first.
#[utoipa::path(
    tag = "knowledge",
    params(ListPublished),
    responses(
        (status = 200, description = "A page, in the language of `Accept-Language`", body = Page<PublishedItem>),
        (status = 304, description = "The caller has it already"),
    )
)]
#[get("/v1/published-tickets")]
pub(super) async fn list_published_tickets(
    request: HttpRequest,
    locale: Locale,
    knowledge: web::Data<Knowledge>,
    query: QueryString<ListPublished>,
) -> Result<HttpResponse, Problem> {
    let after = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = knowledge.list(&query, after).await?;
    let newest = page.data.iter().map(|entry| entry.change_no).max().unwrap_or(0);
    let subject = page.data.iter().fold(format!("published-{}", page.data.len()), |subject, entry| {
        // Which entries, and each in which revision: two different pages never share a tag.
        format!("{subject}.{:x}", entry.change_no)
    });
    let tag = public_tag(&short(&subject), newest, locale);
    let page = page.map(|entry| PublishedItem::new(entry, locale));
    let mut response = public(&request, &tag, || &page);
    let (name, link) = page.link(&request);
    response.headers_mut().insert(name, link);
    Ok(response)
}

/// The first bytes of a digest: an entity tag need not be as long as what it stands for.
fn short(subject: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(subject).iter().take(12).copied().collect::<Vec<u8>>())
}

/// A published matter: the letter, the answer, who answered, and when.
#[utoipa::path(
    tag = "knowledge",
    params(("public_no" = PublicNumber, Path, description = "The public number")),
    responses(
        (status = 200, description = "The matter, in the language of `Accept-Language`", body = PublishedTicket),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "Nothing of this number is published (any more)"),
    )
)]
#[get("/v1/published-tickets/{public_no}")]
pub(super) async fn get_published_ticket(
    request: HttpRequest,
    locale: Locale,
    knowledge: web::Data<Knowledge>,
    public_no: PathSegment<PublicNumber>,
) -> Result<HttpResponse, Problem> {
    let entry = knowledge.get(public_no.0).await?;
    let tag = public_tag(&public_no.0.to_string(), entry.change_no, locale);
    Ok(public(&request, &tag, || PublishedTicket::new(entry, locale)))
}

/// Search what was published. What fits all words comes first.
#[utoipa::path(
    tag = "knowledge",
    params(Search),
    responses((status = 200, description = "A page, best first", body = Page<SearchHitView>))
)]
#[get("/v1/search")]
pub(super) async fn search_published_tickets(
    _within: RateLimited<Searches>,
    request: HttpRequest,
    knowledge: web::Data<Knowledge>,
    query: QueryString<Search>,
) -> Result<HttpResponse, Problem> {
    let offset = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = knowledge.search(&query, offset.unwrap_or(0)).await?.map(SearchHitView::from);
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Answered matters that may be the one the visitor is typing, so that they need not ask. What is typed is a letter and may
/// name people, so it stands in no address.
#[utoipa::path(
    tag = "knowledge",
    request_body = Suggest,
    responses((status = 200, description = "The best few", body = Suggestions))
)]
#[post("/v1/suggestions")]
pub(super) async fn suggest_published_tickets(
    _within: RateLimited<Searches>,
    knowledge: web::Data<Knowledge>,
    typed: JsonBody<Suggest>,
) -> Result<HttpResponse, Problem> {
    let data = knowledge.suggest(&typed).await?.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(Suggestions { data }))
}
