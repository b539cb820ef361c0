//! The promises of a ticket: how clocks start, pause, fall due, raise alarms and follow other rules.

pub mod alarms;
pub mod breach;
pub mod engine;
pub mod new_limits;
pub mod promise;
pub mod recalculation;
pub mod replay;
pub mod revision;
pub mod rulebook;
