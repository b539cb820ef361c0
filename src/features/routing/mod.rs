//! Routing: rules that say which department a new ticket goes to, and that explain why.
//!
//! `rules::routing` decides; this feature keeps the rules. They are few and read with every submission, so each instance
//! holds them in memory and loads them again when `routing_version` has moved.

mod administration;
mod city;
mod editing;
mod error;
mod handlers;
mod jobs;
mod precedents;
mod requests;
mod seeding;
mod service;
mod store;
mod views;
mod writing;

pub use administration::RoutingAdministration;
pub use error::{NUMBER_TAKEN, RoutingError, RuleRefusal};
pub use handlers::configure;
pub use jobs::{LearnFromArbitrations, RouteSubmitted};
pub use precedents::{Arbitrated, add_precedent};
pub use requests::{PreviewRouting, RuleEntry};
pub use seeding::{RoutingSeedError, seed_rules};
pub use service::Routing;
pub use views::{PreviewView, RuleView};
pub use writing::{RoutingWriting, rule_entries};
