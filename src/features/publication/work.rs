//! A publication under one command: locked with its newest revision and findings, changed, and saved with what the
//! public sees of it.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::error::PublicationError;
use super::model::{PublicationAction, RevisionOrigin, next};
use super::published_copy;
use super::redaction::{Decider, RevisionKey};
use super::store::findings::{self, FindingRow};
use super::store::publications::{self, PublicationRow};
use super::store::revisions::{self, RevisionRow};
use crate::features::directory::Snapshot;
use crate::features::tickets::Tickets;
use crate::platform::auth::caller::Caller;
use crate::rules::personal_data::OfficialNumbers;

/// What stays the same for a whole command.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub caller: &'a Caller,
    pub city: &'a Snapshot,
    pub tickets: &'a Tickets,
    pub officials: &'a OfficialNumbers,
    pub now: DateTime<Utc>,
}

/// What a command means for the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    Show,
    Hide,
}

/// A publication at work.
pub(super) struct Work {
    pub publication: PublicationRow,
    pub revision: RevisionRow,
    pub findings: Vec<FindingRow>,
    pub findings_changed: bool,
}

impl Work {
    /// Reads the newest revision of a publication.
    pub fn open(conn: &mut PgConnection, publication: PublicationRow) -> Result<Work, PublicationError> {
        let revision = revisions::get(conn, publication.id, publication.revision)?;
        let findings = findings::list(conn, publication.id, publication.revision)?;
        Ok(Work { publication, revision, findings, findings_changed: false })
    }

    /// The departments a permission must cover one of.
    pub fn departments(&self) -> Vec<i32> {
        self.publication.department_id.into_iter().collect()
    }

    /// The key of the newest revision.
    pub fn key(&self, now: DateTime<Utc>) -> RevisionKey {
        RevisionKey { publication_id: self.publication.id, revision: self.revision.number, now }
    }

    /// Notes that this member of staff worked on the text: they cannot review it any more.
    pub fn touch(&mut self, desk: Desk<'_>) -> Result<Decider, PublicationError> {
        let staff_id = desk.caller.staff_id().ok_or(PublicationError::Forbidden)?;
        self.revision.editor_ids.retain(|editor| *editor != staff_id);
        self.revision.editor_ids.push(staff_id);
        self.revision.origin = RevisionOrigin::Staff;
        Ok(Decider { staff_id, now: desk.now })
    }

    /// What the caller may do now.
    pub fn allowed_actions(&self, caller: &Caller) -> Vec<PublicationAction> {
        let departments = self.departments();
        let is_editor = caller.staff_id().is_some_and(|staff| self.revision.editor_ids.contains(&staff));
        PublicationAction::ALL
            .iter()
            .copied()
            .filter(|action| next(self.publication.status, *action).is_some())
            .filter(|action| caller.may(action.operation(), &departments))
            .filter(|action| !(is_editor && *action == PublicationAction::Publish))
            .filter(|action| !(self.publication.submitter_refused && *action == PublicationAction::Revise))
            .collect()
    }

    /// Writes everything, and lets the public see what it should.
    pub fn save(
        mut self,
        conn: &mut PgConnection,
        desk: Desk<'_>,
        effect: Effect,
    ) -> Result<Work, PublicationError> {
        self.publication.updated_at = desk.now;
        self.publication.version = self.publication.version.saturating_add(1);
        if self.findings_changed {
            findings::delete(conn, self.publication.id, self.revision.number)?;
            findings::insert(conn, &self.findings)?;
            self.findings_changed = false;
        }
        self.revision = revisions::update(conn, &self.revision)?;
        publications::update(conn, &self.publication)?;
        match effect {
            Effect::Nothing => {}
            Effect::Show => published_copy::show(conn, desk.city, &self.publication, &self.revision)?,
            Effect::Hide => published_copy::hide(conn, &self.publication.public_no)?,
        }
        Ok(self)
    }
}
