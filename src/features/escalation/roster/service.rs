//! Entering and striking out absences and duties. Who may: oneself and supervisors for absences, department leads and
//! supervisors for duties, supervisors alone for their own.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::model::{AbsenceId, DutyId, DutyPost};
use super::requests::{EnterAbsence, EnterDuty, ListAbsences, ListDuties};
use super::store::{self, AbsenceRow, DutyRow};
use super::views::{AbsenceView, DutyView};
use crate::features::accounts::Accounts;
use crate::features::directory::Snapshot;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::scope::wanted;
use crate::features::tickets::Tickets;
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::Db;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::pagination::Page;
use crate::rules::permissions::Operation;

/// Absences and duties. Cheap to clone.
#[derive(Clone)]
pub struct Rosters {
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    tickets: Tickets,
    accounts: Accounts,
}

impl Rosters {
    /// Assembles the service.
    pub fn new(db: Db, clock: SharedClock, sealer: Sealer, tickets: Tickets, accounts: Accounts) -> Rosters {
        Rosters { db, clock, sealer, tickets, accounts }
    }

    /// Enters an absence.
    pub async fn enter_absence(
        &self,
        caller: StaffCaller,
        idempotency: Idempotency,
        entry: EnterAbsence,
    ) -> Result<Once<AbsenceView>, EscalationError> {
        let row = absence(&caller, &entry, self.clock.now())?;
        let (now, sealer, accounts) = (self.clock.now(), self.sealer.clone(), self.accounts.clone());
        self.db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| {
                    check_staff(conn, &accounts, Some(row.staff_id), "/staff_id")?;
                    check_staff(conn, &accounts, row.substitute_id, "/substitute_id")?;
                    store::insert_absence(conn, &row)?;
                    Ok(absence_view(row.clone()))
                })
            })
            .await
    }

    /// The absences that have not ended, the soonest end first: everybody's for a supervisor, else the caller's own.
    pub async fn absences(
        &self,
        caller: &StaffCaller,
        query: &ListAbsences,
        after: Option<(NaiveDate, AbsenceId)>,
    ) -> Result<Page<AbsenceView>, EscalationError> {
        let of = (!caller.may_somewhere(Operation::ManageAbsences)).then_some(caller.id);
        let after = after.unwrap_or((self.today(), AbsenceId(Uuid::nil())));
        let limit = query.limit.with_one_more();
        let rows =
            self.db.read(move |conn| Ok::<_, EscalationError>(store::list_absences(conn, of, after, limit)?));
        Ok(Page::new(rows.await?, query.limit, |row| (row.last_on, row.id)).map(absence_view))
    }

    /// Strikes an absence out.
    pub async fn strike_absence(&self, caller: StaffCaller, id: AbsenceId) -> Result<(), EscalationError> {
        self.db
            .transaction(move |conn| {
                let row = store::find_absence(conn, id)?.ok_or(EscalationError::NotFound)?;
                if row.staff_id != caller.id && !caller.may_somewhere(Operation::ManageAbsences) {
                    return Err(EscalationError::NotFound);
                }
                store::delete_absence(conn, id)?;
                Ok(())
            })
            .await
    }

    /// Enters a duty.
    pub async fn enter_duty(
        &self,
        caller: StaffCaller,
        idempotency: Idempotency,
        entry: EnterDuty,
    ) -> Result<Once<DutyView>, EscalationError> {
        let directory = self.tickets.rulebook().directory;
        let row = duty(&caller, &directory, &entry, self.clock.now())?;
        let (now, sealer, accounts) = (self.clock.now(), self.sealer.clone(), self.accounts.clone());
        self.db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| {
                    check_staff(conn, &accounts, Some(row.staff_id), "/staff_id")?;
                    store::insert_duty(conn, &row)?;
                    Ok(duty_view(&directory, row.clone()))
                })
            })
            .await
    }

    /// The duties that have not ended, the soonest end first.
    pub async fn duties(
        &self,
        caller: &StaffCaller,
        query: &ListDuties,
        after: Option<(NaiveDate, DutyId)>,
    ) -> Result<Page<DutyView>, EscalationError> {
        let scope = caller.scope_for(Operation::ReadAlarms);
        if scope.is_nowhere() {
            return Err(EscalationError::Forbidden);
        }
        let directory = self.tickets.rulebook().directory;
        let of = wanted(&directory, &scope, query.department.as_deref())?;
        let after = after.unwrap_or((self.today(), DutyId(Uuid::nil())));
        let limit = query.limit.with_one_more();
        let rows = self.db.read(move |conn| {
            Ok::<_, EscalationError>(store::list_duties(conn, of.as_deref(), after, limit)?)
        });
        let page = Page::new(rows.await?, query.limit, |row| (row.last_on, row.id));
        Ok(page.map(|row| duty_view(&directory, row)))
    }

    /// Strikes a duty out.
    pub async fn strike_duty(&self, caller: StaffCaller, id: DutyId) -> Result<(), EscalationError> {
        if !caller.may_somewhere(Operation::ManageDuties) {
            return Err(EscalationError::Forbidden);
        }
        self.db
            .transaction(move |conn| {
                let row = store::find_duty(conn, id)?.ok_or(EscalationError::NotFound)?;
                authorise_duty(&caller, row.post, row.department_id)?;
                store::delete_duty(conn, id)?;
                Ok(())
            })
            .await
    }

    fn today(&self) -> NaiveDate {
        self.tickets.rulebook().day(self.clock.now())
    }
}

fn absence(
    caller: &StaffCaller,
    entry: &EnterAbsence,
    now: DateTime<Utc>,
) -> Result<AbsenceRow, EscalationError> {
    let staff_id = entry.staff_id.unwrap_or(caller.id);
    if staff_id != caller.id && !caller.may_somewhere(Operation::ManageAbsences) {
        return Err(EscalationError::Forbidden);
    }
    if entry.last_on < entry.first_on {
        return Err(EscalationError::DaysReversed);
    }
    if entry.substitute_id == Some(staff_id) {
        return Err(EscalationError::OwnSubstitute);
    }
    Ok(AbsenceRow {
        id: AbsenceId::new(now),
        staff_id,
        first_on: entry.first_on,
        last_on: entry.last_on,
        substitute_id: entry.substitute_id,
        entered_by: caller.id,
        entered_at: now,
    })
}

fn duty(
    caller: &StaffCaller,
    directory: &Snapshot,
    entry: &EnterDuty,
    now: DateTime<Utc>,
) -> Result<DutyRow, EscalationError> {
    if !caller.may_somewhere(managed_by(entry.post)) {
        return Err(EscalationError::Forbidden);
    }
    let department = entry.department.as_deref().map(|code| {
        let found = directory.department_by_code(code);
        found.map(|found| found.id).ok_or(EscalationError::UnknownDepartmentIn("/department"))
    });
    let department_id = department.transpose()?;
    authorise_duty(caller, entry.post, department_id)?;
    if entry.last_on < entry.first_on {
        return Err(EscalationError::DaysReversed);
    }
    Ok(DutyRow {
        id: DutyId::new(now),
        post: entry.post,
        department_id,
        staff_id: entry.staff_id,
        first_on: entry.first_on,
        last_on: entry.last_on,
        entered_by: caller.id,
        entered_at: now,
    })
}

const fn managed_by(post: DutyPost) -> Operation {
    match post {
        DutyPost::Work => Operation::ManageDuties,
        DutyPost::Supervision => Operation::ManageSupervisionDuties,
    }
}

fn authorise_duty(
    caller: &StaffCaller,
    post: DutyPost,
    department_id: Option<i32>,
) -> Result<(), EscalationError> {
    let departments: Vec<i32> = department_id.into_iter().collect();
    if caller.may(managed_by(post), &departments) { Ok(()) } else { Err(EscalationError::Forbidden) }
}

fn check_staff(
    conn: &mut PgConnection,
    accounts: &Accounts,
    staff: Option<StaffId>,
    pointer: &'static str,
) -> Result<(), EscalationError> {
    let Some(staff) = staff else { return Ok(()) };
    let known = accounts.names(conn, &[staff])?;
    if known.is_empty() { Err(EscalationError::UnknownStaff(pointer)) } else { Ok(()) }
}

fn absence_view(row: AbsenceRow) -> AbsenceView {
    AbsenceView {
        id: row.id,
        staff_id: row.staff_id,
        first_on: row.first_on,
        last_on: row.last_on,
        substitute_id: row.substitute_id,
        entered_by: row.entered_by,
    }
}

fn duty_view(directory: &Snapshot, row: DutyRow) -> DutyView {
    let department = row.department_id.and_then(|id| directory.department(id));
    DutyView {
        id: row.id,
        post: row.post,
        department: department.map(|department| department.code.clone()),
        staff_id: row.staff_id,
        first_on: row.first_on,
        last_on: row.last_on,
        entered_by: row.entered_by,
    }
}
