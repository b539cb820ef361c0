//! Who has which address: submitters by their tickets, staff by their accounts.

use futures_util::future::BoxFuture;

use super::jobs::Recipients;
use crate::features::accounts::{Accounts, AccountsError};
use crate::features::tickets::{TicketId, Tickets};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::Db;
use crate::platform::jobs::consumer::DeliveryError;
use crate::platform::mail::{MailAddress, Recipient};

/// The address book of the running system.
#[derive(Clone)]
pub struct AddressBook {
    db: Db,
    tickets: Tickets,
    accounts: Accounts,
}

impl AddressBook {
    /// Looks submitters up in `tickets` and staff in `accounts`.
    pub fn new(db: Db, tickets: Tickets, accounts: Accounts) -> AddressBook {
        AddressBook { db, tickets, accounts }
    }

    async fn staff(&self, id: StaffId) -> Result<Option<String>, DeliveryError> {
        let accounts = self.accounts.clone();
        let found = self.db.read::<_, AccountsError, _>(move |conn| accounts.contacts(conn, &[id])).await;
        found.map(|mut contacts| contacts.remove(&id).map(|contact| contact.mail)).map_err(not_found_out)
    }

    async fn look_up(&self, recipient: Recipient) -> Result<Option<MailAddress>, DeliveryError> {
        let address = match recipient {
            Recipient::Submitter(id) => {
                self.tickets.mail_address(TicketId(id)).await.map_err(not_found_out)?
            }
            Recipient::Staff(id) => self.staff(StaffId(id)).await?,
        };
        let parsed = address.map(|text| text.parse()).transpose();
        parsed.map_err(|_| DeliveryError::permanent("mail_address"))
    }
}

impl Recipients for AddressBook {
    fn address(&self, recipient: Recipient) -> BoxFuture<'_, Result<Option<MailAddress>, DeliveryError>> {
        Box::pin(self.look_up(recipient))
    }
}

/// Whatever hinders the look-up may pass: the database is away, or a key is not configured yet.
fn not_found_out<E>(_: E) -> DeliveryError {
    DeliveryError::retry("address_look_up")
}
