//! The leader's morning brief: made once on every working day, kept, read by its readers as mail and over HTTP.

mod handlers;
mod mail;
mod service;
mod store;
mod views;

pub(super) use handlers::configure;
pub use service::{BriefParts, Briefs};
pub use views::{
    BriefAlarm, BriefContent, BriefDepartment, BriefOrder, BriefRepeated, ListMorningBriefs, MorningBriefView,
};
