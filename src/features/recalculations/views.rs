//! A recalculation as administrators see it, and what they ask for.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::RecalculationError;
use super::model::{Counts, Plan, RecalculationId, RecalculationStatus};
use super::store::RecalculationRow;
use crate::features::accounts::{People, Person};
use crate::features::calendars::RulesKind;
use crate::platform::http::versioned::Versioned;

/// A recalculation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecalculationView {
    /// Identifier.
    pub id: RecalculationId,
    /// What changes.
    pub kind: RulesKind,
    /// Its code.
    pub code: String,
    /// The version in force when it was planned.
    pub from_version: i32,
    /// The version it puts in force.
    pub version: i32,
    /// Where it stands.
    pub status: RecalculationStatus,
    /// What it would do, counted when it was planned.
    pub plan: Plan,
    /// What it did so far.
    pub progress: Counts,
    /// Who planned it.
    pub proposed_by: Person,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who approved or rejected it, always somebody else.
    pub decided_by: Option<Person>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// When every live clock followed the version.
    pub finished_at: Option<DateTime<Utc>>,
    /// For `If-Match`, as `"v1"`.
    pub revision: i32,
}

impl Versioned for RecalculationView {
    /// Its own revision; `version` is that of the rules.
    fn version(&self) -> i32 {
        let RecalculationView { revision, .. } = self;
        *revision
    }
}

impl RecalculationView {
    /// Shows these rows, with the names of those who decided.
    pub(super) fn all(
        conn: &mut PgConnection,
        rows: Vec<RecalculationRow>,
    ) -> Result<Vec<RecalculationView>, RecalculationError> {
        let two = rows.iter().flat_map(|row| std::iter::once(row.proposed_by).chain(row.decided_by));
        let people = People::find(conn, two)?;
        rows.into_iter().map(|row| RecalculationView::new(row, &people)).collect()
    }

    /// Shows one.
    pub(super) fn of(
        conn: &mut PgConnection,
        row: RecalculationRow,
    ) -> Result<RecalculationView, RecalculationError> {
        let people = People::find(conn, std::iter::once(row.proposed_by).chain(row.decided_by))?;
        RecalculationView::new(row, &people)
    }

    fn new(row: RecalculationRow, people: &People) -> Result<RecalculationView, RecalculationError> {
        Ok(RecalculationView {
            plan: serde_json::from_value(row.plan)?,
            progress: serde_json::from_value(row.progress)?,
            id: row.id,
            kind: row.kind,
            code: row.code,
            from_version: row.from_version,
            version: row.version,
            status: row.status,
            proposed_by: people.person(row.proposed_by),
            proposed_at: row.proposed_at,
            decided_by: people.perhaps(row.decided_by),
            decided_at: row.decided_at,
            finished_at: row.finished_at,
            revision: row.revision,
        })
    }
}
