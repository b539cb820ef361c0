//! What can be done to a ticket, by whom, and what each command changes.

pub mod approvals;
pub mod case;
pub mod citizen;
pub mod departments;
pub mod desk;
pub mod hold;
pub mod messages;
pub mod perform;
pub mod reclassify;
pub mod replies;
pub mod requests;
