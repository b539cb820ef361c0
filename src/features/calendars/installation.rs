//! Brings the documents that are built into the program into the database. What is new becomes a proposal: the program
//! being newer moves no promise by itself.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::error::CalendarsError;
use super::model::RulesKind;
use super::store::{self, InForceRow, NewVersionRow};
use crate::rules::calendar::{CALENDARS, Calendar};
use crate::rules::time_limits::{TIME_LIMITS, TimeLimits};

/// A document that a program brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    /// What it is.
    pub kind: RulesKind,
    /// Its TOML text.
    pub document: String,
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// What it is.
    pub kind: RulesKind,
    /// Its code.
    pub code: String,
    /// Its version.
    pub version: i32,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is the first of its code, and in force.
    InForce,
    /// It is newer than every version of its code, and waits for a recalculation.
    Proposed,
    /// It was there.
    Known,
    /// The database has another text under this version; ours is not used.
    Different,
    /// The database has newer versions and not this one; it is not used.
    Older,
}

impl fmt::Display for Installed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Installed { kind, code, version, outcome } = self;
        let fate = match outcome {
            Outcome::InForce => "is in force",
            Outcome::Proposed => "is proposed; plan a recalculation to put it in force",
            Outcome::Known => "is known",
            Outcome::Different => "has another text in the database; the built-in one is not used",
            Outcome::Older => "is older than what the database has, and not used",
        };
        write!(f, "{kind} {code} v{version} {fate}")
    }
}

/// The documents of this program.
pub fn embedded() -> Vec<Embedded> {
    let of = |kind, texts: &[(&str, &str)]| {
        let made = texts.iter().map(|(_, text)| Embedded { kind, document: (*text).to_owned() });
        made.collect::<Vec<_>>()
    };
    [of(RulesKind::Calendar, CALENDARS), of(RulesKind::TimeLimits, TIME_LIMITS)].concat()
}

/// Installs what is missing, inside the caller's transaction. Doing it again, or in two instances at once, adds nothing.
pub fn install(
    conn: &mut PgConnection,
    documents: &[Embedded],
    now: DateTime<Utc>,
) -> Result<Vec<Installed>, CalendarsError> {
    store::lock_change(conn)?;
    documents.iter().map(|document| install_one(conn, document, now)).collect()
}

fn install_one(
    conn: &mut PgConnection,
    embedded: &Embedded,
    now: DateTime<Utc>,
) -> Result<Installed, CalendarsError> {
    let row = new_version(embedded, now)?;
    let outcome = put(conn, &row)?;
    Ok(Installed { kind: row.kind, code: row.code, version: row.version, outcome })
}

/// Adds a version if it is newer than all others of its code; the first of a code is in force.
pub(super) fn put(conn: &mut PgConnection, row: &NewVersionRow) -> Result<Outcome, CalendarsError> {
    let outcome = place(conn, row)?;
    if matches!(outcome, Outcome::InForce | Outcome::Proposed) {
        store::insert_version(conn, row)?;
    }
    if outcome == Outcome::InForce {
        let (kind, code, version) = (row.kind, row.code.clone(), row.version);
        store::insert_in_force(conn, &InForceRow { kind, code, version, since: row.created_at })?;
    }
    Ok(outcome)
}

fn place(conn: &mut PgConnection, row: &NewVersionRow) -> Result<Outcome, CalendarsError> {
    let keys = store::list_keys(conn)?;
    let newest = keys.iter().filter(|(kind, code, _)| (*kind, code) == (row.kind, &row.code));
    let Some((_, _, newest)) = newest.max_by_key(|(_, _, version)| version) else {
        return Ok(Outcome::InForce);
    };
    if row.version > *newest {
        return Ok(Outcome::Proposed);
    }
    Ok(match store::find_document(conn, (row.kind, &row.code, row.version))? {
        Some(known) if known.document == row.document => Outcome::Known,
        Some(_) => Outcome::Different,
        None => Outcome::Older,
    })
}

/// A document as a row; what it says of itself is its key.
pub(super) fn new_version(embedded: &Embedded, now: DateTime<Utc>) -> Result<NewVersionRow, CalendarsError> {
    let (code, version, last_official_on) = match embedded.kind {
        RulesKind::Calendar => {
            let calendar = Calendar::parse(&embedded.document)?;
            (calendar.code().to_owned(), calendar.version(), Some(calendar.last_official_day()))
        }
        RulesKind::TimeLimits => {
            let limits = TimeLimits::parse(&embedded.document)?;
            (limits.code().to_owned(), limits.version(), None)
        }
    };
    Ok(NewVersionRow {
        kind: embedded.kind,
        code,
        version,
        document: embedded.document.clone(),
        source_title: None,
        last_official_on,
        created_by: None,
        created_at: now,
    })
}
