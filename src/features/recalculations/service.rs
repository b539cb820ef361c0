//! Planning a recalculation, and deciding on it as the second person.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;
use tracing::info;
use uuid::Uuid;

use super::error::{ANOTHER_AT_WORK, NOT_PLANNED, RecalculationError, SUPERSEDED};
use super::model::{Counts, RecalculationId, RecalculationStatus};
use super::planning::{PlannedChange, preview_all};
use super::requests::{ListRecalculations, PlanRecalculation};
use super::store::{self, RecalculationRow};
use super::views::RecalculationView;
use crate::features::calendars::{Calendars, find_version_author, lock_in_force, put_in_force};
use crate::features::tickets::{RulesChange, SAME_PERSON, Tickets};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::Db;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;
use crate::platform::jobs::notify::Notifier;
use crate::rules::permissions::CityOperation;

/// The operations on recalculations. Cheap to clone.
#[derive(Clone)]
pub struct Recalculations {
    db: Db,
    clock: SharedClock,
    tickets: Tickets,
    calendars: Calendars,
    sealer: Sealer,
    notifier: Notifier,
}

/// What recalculations stand on.
pub struct RecalculationParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: SharedClock,
    /// The clocks.
    pub tickets: Tickets,
    /// The versions.
    pub calendars: Calendars,
    /// Seals stored answers.
    pub sealer: Sealer,
    /// Wakes whoever moves clocks.
    pub notifier: Notifier,
}

/// What the second person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The version comes into force, and clocks move.
    Approve,
    /// Nothing happens.
    Reject,
}

impl Recalculations {
    /// Assembles the service.
    pub fn new(parts: RecalculationParts) -> Recalculations {
        let RecalculationParts { db, clock, tickets, calendars, sealer, notifier } = parts;
        Recalculations { db, clock, tickets, calendars, sealer, notifier }
    }

    /// A page, the youngest first.
    pub async fn list(
        &self,
        caller: &StaffCaller,
        query: &ListRecalculations,
    ) -> Result<Page<RecalculationView>, Problem> {
        authorise(caller)?;
        let before: Option<RecalculationId> =
            query.cursor.as_ref().map(|cursor| cursor.decode()).transpose()?;
        let limit = query.limit;
        let rows = self.db.read(move |conn| {
            let rows = store::list(conn, before, limit.with_one_more())?;
            RecalculationView::all(conn, rows)
        });
        Ok(Page::new(rows.await?, limit, |view| view.id))
    }

    /// One of them.
    pub async fn get(
        &self,
        caller: &StaffCaller,
        id: RecalculationId,
    ) -> Result<RecalculationView, RecalculationError> {
        authorise(caller)?;
        let found = self.db.read(move |conn| {
            let row = store::find(conn, id)?.ok_or(RecalculationError::NotFound)?;
            RecalculationView::of(conn, row)
        });
        found.await
    }

    /// Counts what putting a version in force would do, and keeps the plan for the second person. Moves nothing.
    pub async fn plan(
        &self,
        caller: &StaffCaller,
        idempotency: Idempotency,
        wanted: &PlanRecalculation,
    ) -> Result<Once<RecalculationView>, RecalculationError> {
        authorise(caller)?;
        self.calendars.refresh().await?;
        let row = self.draft(caller, wanted).await?;
        let (sealer, now) = (self.sealer.clone(), self.clock.now());
        let planned = self.db.transaction(move |conn| {
            once(conn, &idempotency, &sealer, now, |conn| {
                store::insert(conn, &row)?;
                RecalculationView::of(conn, row.clone())
            })
        });
        planned.await
    }

    async fn draft(
        &self,
        caller: &StaffCaller,
        wanted: &PlanRecalculation,
    ) -> Result<RecalculationRow, RecalculationError> {
        let (kind, code, version) = (wanted.kind, wanted.code.as_str(), wanted.version);
        let editions = self.calendars.editions();
        let from_version = editions.version_in_force(kind, code).ok_or(RecalculationError::UnknownVersion)?;
        if from_version == version {
            return Err(RecalculationError::InForce);
        }
        if !editions.knows(kind, code, version) {
            return Err(RecalculationError::UnknownVersion);
        }
        let now = self.clock.now();
        let id = RecalculationId::new(now);
        let change = RulesChange { kind, code: code.to_owned(), version, recalculation_id: id.0 };
        let planned = PlannedChange { editions: &editions, change: &change, from_version, now };
        let plan = preview_all(&self.db, &self.tickets, planned).await?;
        Ok(RecalculationRow {
            id,
            kind,
            code: change.code,
            version,
            from_version,
            status: RecalculationStatus::Planned,
            plan: json!(plan),
            progress: json!(Counts::default()),
            proposed_by: caller.id,
            proposed_at: now,
            decided_by: None,
            decided_at: None,
            finished_at: None,
            cursor: None,
            pass_started_at: None,
            has_skipped: false,
            revision: 1,
        })
    }

    /// Decides on a plan as the second person. Approving puts the version in force for new clocks at once; those that run
    /// are moved by whichever instance is woken first.
    pub async fn decide(
        &self,
        caller: &StaffCaller,
        id: RecalculationId,
        revision: i32,
        idempotency: Idempotency,
        decision: Decision,
    ) -> Result<Once<RecalculationView>, RecalculationError> {
        authorise(caller)?;
        let (sealer, now, caller) = (self.sealer.clone(), self.clock.now(), caller.clone());
        let decided = self.db.transaction(move |conn| {
            once(conn, &idempotency, &sealer, now, |conn| {
                let row = store::lock(conn, id)?.ok_or(RecalculationError::NotFound)?;
                if row.revision != revision {
                    return Err(RecalculationError::Stale);
                }
                decide(conn, row, &caller, decision, now)
            })
        });
        let decided = decided.await?;
        self.calendars.refresh().await?;
        self.notifier.notify();
        Ok(decided)
    }
}

fn authorise(caller: &StaffCaller) -> Result<(), RecalculationError> {
    if caller.may_city_wide(CityOperation::ManageTimeLimits) {
        Ok(())
    } else {
        Err(RecalculationError::Forbidden)
    }
}

fn decide(
    conn: &mut PgConnection,
    mut row: RecalculationRow,
    caller: &StaffCaller,
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<RecalculationView, RecalculationError> {
    if row.status != RecalculationStatus::Planned {
        return Err(RecalculationError::Conflict(NOT_PLANNED));
    }
    // Whoever wrote the version has proposed it as well, whoever planned to put it in force.
    let author = find_version_author(conn, row.kind, &row.code, row.version)?;
    if row.proposed_by == caller.id || author == Some(caller.id) {
        return Err(RecalculationError::Conflict(SAME_PERSON));
    }
    row.decided_by = Some(caller.id);
    row.decided_at = Some(now);
    match decision {
        Decision::Approve => approve(conn, row, now),
        Decision::Reject => {
            row.status = RecalculationStatus::Rejected;
            let row = store::update(conn, &row)?;
            RecalculationView::of(conn, row)
        }
    }
}

fn approve(
    conn: &mut PgConnection,
    mut row: RecalculationRow,
    now: DateTime<Utc>,
) -> Result<RecalculationView, RecalculationError> {
    if lock_in_force(conn, row.kind, &row.code)? != Some(row.from_version) {
        return Err(RecalculationError::Conflict(SUPERSEDED));
    }
    if store::is_any_at_work(conn)? {
        return Err(RecalculationError::Conflict(ANOTHER_AT_WORK));
    }
    row.status = RecalculationStatus::Approved;
    row.cursor = Some(Uuid::nil());
    row.pass_started_at = Some(now);
    let row = store::update(conn, &row)?;
    put_in_force(conn, row.kind, &row.code, row.version, now)?;
    let (kind, code, version) = (row.kind, &row.code, row.version);
    info!(rules.kind = %kind, rules.code = %code, rules.version = version, recalculation.id = %row.id,
        "Version {version} of {kind} {code} is in force, and clocks begin to move");
    RecalculationView::of(conn, row)
}
