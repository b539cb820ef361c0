//! The public's knowledge: browsing, reading and searching what was published, and keeping this instance's search index.
//!
//! Everything shown comes from the public projection of publications, or from an index of it.

mod error;
mod handlers;
mod indexer;
mod requests;
mod service;
mod views;

pub use error::KnowledgeError;
pub use handlers::configure;
pub use indexer::{Indexer, Progress};
pub use requests::{ListPublished, Search, Suggest};
pub use service::Knowledge;
pub use views::{PublishedItem, PublishedTicket, SearchHitView, Suggestion};
