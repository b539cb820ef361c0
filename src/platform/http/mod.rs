//! HTTP as every feature speaks it: problem documents, strict input, pages, idempotency.

pub mod bearer;
pub mod cached;
pub mod compress;
pub mod cors;
pub mod document;
pub mod edge;
pub mod extract;
mod fault;
pub mod icalendar;
pub mod idempotency;
pub mod json;
pub mod known_paths;
pub mod locale;
pub mod pagination;
pub mod problem;
pub mod problem_list;
pub mod query;
pub mod rate_limit;
mod reading;
mod strict;
pub mod versioned;
mod wording;
