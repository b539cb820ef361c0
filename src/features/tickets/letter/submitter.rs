//! Where the submitter of a ticket wants to be told. For sending only: staff read it through views that keep a record.

use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{Submitter, TicketId};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::submitters;

impl Tickets {
    /// The mail address the submitter left. `None`: they left none, or their data was erased.
    pub async fn mail_address(&self, id: TicketId) -> Result<Option<String>, TicketError> {
        let row = self.db.read::<_, TicketError, _>(move |conn| Ok(submitters::find(conn, id)?)).await?;
        let Some(row) = row else { return Ok(None) };
        let plain = self.sealer.open(&row.sealed, id.0.as_bytes()).map_err(unreadable)?;
        let submitter: Submitter = serde_json::from_slice(&plain).map_err(unreadable)?;
        Ok(submitter.mail)
    }
}

/// The error of the parser could quote what it read, so it is not kept.
fn unreadable<E>(_: E) -> TicketError {
    TicketError::Internal("the submitter's data cannot be read".to_owned())
}
