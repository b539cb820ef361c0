//! Takes over the rules of a city's file, `routing.toml`: `[[rule]]` entries, each with its number.
//!
//! As with the directory, the file is the truth about every rule it names and says nothing about the others.

use std::collections::HashSet;

use diesel::PgConnection;
use serde::Deserialize;

use super::editing::save_rule;
use super::error::{RoutingError, RuleRefusal};
use super::requests::RuleEntry;
use super::store;
use crate::features::directory::{DirectoryError, Snapshot};
use crate::platform::db::DbError;

/// Why `routing.toml` cannot be taken over. Names the rule.
#[derive(Debug, thiserror::Error)]
pub enum RoutingSeedError {
    /// Not TOML, or a value that is not what it should be; the reason shows the line.
    #[error("routing.toml: {0}")]
    Malformed(String),
    /// Two rules of one number.
    #[error("routing.toml: rule {0} stands twice")]
    Duplicate(i32),
    /// A rule that does not fit the directory.
    #[error("routing.toml: rule {name:?}: {reason}")]
    Refused {
        /// Which rule.
        name: String,
        /// Why.
        reason: RoutingError,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The directory as it stands.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl From<diesel::result::Error> for RoutingSeedError {
    fn from(error: diesel::result::Error) -> RoutingSeedError {
        RoutingSeedError::Database(error.into())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    rule: Vec<RuleEntry>,
}

/// Takes the rules over, inside the caller's transaction and after the directory was seeded. Returns how many the file
/// has.
pub fn seed_rules(conn: &mut PgConnection, text: &str) -> Result<usize, RoutingSeedError> {
    let rules: Rules =
        toml::from_str(text).map_err(|error| RoutingSeedError::Malformed(error.to_string()))?;
    let city = Snapshot::read(conn)?;
    store::lock_version(conn)?;
    let mut seen = HashSet::new();
    for entry in &rules.rule {
        if let Some(number) = entry.number.filter(|number| !seen.insert(*number)) {
            return Err(RoutingSeedError::Duplicate(number));
        }
        seed_rule(conn, &city, entry)
            .map_err(|reason| RoutingSeedError::Refused { name: entry.name.as_str().to_owned(), reason })?;
    }
    Ok(rules.rule.len())
}

fn seed_rule(conn: &mut PgConnection, city: &Snapshot, entry: &RuleEntry) -> Result<(), RoutingError> {
    let number = entry.number.ok_or_else(|| RuleRefusal::Number.at("/number"))?;
    let known = store::find_rule(conn, number)?;
    save_rule(conn, city, number, entry, known.as_ref()).map(drop)
}
