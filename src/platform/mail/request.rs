//! A mail that is wanted: the payload of the topic `mail`. It names people by id and holds no personal data.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{MailLanguage, Template};
use crate::platform::jobs::outbox::NewMessage;

/// The topic of mails.
pub const MAIL_TOPIC: &str = "mail";

/// Who is to be told. The address is looked up when the mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The person who submitted this ticket.
    Submitter(Uuid),
    /// This member of staff.
    Staff(Uuid),
}

/// A mail that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailRequest {
    /// Which words.
    pub template: Template,
    /// In which language.
    pub language: MailLanguage,
    /// For whom.
    pub recipient: Recipient,
    /// The ticket it speaks of.
    pub ticket_id: Option<Uuid>,
    /// What the template names; see [`Template::values`].
    pub values: BTreeMap<String, String>,
}

impl MailRequest {
    /// A mail to the person who submitted the ticket.
    pub fn to_submitter(
        ticket_id: Uuid,
        template: Template,
        language: impl Into<MailLanguage>,
    ) -> MailRequest {
        MailRequest {
            template,
            language: language.into(),
            recipient: Recipient::Submitter(ticket_id),
            ticket_id: Some(ticket_id),
            values: BTreeMap::new(),
        }
    }

    /// A mail to a member of staff.
    pub fn to_staff(staff_id: Uuid, template: Template, language: impl Into<MailLanguage>) -> MailRequest {
        MailRequest {
            template,
            language: language.into(),
            recipient: Recipient::Staff(staff_id),
            ticket_id: None,
            values: BTreeMap::new(),
        }
    }

    /// Names the ticket a mail to staff speaks of.
    pub fn about(mut self, ticket_id: Uuid) -> MailRequest {
        self.ticket_id = Some(ticket_id);
        self
    }

    /// Gives the template a word. Never personal data: a reference, a department's name, a code. What the template has
    /// no place for ([`Template::names`]) is left out.
    pub fn value(mut self, name: &'static str, value: impl Into<String>) -> MailRequest {
        if self.template.names(name) {
            self.values.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Gives the template a day in the city's zone; it is written out in the mail's language.
    pub fn day(self, name: &'static str, day: NaiveDate) -> MailRequest {
        self.value(name, day.to_string())
    }

    /// The message to enqueue in the command's transaction.
    pub fn into_message(self, id_at: DateTime<Utc>) -> NewMessage {
        let payload = json!({
            "template": self.template,
            "language": self.language,
            "recipient": self.recipient,
            "ticket_id": self.ticket_id,
            "values": self.values,
        });
        NewMessage::new(id_at, MAIL_TOPIC, self.ticket_id, payload)
    }
}
