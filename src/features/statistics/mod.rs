//! Figures: what came in, what was answered and how fast, what is open and what is late. Counted from the facts that
//! commands leave in the outbox, each exactly once. It knows numbers only, no ticket, no text and no person.

mod brief;
mod counting;
mod error;
mod figures;
mod handlers;
mod jobs;
mod requests;
mod service;
mod store;
mod views;

pub use counting::{Cell, Changes, LONGEST_BUCKET, Measure, OpenCell};
pub use error::StatisticsError;
pub use handlers::configure;
pub use jobs::StatisticsConsumer;
pub use requests::{GroupBy, Grouping, OverviewQuery};
pub use service::{Asked, Statistics};
pub use views::{Figures, GroupView, OverviewView};
