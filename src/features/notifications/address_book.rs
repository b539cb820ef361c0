//! How people can be reached: submitters by their tickets, staff by their accounts.

use futures_util::future::BoxFuture;

use super::channel::Contact;
use super::jobs::Contacts;
use crate::features::accounts::{Accounts, AccountsError};
use crate::features::notices::Recipient;
use crate::features::tickets::{TicketId, Tickets};
use crate::platform::auth::caller::StaffId;
use crate::platform::db::Db;
use crate::platform::jobs::consumer::DeliveryError;
use crate::platform::locale::Locale;

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

    async fn submitter(&self, id: TicketId) -> Result<Option<Contact>, DeliveryError> {
        let found = self.tickets.submitter_contact(id).await.map_err(not_found_out)?;
        found.map(|found| contact(found.locale, found.mail)).transpose()
    }

    async fn staff(&self, id: StaffId) -> Result<Option<Contact>, DeliveryError> {
        let accounts = self.accounts.clone();
        let found = self.db.read::<_, AccountsError, _>(move |conn| accounts.contacts(conn, &[id])).await;
        let found = found.map_err(not_found_out)?.remove(&id);
        found.map(|found| contact(found.locale, Some(found.mail))).transpose()
    }

    async fn look_up(&self, recipient: Recipient) -> Result<Option<Contact>, DeliveryError> {
        match recipient {
            Recipient::Submitter(id) => self.submitter(TicketId(id)).await,
            Recipient::Staff(id) => self.staff(StaffId(id)).await,
        }
    }
}

impl Contacts for AddressBook {
    fn contact(&self, recipient: Recipient) -> BoxFuture<'_, Result<Option<Contact>, DeliveryError>> {
        Box::pin(self.look_up(recipient))
    }
}

fn contact(locale: Locale, mail: Option<String>) -> Result<Contact, DeliveryError> {
    let mail = mail.map(|text| text.parse()).transpose();
    Ok(Contact { locale, mail: mail.map_err(|_| DeliveryError::permanent("mail_address"))? })
}

/// Whatever hinders the look-up may pass: the database is away, or a key is not configured yet.
fn not_found_out<E>(_: E) -> DeliveryError {
    DeliveryError::retry("address_look_up")
}
