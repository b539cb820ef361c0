//! The writer of a letter that was joined to another goes on with that one.

use diesel::PgConnection;

use crate::features::tickets::command::perform::Target;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::joined;
use crate::platform::auth::caller::Caller;
use crate::rules::commands::Command;

/// On which ticket a command is given, by whom, and which version they saw.
#[derive(Debug, Clone)]
pub struct Given {
    /// The ticket.
    pub target: Target,
    /// Who.
    pub caller: Caller,
    /// The version.
    pub if_match: Option<i32>,
}

/// The same; or, when a citizen whose letter was joined to another gives a command that goes on there, that command on the
/// ticket that goes on, of which they saw no version.
pub fn given(conn: &mut PgConnection, given: Given, command: Command) -> Result<Given, TicketError> {
    let Caller::Citizen { ticket_id } = given.caller else { return Ok(given) };
    let own = TicketId(ticket_id);
    if !command.spec().is_by_joined || !is_own(conn, &given.target, own)? {
        return Ok(given);
    }
    match joined::find_root(conn, own)? {
        Some(root) if root != own => {
            let caller = Caller::Citizen { ticket_id: root.0 };
            Ok(Given { target: Target::Id(root), caller, if_match: None })
        }
        _ => Ok(given),
    }
}

fn is_own(conn: &mut PgConnection, target: &Target, own: TicketId) -> Result<bool, TicketError> {
    match target {
        Target::Id(id) => Ok(*id == own),
        Target::Reference(reference) => Ok(joined::find_reference(conn, own)?.as_ref() == Some(reference)),
    }
}
