//! The intake desk: accept, hand outside, spam.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::notices::NoticeContent;
use crate::features::tickets::clock::engine::SPAM;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::store::approvals;
use crate::rules::commands::Command;
use crate::rules::lifecycle::{EventKind, Outcome};
use crate::rules::text::{Reason, ShortText};
use crate::rules::vocabulary::Metric;

/// Accepts the ticket.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {}

/// Hands the ticket to a body outside this system.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferOut {
    /// The body's name.
    pub recipient: ShortText,
    /// How the citizen reaches it.
    pub contact: ShortText,
    /// Why it is competent.
    pub reason: Reason,
}

/// Puts the ticket aside as spam.
#[derive(Debug, Clone)]
pub struct MarkSpam(pub GiveReason);

/// Brings the ticket back from spam.
#[derive(Debug, Clone)]
pub struct Restore(pub GiveReason);

impl Action for Accept {
    fn command(&self) -> Command {
        Command::Accept
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        accept(case)
    }
}

impl Action for TransferOut {
    fn command(&self) -> Command {
        Command::TransferOut
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        transfer_out(case, self)
    }
}

impl Action for MarkSpam {
    fn command(&self) -> Command {
        Command::MarkSpam
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        mark_spam(case, &self.0)
    }
}

impl Action for Restore {
    fn command(&self) -> Command {
        Command::Restore
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        restore(case, &self.0)
    }
}

/// Stops the acceptance clock and starts the promise to the citizen, which counts from receipt, or from that of a ticket
/// that was joined to this one.
fn accept(case: &mut Case<'_>) -> Result<(), TicketError> {
    case.transition(Command::Accept)?;
    case.stop_clock(Metric::Accept)?;
    case.start_promise(Metric::Reply)?;
    approvals::void_pending(case.conn, case.ticket.id, case.now)?;
    case.record(EventKind::Accepted, json!({}));
    Ok(())
}

fn transfer_out(case: &mut Case<'_>, request: &TransferOut) -> Result<(), TicketError> {
    case.transition(Command::TransferOut)?;
    case.conclude(Outcome::TransferredOut, "transferred_out")?;
    let (recipient, contact) = (request.recipient.as_str(), request.contact.as_str());
    case.record(
        EventKind::TransferredOut,
        json!({"recipient": recipient, "contact": contact, "reason": request.reason.as_str()}),
    );
    let (reference, recipient, contact) = (case.reference(), recipient.to_owned(), Some(contact.to_owned()));
    case.tell_submitter(NoticeContent::TransferredOut { reference, recipient, contact });
    Ok(())
}

fn mark_spam(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::MarkSpam)?;
    case.cancel_clocks(SPAM)?;
    approvals::void_pending(case.conn, case.ticket.id, case.now)?;
    case.record(EventKind::MarkedSpam, json!({"reason": request.reason.as_str()}));
    Ok(())
}

/// Brings a ticket back to where it stood, with the promise it had: our mistake buys us no time.
fn restore(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::Restore)?;
    case.restore_promise()?;
    case.record(EventKind::Restored, json!({"reason": request.reason.as_str()}));
    Ok(())
}
