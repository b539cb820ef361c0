//! What every command on a ticket is.

use std::fmt::Debug;
use std::sync::Arc;

use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::WorkOrderId;
use crate::rules::commands::Command;
use crate::rules::reference::Reference;

/// A command with what it needs. Who may give it, where it is possible and where it leads stand in its row of the table
/// ([`Command::spec`]).
pub trait Action: Debug + Send + Sync {
    /// Which row.
    fn command(&self) -> Command;

    /// Carries it out on the locked ticket: guards, state, rows, event, clocks, notices.
    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError>;

    /// The assisting department's work order that it is about.
    fn assist(&self) -> Option<WorkOrderId> {
        None
    }

    /// The second ticket that it changes, locked with its own.
    fn second_ticket(&self) -> Option<&Reference> {
        None
    }
}

impl<T: Action + ?Sized> Action for Arc<T> {
    fn command(&self) -> Command {
        (**self).command()
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        (**self).carry_out(case)
    }

    fn assist(&self) -> Option<WorkOrderId> {
        (**self).assist()
    }

    fn second_ticket(&self) -> Option<&Reference> {
        (**self).second_ticket()
    }
}
