//! A matter turns out to be about something else, or more or less urgent, than it was taken for.
//!
//! What the citizen filled in stays as it was handed in: it belongs to the letter, and nobody can fill in another
//! category's form for them. A ticket that a department has stays with it; another department is the dispatcher's matter.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::{NOTHING_CHANGES, TicketError};
use crate::features::tickets::letter::submit::find_category;
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::text::Reason;
use crate::rules::vocabulary::Priority;

/// Says what the ticket is about, or how urgent it is. At least one of the two must change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reclassify {
    /// The code of another category; absent: as it is.
    pub category: Option<String>,
    /// Another priority; absent: as it is.
    pub priority: Option<Priority>,
    /// Why.
    pub reason: Reason,
}

impl Action for Reclassify {
    fn command(&self) -> Command {
        Command::Reclassify
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        reclassify(case, self)
    }
}

/// Changes category or priority. Promises follow, but none gets later.
fn reclassify(case: &mut Case<'_>, request: &Reclassify) -> Result<(), TicketError> {
    case.require(Command::Reclassify)?;
    let before = (case.ticket.category_id, case.ticket.priority);
    let category_id = match &request.category {
        Some(code) => find_category(&case.rules.directory, code, case.ticket.kind, "/category")?.id,
        None => before.0,
    };
    let after = (category_id, request.priority.unwrap_or(before.1));
    if after == before {
        return Err(TicketError::Guard(NOTHING_CHANGES));
    }
    (case.ticket.category_id, case.ticket.priority) = after;
    if after.0 != before.0 {
        case.ticket.category_at_receipt.get_or_insert(before.0);
    }
    let clocks = case.follow_limits()?;
    let code = |id| case.rules.directory.category(id).map(|category| category.code.clone());
    let data = json!({
        "reason": request.reason.as_str(),
        "category_before": code(before.0), "category": code(after.0),
        "priority_before": before.1, "priority": after.1,
        "clocks": clocks,
    });
    case.record(EventKind::Reclassified, data);
    Ok(())
}
