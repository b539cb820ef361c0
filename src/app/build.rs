//! Which program this is: what `build.rs` found out when it was made.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Name, version and origin of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Build {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The commit it was built from, with `-dirty` when something differed; `unknown` without a repository.
    pub commit: &'static str,
    /// When it was built.
    pub built_at: Option<DateTime<Utc>>,
}

/// This program.
pub fn build() -> Build {
    let seconds = env!("HUIYIN_BUILT_AT").parse().ok();
    Build {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        commit: env!("HUIYIN_COMMIT"),
        built_at: seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
    }
}
