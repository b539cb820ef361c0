//! The directory: who answers (departments), about what (categories and their forms), and where (districts).
//!
//! All of it is small and read with every request, so each instance holds a [`Snapshot`] in memory and loads it again
//! when `directory_version` has moved. It knows no ticket and no member of staff.

mod administration;
mod district_handlers;
mod editing;
mod entry;
mod error;
mod handlers;
mod model;
mod news;
mod seeding;
mod service;
mod snapshot;
mod staff_handlers;
mod staff_views;
mod store;
#[cfg(test)]
mod tests;
mod views;
mod writing;

pub use administration::DirectoryAdministration;
pub use entry::{CategoryEntry, Code, DepartmentEntry, DistrictEntry, InvalidCode, InvalidEntry};
pub use error::{CODE_TAKEN, DirectoryError, Refusal};
pub use handlers::configure;
pub use model::{Category, Department, District};
pub use news::DEPARTMENT_CHANGED_TOPIC;
pub use seeding::{CityFiles, SeedError, Seeded, seed};
pub use service::Directory;
pub use snapshot::Snapshot;
pub use staff_views::{CategoryView, DepartmentView, DistrictView};
pub use writing::DirectoryWriting;
