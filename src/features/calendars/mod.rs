//! Calendars and time limits as versioned data: which versions there are, which is in force, a copy of all of them in
//! memory, and how the next one is proposed. A version never changes; which one is in force changes only by an approved
//! recalculation, above. It knows no ticket and no clock.

mod administration;
mod calculator;
mod difference;
mod editions;
mod error;
mod handlers;
mod imports;
mod in_force;
mod installation;
mod missing_year;
mod model;
mod next_version;
mod public_handlers;
mod public_views;
mod refusal;
mod requests;
mod service;
mod store;
#[cfg(test)]
mod tests;
mod views;

pub use administration::CalendarAdministration;
pub use difference::{compare_calendars, compare_time_limits, first_difference};
pub use editions::Editions;
pub use error::CalendarsError;
pub use handlers::configure;
pub use in_force::{find_version_author, lock_in_force, put_in_force};
pub use installation::{Embedded, Installed, Outcome, embedded, install};
pub use missing_year::MissingYearReminder;
pub use model::{CityRules, RulesKind};
pub use refusal::{Reason, Refusal};
pub use requests::{CompareVersions, DocumentFormat, ProposeVersion};
pub use service::Calendars;
pub use views::{
    CalendarDifference, ChangedDay, ChangedLimit, TimeLimitsDifference, VersionDocument, VersionList,
    VersionView,
};
