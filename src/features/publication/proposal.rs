//! What a sent answer proposes: a publication, or a new revision of the one that exists, with what was found in it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use sha2::{Digest, Sha256};

use super::error::PublicationError;
use super::model::{PublicationId, PublicationStatus, RevisionOrigin, RevisionStatus};
use super::redaction::{self, Earlier, Known, RevisionKey, Texts};
use super::store::findings::{self, FindingRow};
use super::store::publications::{self, PublicationRow};
use super::store::revisions::{self, NewRevisionRow};
use crate::features::tickets::{AnsweredMatter, ReplyKind, SentReply, TicketId, Tickets};
use crate::platform::auth::caller::StaffId;
use crate::rules::personal_data::{OfficialNumbers, Suspicion};
use crate::rules::reference::{PublicNumber, ReferenceError};
use crate::rules::text::PublishedText;
use crate::rules::texts::{Language, Sentence};

/// A first revision with its publication, ready to be written.
pub(super) struct Draft {
    pub publication: PublicationRow,
    pub revision: NewRevisionRow,
    pub findings: Vec<FindingRow>,
    /// Why somebody should read it although nothing is found.
    pub suspicion: Option<Suspicion>,
}

/// When a draft is made, how instants become days, and whose numbers are no personal data.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub now: DateTime<Utc>,
    pub officials: &'a OfficialNumbers,
    pub day: &'a dyn Fn(DateTime<Utc>) -> NaiveDate,
}

/// The matter as a first revision that nobody has looked at. `None`: it has no final reply.
pub(super) fn draft(matter: &AnsweredMatter, public_no: PublicNumber, on: &Occasion<'_>) -> Option<Draft> {
    let texts = texts(matter)?;
    let id = PublicationId::new(on.now);
    let key = RevisionKey { publication_id: id, revision: 1, now: on.now };
    let submitter = redaction::own_data(matter.submitter.as_ref());
    let known = Known { submitter: submitter.as_ref(), officials: on.officials };
    let findings = redaction::find(&texts, known, key);
    let suspicion = redaction::suspect(&texts, known);
    let publication = PublicationRow {
        id,
        ticket_id: matter.ticket_id,
        reference: matter.reference.clone(),
        public_no: public_no.to_string(),
        kind: matter.kind,
        category_id: matter.category_id,
        department_id: matter.department_id,
        received_on: (on.day)(matter.received_at),
        answered_on: (on.day)(matter.answered_at?),
        status: PublicationStatus::Proposed,
        revision: 1,
        published_revision: None,
        submitter_refused: false,
        withdrawal_reason: None,
        created_at: on.now,
        updated_at: on.now,
        version: 1,
    };
    let revision = new_revision(texts, key, RevisionOrigin::Staff, authors(&[], &matter.replies));
    Some(Draft { publication, revision, findings, suspicion })
}

/// A revision that is to be redacted; `editor_ids`: whose words stand in it.
pub(super) fn new_revision(
    texts: Texts,
    key: RevisionKey,
    origin: RevisionOrigin,
    editor_ids: Vec<StaffId>,
) -> NewRevisionRow {
    NewRevisionRow {
        publication_id: key.publication_id,
        number: key.revision,
        origin,
        status: RevisionStatus::Redacting,
        answer_digest: Sha256::digest(&texts.answer).to_vec(),
        title: texts.title,
        question: texts.question,
        answer: texts.answer,
        editor_ids,
        created_at: key.now,
        published_at: None,
    }
}

/// Who worked on the texts before and who wrote the answers: all of them have written some of what is to be reviewed.
fn authors(before: &[StaffId], replies: &[SentReply]) -> Vec<StaffId> {
    let mut authors: Vec<StaffId> = Vec::new();
    for author in before.iter().chain(replies.iter().flat_map(|reply| &reply.author_ids)) {
        if !authors.contains(author) {
            authors.push(*author);
        }
    }
    authors
}

/// The letter and its answer. `None`: no final reply was sent.
pub(super) fn texts(matter: &AnsweredMatter) -> Option<Texts> {
    let answer = answer(&matter.replies)?;
    Some(Texts { title: matter.title.clone(), question: matter.body.clone(), answer })
}

/// The final reply, and what was sent after it under a heading of its own; cut where no publication is as long.
fn answer(replies: &[SentReply]) -> Option<String> {
    if replies.is_empty() {
        return None;
    }
    let parts: Vec<String> = replies.iter().map(headed).collect();
    Some(parts.join("\n\n").chars().take(PublishedText::MAX_CHARS).collect())
}

fn headed(reply: &SentReply) -> String {
    match reply.kind {
        ReplyKind::Final | ReplyKind::Interim => reply.body.clone(),
        ReplyKind::Supplement => under("reply_heading-supplement", &reply.body),
        ReplyKind::Correction => under("reply_heading-correction", &reply.body),
    }
}

/// What is published is written in Chinese.
fn under(heading: &'static str, body: &str) -> String {
    format!("{}\n{body}", Sentence::new(heading).say(Language::Chinese))
}

/// The next `count` public numbers of the day's year.
pub(super) fn take_numbers(
    conn: &mut PgConnection,
    day: NaiveDate,
    count: usize,
) -> Result<Vec<PublicNumber>, PublicationError> {
    use chrono::Datelike;
    let year = i16::try_from(day.year()).map_err(|_| ReferenceError::Malformed)?;
    let count = i32::try_from(count).map_err(|_| ReferenceError::Malformed)?;
    let first = publications::take_numbers(conn, year, count)?;
    let number = |number: i32| {
        let number = u32::try_from(number).map_err(|_| ReferenceError::Malformed)?;
        Ok(PublicNumber::new(day, number)?)
    };
    (first..first.saturating_add(count)).map(number).collect()
}

/// Turns the ticket's present answer into a proposal, or into a new revision when it changed. Nothing is proposed for a
/// ticket whose submitter refuses, or that is not answered (any more).
pub(super) fn propose(
    tickets: &Tickets,
    conn: &mut PgConnection,
    on: &Occasion<'_>,
    ticket_id: TicketId,
) -> Result<(), PublicationError> {
    let known = publications::lock_by_ticket(conn, ticket_id)?;
    let matter = tickets.published_matter(conn, ticket_id)?;
    let Some(matter) = matter.filter(|matter| matter.is_answered && !matter.publication_refused) else {
        return Ok(());
    };
    match known {
        Some(known) if known.submitter_refused => Ok(()),
        Some(known) => renew(conn, on, known, &matter),
        None => create(conn, on, &matter),
    }
}

fn create(
    conn: &mut PgConnection,
    on: &Occasion<'_>,
    matter: &AnsweredMatter,
) -> Result<(), PublicationError> {
    let Some(number) = take_numbers(conn, (on.day)(on.now), 1)?.into_iter().next() else { return Ok(()) };
    let Some(draft) = draft(matter, number, on) else { return Ok(()) };
    publications::insert(conn, &[draft.publication])?;
    revisions::insert(conn, &[draft.revision])?;
    findings::insert(conn, &draft.findings)?;
    Ok(())
}

/// The next revision: title and letter as they were redacted last, and the answer as it was sent now.
fn renew(
    conn: &mut PgConnection,
    on: &Occasion<'_>,
    mut publication: PublicationRow,
    matter: &AnsweredMatter,
) -> Result<(), PublicationError> {
    let Some(fresh) = texts(matter) else { return Ok(()) };
    let last = revisions::get(conn, publication.id, publication.revision)?;
    let fresh = Texts { title: last.title.clone(), question: last.question.clone(), answer: fresh.answer };
    let key = RevisionKey { publication_id: publication.id, revision: last.number + 1, now: on.now };
    let editor_ids = authors(&last.editor_ids, &matter.replies);
    let revision = new_revision(fresh.clone(), key, RevisionOrigin::Staff, editor_ids);
    if revision.answer_digest == last.answer_digest {
        return Ok(());
    }
    let before = findings::list(conn, publication.id, last.number)?;
    let earlier = Earlier { texts: &last.texts(), findings: &before };
    let submitter = redaction::own_data(matter.submitter.as_ref());
    let found = redaction::find_again(
        &fresh,
        Known { submitter: submitter.as_ref(), officials: on.officials },
        key,
        &earlier,
    );
    if publication.published_revision != Some(last.number) {
        revisions::set_status(conn, publication.id, last.number, RevisionStatus::Superseded)?;
    }
    revisions::insert(conn, &[revision])?;
    findings::insert(conn, &found)?;
    publication.revision = key.revision;
    publication.status = PublicationStatus::Redacting;
    publication.withdrawal_reason = None;
    publication.department_id = matter.department_id;
    publication.answered_on = matter.answered_at.map_or(publication.answered_on, |at| (on.day)(at));
    publication.updated_at = on.now;
    publication.version += 1;
    publications::update(conn, &publication)?;
    Ok(())
}
