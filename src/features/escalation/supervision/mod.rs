//! Supervision orders (督办单): proposed by an alarm of the leader's level or issued by a supervisor, acknowledged and
//! answered by the department, closed or sent back by the supervisor; with a clock that reminds and tells when it is late.

mod clock;
mod due;
mod handlers;
mod lifecycle;
mod model;
mod orders;
mod requests;
mod store;
mod views;

pub(super) use due::TELL_ORDERS;
pub(super) use handlers::configure;
pub use lifecycle::{OrderStatus, OrderStep};
pub use model::OrderId;
pub use orders::{IssueContext, OrderCommand, Orders};
pub use requests::{AnswerOrder, CloseOrder, IssueNewOrder, IssueOrder, ListOrders, ReturnOrder};
pub(super) use store::{LateOrder, Proposal, list_late, propose};
pub use views::OrderView;
