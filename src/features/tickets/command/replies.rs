//! Replies: drafted by one person, reviewed and sent by another, and sent exactly as reviewed.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::notices::NoticeContent;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::assists::has_open_assists;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::departments::lead;
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::error::{
    ASSISTS_OPEN, NOT_ALLOWED_NOW, NOT_WHAT_WAS_REVIEWED, SAME_PERSON, TicketError,
};
use crate::features::tickets::model::{ReplyId, ReplyKind, ReplyStatus, WorkOrderStatus};
use crate::features::tickets::store::replies::{self, NewReplyRow, ReplyRow};
use crate::features::tickets::store::work_orders;
use crate::platform::auth::caller::StaffId;
use crate::rules::bounds::digest;
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::{Outcome, State};
use crate::rules::text::Body;
use crate::rules::vocabulary::Metric;

/// A reply in the making.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteReply {
    /// What sort of reply.
    pub kind: ReplyKind,
    /// The reply.
    pub body: Body,
    /// For a final reply: how the matter ended (`resolved`, `partly_resolved`, `explained`, `not_feasible`).
    pub outcome: Option<Outcome>,
}

/// Which text the reviewer read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewedReply {
    /// The `content_digest` of the reply that was reviewed: 64 hexadecimal digits.
    #[serde(deserialize_with = "digest")]
    #[schema(min_length = 64, max_length = 64)]
    pub content_digest: String,
}

/// Drafts a reply.
#[derive(Debug, Clone)]
pub struct DraftReply(pub WriteReply);

/// Changes a draft.
#[derive(Debug, Clone)]
pub struct EditReply(pub ReplyId, pub WriteReply);

/// Hands a reply to the reviewer.
#[derive(Debug, Clone)]
pub struct SubmitReply(pub ReplyId);

/// Hands a reply back to its authors.
#[derive(Debug, Clone)]
pub struct ReturnReply(pub ReplyId, pub GiveReason);

/// Sends a reply.
#[derive(Debug, Clone)]
pub struct SendReply(pub ReplyId, pub ReviewedReply);

impl Action for DraftReply {
    fn command(&self) -> Command {
        Command::DraftReply
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        draft(case, &self.0)
    }
}

impl Action for EditReply {
    fn command(&self) -> Command {
        Command::DraftReply
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        edit(case, self.0, &self.1)
    }
}

impl Action for SubmitReply {
    fn command(&self) -> Command {
        Command::SubmitReply
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        submit(case, self.0)
    }
}

impl Action for ReturnReply {
    fn command(&self) -> Command {
        Command::ReturnReply
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        return_to_author(case, self.0, &self.1)
    }
}

impl Action for SendReply {
    fn command(&self) -> Command {
        Command::SendReply
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        send(case, self.0, &self.1)
    }
}

fn draft(case: &mut Case<'_>, request: &WriteReply) -> Result<(), TicketError> {
    case.require(Command::DraftReply)?;
    check_possible(case, request.kind)?;
    let row = NewReplyRow {
        id: ReplyId::new(case.now),
        ticket_id: case.ticket.id,
        cycle: case.ticket.cycle,
        kind: request.kind,
        status: ReplyStatus::Draft,
        origin: "staff",
        body: request.body.as_str(),
        outcome: outcome(request)?,
        author_ids: case.caller.staff_id().into_iter().collect(),
        created_at: case.now,
        sent_at: None,
    };
    let id = row.id;
    replies::insert(case.conn, &[row]).map_err(already_drafted)?;
    case.created_id = Some(id.0);
    Ok(())
}

/// Changes a draft. Whoever changes it becomes one of its authors, and cannot review it.
fn edit(case: &mut Case<'_>, id: ReplyId, request: &WriteReply) -> Result<(), TicketError> {
    let mut reply = find(case, id, ReplyStatus::Draft)?;
    if reply.kind != request.kind {
        return Err(TicketError::invalid("/kind", "kind_is_fixed"));
    }
    reply.outcome = outcome(request)?;
    reply.body = request.body.as_str().to_owned();
    add_authors(&mut reply, case.caller.staff_id());
    save(case, reply)
}

fn submit(case: &mut Case<'_>, id: ReplyId) -> Result<(), TicketError> {
    let mut reply = find(case, id, ReplyStatus::Draft)?;
    check_possible(case, reply.kind)?;
    if reply.kind == ReplyKind::Final {
        case.transition(Command::SubmitReply)?;
        if has_open_assists(case) {
            return Err(TicketError::Guard(ASSISTS_OPEN));
        }
        set_lead(case, WorkOrderStatus::Replied)?;
    }
    // The parts of assisting departments go into it, and whoever hands it in answers for it as if they had written it.
    let contributors = work_orders::list_contributors(case.conn, case.ticket.id)?;
    add_authors(&mut reply, contributors.into_iter().chain(case.caller.staff_id()));
    reply.status = ReplyStatus::InReview;
    reply.submitted_at = Some(case.now);
    reply.return_reason = None;
    record_if_final(case, &reply, EventKind::ReplySubmitted);
    save(case, reply)
}

fn return_to_author(case: &mut Case<'_>, id: ReplyId, request: &GiveReason) -> Result<(), TicketError> {
    let mut reply = find(case, id, ReplyStatus::InReview)?;
    check_other_person(case, &reply)?;
    if reply.kind == ReplyKind::Final {
        case.transition(Command::ReturnReply)?;
        set_lead(case, WorkOrderStatus::Returned)?;
    }
    reply.status = ReplyStatus::Draft;
    reply.return_reason = Some(request.reason.as_str().to_owned());
    record_if_final(case, &reply, EventKind::ReplyReturned);
    save(case, reply)
}

/// Sends a reply: by someone who wrote no part of it, and exactly the text that was reviewed.
fn send(case: &mut Case<'_>, id: ReplyId, request: &ReviewedReply) -> Result<(), TicketError> {
    let mut reply = find(case, id, ReplyStatus::InReview)?;
    check_other_person(case, &reply)?;
    if hex::encode(&reply.content_digest) != request.content_digest.to_ascii_lowercase() {
        return Err(TicketError::Guard(NOT_WHAT_WAS_REVIEWED));
    }
    reply.status = ReplyStatus::Sent;
    reply.reviewer_id = case.caller.staff_id();
    reply.reviewed_digest = Some(reply.content_digest.clone());
    reply.sent_at = Some(case.now);
    match reply.kind {
        ReplyKind::Final => conclude(case, &reply)?,
        ReplyKind::Interim => tell(case, &reply, Command::InterimReply, EventKind::InterimReplySent)?,
        ReplyKind::Supplement | ReplyKind::Correction => {
            tell(case, &reply, Command::Supplement, EventKind::SupplementSent)?;
            case.announce_answer();
        }
    }
    save(case, reply)
}

/// The final reply: stops the promises, opens the rating window, proposes publication.
fn conclude(case: &mut Case<'_>, reply: &ReplyRow) -> Result<(), TicketError> {
    check_other_reviewer(case)?;
    case.transition(Command::SendReply)?;
    case.stop_clock(Metric::Reply)?;
    case.stop_clock(Metric::WorkOrder)?;
    case.cancel_clocks("answered")?;
    set_lead(case, WorkOrderStatus::Accepted)?;
    work_orders::end_open(case.conn, case.ticket.id, WorkOrderStatus::Accepted, None, case.now)?;
    replies::discard_unsent(case.conn, case.ticket.id, Some(reply.id))?;
    case.ticket.lead_work_order_id = None;
    case.ticket.outcome = reply.outcome;
    case.ticket.answered_at = Some(case.now);
    case.void_extension_request()?;
    case.start_clock(Metric::Rating, case.now, None)?;
    case.record(EventKind::ReplySent, json!({"reply_id": reply.id, "outcome": reply.outcome}));
    let rate_by_on = case.due_on(Metric::Rating);
    let reference = case.reference();
    case.tell_submitter(NoticeContent::ReplySent { reference, rate_by_on });
    case.announce_answer();
    Ok(())
}

fn tell(
    case: &mut Case<'_>,
    reply: &ReplyRow,
    command: Command,
    event: EventKind,
) -> Result<(), TicketError> {
    case.transition(command)?;
    case.record(event, json!({"reply_id": reply.id, "kind": reply.kind}));
    let reference = case.reference();
    if reply.kind == ReplyKind::Interim {
        let reply_due_on = case.due_on(Metric::Reply);
        case.tell_submitter(NoticeContent::InterimReply { reference, reply_due_on });
    } else {
        case.tell_submitter(NoticeContent::Supplement { reference });
    }
    Ok(())
}

/// Final and interim replies belong to work in hand; supplements and corrections to an answer already sent.
fn check_possible(case: &Case<'_>, kind: ReplyKind) -> Result<(), TicketError> {
    let state = case.ticket.state;
    let fits = match kind {
        ReplyKind::Final => state == State::InProgress,
        ReplyKind::Interim => matches!(state, State::InProgress | State::InReview),
        ReplyKind::Supplement | ReplyKind::Correction => matches!(state, State::Answered | State::Closed),
    };
    if fits { Ok(()) } else { Err(TicketError::Guard(NOT_ALLOWED_NOW)) }
}

/// Invariant 6.
fn check_other_person(case: &Case<'_>, reply: &ReplyRow) -> Result<(), TicketError> {
    match case.caller.staff_id() {
        Some(staff) if reply.author_ids.contains(&staff) => Err(TicketError::Guard(SAME_PERSON)),
        _ => Ok(()),
    }
}

/// After a reopening another reviewer looks (domain.md §3).
fn check_other_reviewer(case: &mut Case<'_>) -> Result<(), TicketError> {
    if case.ticket.cycle == 1 {
        return Ok(());
    }
    let earlier = replies::list(case.conn, case.ticket.id)?;
    let me = case.caller.staff_id();
    let is_mine = |reply: &ReplyRow| {
        reply.kind == ReplyKind::Final && reply.reviewer_id.is_some() && reply.reviewer_id == me
    };
    if earlier.iter().any(is_mine) { Err(TicketError::Guard(SAME_PERSON)) } else { Ok(()) }
}

fn find(case: &mut Case<'_>, id: ReplyId, status: ReplyStatus) -> Result<ReplyRow, TicketError> {
    let reply = replies::find(case.conn, case.ticket.id, id)?.ok_or(TicketError::NotFound)?;
    if reply.status == status && reply.cycle == case.ticket.cycle {
        Ok(reply)
    } else {
        Err(TicketError::Guard(NOT_ALLOWED_NOW))
    }
}

/// Notes who had a hand in a reply, the last one last.
fn add_authors(reply: &mut ReplyRow, authors: impl IntoIterator<Item = StaffId>) {
    for author in authors {
        reply.author_ids.retain(|known| *known != author);
        reply.author_ids.push(author);
    }
}

fn save(case: &mut Case<'_>, mut reply: ReplyRow) -> Result<(), TicketError> {
    reply.version = reply.version.saturating_add(1);
    case.created_id = Some(reply.id.0);
    replies::update(case.conn, &reply)?;
    Ok(())
}

fn set_lead(case: &mut Case<'_>, status: WorkOrderStatus) -> Result<(), TicketError> {
    let mut lead = lead(case)?;
    lead.status = status;
    if !status.is_open() {
        lead.ended_at = Some(case.now);
    }
    case.update_work_order(lead)
}

fn record_if_final(case: &mut Case<'_>, reply: &ReplyRow, event: EventKind) {
    if reply.kind == ReplyKind::Final {
        case.record(event, json!({"reply_id": reply.id}));
    }
}

/// A final reply says how the matter ended; no other reply does.
fn outcome(request: &WriteReply) -> Result<Option<Outcome>, TicketError> {
    let is_answer = |outcome: Outcome| {
        matches!(
            outcome,
            Outcome::Resolved | Outcome::PartlyResolved | Outcome::Explained | Outcome::NotFeasible
        )
    };
    match (request.kind, request.outcome) {
        (ReplyKind::Final, Some(outcome)) if is_answer(outcome) => Ok(Some(outcome)),
        (ReplyKind::Final, _) => Err(TicketError::invalid("/outcome", "outcome_required")),
        (ReplyKind::Interim | ReplyKind::Supplement | ReplyKind::Correction, None) => Ok(None),
        (ReplyKind::Interim | ReplyKind::Supplement | ReplyKind::Correction, Some(_)) => {
            Err(TicketError::invalid("/outcome", "outcome_not_expected"))
        }
    }
}

fn already_drafted(error: diesel::result::Error) -> TicketError {
    match crate::platform::db::DbError::from(error) {
        crate::platform::db::DbError::Unique(_) => TicketError::Guard(NOT_ALLOWED_NOW),
        other => other.into(),
    }
}
