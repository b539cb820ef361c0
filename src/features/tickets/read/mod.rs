//! What can be read of tickets, by whom, and how it is shown.

pub mod explanation;
pub mod explanation_views;
pub mod presentation;
pub mod publication;
pub mod staff;
pub mod views;
