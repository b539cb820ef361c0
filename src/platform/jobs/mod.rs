//! Work outside the request: the transactional outbox, the worker that empties it, the schedule that wakes it.

pub mod consumer;
mod drain;
pub mod housekeeping;
mod outage;
pub mod outbox;
mod present;
pub mod schedule;
pub mod slot;
pub mod wake;
pub mod worker;
