//! Imports: letters that another system has answered already become closed tickets, and on request publications.
//!
//! A mapping file says which fields of a file are ours. Bad rows are reported and left out, the others are taken over;
//! a run can be broken off and repeated at any time. It knows no HTTP.

mod batch;
mod dates;
mod error;
mod letter;
mod mapping;
mod mapping_file;
mod refusal;
mod rows;
mod run;
mod service;
mod store;

pub use error::ImportError;
pub use mapping::{Mapping, MappingError};
pub use refusal::{Refusal, RefusalCode, RefusedCounts, RefusedRow};
pub use rows::{FileFormat, OpenError, Opened, Opening, open};
pub use run::Summary;
pub use service::{BATCH_ROWS, Importer, Mode, Observer, Order, Publish, SourceName};
