//! The contacts of those who wrote, brought to the normal form that new ones have, so that one person has one blind index.

use diesel::PgConnection;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::letter::submit::seal_known;
use crate::features::tickets::letter::submitter::unreadable;
use crate::features::tickets::model::{Submitter, TicketId};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::submitters::{self, SubmitterRow};
use crate::rules::contact::{IdentityNumber, MailAddress, Phone};

/// Submitters to a transaction.
const BATCH: i64 = 200;

/// What a batch came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RenewedContacts {
    /// The last ticket that was looked at; `None`: there is none any more.
    pub last: Option<TicketId>,
    /// Submitters that were looked at.
    pub looked_at: u64,
    /// Submitters whose contacts or indexes changed.
    pub changed: u64,
    /// Submitters whose data cannot be opened; they stay as they are.
    pub unreadable: u64,
}

impl Tickets {
    /// Brings the contacts of the next submitters behind `after` to their normal form and indexes them anew, in one
    /// transaction. What cannot be parsed any more stays as it is. Repeating changes nothing.
    pub async fn renew_contacts(&self, after: Option<TicketId>) -> Result<RenewedContacts, TicketError> {
        let this = self.clone();
        self.db.transaction(move |conn| this.renew_batch(conn, after)).await
    }

    fn renew_batch(
        &self,
        conn: &mut PgConnection,
        after: Option<TicketId>,
    ) -> Result<RenewedContacts, TicketError> {
        let mut renewed = RenewedContacts::default();
        for row in submitters::lock_after(conn, after, BATCH)? {
            renewed.last = Some(row.ticket_id);
            renewed.looked_at += 1;
            match self.renewed(&row) {
                Ok(Some(new)) => {
                    submitters::update(conn, &new)?;
                    renewed.changed += 1;
                }
                Ok(None) => {}
                Err(_) => renewed.unreadable += 1,
            }
        }
        Ok(renewed)
    }

    /// The row as it would be written today; `None` when it is that already.
    fn renewed(&self, row: &SubmitterRow) -> Result<Option<SubmitterRow>, TicketError> {
        let plain = self.sealer.open(&row.sealed, row.ticket_id.0.as_bytes()).map_err(unreadable)?;
        let known: Submitter = serde_json::from_slice(&plain).map_err(unreadable)?;
        let normal = normal(known.clone());
        let new = seal_known(&self.sealer, row.ticket_id, &normal)?;
        let is_same =
            normal == known && new.phone_index == row.phone_index && new.mail_index == row.mail_index;
        Ok((!is_same).then_some(new))
    }
}

fn normal(known: Submitter) -> Submitter {
    let phone = |text: String| Phone::try_from(text.clone()).map_or(text, Phone::into_string);
    let mail = |text: String| MailAddress::try_from(text.clone()).map_or(text, MailAddress::into_string);
    let identity =
        |text: String| IdentityNumber::try_from(text.clone()).map_or(text, IdentityNumber::into_string);
    Submitter {
        phone: known.phone.map(phone),
        mail: known.mail.map(mail),
        identity_number: known.identity_number.map(identity),
        ..known
    }
}
