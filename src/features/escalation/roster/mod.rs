//! Who is away and who stands in, who is on duty: entered and struck out by staff, read by the day when somebody is told.

mod day;
mod handlers;
mod model;
mod requests;
mod service;
mod store;
mod views;

pub(super) use day::Roster;
pub(super) use handlers::configure;
pub use model::{AbsenceId, DutyId, DutyPost};
pub use requests::{EnterAbsence, EnterDuty, ListAbsences, ListDuties};
pub use service::Rosters;
pub use views::{AbsenceView, DutyView};
