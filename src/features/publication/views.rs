//! Publications as staff see them. What the public sees is made by whoever shows the public projection.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{
    FindingId, FindingStatus, PublicationAction, PublicationId, PublicationStatus, RevisionOrigin,
    RevisionStatus,
};
use super::redaction::{Texts, words};
use super::store::findings::FindingRow;
use super::store::publications::PublicationRow;
use super::store::revisions::RevisionRow;
use super::work::Work;
use crate::features::accounts::{People, Person};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::Caller;
use crate::platform::http::versioned::Versioned;
use crate::rules::personal_data::{Confidence, FindingKind, Part};
use crate::rules::vocabulary::Kind;

/// A publication in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicationItem {
    /// Identifier.
    pub id: PublicationId,
    /// The ticket's reference.
    pub reference: String,
    /// The number the public knows it by.
    pub public_no: String,
    /// Where the newest revision stands.
    pub status: PublicationStatus,
    /// What sort of matter.
    pub kind: Kind,
    /// Code of the category.
    pub category: Option<String>,
    /// Code of the department that answered.
    pub department: Option<String>,
    /// The title of the newest revision.
    pub title: String,
    /// The newest revision.
    pub revision: i32,
    /// The revision that the public sees; `null` when it sees none.
    pub published_revision: Option<i32>,
    /// How many findings of the newest revision nobody has decided on.
    pub open_findings: i64,
    /// The day of the answer.
    pub answered_on: NaiveDate,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// The version, as in the ETag.
    pub version: i32,
}

impl PublicationItem {
    pub(super) fn new(
        city: &Snapshot,
        row: PublicationRow,
        title: String,
        open_findings: i64,
    ) -> PublicationItem {
        PublicationItem {
            id: row.id,
            category: category_code(city, &row),
            department: department_code(city, &row),
            reference: row.reference,
            public_no: row.public_no,
            status: row.status,
            kind: row.kind,
            title,
            revision: row.revision,
            published_revision: row.published_revision,
            open_findings,
            answered_on: row.answered_on,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A publication with its newest revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicationView {
    /// Identifier.
    pub id: PublicationId,
    /// The ticket's reference.
    pub reference: String,
    /// The number the public knows it by.
    pub public_no: String,
    /// Where the newest revision stands.
    pub status: PublicationStatus,
    /// What sort of matter.
    pub kind: Kind,
    /// Code of the category.
    pub category: Option<String>,
    /// Code of the department that answered.
    pub department: Option<String>,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The day of the answer.
    pub answered_on: NaiveDate,
    /// Whether the submitter objects: then it is never shown.
    pub submitter_refused: bool,
    /// Why it was withdrawn.
    pub withdrawal_reason: Option<String>,
    /// The newest revision.
    pub revision: RevisionView,
    /// What the public sees while a newer revision is in work; `null` when that is the newest, or nothing.
    pub published: Option<RevisionView>,
    /// What this caller may do now.
    pub allowed_actions: Vec<PublicationAction>,
    /// The version, as in the ETag.
    pub version: i32,
}

/// One revision of a publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RevisionView {
    /// Its number, from 1.
    pub number: i32,
    /// Where its text comes from.
    pub origin: RevisionOrigin,
    /// Where it stands.
    pub status: RevisionStatus,
    /// The title.
    pub title: String,
    /// The letter.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// SHA-256 over the three texts: what a reviewer names when publishing.
    pub content_digest: String,
    /// What was found in the texts, in their order.
    pub findings: Vec<FindingView>,
    /// Whose words stand in it, in the answer and in what was redacted, the last one last. None of them can review it.
    #[serde(alias = "editor_ids")]
    pub editors: Vec<Person>,
    /// Who reviewed it.
    #[serde(alias = "reviewer_id")]
    pub reviewer: Option<Person>,
    /// Why it was last returned to the editors.
    pub return_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was handed to a reviewer.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

/// A place that may hold personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FindingView {
    /// Identifier.
    pub id: FindingId,
    /// In which text.
    pub field: Part,
    /// Where it begins, in characters.
    pub start: i32,
    /// Where it ends (exclusive), in characters.
    pub end: i32,
    /// What sort of personal data.
    pub kind: FindingKind,
    /// How sure that is.
    pub confidence: Confidence,
    /// The words that stand there.
    pub text: String,
    /// What would stand there instead.
    pub label: String,
    /// What was decided.
    pub status: FindingStatus,
    /// Why it was kept.
    pub reason: Option<String>,
}

impl PublicationView {
    pub(super) fn new(
        (city, people): (&Snapshot, &People),
        caller: &Caller,
        work: Work,
        shown: Option<RevisionRow>,
    ) -> PublicationView {
        let allowed_actions = work.allowed_actions(caller);
        let row = work.publication;
        PublicationView {
            id: row.id,
            category: category_code(city, &row),
            department: department_code(city, &row),
            reference: row.reference,
            public_no: row.public_no,
            status: row.status,
            kind: row.kind,
            received_on: row.received_on,
            answered_on: row.answered_on,
            submitter_refused: row.submitter_refused,
            withdrawal_reason: row.withdrawal_reason,
            revision: RevisionView::new(work.revision, work.findings, people),
            published: shown.map(|revision| RevisionView::new(revision, Vec::new(), people)),
            allowed_actions,
            version: row.version,
        }
    }
}

impl Versioned for PublicationView {
    fn version(&self) -> i32 {
        self.version
    }
}

impl RevisionView {
    fn new(row: RevisionRow, findings: Vec<FindingRow>, people: &People) -> RevisionView {
        let texts = row.texts();
        let mut findings: Vec<FindingView> =
            findings.into_iter().map(|finding| FindingView::new(&texts, finding)).collect();
        findings.sort_by_key(|finding| (finding.field, finding.start));
        RevisionView {
            number: row.number,
            origin: row.origin,
            status: row.status,
            title: row.title,
            question: row.question,
            answer: row.answer,
            content_digest: hex::encode(row.content_digest),
            findings,
            editors: people.all(&row.editor_ids),
            reviewer: people.perhaps(row.reviewer_id),
            return_reason: row.return_reason,
            created_at: row.created_at,
            submitted_at: row.submitted_at,
            published_at: row.published_at,
        }
    }
}

impl FindingView {
    fn new(texts: &Texts, row: FindingRow) -> FindingView {
        FindingView {
            text: words(texts, &row),
            id: row.id,
            field: row.field,
            start: row.start_char,
            end: row.end_char,
            kind: row.kind,
            confidence: row.confidence,
            label: row.kind.label().to_owned(),
            status: row.status,
            reason: row.reason,
        }
    }
}

fn category_code(city: &Snapshot, row: &PublicationRow) -> Option<String> {
    city.category(row.category_id).map(|category| category.code.clone())
}

fn department_code(city: &Snapshot, row: &PublicationRow) -> Option<String> {
    row.department_id.and_then(|id| city.department(id)).map(|department| department.code.clone())
}
