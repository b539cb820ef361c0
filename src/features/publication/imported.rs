//! Answered letters from another system. Published unseen is only what was public before and what nothing speaks
//! against: no finding, no word that announces personal data, no number that nothing explains. The rest waits.

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
use crate::rules::personal_data::Suspicion;
use crate::rules::reference::PublicNumber;
use crate::text_enum;

text_enum! {
    /// Why an imported matter waits for an editor.
    pub enum HeldBackFor {
        /// Nobody says that its source was public.
        SourceNotPublic = "source_not_public",
        /// Personal data was found.
        Finding = "finding",
        /// A word announces a name.
        NameAnnounced = "name_announced",
        /// A word announces other personal data.
        DataAnnounced = "data_announced",
        /// There is a long number that nothing explains.
        UnexplainedNumber = "unexplained_number",
        /// There is an at sign.
        AtSign = "at_sign",
    }
}

impl From<Suspicion> for HeldBackFor {
    fn from(suspicion: Suspicion) -> HeldBackFor {
        match suspicion {
            Suspicion::NameAnnounced => HeldBackFor::NameAnnounced,
            Suspicion::DataAnnounced => HeldBackFor::DataAnnounced,
            Suspicion::UnexplainedNumber => HeldBackFor::UnexplainedNumber,
            Suspicion::AtSign => HeldBackFor::AtSign,
        }
    }
}

/// Whether the texts of a source stood before everybody already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceWas {
    /// Everybody could read them.
    Public,
    /// Nobody says so.
    NotPublic,
}

/// What became of an imported matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It was public before, nothing was found and nothing announces personal data, so it is shown.
    Published,
    /// An editor has to look at it first.
    HeldBack(HeldBackFor),
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
        source: SourceWas,
    ) -> Result<Vec<ImportedPublication>, PublicationError> {
        let rules = self.tickets.rulebook();
        let day = |at| rules.day(at);
        let on = Occasion { now, officials: &self.officials, day: &day };
        let numbers = take_numbers(conn, rules.day(now), matters.len().max(1))?;
        let mut batch = Batch::of(source);
        for (matter, number) in matters.iter().zip(numbers) {
            let draft = draft(matter, number, &on).filter(|_| !matter.publication_refused);
            batch.add(&rules.directory, matter.ticket_id, number, draft, now);
        }
        batch.write(conn)
    }
}

/// What is written together.
struct Batch {
    source: SourceWas,
    publications: Vec<publications::PublicationRow>,
    revisions: Vec<NewRevisionRow>,
    findings: Vec<findings::FindingRow>,
    entries: Vec<EntryRow>,
    outcomes: Vec<ImportedPublication>,
}

impl Batch {
    fn of(source: SourceWas) -> Batch {
        Batch {
            source,
            publications: Vec::new(),
            revisions: Vec::new(),
            findings: Vec::new(),
            entries: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// Why the draft is not to be published unseen, if there is a reason.
    fn reason_to_wait(&self, draft: &Draft) -> Option<HeldBackFor> {
        if !draft.findings.is_empty() {
            return Some(HeldBackFor::Finding);
        }
        let suspicion = draft.suspicion.map(HeldBackFor::from);
        suspicion.or((self.source == SourceWas::NotPublic).then_some(HeldBackFor::SourceNotPublic))
    }

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
        draft.revision.editor_ids.clear();
        let outcome = match self.reason_to_wait(&draft) {
            None => {
                publish(&mut draft, now);
                self.entries.push(entry(city, &draft));
                ImportOutcome::Published
            }
            Some(reason) => {
                draft.publication.status = PublicationStatus::Redacting;
                ImportOutcome::HeldBack(reason)
            }
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
