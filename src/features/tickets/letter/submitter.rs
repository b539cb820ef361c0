//! How the person who wrote a letter can be reached, looked up when they are to be told.

use diesel::{PgConnection, QueryResult};

use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{Submitter, TicketId};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::submitters;
use crate::platform::crypto::Sealer;
use crate::platform::locale::Locale;

/// How a submitter can be reached, and the language they read.
#[derive(Clone)]
pub struct SubmitterContact {
    /// Their mail address, if they gave one.
    pub mail: Option<String>,
    /// The language of their letter.
    pub locale: Locale,
}

impl Tickets {
    /// How to reach whoever submitted the ticket. `None`: nobody is known, or their data was erased.
    pub async fn submitter_contact(&self, id: TicketId) -> Result<Option<SubmitterContact>, TicketError> {
        let found =
            self.db.read::<_, TicketError, _>(move |conn| Ok(submitters::find_with_locale(conn, id)?));
        let Some((row, locale)) = found.await? else { return Ok(None) };
        let plain = self.sealer.open(&row.sealed, id.0.as_bytes()).map_err(unreadable)?;
        let submitter: Submitter = serde_json::from_slice(&plain).map_err(unreadable)?;
        Ok(Some(SubmitterContact { mail: submitter.mail, locale }))
    }
}

/// Whether what is sealed of submitters opens with these keys: the first of them and the last.
pub fn opens_submitters(conn: &mut PgConnection, sealer: &Sealer) -> QueryResult<bool> {
    let rows = submitters::list_ends(conn)?;
    Ok(rows.iter().all(|row| sealer.open(&row.sealed, row.ticket_id.0.as_bytes()).is_ok()))
}

/// The error of the parser could quote what it read, so it is not kept.
pub fn unreadable<E>(_: E) -> TicketError {
    TicketError::Internal("the submitter's data cannot be read".to_owned())
}
