//! A new access code for somebody who lost theirs, by the desk.

use serde_json::json;

use crate::features::notices::NoticeContent;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::GiveReason;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::store::tickets;
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::secret_code::AccessCode;

/// Gives the ticket a new access code; the one until now is void.
#[derive(Debug, Clone)]
pub struct ReissueAccessCode {
    /// How the member of staff knows whom they speak with.
    pub reason: GiveReason,
    /// The new code.
    pub code: AccessCode,
    /// What is kept of it.
    pub kept: [u8; 32],
}

impl Action for ReissueAccessCode {
    fn command(&self) -> Command {
        Command::ReissueAccessCode
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        case.require(Command::ReissueAccessCode)?;
        tickets::update_access_hash(case.conn, case.ticket.id, &self.kept)?;
        case.access_code = Some(self.code.expose());
        let data = json!({"by": "staff", "reason": self.reason.reason.as_str()});
        case.record(EventKind::AccessCodeReissued, data);
        let reference = case.reference();
        case.tell_submitter(NoticeContent::AccessCodeReplaced { reference });
        Ok(())
    }
}
