//! A command from the locked ticket to the saved one: authorised, carried out, saved, and answered with what the caller may
//! do next.

use diesel::PgConnection;

use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::authorise::{authorise, may};
use crate::features::tickets::command::case::{Case, Saved};
use crate::features::tickets::command::{citizen, departments};
use crate::features::tickets::error::{NOT_ALLOWED_NOW, TicketError};
use crate::features::tickets::model::{TicketId, TicketState};
use crate::features::tickets::store::tickets::{self, TicketRow};
use crate::platform::auth::caller::Caller;
use crate::rules::commands::{Command, commands_in};
use crate::rules::reference::Reference;

/// Which ticket a command is for.
#[derive(Debug, Clone)]
pub enum Target {
    /// The one with this public number.
    Reference(String),
    /// The one with this id.
    Id(TicketId),
}

impl From<&Reference> for Target {
    fn from(reference: &Reference) -> Target {
        Target::Reference(reference.to_string())
    }
}

impl From<TicketId> for Target {
    fn from(id: TicketId) -> Target {
        Target::Id(id)
    }
}

/// Locks the ticket, and the second one that the command changes.
pub fn lock(
    conn: &mut PgConnection,
    target: &Target,
    action: &dyn Action,
) -> diesel::QueryResult<Option<TicketRow>> {
    let id = match (target, action.second_ticket()) {
        (Target::Id(id), _) => *id,
        (Target::Reference(reference), Some(_)) => {
            let Some((id, _)) = tickets::find_access_hash(conn, reference)? else { return Ok(None) };
            id
        }
        (Target::Reference(reference), None) => return tickets::lock_by_reference(conn, reference),
    };
    if let Some(second) = action.second_ticket() {
        tickets::lock_pair(conn, id, &second.to_string())?;
    }
    tickets::lock(conn, id)
}

/// Gives commands on a locked ticket, all of them or none. `if_match`: the version that the caller saw.
pub fn perform(
    mut case: Case<'_>,
    if_match: Option<i32>,
    actions: &[&dyn Action],
) -> Result<TicketState, TicketError> {
    for action in actions {
        authorise(&case, action.command(), action.assist())?;
    }
    if if_match.is_some_and(|version| version != case.ticket.version) {
        return Err(TicketError::Stale);
    }
    for action in actions {
        case.record_unseen_breaches()?;
        carry_out(&mut case, *action)?;
    }
    let (allowed_actions, rules) = (allowed_actions(&case), case.rules);
    Ok(state(case.save()?, allowed_actions, rules))
}

/// A command that is not possible is answered with those that are.
fn carry_out(case: &mut Case<'_>, action: &dyn Action) -> Result<(), TicketError> {
    let state = case.ticket.state;
    let allowed = allowed_actions(case);
    match action.carry_out(case) {
        Err(TicketError::Guard(kind)) if kind == NOT_ALLOWED_NOW => {
            Err(TicketError::NotAllowed { state, allowed })
        }
        other => other,
    }
}

/// The commands this caller may give now, for `allowed_actions`.
pub fn allowed_actions(case: &Case<'_>) -> Vec<Command> {
    commands_in(case.ticket.state)
        .filter(|command| may(case, *command, None) && is_possible_now(case, *command))
        .collect()
}

/// Guards beside the state that are known without asking anything more.
fn is_possible_now(case: &Case<'_>, command: Command) -> bool {
    let is_citizen = matches!(case.caller, Caller::Citizen { .. });
    departments::is_possible_now(case, command) && (!is_citizen || citizen::is_possible_now(case, command))
}

fn state(saved: Saved, allowed_actions: Vec<Command>, rules: &Rulebook) -> TicketState {
    TicketState {
        reference: saved.ticket.reference,
        state: saved.ticket.state,
        outcome: saved.ticket.outcome,
        cycle: saved.ticket.cycle,
        due_on: saved.ticket.due_at.map(|due_at| rules.due_day(due_at)),
        due_at: saved.ticket.due_at,
        version: saved.ticket.version,
        created_id: saved.created_id,
        access_code: saved.access_code,
        allowed_actions,
    }
}
