//! Answered letters from another system, published at once where nothing is found in them and held back otherwise.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::error::PublicationError;
use super::model::{PublicationStatus, RevisionOrigin, RevisionStatus};
use super::proposal::{Draft, Occasion, draft, take_numbers};
use super::published_copy;
use super::service::Publisher;
use super::store::entries::EntryRow;
use super::store::findings;
use super::store::publications;
use super::store::revisions::{self, NewRevisionRow, RevisionRow};
use crate::features::directory::Snapshot;
use crate::features::tickets::{AnsweredMatter, TicketId};
use crate::rules::reference::PublicNumber;

/// What became of an imported matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// Nothing was found, so it is shown.
    Published,
    /// Personal data may be in it: an editor has to look at this many places first.
    HeldBack {
        /// How many places.
        findings: usize,
    },
    /// The submitter refuses, or there is no answer: there is no publication.
    NotProposed,
}

/// An imported matter and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPublication {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its public number, if it has a publication.
    pub public_no: Option<PublicNumber>,
    /// What became of it.
    pub outcome: ImportOutcome,
}

impl Publisher {
    /// Publishes or holds back tickets that were just imported with their answers, in the caller's transaction and in a
    /// fixed number of statements. The tickets exist and have no publication; a few hundred at a time are best.
    pub fn publish_imported(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        matters: &[AnsweredMatter],
    ) -> Result<Vec<ImportedPublication>, PublicationError> {
        let rules = self.tickets.rulebook();
        let day = |at| rules.day(at);
        let on = Occasion { now, day: &day };
        let numbers = take_numbers(conn, rules.day(now), matters.len().max(1))?;
        let mut batch = Batch::default();
        for (matter, number) in matters.iter().zip(numbers) {
            let draft = draft(matter, number, &on).filter(|_| !matter.publication_refused);
            batch.add(&rules.directory, matter.ticket_id, number, draft, now);
        }
        batch.write(conn)
    }
}

/// What is written together.
#[derive(Default)]
struct Batch {
    publications: Vec<publications::PublicationRow>,
    revisions: Vec<NewRevisionRow>,
    findings: Vec<findings::FindingRow>,
    entries: Vec<EntryRow>,
    outcomes: Vec<ImportedPublication>,
}

impl Batch {
    fn add(
        &mut self,
        city: &Snapshot,
        ticket_id: TicketId,
        number: PublicNumber,
        draft: Option<Draft>,
        now: DateTime<Utc>,
    ) {
        let Some(mut draft) = draft else {
            let outcome = ImportOutcome::NotProposed;
            self.outcomes.push(ImportedPublication { ticket_id, public_no: None, outcome });
            return;
        };
        draft.revision.origin = RevisionOrigin::Import;
        let outcome = if draft.findings.is_empty() {
            publish(&mut draft, now);
            self.entries.push(entry(city, &draft));
            ImportOutcome::Published
        } else {
            draft.publication.status = PublicationStatus::Redacting;
            ImportOutcome::HeldBack { findings: draft.findings.len() }
        };
        self.outcomes.push(ImportedPublication { ticket_id, public_no: Some(number), outcome });
        self.publications.push(draft.publication);
        self.revisions.push(draft.revision);
        self.findings.append(&mut draft.findings);
    }

    fn write(self, conn: &mut PgConnection) -> Result<Vec<ImportedPublication>, PublicationError> {
        publications::insert(conn, &self.publications)?;
        revisions::insert(conn, &self.revisions)?;
        findings::insert(conn, &self.findings)?;
        published_copy::show_all(conn, self.entries)?;
        Ok(self.outcomes)
    }
}

fn publish(draft: &mut Draft, now: DateTime<Utc>) {
    draft.revision.status = RevisionStatus::Published;
    draft.revision.published_at = Some(now);
    draft.publication.status = PublicationStatus::Published;
    draft.publication.published_revision = Some(draft.publication.revision);
}

/// The entry of a revision that is about to be written; the database computes its digest.
fn entry(city: &Snapshot, draft: &Draft) -> EntryRow {
    let new = draft.revision.clone();
    let revision = RevisionRow {
        publication_id: new.publication_id,
        number: new.number,
        origin: new.origin,
        status: new.status,
        title: new.title,
        question: new.question,
        answer: new.answer,
        answer_digest: new.answer_digest,
        editor_ids: new.editor_ids,
        reviewer_id: None,
        return_reason: None,
        content_digest: Vec::new(),
        reviewed_digest: None,
        created_at: new.created_at,
        submitted_at: None,
        published_at: new.published_at,
    };
    published_copy::entry(city, &draft.publication, &revision)
}
