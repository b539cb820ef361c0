//! Who is away and who stands in, who is on duty: entered and struck out by staff, read by the day when somebody is told.

mod day;
mod handlers;
mod service;
mod store;
mod views;

pub(super) use day::Roster;
pub(super) use handlers::configure;
pub use service::Rosters;
pub use views::{
    AbsenceId, AbsenceView, DutyId, DutyPost, DutyView, EnterAbsence, EnterDuty, ListAbsences, ListDuties,
};
