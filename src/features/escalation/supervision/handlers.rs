//! Supervision orders over HTTP, for staff.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::OrderId;
use super::orders::{IssueContext, OrderCommand, Orders};
use super::requests::{
    AcknowledgeOrder, AnswerOrder, CloseOrder, IssueNewOrder, IssueOrder, ListOrders, ReturnOrder,
};
use super::views::OrderView;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::extract::{IfMatch, JsonBody, PathSegment, RequestDigest};
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::http::query::QueryString;
use crate::platform::http::versioned::{changed, created, found};
use crate::rules::reference::Reference;

/// Adds the endpoints under `/v1/staff/supervision-orders`, and the one that issues an order about a ticket.
pub(in crate::features::escalation) fn configure(config: &mut ServiceConfig) {
    config
        .service(issue_new_supervision_order)
        .service(list_supervision_orders)
        .service(get_supervision_order)
        .service(issue_supervision_order)
        .service(dismiss_supervision_order)
        .service(acknowledge_supervision_order)
        .service(answer_supervision_order)
        .service(return_supervision_order)
        .service(close_supervision_order);
}

fn command(
    request: &HttpRequest,
    caller: StaffCaller,
    id: PathSegment<OrderId>,
    if_match: IfMatch,
    digest: RequestDigest,
) -> Result<OrderCommand, Problem> {
    let idempotency = Idempotency::accepted(request, &format!("staff:{}", caller.id), digest)?;
    Ok(OrderCommand { caller, id: id.0, version: if_match.require()?, idempotency })
}

/// Issue a supervision order about a ticket
///
/// A supervisor orders a department to do something and to answer within so many working days. One that is proposed for
/// this ticket and department is issued in its place.
#[utoipa::path(
    tag = "supervision orders",
    security(("staff" = [])),
    params(("reference" = String, Path, description = "The ticket's reference")),
    request_body = IssueNewOrder,
    responses(
        (status = 201, description = "Issued", body = OrderView),
        (status = 403, description = "`forbidden`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`order_step_not_possible`: the department has one about this ticket already"),
        (status = 422, description = "`invalid_request`: `unknown_department`"),
    )
)]
#[post("/v1/staff/tickets/{reference}/supervision-orders")]
pub(super) async fn issue_new_supervision_order(
    request: HttpRequest,
    caller: StaffCaller,
    orders: web::Data<Orders>,
    reference: PathSegment<Reference>,
    body: JsonBody<IssueNewOrder>,
) -> Result<HttpResponse, Problem> {
    let idempotency = Idempotency::accepted(&request, &format!("staff:{}", caller.id), body.digest())?;
    let context = IssueContext { caller, idempotency };
    let done = orders.issue_new(context, reference.0, body.into_inner()).await?;
    let location = format!("/v1/staff/supervision-orders/{}", done.value.id);
    Ok(created(&done.value, &location, done.answer))
}

/// List supervision orders
///
/// Those of the caller's departments that stand so, the newest first.
#[utoipa::path(
    tag = "supervision orders",
    security(("staff" = [])),
    params(ListOrders),
    responses(
        (status = 200, description = "A page", body = Page<OrderView>),
        (status = 403, description = "`forbidden`"),
        (status = 422, description = "`invalid_request`: no such department"),
    )
)]
#[get("/v1/staff/supervision-orders")]
pub(super) async fn list_supervision_orders(
    request: HttpRequest,
    caller: StaffCaller,
    orders: web::Data<Orders>,
    query: QueryString<ListOrders>,
) -> Result<HttpResponse, Problem> {
    let before = query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
    let page = orders.list(&caller, &query, before).await?;
    Ok(HttpResponse::Ok().insert_header(page.link(&request)).json(page))
}

/// One supervision order
#[utoipa::path(
    tag = "supervision orders",
    security(("staff" = [])),
    params(("id" = inline(OrderId), Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = OrderView),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/v1/staff/supervision-orders/{id}")]
pub(super) async fn get_supervision_order(
    caller: StaffCaller,
    orders: web::Data<Orders>,
    id: PathSegment<OrderId>,
) -> Result<HttpResponse, Problem> {
    Ok(found(&orders.get(&caller, id.0).await?))
}

/// Declares a command on an order that stands.
macro_rules! order_command {
    ($(#[$doc:meta])* $name:ident, $path:literal, $body:ty, |$orders:ident, $command:ident, $given:ident| $done:expr) => {
        $(#[$doc])*
        #[utoipa::path(
            tag = "supervision orders",
            security(("staff" = [])),
            params(("id" = inline(OrderId), Path, description = "The order")),
            request_body = $body,
            responses(
                (status = 200, description = "Done", body = OrderView),
                (status = 403, description = "`forbidden`"),
                (status = 404, description = "`not_found`"),
                (status = 409, description = "`order_step_not_possible`"),
                (status = 412, description = "`precondition_failed`: somebody else was faster"),
                (status = 428, description = "`precondition_required`"),
            )
        )]
        #[post($path)]
        pub(super) async fn $name(
            request: HttpRequest,
            caller: StaffCaller,
            $orders: web::Data<Orders>,
            id: PathSegment<OrderId>,
            if_match: IfMatch,
            body: JsonBody<$body>,
        ) -> Result<HttpResponse, Problem> {
            let $command = command(&request, caller, id, if_match, body.digest())?;
            let $given = body.into_inner();
            let done = $done.await?;
            Ok(changed(&done.value, done.answer))
        }
    };
}

order_command!(
    /// Issue a proposed supervision order
    issue_supervision_order, "/v1/staff/supervision-orders/{id}/actions/issue", IssueOrder,
    |orders, command, given| orders.issue(command, given)
);
order_command!(
    /// Dismiss a proposed supervision order
    dismiss_supervision_order, "/v1/staff/supervision-orders/{id}/actions/dismiss", CloseOrder,
    |orders, command, given| orders.dismiss(command, given)
);
order_command!(
    /// Acknowledge a supervision order, as its department
    acknowledge_supervision_order, "/v1/staff/supervision-orders/{id}/actions/acknowledge", AcknowledgeOrder,
    |orders, command, _given| orders.acknowledge(command)
);
order_command!(
    /// Give feedback on a supervision order, as its department. Its clock stops.
    answer_supervision_order, "/v1/staff/supervision-orders/{id}/actions/answer", AnswerOrder,
    |orders, command, given| orders.answer(command, given)
);
order_command!(
    /// Send the feedback back. The department answers anew, within new working days.
    return_supervision_order, "/v1/staff/supervision-orders/{id}/actions/return", ReturnOrder,
    |orders, command, given| orders.send_back(command, given)
);
order_command!(
    /// Close a supervision order
    close_supervision_order, "/v1/staff/supervision-orders/{id}/actions/close", CloseOrder,
    |orders, command, given| orders.close(command, given)
);
