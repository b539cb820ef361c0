//! The directory: who answers (departments), about what (categories and their forms), and where (districts).
//!
//! All of it is small and read with every request, so each instance holds a [`Snapshot`] in memory and loads it again
//! when `directory_version` has moved. It knows no ticket and no member of staff.

mod model;
mod service;
mod snapshot;
mod store;

pub use model::{Category, Department, DirectoryError, District};
pub use service::Directory;
pub use snapshot::Snapshot;
