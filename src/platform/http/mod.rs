//! HTTP as every feature speaks it: problem documents, strict input, pages, idempotency.

pub mod problem;
