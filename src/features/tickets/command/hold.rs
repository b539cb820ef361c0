//! Legal hold: a matter that a court or another authority has before it waits for them, and so do its promises.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::notices::NoticeContent;
use crate::features::tickets::clock::engine::LEGAL_HOLD;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::error::TicketError;
use crate::rules::commands::Command;
use crate::rules::legal_hold::LegalGround;
use crate::rules::lifecycle::EventKind;
use crate::rules::text::Reason;
use crate::rules::vocabulary::Metric;

/// Puts the ticket on legal hold.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The legal ground, which the citizen is told.
    pub ground: LegalGround,
    /// The particulars, for staff: which court or authority, which case.
    pub reason: Reason,
}

/// Releases the ticket from legal hold.
#[derive(Debug, Clone)]
pub struct Release(pub GiveReason);

impl Action for Hold {
    fn command(&self) -> Command {
        Command::Hold
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        hold(case, self)
    }
}

impl Action for Release {
    fn command(&self) -> Command {
        Command::Release
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        release(case, &self.0)
    }
}

/// Pauses every promise. The citizen is told the ground in the same transaction, or nothing pauses.
fn hold(case: &mut Case<'_>, request: &Hold) -> Result<(), TicketError> {
    case.transition(Command::Hold)?;
    case.pause_clocks(LEGAL_HOLD)?;
    let (ground, reason) = (request.ground, request.reason.as_str());
    let data = json!({"ground": ground, "source": ground.source(), "reason": reason});
    case.record(EventKind::Held, data);
    let reference = case.reference();
    case.tell_submitter(NoticeContent::Held { reference, ground });
    Ok(())
}

/// Lets the promises run on from where they stood, and tells the citizen the new day.
fn release(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::Release)?;
    case.resume_clocks()?;
    let due_on = case.due_on(Metric::Reply);
    case.record(EventKind::Released, json!({"reason": request.reason.as_str(), "due_on": due_on}));
    let reference = case.reference();
    case.tell_submitter(NoticeContent::Released { reference, due_on });
    Ok(())
}
