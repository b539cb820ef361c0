//! The citizen's own commands: confirm, reopen, urge, withdraw, object to publication.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::notices::NoticeContent;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::error::{NOT_ALLOWED_NOW, REOPENED_ONCE, TicketError, URGED_TODAY};
use crate::features::tickets::store::replies;
use crate::platform::auth::caller::Caller;
use crate::rules::bounds::within;
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::Outcome;
use crate::rules::sla;
use crate::rules::vocabulary::Metric;

/// The citizen is content, or at least done.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// From 1 (not at all content) to 5 (very content).
    #[serde(default, deserialize_with = "within::<1, 5, _, _>")]
    #[schema(minimum = 1, maximum = 5)]
    pub satisfaction: Option<i16>,
}

/// Closes the ticket, since the rating window has passed.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutoClose {}

/// Takes the ticket up again in a new cycle.
#[derive(Debug, Clone)]
pub struct Reopen(pub GiveReason);

/// Asks to hurry.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Urge {}

/// Takes the letter back.
#[derive(Debug, Clone)]
pub struct Withdraw(pub GiveReason);

/// Objects to publication.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectToPublication {}

impl Action for Confirm {
    fn command(&self) -> Command {
        Command::Confirm
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        confirm(case, self)
    }
}

impl Action for AutoClose {
    fn command(&self) -> Command {
        Command::AutoClose
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        auto_close(case)
    }
}

impl Action for Reopen {
    fn command(&self) -> Command {
        Command::Reopen
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        reopen(case, &self.0)
    }
}

impl Action for Urge {
    fn command(&self) -> Command {
        Command::Urge
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        urge(case)
    }
}

impl Action for Withdraw {
    fn command(&self) -> Command {
        Command::Withdraw
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        withdraw(case, &self.0)
    }
}

impl Action for ObjectToPublication {
    fn command(&self) -> Command {
        Command::ObjectToPublication
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        object_to_publication(case)
    }
}

fn confirm(case: &mut Case<'_>, request: &Confirm) -> Result<(), TicketError> {
    if request.satisfaction.is_some_and(|stars| !(1..=5).contains(&stars)) {
        return Err(TicketError::out_of_range("/satisfaction", 1, 5));
    }
    case.transition(Command::Confirm)?;
    case.stop_clock(Metric::Rating)?;
    case.ticket.satisfaction = request.satisfaction;
    case.record(EventKind::Confirmed, json!({"satisfaction": request.satisfaction}));
    Ok(())
}

/// Closes once the rating window has passed. Gives way silently when somebody was faster.
fn auto_close(case: &mut Case<'_>) -> Result<(), TicketError> {
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
fn reopen(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    let is_citizen = matches!(case.caller, Caller::Citizen { .. });
    if is_citizen && case.ticket.was_reopened_by_citizen {
        return Err(TicketError::Guard(REOPENED_ONCE));
    }
    case.transition(Command::Reopen)?;
    case.cancel_clocks("reopened")?;
    replies::discard_unsent(case.conn, case.ticket.id, None)?;
    case.ticket.was_reopened_by_citizen |= is_citizen;
    case.ticket.cycle = case.ticket.cycle.saturating_add(1);
    case.ticket.refusals = 0;
    case.ticket.department_id = None;
    case.ticket.outcome = None;
    case.ticket.answered_at = None;
    // It was about the answer before; the history keeps it.
    case.ticket.satisfaction = None;
    case.start_clock(Metric::Reply, case.now, None)?;
    case.record(EventKind::Reopened, json!({"reason": request.reason.as_str(), "cycle": case.ticket.cycle}));
    let reply_due_on = case.due_on(Metric::Reply);
    let reference = case.reference();
    case.tell_submitter(NoticeContent::Reopened { reference, reply_due_on });
    Ok(())
}

/// Asks to hurry: once a working day, so that a day off belongs to the working day before it.
fn urge(case: &mut Case<'_>) -> Result<(), TicketError> {
    case.transition(Command::Urge)?;
    if urged_on_this_working_day(case) {
        return Err(TicketError::Guard(URGED_TODAY));
    }
    case.ticket.urges = case.ticket.urges.saturating_add(1);
    case.ticket.last_urged_on = Some(case.today());
    case.record(EventKind::Urged, json!({"count": case.ticket.urges}));
    Ok(())
}

fn withdraw(case: &mut Case<'_>, request: &GiveReason) -> Result<(), TicketError> {
    case.transition(Command::Withdraw)?;
    case.conclude(Outcome::Withdrawn, "withdrawn")?;
    case.record(EventKind::Withdrawn, json!({"reason": request.reason.as_str()}));
    let reference = case.reference();
    case.tell_submitter(NoticeContent::Withdrawn { reference });
    Ok(())
}

/// From now on nothing of this ticket may be published; what is published is taken down by the publication feature.
fn object_to_publication(case: &mut Case<'_>) -> Result<(), TicketError> {
    if !case.ticket.publication_refused {
        case.ticket.publication_refused = true;
        case.record(EventKind::PublicationObjected, json!({}));
        case.announce_objection();
    }
    Ok(())
}

/// Guards of the citizen's commands beside the state.
pub fn is_possible_now(case: &Case<'_>, command: Command) -> bool {
    match command {
        Command::Reopen => !case.ticket.was_reopened_by_citizen,
        Command::Urge => !urged_on_this_working_day(case),
        Command::ObjectToPublication => !case.ticket.publication_refused,
        _ => true,
    }
}

fn urged_on_this_working_day(case: &Case<'_>) -> bool {
    let calendar = &case.rules.calendar;
    case.ticket.last_urged_on.is_some_and(|day| calendar.ordinal(day) == calendar.ordinal(case.today()))
}
