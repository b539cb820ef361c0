//! Huiyin (回音): a citizen's letter comes in, finds its department, is answered in time, and the reviewed
//! answer is published for the next citizen.
//!
//! The house has four storeys and imports point downwards only (`tests/it/architecture.rs` enforces it):
//!
//! 0. [`rules`]: what is right. Pure functions, no database, no HTTP, no `now()`.
//! 1. [`platform`]: what every feature stands on. Configuration, database, HTTP, identity, jobs, mail, search.
//! 2. [`features`]: what the system does, one folder a feature, the lower ones first.
//! 3. [`app`]: the assembly. Server, worker, command line, demo city.
//!
//! Each folder's `mod.rs` says what stands in it, the lowest first. A ticket's life is the table [`rules::commands`] and the
//! rooms of [`features::tickets`]; `CONTRIBUTING.md` says where ten usual changes go.

pub mod app;
pub mod features;
pub mod platform;
pub mod rules;
