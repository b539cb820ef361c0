//! What can be done to a ticket, by whom, and what each command changes. Each command is a type that carries itself out
//! ([`action::Action`]), beside others of its kind; its row in [`crate::rules::commands`] says all else.

pub mod action;
pub mod approvals;
pub mod assists;
pub mod authorise;
pub mod case;
pub mod citizen;
pub mod departments;
pub mod desk;
pub mod fitness;
pub mod hold;
pub mod joined;
pub mod merge;
pub mod messages;
pub mod perform;
pub mod reclassify;
pub mod reissue;
pub mod replies;
pub mod requests;
