//! A city kept as files: departments, districts, categories with their forms, routing rules and who works there. Applied
//! to the database as a whole or not at all, and written back as files. `config/city/README.md` explains them.

mod apply;
mod document;
mod export;

pub use apply::{ApplyError, Applying, Change, Report, apply};
pub use document::{Fault, Files};
pub use export::{ExportError, export};

/// The files, in the order in which they are applied: what others name stands before them.
pub const FILES: [&str; 5] =
    ["districts.toml", "departments.toml", "categories.toml", "routing.toml", "staff.toml"];
