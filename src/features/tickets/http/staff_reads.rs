//! What staff read: work lists, tickets and all that belongs to one.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::tickets::model::TicketId;
use crate::features::tickets::read::clock_views::ExplainedClock;
use crate::features::tickets::read::reveal::{RevealSubmitter, SubmitterView};
use crate::features::tickets::read::views::{
    ApprovalView, EventView, JoinedLetterView, MessageView, ReplyView, StaffTicketView, WorkOrderView,
};
use crate::features::tickets::read::work_lists::{Assignee, WorkList, WorkListItem};
use crate::features::tickets::service::Tickets;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{JsonBody, PathSegment};
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Cursor, Limit, Page};
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::found;
use crate::rules::lifecycle::State;
use crate::rules::reference::Reference;
use crate::rules::vocabulary::Priority;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_desk_work)
        .service(list_department_work)
        .service(list_assists)
        .service(list_open_tickets)
        .service(get_ticket)
        .service(reveal_submitter)
        .service(list_events)
        .service(list_joined_letters)
        .service(list_messages)
        .service(list_replies)
        .service(list_work_orders)
        .service(list_clocks)
        .service(list_approvals);
}

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many at most: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = u16, minimum = 1, maximum = 200, required = false)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// A page of the list of open tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OpenQuery {
    /// One priority only.
    #[param(inline)]
    priority: Option<Priority>,
    /// Only what this person handles: `me`, a user name or an identifier.
    #[param(value_type = Option<String>)]
    assignee: Option<Assignee>,
    /// How many at most: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = u16, minimum = 1, maximum = 200, required = false)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// A page of a department's list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DepartmentQuery {
    /// The department's code; what is below it is included.
    department: String,
    /// One state only.
    state: Option<State>,
    /// Only what this person handles: `me`, a user name or an identifier.
    #[param(value_type = Option<String>)]
    assignee: Option<Assignee>,
    /// How many at most: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = u16, minimum = 1, maximum = 200, required = false)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// A page of the list of contributions that a department owes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AssistsQuery {
    /// The department's code; what is below it is included.
    department: String,
    /// How many at most: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = u16, minimum = 1, maximum = 200, required = false)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// The desk's work
///
/// Received and accepted tickets that no department has yet, soonest due first.
#[utoipa::path(
    tag = "work lists",
    security(("staff" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page", body = Page<WorkListItem>))
)]
#[get("/v1/staff/work-lists/desk")]
pub(super) async fn list_desk_work(
    request: HttpRequest,
    caller: StaffCaller,
    locale: Locale,
    tickets: web::Data<Tickets>,
    query: QueryString<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let page = tickets.list_work(&caller, locale, WorkList::Desk, query.cursor, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// A department's work
///
/// The open tickets that the department, or one below it, leads; soonest due first.
#[utoipa::path(
    tag = "work lists",
    security(("staff" = [])),
    params(DepartmentQuery),
    responses((status = 200, description = "A page", body = Page<WorkListItem>))
)]
#[get("/v1/staff/work-lists/department")]
pub(super) async fn list_department_work(
    request: HttpRequest,
    caller: StaffCaller,
    locale: Locale,
    tickets: web::Data<Tickets>,
    query: QueryString<DepartmentQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let list = WorkList::Department(query.department, query.state, query.assignee);
    let page = tickets.list_work(&caller, locale, list, query.cursor, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// A department's contributions
///
/// Open tickets of others to which the department, or one below it, owes its part.
#[utoipa::path(
    tag = "work lists",
    security(("staff" = [])),
    params(AssistsQuery),
    responses((status = 200, description = "A page", body = Page<WorkListItem>))
)]
#[get("/v1/staff/work-lists/assists")]
pub(super) async fn list_assists(
    request: HttpRequest,
    caller: StaffCaller,
    locale: Locale,
    tickets: web::Data<Tickets>,
    query: QueryString<AssistsQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let page = tickets
        .list_work(&caller, locale, WorkList::Assists(query.department), query.cursor, query.limit)
        .await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// All open tickets
///
/// Soonest due first; for those who may read everywhere. With `assignee`, for everybody: what of it they may read.
#[utoipa::path(
    tag = "work lists",
    security(("staff" = [])),
    params(OpenQuery),
    responses((status = 200, description = "A page", body = Page<WorkListItem>))
)]
#[get("/v1/staff/tickets")]
pub(super) async fn list_open_tickets(
    request: HttpRequest,
    caller: StaffCaller,
    locale: Locale,
    tickets: web::Data<Tickets>,
    query: QueryString<OpenQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let list = WorkList::Open(query.priority, query.assignee);
    let page = tickets.list_work(&caller, locale, list, query.cursor, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// A ticket
///
/// With its open work orders, live clocks, and what the caller may do now.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    params(("reference" = String, Path, description = "The public number")),
    responses((status = 200, description = "The ticket", body = StaffTicketView))
)]
#[get("/v1/staff/tickets/{reference}")]
pub(super) async fn get_ticket(
    caller: StaffCaller,
    locale: Locale,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&tickets.get_for_staff(caller, locale, &reference.0).await?))
}

/// Who wrote
///
/// Unsealed for those who work on the ticket and say why. Every look is recorded with its reason, for auditors.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    params(("reference" = String, Path, description = "The public number")),
    request_body = RevealSubmitter,
    responses(
        (status = 200, description = "The submitter", body = SubmitterView),
        (status = 403, description = "`forbidden`"),
    )
)]
#[post("/v1/staff/tickets/{reference}/submitter")]
pub(super) async fn reveal_submitter(
    caller: StaffCaller,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
    body: JsonBody<RevealSubmitter>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(tickets.reveal_submitter(caller, &reference.0, body.into_inner()).await?))
}

/// A ticket's history
///
/// Numbered without gaps and hash-chained, oldest event first.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    params(("reference" = String, Path, description = "The public number"), PageQuery),
    responses((status = 200, description = "A page", body = Page<EventView>))
)]
#[get("/v1/staff/tickets/{reference}/events")]
pub(super) async fn list_events(
    request: HttpRequest,
    caller: StaffCaller,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
    query: QueryString<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let after: i32 = query.cursor.map(|cursor| cursor.decode()).transpose()?.unwrap_or(0);
    let page = tickets.list_events(caller, &reference.0, after, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Letters that were joined to a ticket
///
/// As their writers wrote them, with what was written to and fro before; in the order in which they came.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    params(("reference" = String, Path, description = "The public number"), PageQuery),
    responses((status = 200, description = "A page", body = Page<JoinedLetterView>))
)]
#[get("/v1/staff/tickets/{reference}/joined-letters")]
pub(super) async fn list_joined_letters(
    request: HttpRequest,
    caller: StaffCaller,
    locale: Locale,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
    query: QueryString<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let after: Option<TicketId> = query.cursor.map(|cursor| cursor.decode()).transpose()?;
    let page = tickets.list_joined_letters(caller, locale, &reference.0, after, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// A ticket's messages
///
/// Questions, answers, additions and notes among staff, oldest first.
#[utoipa::path(
    tag = "tickets",
    security(("staff" = [])),
    params(("reference" = String, Path, description = "The public number"), PageQuery),
    responses((status = 200, description = "A page", body = Page<MessageView>))
)]
#[get("/v1/staff/tickets/{reference}/messages")]
pub(super) async fn list_messages(
    request: HttpRequest,
    caller: StaffCaller,
    reference: PathSegment<Reference>,
    tickets: web::Data<Tickets>,
    query: QueryString<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let after = query.cursor.map(|cursor| cursor.decode()).transpose()?;
    let page = tickets.list_messages(caller, &reference.0, after, query.limit).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// Declares an endpoint that lists what belongs to one ticket.
macro_rules! ticket_list {
    ($name:ident, $path:literal, $(#[$doc:meta])+ => $item:ty, |$tickets:ident, $caller:ident, $locale:ident, $reference:ident| $list:expr) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "tickets",
            security(("staff" = [])),
            params(("reference" = String, Path, description = "The public number")),
            responses((status = 200, description = "All of them", body = Vec<$item>))
        )]
        #[get($path)]
        pub(super) async fn $name(
            $caller: StaffCaller,
            $locale: Locale,
            reference: PathSegment<Reference>,
            $tickets: web::Data<Tickets>,
        ) -> Result<HttpResponse, Problem> {
            let $reference = &reference.0;
            Ok(HttpResponse::Ok().json($list.await?))
        }
    };
}

ticket_list!(list_replies, "/v1/staff/tickets/{reference}/replies",
    /// A ticket's replies
    ///
    /// Those sent, in the order of sending; then drafts and those in review, oldest first.
    => ReplyView, |tickets, caller, _locale, reference| tickets.list_replies(caller, reference));
ticket_list!(list_work_orders, "/v1/staff/tickets/{reference}/work-orders",
    /// A ticket's work orders
    ///
    /// Those of all cycles, oldest first.
    => WorkOrderView, |tickets, caller, locale, reference| tickets.list_work_orders(caller, locale, reference));
ticket_list!(list_clocks, "/v1/staff/tickets/{reference}/clocks",
    /// A ticket's clocks
    ///
    /// Each with its legal source, its pauses and each of its days: counted or not, and why.
    => ExplainedClock, |tickets, caller, _locale, reference| tickets.list_clocks(caller, reference));
ticket_list!(list_approvals, "/v1/staff/tickets/{reference}/approvals",
    /// A ticket's two-person decisions
    ///
    /// Proposals to decline and requests for more time, oldest first.
    => ApprovalView, |tickets, caller, _locale, reference| tickets.list_approvals(caller, reference));
