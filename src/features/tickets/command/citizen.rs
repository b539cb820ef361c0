//! The citizen's own commands: confirm, reopen, urge, withdraw, object to publication.

use serde_json::json;

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::desk;
use crate::features::tickets::command::requests::{Confirm, GiveReason};
use crate::features::tickets::error::{NOT_ALLOWED_NOW, REOPENED_ONCE, TicketError, URGED_TODAY};
use crate::platform::auth::caller::Caller;
use crate::platform::mail::Template;
use crate::rules::history::EventKind;
use crate::rules::sla;
use crate::rules::transitions::{Command, Outcome};
use crate::rules::vocabulary::Metric;

pub fn confirm(case: &mut Case<'_>, request: &Confirm) -> Result<(), TicketError> {
    if request.satisfaction.is_some_and(|stars| !(1..=5).contains(&stars)) {
        return Err(TicketError::invalid(
            "/satisfaction",
            "out_of_range",
            "应为 1 至 5",
            "must be between 1 and 5",
        ));
    }
    case.transition(Command::Confirm)?;
    case.stop_clock(Metric::Rating)?;
    case.ticket.satisfaction = request.satisfaction;
    case.record(EventKind::Confirmed, json!({"satisfaction": request.satisfaction}));
    Ok(())
}

/// Closes once the rating window has passed. Gives way silently when somebody was faster.
pub fn auto_close(case: &mut Case<'_>) -> Result<(), TicketError> {
    let has_passed =
        case.live_clock(Metric::Rating).is_some_and(|clock| sla::is_over(clock.due_at, case.now));
    if !has_passed {
        return Err(TicketError::Guard(NOT_ALLOWED_NOW));
    }
    case.transition(Command::AutoClose)?;
    case.stop_clock(Metric::Rating)?;
    case.record(EventKind::AutoClosed, json!({}));
    Ok(())
}

/// Starts the next cycle with a promise that counts from today. A citizen may do so once, a supervisor always.
pub fn reopen(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    let is_citizen = matches!(case.caller, Caller::Citizen { .. });
    if is_citizen && case.ticket.was_reopened_by_citizen {
        return Err(TicketError::Guard(REOPENED_ONCE));
    }
    case.transition(Command::Reopen)?;
    case.cancel_clocks("reopened")?;
    case.ticket.was_reopened_by_citizen |= is_citizen;
    case.ticket.cycle = case.ticket.cycle.saturating_add(1);
    case.ticket.refusals = 0;
    case.ticket.department_id = None;
    case.ticket.outcome = None;
    case.ticket.answered_at = None;
    case.start_clock(Metric::Reply, case.now, None)?;
    case.record(EventKind::Reopened, json!({"reason": request.reason.as_str(), "cycle": case.ticket.cycle}));
    let reply_due_on = case.due_on(Metric::Reply);
    case.tell_submitter(Template::Reopened, &[("reply_due_on", &reply_due_on)]);
    Ok(())
}

/// Asks to hurry: once a working day, so that a day off belongs to the working day before it.
pub fn urge(case: &mut Case<'_>) -> Result<(), TicketError> {
    case.transition(Command::Urge)?;
    if urged_on_this_working_day(case) {
        return Err(TicketError::Guard(URGED_TODAY));
    }
    case.ticket.urges = case.ticket.urges.saturating_add(1);
    case.ticket.last_urged_on = Some(case.today());
    case.record(EventKind::Urged, json!({"count": case.ticket.urges}));
    Ok(())
}

pub fn withdraw(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::Withdraw)?;
    desk::end(case, Outcome::Withdrawn, "withdrawn")?;
    case.record(EventKind::Withdrawn, json!({"reason": request.reason.as_str()}));
    Ok(())
}

/// From now on nothing of this ticket may be published; what is published is taken down by the publication feature.
pub fn object_to_publication(case: &mut Case<'_>) -> Result<(), TicketError> {
    if !case.ticket.publication_refused {
        case.ticket.publication_refused = true;
        case.record(EventKind::PublicationObjected, json!({}));
        case.announce_objection();
    }
    Ok(())
}

/// Whether the citizen may give the command now, for `allowed_actions`.
pub fn may_now(case: &Case<'_>, command: Command) -> bool {
    match command {
        Command::Reopen => !case.ticket.was_reopened_by_citizen,
        Command::Urge => !urged_on_this_working_day(case),
        Command::Answer | Command::Withdraw | Command::Confirm => true,
        _ => false,
    }
}

fn urged_on_this_working_day(case: &Case<'_>) -> bool {
    let calendar = &case.rules.calendar;
    case.ticket.last_urged_on.is_some_and(|day| calendar.ordinal(day) == calendar.ordinal(case.today()))
}
