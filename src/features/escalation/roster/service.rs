//! Entering and striking out absences and duties. Who may: oneself and, for the people of their departments, supervisors
//! for absences; department leads and supervisors for duties, supervisors alone for their own.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::model::{AbsenceId, DutyId, DutyPost};
use super::requests::{EnterAbsence, EnterDuty, ListAbsences, ListDuties};
use super::store::{self, AbsenceRow, DutyRow};
use super::views::{AbsenceView, DutyView};
use crate::features::accounts::{Accounts, People};
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
}

impl Rosters {
    /// Assembles the service.
    pub fn new(db: Db, clock: SharedClock, sealer: Sealer, tickets: Tickets) -> Rosters {
        Rosters { db, clock, sealer, tickets }
    }

    /// Enters an absence.
    pub async fn enter_absence(
        &self,
        caller: StaffCaller,
        idempotency: Idempotency,
        entry: EnterAbsence,
    ) -> Result<Once<AbsenceView>, EscalationError> {
        let row = absence(&caller, &entry, self.clock.now())?;
        let (now, sealer) = (self.clock.now(), self.sealer.clone());
        self.db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| {
                    if !may_manage(conn, &caller, row.staff_id)? {
                        return Err(EscalationError::Forbidden);
                    }
                    check_staff(conn, row.substitute_id, "/substitute_id")?;
                    store::insert_absence(conn, &row)?;
                    let people = People::find(conn, absence_people(&row))?;
                    Ok(absence_view(&people, row.clone()))
                })
            })
            .await
    }

    /// The absences that have not ended, the soonest end first: for a supervisor those of their departments' people, else the
    /// caller's own.
    pub async fn absences(
        &self,
        caller: &StaffCaller,
        query: &ListAbsences,
        after: Option<(NaiveDate, AbsenceId)>,
    ) -> Result<Page<AbsenceView>, EscalationError> {
        let (id, departments) = (caller.id, caller.scope_for(Operation::ManageAbsences).departments());
        let after = after.unwrap_or((self.today(), AbsenceId(Uuid::nil())));
        let limit = query.limit.with_one_more();
        let (rows, people) = self
            .db
            .read(move |conn| {
                let of = match &departments {
                    None => None,
                    Some(departments) => Some(theirs(conn, departments, id)?),
                };
                let rows = store::list_absences(conn, of.as_deref(), after, limit)?;
                let people = People::find(conn, rows.iter().flat_map(absence_people))?;
                Ok::<_, EscalationError>((rows, people))
            })
            .await?;
        let page = Page::new(rows, query.limit, |row| (row.last_on, row.id));
        Ok(page.map(|row| absence_view(&people, row)))
    }

    /// Strikes an absence out.
    pub async fn strike_absence(&self, caller: StaffCaller, id: AbsenceId) -> Result<(), EscalationError> {
        self.db
            .transaction(move |conn| {
                let row = store::find_absence(conn, id)?.ok_or(EscalationError::NotFound)?;
                if !may_manage(conn, &caller, row.staff_id)? {
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
        let (now, sealer) = (self.clock.now(), self.sealer.clone());
        self.db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| {
                    check_staff(conn, Some(row.staff_id), "/staff_id")?;
                    store::insert_duty(conn, &row)?;
                    let people = People::find(conn, duty_people(&row))?;
                    Ok(duty_view(&directory, &people, row.clone()))
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
        // Who is on duty is told to every kind of role: no matter is in it.
        let only = caller.only_kinds(Operation::ReadAlarms).first().copied();
        let scope = only.map_or_else(
            || caller.scope_for(Operation::ReadAlarms),
            |kind| caller.scope_on(Operation::ReadAlarms, kind),
        );
        if scope.is_nowhere() {
            return Err(EscalationError::Forbidden);
        }
        let directory = self.tickets.rulebook().directory;
        let of = wanted(&directory, &scope, query.department.as_deref())?;
        let after = after.unwrap_or((self.today(), DutyId(Uuid::nil())));
        let limit = query.limit.with_one_more();
        let (rows, people) = self
            .db
            .read(move |conn| {
                let rows = store::list_duties(conn, of.as_deref(), after, limit)?;
                let people = People::find(conn, rows.iter().flat_map(duty_people))?;
                Ok::<_, EscalationError>((rows, people))
            })
            .await?;
        let page = Page::new(rows, query.limit, |row| (row.last_on, row.id));
        Ok(page.map(|row| duty_view(&directory, &people, row)))
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
    staff: Option<StaffId>,
    pointer: &'static str,
) -> Result<(), EscalationError> {
    let Some(staff) = staff else { return Ok(()) };
    Accounts::departments_of(conn, staff)?.map(|_| ()).ok_or(EscalationError::UnknownStaff(pointer))
}

/// Whether the caller enters and strikes out somebody's absences: their own, and those of the people of their departments.
fn may_manage(conn: &mut PgConnection, caller: &StaffCaller, of: StaffId) -> Result<bool, EscalationError> {
    if of == caller.id {
        return Ok(true);
    }
    let departments =
        Accounts::departments_of(conn, of)?.ok_or(EscalationError::UnknownStaff("/staff_id"))?;
    Ok(caller.may(Operation::ManageAbsences, &departments))
}

/// Whose absences are shown to somebody who manages these departments.
fn theirs(
    conn: &mut PgConnection,
    departments: &[i32],
    caller: StaffId,
) -> Result<Vec<StaffId>, EscalationError> {
    let mut of = if departments.is_empty() { Vec::new() } else { Accounts::members(conn, departments)? };
    of.push(caller);
    Ok(of)
}

fn absence_people(row: &AbsenceRow) -> impl Iterator<Item = StaffId> + use<> {
    [row.staff_id, row.entered_by].into_iter().chain(row.substitute_id)
}

fn absence_view(people: &People, row: AbsenceRow) -> AbsenceView {
    AbsenceView {
        id: row.id,
        staff: people.person(row.staff_id),
        first_on: row.first_on,
        last_on: row.last_on,
        substitute: people.perhaps(row.substitute_id),
        entered_by: people.person(row.entered_by),
    }
}

fn duty_people(row: &DutyRow) -> [StaffId; 2] {
    [row.staff_id, row.entered_by]
}

fn duty_view(directory: &Snapshot, people: &People, row: DutyRow) -> DutyView {
    let department = row.department_id.and_then(|id| directory.department(id));
    DutyView {
        id: row.id,
        post: row.post,
        department: department.map(|department| department.code.clone()),
        staff: people.person(row.staff_id),
        first_on: row.first_on,
        last_on: row.last_on,
        entered_by: people.person(row.entered_by),
    }
}
