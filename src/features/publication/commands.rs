//! What each command changes. Every function leaves the publication as it is to be saved.

use diesel::PgConnection;

use super::error::{
    EDITOR_CANNOT_REVIEW, FINDING_SETTLED, FINDINGS_OPEN, NOT_THE_REVIEWED_TEXT, PublicationError,
    SUBMITTER_REFUSES,
};
use super::model::{FindingId, FindingStatus, PublicationStatus, RevisionOrigin, RevisionStatus, next};
use super::proposal::new_revision;
use super::redaction::{self, Earlier, Known, RevisionKey, Texts};
use super::requests::{EditPublication, PublicationCommand, PublishRevision};
use super::store::revisions;
use super::work::{Desk, Effect, Work};
use crate::features::tickets::GiveReason;

/// Carries a command out, if it is possible where the publication stands.
pub(super) fn carry_out(
    work: &mut Work,
    conn: &mut PgConnection,
    desk: Desk<'_>,
    command: &PublicationCommand,
) -> Result<Effect, PublicationError> {
    let (action, status) = (command.action(), work.publication.status);
    let Some(to) = next(status, action) else {
        let allowed = work.allowed_actions(desk.caller);
        return Err(PublicationError::NotAllowed { action, status, allowed });
    };
    let effect = match command {
        PublicationCommand::Edit(request) => edit(work, conn, desk, request)?,
        PublicationCommand::Mask(id) => mask(work, desk, *id)?,
        PublicationCommand::MaskAll => mask_all(work, desk)?,
        PublicationCommand::Keep(id, reason) => keep(work, desk, *id, reason)?,
        PublicationCommand::Submit => submit(work, desk)?,
        PublicationCommand::Return(reason) => return_to_editors(work, reason),
        PublicationCommand::Publish(request) => publish(work, conn, desk, request)?,
        PublicationCommand::Withdraw(reason) => withdraw(work, conn, reason.reason.as_str())?,
        PublicationCommand::Revise => revise(work, conn, desk)?,
    };
    work.publication.status = to;
    Ok(effect)
}

fn edit(
    work: &mut Work,
    conn: &mut PgConnection,
    desk: Desk<'_>,
    request: &EditPublication,
) -> Result<Effect, PublicationError> {
    work.touch(desk)?;
    let texts = Texts {
        title: request.title.as_str().to_owned(),
        question: request.question.as_str().to_owned(),
        answer: request.answer.as_str().to_owned(),
    };
    let matter = desk.tickets.published_matter(conn, work.publication.ticket_id)?;
    let submitter = redaction::own_data(matter.and_then(|matter| matter.submitter).as_ref());
    let known = Known { submitter: submitter.as_ref(), officials: desk.officials };
    let earlier = Earlier { texts: &work.revision.texts(), findings: &work.findings };
    work.findings = redaction::find_again(&texts, known, work.key(desk.now), &earlier);
    work.findings_changed = true;
    put(work, texts);
    Ok(Effect::Nothing)
}

fn put(work: &mut Work, texts: Texts) {
    work.revision.title = texts.title;
    work.revision.question = texts.question;
    work.revision.answer = texts.answer;
    work.revision.status = RevisionStatus::Redacting;
}

fn mask(work: &mut Work, desk: Desk<'_>, id: FindingId) -> Result<Effect, PublicationError> {
    let by = work.touch(desk)?;
    let mut texts = work.revision.texts();
    if !redaction::mask(&mut texts, &mut work.findings, id, by) {
        return Err(not_open(work, id));
    }
    work.findings_changed = true;
    put(work, texts);
    Ok(Effect::Nothing)
}

fn mask_all(work: &mut Work, desk: Desk<'_>) -> Result<Effect, PublicationError> {
    let by = work.touch(desk)?;
    let mut texts = work.revision.texts();
    let open = work.findings.iter().filter(|finding| finding.status == FindingStatus::Open);
    for id in open.map(|finding| finding.id).collect::<Vec<_>>() {
        redaction::mask(&mut texts, &mut work.findings, id, by);
    }
    work.findings_changed = true;
    put(work, texts);
    Ok(Effect::Nothing)
}

fn keep(
    work: &mut Work,
    desk: Desk<'_>,
    id: FindingId,
    reason: &GiveReason,
) -> Result<Effect, PublicationError> {
    let by = work.touch(desk)?;
    if !redaction::keep_as_is(&mut work.findings, id, reason.reason.as_str(), by) {
        return Err(not_open(work, id));
    }
    work.findings_changed = true;
    Ok(Effect::Nothing)
}

fn not_open(work: &Work, id: FindingId) -> PublicationError {
    let is_known = work.findings.iter().any(|finding| finding.id == id);
    if is_known { PublicationError::Guard(FINDING_SETTLED) } else { PublicationError::NotFound }
}

fn submit(work: &mut Work, desk: Desk<'_>) -> Result<Effect, PublicationError> {
    check_nothing_open(work)?;
    work.touch(desk)?;
    work.revision.status = RevisionStatus::InReview;
    work.revision.submitted_at = Some(desk.now);
    work.revision.return_reason = None;
    Ok(Effect::Nothing)
}

fn return_to_editors(work: &mut Work, reason: &GiveReason) -> Effect {
    work.revision.status = RevisionStatus::Redacting;
    work.revision.return_reason = Some(reason.reason.as_str().to_owned());
    Effect::Nothing
}

/// Shows the revision: by somebody who did not work on it, exactly the text they read, and not against the submitter.
fn publish(
    work: &mut Work,
    conn: &mut PgConnection,
    desk: Desk<'_>,
    request: &PublishRevision,
) -> Result<Effect, PublicationError> {
    let reviewer = desk.caller.staff_id().ok_or(PublicationError::Forbidden)?;
    if work.revision.editor_ids.contains(&reviewer) {
        return Err(PublicationError::Guard(EDITOR_CANNOT_REVIEW));
    }
    if hex::encode(&work.revision.content_digest) != request.content_digest.to_ascii_lowercase() {
        return Err(PublicationError::Guard(NOT_THE_REVIEWED_TEXT));
    }
    check_nothing_open(work)?;
    check_not_refused(work, conn, desk)?;
    if let Some(shown) = work.publication.published_revision {
        revisions::set_status(conn, work.publication.id, shown, RevisionStatus::Superseded)?;
    }
    work.revision.status = RevisionStatus::Published;
    work.revision.reviewer_id = Some(reviewer);
    work.revision.reviewed_digest = Some(work.revision.content_digest.clone());
    work.revision.published_at = Some(desk.now);
    work.publication.published_revision = Some(work.revision.number);
    Ok(Effect::Show)
}

/// Ends what is shown and what is in work.
pub(super) fn withdraw(
    work: &mut Work,
    conn: &mut PgConnection,
    reason: &str,
) -> Result<Effect, PublicationError> {
    let shown = work.publication.published_revision.take();
    if let Some(shown) = shown.filter(|shown| *shown != work.revision.number) {
        revisions::set_status(conn, work.publication.id, shown, RevisionStatus::Withdrawn)?;
    }
    work.revision.status = RevisionStatus::Withdrawn;
    work.publication.status = PublicationStatus::Withdrawn;
    work.publication.withdrawal_reason = Some(reason.to_owned());
    Ok(if shown.is_some() { Effect::Hide } else { Effect::Nothing })
}

/// Begins the next revision with the texts of the last one, and with whoever wrote them.
fn revise(work: &mut Work, conn: &mut PgConnection, desk: Desk<'_>) -> Result<Effect, PublicationError> {
    check_not_refused(work, conn, desk)?;
    let texts = work.revision.texts();
    let number = work.revision.number + 1;
    let key = RevisionKey { revision: number, ..work.key(desk.now) };
    let earlier = Earlier { texts: &texts, findings: &work.findings };
    let found =
        redaction::find_again(&texts, Known { submitter: None, officials: desk.officials }, key, &earlier);
    let mut row = new_revision(texts, key, RevisionOrigin::Staff, work.revision.editor_ids.clone());
    row.answer_digest.clone_from(&work.revision.answer_digest);
    revisions::insert(conn, &[row])?;
    work.revision = revisions::get(conn, work.publication.id, number)?;
    work.findings = found;
    work.findings_changed = true;
    work.publication.revision = number;
    work.publication.withdrawal_reason = None;
    work.touch(desk)?;
    Ok(Effect::Nothing)
}

fn check_nothing_open(work: &Work) -> Result<(), PublicationError> {
    let is_open = work.findings.iter().any(|finding| finding.status == FindingStatus::Open);
    if is_open { Err(PublicationError::Guard(FINDINGS_OPEN)) } else { Ok(()) }
}

fn check_not_refused(work: &Work, conn: &mut PgConnection, desk: Desk<'_>) -> Result<(), PublicationError> {
    let refuses = work.publication.submitter_refused
        || desk.tickets.refuses_publication(conn, work.publication.ticket_id)?;
    if refuses { Err(PublicationError::Guard(SUBMITTER_REFUSES)) } else { Ok(()) }
}
