//! Finds whom to tell of the alarms of one batch, asking for each role and department once: who works on it, else who is
//! on duty, else who holds the role. Whoever is away is replaced by their substitute.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;
use diesel::PgConnection;

use super::ladder::{duty_at, duty_of, reminds_assignee, roles};
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::directory::Snapshot;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::roster::{DutyPost, Roster};
use crate::platform::auth::caller::StaffId;
use crate::rules::vocabulary::{AlarmLevel, Metric, Role};

/// What an alarm is about, as far as it says whom to tell.
#[derive(Debug, Clone, Copy)]
pub(in crate::features::escalation) struct Subject {
    /// What the clock measures.
    pub metric: Metric,
    /// The department in charge; `None`: the desk.
    pub department_id: Option<i32>,
    /// Who works on it.
    pub assignee_id: Option<StaffId>,
}

/// Where recipients are found.
pub(in crate::features::escalation) struct Sources<'a> {
    /// Who holds which role.
    pub accounts: &'a Accounts,
    /// Which department is above which.
    pub directory: &'a Snapshot,
    /// User names of those who read the leader's brief; empty: the supervisors.
    pub brief_readers: &'a [String],
}

/// Whom to tell, as known in one transaction.
pub(in crate::features::escalation) struct Recipients<'a> {
    sources: Sources<'a>,
    roster: Roster,
    assignees: HashMap<StaffId, StaffContact>,
    holders: HashMap<(Role, Option<i32>), Vec<StaffContact>>,
    readers: Option<Vec<StaffContact>>,
}

impl<'a> Recipients<'a> {
    /// Looks the assignees of all subjects up at once, and who is away or on duty that day.
    pub fn of(
        sources: Sources<'a>,
        conn: &mut PgConnection,
        day: NaiveDate,
        subjects: &[Subject],
    ) -> Result<Recipients<'a>, EscalationError> {
        let ids: Vec<StaffId> = subjects.iter().filter_map(|subject| subject.assignee_id).collect();
        let assignees =
            if ids.is_empty() { HashMap::new() } else { sources.accounts.contacts(conn, &ids)? };
        let roster = Roster::on(conn, sources.accounts, day)?;
        Ok(Recipients { sources, roster, assignees, holders: HashMap::new(), readers: None })
    }

    /// Whom to tell of this level; empty when there is nobody up to the top of the ladder.
    pub fn find(
        &mut self,
        conn: &mut PgConnection,
        subject: Subject,
        level: AlarmLevel,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        if level == AlarmLevel::L3 {
            return self.readers(conn);
        }
        let assignee = subject.assignee_id.filter(|_| reminds_assignee(subject.metric, level));
        if let Some(contact) = assignee.and_then(|id| self.assignees.get(&id)) {
            let present = self.roster.present(std::slice::from_ref(contact));
            if !present.is_empty() {
                return Ok(present);
            }
        }
        let duty = self.on_duty(subject, level);
        if !duty.is_empty() {
            return Ok(duty);
        }
        self.holding(conn, subject, level)
    }

    /// Whom to tell when nobody acknowledged this level: the nearest above who were not told yet.
    pub fn find_above(
        &mut self,
        conn: &mut PgConnection,
        subject: Subject,
        level: AlarmLevel,
        told: &[StaffId],
    ) -> Result<Vec<StaffContact>, EscalationError> {
        for above in AlarmLevel::ALL.iter().filter(|above| **above > level) {
            let mut found = self.find(conn, subject, *above)?;
            found.retain(|contact| !told.contains(&contact.id));
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// Those who read the leader's brief.
    pub fn readers(&mut self, conn: &mut PgConnection) -> Result<Vec<StaffContact>, EscalationError> {
        if let Some(known) = &self.readers {
            return Ok(known.clone());
        }
        let Sources { accounts, brief_readers, .. } = self.sources;
        let named = match brief_readers {
            [] => accounts.recipients(conn, Role::Supervisor, None)?,
            names => accounts.contacts_named(conn, names)?,
        };
        let readers = self.roster.present_or_all(named);
        self.readers = Some(readers.clone());
        Ok(readers)
    }

    /// These people, each replaced by their substitute while away; all of them when nobody would be left.
    pub fn present_or_all(&self, contacts: Vec<StaffContact>) -> Vec<StaffContact> {
        self.roster.present_or_all(contacts)
    }

    fn on_duty(&self, subject: Subject, level: AlarmLevel) -> Vec<StaffContact> {
        let Some(post) = duty_at(level) else { return Vec::new() };
        let mut nearest =
            self.places(post, subject).into_iter().map(|place| self.roster.on_duty(post, place));
        nearest.find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Where to look for who is on duty, the nearest first; `None`: the whole city.
    fn places(&self, post: DutyPost, subject: Subject) -> Vec<Option<i32>> {
        let department = match post {
            DutyPost::Work => duty_of(subject.metric, subject.department_id),
            DutyPost::Supervision => subject.department_id,
        };
        let above = department.map(|id| self.sources.directory.ancestors(id)).unwrap_or_default();
        let departments = department.into_iter().chain(above.into_iter().map(|above| above.id));
        let mut places: Vec<Option<i32>> = departments.map(Some).collect();
        // The city's desk does no department's work; the city's supervisor supervises every department.
        if department.is_none() || post == DutyPost::Supervision {
            places.push(None);
        }
        places
    }

    /// The present holders of the first role that has any; when all are away and nobody stands in, they themselves.
    fn holding(
        &mut self,
        conn: &mut PgConnection,
        subject: Subject,
        level: AlarmLevel,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        let mut away = Vec::new();
        for role in roles(subject.metric, level, subject.department_id.is_some()) {
            let holders = self.holders(conn, *role, subject.department_id)?;
            let present = self.roster.present(&holders);
            if !present.is_empty() {
                return Ok(present);
            }
            if away.is_empty() {
                away = holders;
            }
        }
        Ok(away)
    }

    fn holders(
        &mut self,
        conn: &mut PgConnection,
        role: Role,
        department_id: Option<i32>,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        match self.holders.entry((role, department_id)) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(unknown) => {
                let found = self.sources.accounts.recipients(conn, role, department_id)?;
                Ok(unknown.insert(found).clone())
            }
        }
    }
}
