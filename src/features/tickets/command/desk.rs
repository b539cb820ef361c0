//! The intake desk: accept, hand outside, merge, spam.

use serde_json::json;

use crate::features::tickets::clock::engine::SPAM;
use crate::features::tickets::clock::promise::{Promise, owed};
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::{Action, authorise};
use crate::features::tickets::command::requests::{GiveReason, Merge, TransferOut};
use crate::features::tickets::error::{NO_SUCH_TICKET, OTHER_SUBMITTER, TicketError};
use crate::features::tickets::model::WorkOrderStatus;
use crate::features::tickets::store::submitters::SubmitterRow;
use crate::features::tickets::store::tickets::TicketRow;
use crate::features::tickets::store::{approvals, submitters, tickets, work_orders};
use crate::platform::mail::Template;
use crate::rules::history::EventKind;
use crate::rules::transitions::{Command, Outcome};
use crate::rules::vocabulary::Metric;

/// Stops the acceptance clock and starts the promise to the citizen, which counts from receipt, or from that of a ticket
/// that was joined to this one.
pub fn accept(case: &mut Case<'_>) -> Result<(), TicketError> {
    case.transition(Command::Accept)?;
    case.stop_clock(Metric::Accept)?;
    case.start_promise(Metric::Reply)?;
    approvals::void_pending(case.conn, case.ticket.id, case.now)?;
    case.record(EventKind::Accepted, json!({}));
    Ok(())
}

pub fn transfer_out(case: &mut Case<'_>, request: &TransferOut) -> Result<(), TicketError> {
    case.transition(Command::TransferOut)?;
    end(case, Outcome::TransferredOut, "transferred_out")?;
    let (recipient, contact) = (request.recipient.as_str(), request.contact.as_str());
    case.record(
        EventKind::TransferredOut,
        json!({"recipient": recipient, "contact": contact, "reason": request.reason.as_str()}),
    );
    case.tell_submitter(Template::TransferredOut, &[("recipient", recipient), ("contact", contact)]);
    Ok(())
}

/// Joins this ticket to another of the same submitter, its root. The root goes on with the earlier of the two promises;
/// nothing of this one is lost. Both are locked already, the lower id first ([`tickets::lock_pair`]).
pub fn merge(case: &mut Case<'_>, request: &Merge) -> Result<(), TicketError> {
    let root = find_root(case, request)?;
    if !is_same_submitter(case, root.id)? {
        return Err(TicketError::Guard(OTHER_SUBMITTER));
    }
    case.transition(Command::Merge)?;
    let promise = case.promise_to_pass_on(owed(&root))?;
    end(case, Outcome::Merged, "merged")?;
    case.ticket.merged_into = Some(root.id);
    case.record(EventKind::Merged, json!({"into": root.reference}));
    case.tell_submitter(Template::Merged, &[("into", &root.reference)]);
    receive(case, root, promise)
}

/// The open ticket that this one is to be joined to. One that the caller may not see is none: neither that it exists nor
/// whose it is may show.
fn find_root(case: &mut Case<'_>, request: &Merge) -> Result<TicketRow, TicketError> {
    let missing = || TicketError::Guard(NO_SUCH_TICKET);
    let root = tickets::lock_by_reference(case.conn, &request.into.to_string())?.ok_or_else(missing)?;
    let root = Case::open(&mut *case.conn, root, case.rules, case.caller, case.now)?;
    authorise(&root, &Action::Merge(request.clone())).map_err(|error| match error {
        TicketError::NotFound => missing(),
        other => other,
    })?;
    let root = root.ticket;
    if root.id == case.ticket.id || !root.state.is_open() {
        return Err(missing());
    }
    Ok(root)
}

/// The root takes the promise over if it is the earlier one, and its handlers see in its history what was joined to it.
fn receive(case: &mut Case<'_>, root: TicketRow, promise: Promise) -> Result<(), TicketError> {
    let reference = case.ticket.reference.clone();
    let mut root = Case::open(&mut *case.conn, root, case.rules, case.caller, case.now)?;
    root.record_unseen_breaches()?;
    let data = match root.take_over(promise)? {
        None => json!({"reference": reference}),
        Some(moved) => json!({"reference": reference, "metric": moved.metric,
                              "due_at_before": moved.due_at_before, "due_at": moved.due_at}),
    };
    root.record(EventKind::MergedIn, data);
    root.save()?;
    Ok(())
}

pub fn mark_spam(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::MarkSpam)?;
    case.cancel_clocks(SPAM)?;
    approvals::void_pending(case.conn, case.ticket.id, case.now)?;
    case.record(EventKind::MarkedSpam, json!({"reason": request.reason.as_str()}));
    Ok(())
}

/// Brings a ticket back to where it stood, with the promise it had: our mistake buys us no time.
pub fn restore(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::Restore)?;
    case.restore_promise()?;
    case.record(EventKind::Restored, json!({"reason": request.reason.as_str()}));
    Ok(())
}

/// Ends whatever is still going on with a ticket that ends here.
pub fn end(case: &mut Case<'_>, outcome: Outcome, cause: &'static str) -> Result<(), TicketError> {
    case.cancel_clocks(cause)?;
    work_orders::end_open(case.conn, case.ticket.id, WorkOrderStatus::Recalled, Some(cause), case.now)?;
    approvals::void_pending(case.conn, case.ticket.id, case.now)?;
    case.ticket.lead_work_order_id = None;
    case.ticket.outcome = Some(outcome);
    Ok(())
}

/// By the blind indexes: the same telephone number or the same mail address.
fn is_same_submitter(
    case: &mut Case<'_>,
    other: crate::features::tickets::model::TicketId,
) -> Result<bool, TicketError> {
    let (mine, theirs) = (submitters::find(case.conn, case.ticket.id)?, submitters::find(case.conn, other)?);
    let same = |mine: &SubmitterRow, theirs: &SubmitterRow| {
        let equal = |a: &Option<Vec<u8>>, b: &Option<Vec<u8>>| a.is_some() && a == b;
        equal(&mine.phone_index, &theirs.phone_index) || equal(&mine.mail_index, &theirs.mail_index)
    };
    Ok(mine.zip(theirs).is_some_and(|(mine, theirs)| same(&mine, &theirs)))
}
