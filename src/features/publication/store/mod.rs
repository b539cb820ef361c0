//! The tables of publications, one file a table.

pub(super) mod entries;
pub(super) mod findings;
pub(super) mod publications;
pub(super) mod revisions;
