//! Work outside the request: the transactional outbox, the worker that empties it, the schedule that notifies it.

pub mod consumer;
mod deliver;
pub mod housekeeping;
pub mod isolation;
pub mod lease;
pub mod notify;
mod outage;
pub mod outbox;
mod present;
pub mod schedule;
pub mod worker;
