//! Finds whom to tell of the alarms of one batch, asking for each role and department once: who works on it, else who is
//! on duty, else who holds the role. Whoever is away is replaced by their substitute; whoever cannot open it is passed over.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::PgConnection;

use super::ladder::{duty_at, duty_of, reminds_assignee, roles};
use crate::features::accounts::{Accounts, Powers, StaffContact};
use crate::features::directory::Snapshot;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::roster::{DutyPost, Roster};
use crate::platform::auth::caller::{Ownership, StaffId};
use crate::rules::permissions::Operation;
use crate::rules::vocabulary::{AlarmLevel, Kind, Metric, Role};

/// What an alarm is about, as far as it says whom to tell.
#[derive(Debug, Clone, Copy)]
pub(in crate::features::escalation) struct Subject {
    /// What sort of matter it is.
    pub kind: Kind,
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
    powers: Powers,
    known: HashSet<StaffId>,
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
        let (powers, known) = (Powers::default(), HashSet::new());
        let mut found =
            Recipients { sources, roster, powers, known, assignees, holders: HashMap::new(), readers: None };
        let named: Vec<StaffId> = found.roster.named().chain(ids).collect();
        found.learn(conn, &named)?;
        Ok(found)
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
        if let Some(contact) = assignee.and_then(|id| self.assignees.get(&id)).cloned() {
            let present = self.present(conn, subject, &[contact])?;
            if !present.is_empty() {
                return Ok(present);
            }
        }
        let duty = self.on_duty(conn, subject, level)?;
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
            let found = self.able(conn, subject, found)?;
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

    /// Those of these people who can open it, each replaced by a substitute who can while away; all who can when nobody would
    /// be left.
    pub fn present_or_all(
        &mut self,
        conn: &mut PgConnection,
        subject: Subject,
        contacts: Vec<StaffContact>,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        let able = self.able(conn, subject, contacts)?;
        let present = self.present(conn, subject, &able)?;
        Ok(if present.is_empty() { able } else { present })
    }

    /// Those of these people who can open what it is about and take notice of it: nobody is told of what is not there for
    /// them.
    pub fn able(
        &mut self,
        conn: &mut PgConnection,
        subject: Subject,
        mut contacts: Vec<StaffContact>,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        let ids: Vec<StaffId> = contacts.iter().map(|contact| contact.id).collect();
        self.learn(conn, &ids)?;
        contacts.retain(|contact| self.may_hear(subject, contact.id));
        Ok(contacts)
    }

    /// These people, each replaced by their substitute while away, without those who cannot open it.
    fn present(
        &mut self,
        conn: &mut PgConnection,
        subject: Subject,
        contacts: &[StaffContact],
    ) -> Result<Vec<StaffContact>, EscalationError> {
        let present = self.roster.present(contacts);
        self.able(conn, subject, present)
    }

    fn may_hear(&self, subject: Subject, id: StaffId) -> bool {
        let of = Ownership {
            kind: subject.kind,
            departments: subject.department_id.into_iter().collect(),
            assignees: subject.assignee_id.into_iter().collect(),
        };
        self.powers.may(id, Operation::AcknowledgeAlarm, &of)
    }

    /// Looks up what these people may do, unless that is known.
    fn learn(&mut self, conn: &mut PgConnection, ids: &[StaffId]) -> Result<(), EscalationError> {
        let new: Vec<StaffId> = ids.iter().copied().filter(|id| !self.known.contains(id)).collect();
        self.powers.extend(Accounts::powers(conn, self.sources.directory, &new)?);
        self.known.extend(new);
        Ok(())
    }

    fn on_duty(
        &mut self,
        conn: &mut PgConnection,
        subject: Subject,
        level: AlarmLevel,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        let Some(post) = duty_at(level) else { return Ok(Vec::new()) };
        for place in self.places(post, subject) {
            let found = self.able(conn, subject, self.roster.on_duty(post, place))?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
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
            let present = self.present(conn, subject, &holders)?;
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
