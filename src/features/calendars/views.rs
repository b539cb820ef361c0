//! Versions as administrators see them, and what they hand in.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::editions::Editions;
use super::model::RulesKind;
use super::store::{InForceRow, VersionRow};
use crate::features::accounts::{People, Person};
use crate::platform::http::versioned::Versioned;
use crate::rules::calendar::{Bilingual, DayLabel};
use crate::rules::time_limits::TimeLimit;

/// A version of a calendar or of a set of time limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionView {
    /// What it is.
    pub kind: RulesKind,
    /// Its code.
    pub code: String,
    /// Its number, from 1.
    pub version: i32,
    /// Whether new clocks are started under it.
    pub is_in_force: bool,
    /// Since when.
    pub in_force_since: Option<DateTime<Utc>>,
    /// What it was made from.
    pub source_title: Option<String>,
    /// The last day that the notices of a calendar cover; days after it are provisional.
    pub last_official_on: Option<NaiveDate>,
    /// SHA-256 of the document, in hexadecimal digits.
    pub digest: String,
    /// Who handed it in; `null`: it came with the program or by its command line.
    pub created_by: Option<Person>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What it would make of the city's promises that is hardly meant, such as working minutes under a calendar without
    /// hours. Nothing is refused for it.
    #[serde(default)]
    pub warnings: Vec<Bilingual>,
}

impl VersionView {
    pub(super) fn new(row: VersionRow, in_force: &[InForceRow], people: &People) -> VersionView {
        let current = in_force.iter().find(|current| {
            (current.kind, &current.code, current.version) == (row.kind, &row.code, row.version)
        });
        VersionView {
            kind: row.kind,
            is_in_force: current.is_some(),
            in_force_since: current.map(|current| current.since),
            code: row.code,
            version: row.version,
            source_title: row.source_title,
            last_official_on: row.last_official_on,
            digest: hex::encode(row.digest),
            created_by: people.perhaps(row.created_by),
            created_at: row.created_at,
            warnings: Vec::new(),
        }
    }

    /// The same with the warnings of the versions as they stand now.
    pub(super) fn warned(mut self, editions: &Editions) -> VersionView {
        self.warnings = editions.warnings(self.kind, &self.code, self.version);
        self
    }
}

impl Versioned for VersionView {
    fn version(&self) -> i32 {
        self.version
    }
}

/// All versions of one sort.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionList {
    /// By code, the newest first.
    pub data: Vec<VersionView>,
}

/// A version with its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionDocument {
    /// The version.
    pub version: VersionView,
    /// Its text, in TOML.
    pub document: String,
}

/// What changes from one version of a calendar to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarDifference {
    /// The calendar.
    pub code: String,
    /// The version before.
    pub from: i32,
    /// The version after.
    pub to: i32,
    /// The last official day before.
    pub last_official_on_before: NaiveDate,
    /// The last official day after.
    pub last_official_on_after: NaiveDate,
    /// The days that are called or counted otherwise, in order.
    pub days: Vec<ChangedDay>,
}

/// A day that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedDay {
    /// The day.
    pub on: NaiveDate,
    /// What it was.
    pub before: DayLabel,
    /// What it becomes.
    pub after: DayLabel,
}

/// What changes from one version of a set of time limits to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeLimitsDifference {
    /// The set.
    pub code: String,
    /// The version before.
    pub from: i32,
    /// The version after.
    pub to: i32,
    /// The limits that change, by code.
    pub limits: Vec<ChangedLimit>,
}

/// A limit that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedLimit {
    /// Its code.
    pub code: String,
    /// What it was; `null`: it is new.
    pub before: Option<TimeLimit>,
    /// What it becomes; `null`: it is gone.
    pub after: Option<TimeLimit>,
}
