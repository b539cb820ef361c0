//! The consumer of the topic `mail`: looks the address up at the last moment, writes the words, hands the mail over.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use tracing::debug;

use crate::platform::jobs::consumer::{DeliveryError, ExternalConsumer};
use crate::platform::jobs::outbox::Message;
use crate::platform::mail::{
    MAIL_TOPIC, MailAddress, MailRequest, Mailer, OutgoingMail, Recipient, Templates,
};

/// Knows who has which address.
pub trait Recipients: Send + Sync + 'static {
    /// The address a recipient wants to be told at, now. `None`: they gave none, or are no longer there.
    fn address(&self, recipient: Recipient) -> BoxFuture<'_, Result<Option<MailAddress>, DeliveryError>>;
}

/// Sends mails. Cheap to clone.
#[derive(Clone)]
pub struct MailConsumer {
    templates: Arc<Templates>,
    mailer: Arc<dyn Mailer>,
    recipients: Arc<dyn Recipients>,
}

impl MailConsumer {
    /// A consumer with these words, this way out and this address book.
    pub fn new(
        templates: Templates,
        mailer: Arc<dyn Mailer>,
        recipients: Arc<dyn Recipients>,
    ) -> MailConsumer {
        MailConsumer { templates: Arc::new(templates), mailer, recipients }
    }

    async fn send(&self, message: &Message) -> Result<(), DeliveryError> {
        let request = MailRequest::deserialize(&message.payload)
            .map_err(|_| DeliveryError::permanent("mail_payload"))?;
        let content = self
            .templates
            .render(request.template, request.language, &request.values)
            .map_err(|_| DeliveryError::permanent("mail_template"))?;
        let Some(to) = self.recipients.address(request.recipient).await? else {
            debug!(message.id = %message.id, "Nobody to tell by mail {}", message.id);
            return Ok(());
        };
        // Dated by the command, not by the attempt: a second sending is the same mail to the byte.
        let mail = OutgoingMail { id: message.id, to, date: message.created_at, content };
        self.mailer.send(&mail).await
    }
}

impl ExternalConsumer for MailConsumer {
    fn topic(&self) -> &'static str {
        MAIL_TOPIC
    }

    fn deliver<'a>(
        &'a self,
        message: &'a Message,
        _: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Box::pin(self.send(message))
    }
}
