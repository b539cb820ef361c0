//! What the features above ask of tickets.

pub mod escalation;
pub mod history;
pub mod publication;
pub mod routing;
pub mod statistics;
