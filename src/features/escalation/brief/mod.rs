//! The leader's morning brief: made once on every working day, kept, read by its readers as a notice and over HTTP.

mod figures;
mod handlers;
mod notice;
mod requests;
mod service;
mod store;
mod views;

pub use figures::{DayFigures, FiguresOfDays};
pub(super) use handlers::configure;
pub use requests::ListMorningBriefs;
pub use service::{BriefParts, Briefs};
pub use views::{
    BriefAlarm, BriefContent, BriefDepartment, BriefFigures, BriefOrder, BriefRepeated, MorningBriefView,
};
