//! Legal hold: a matter that a court or another authority has before it waits for them, and so do its promises.

use serde_json::json;

use crate::features::tickets::clock::engine::LEGAL_HOLD;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::{GiveReason, Hold};
use crate::features::tickets::error::TicketError;
use crate::platform::mail::Template;
use crate::rules::history::EventKind;
use crate::rules::transitions::Command;
use crate::rules::vocabulary::Metric;

/// Pauses every promise. The citizen is told the ground in the same transaction, or nothing pauses.
pub fn hold(case: &mut Case<'_>, request: &Hold) -> Result<(), TicketError> {
    case.transition(Command::Hold)?;
    case.pause_clocks(LEGAL_HOLD)?;
    let (ground, reason) = (request.ground, request.reason.as_str());
    let data = json!({"ground": ground, "source": ground.source(), "reason": reason});
    case.record(EventKind::Held, data);
    case.tell_submitter(Template::Held, &[("ground", ground.as_str())]);
    Ok(())
}

/// Lets the promises run on from where they stood, and tells the citizen the new day.
pub fn release(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::Release)?;
    case.resume_clocks()?;
    let due_on = case.due_on(Metric::Reply);
    case.record(EventKind::Released, json!({"reason": request.reason.as_str(), "due_on": due_on}));
    case.tell_submitter(Template::Released, &[("due_on", &due_on)]);
    Ok(())
}
