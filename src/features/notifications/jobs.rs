//! A channel's consumer of the topic of notices: looks up at the last moment how the person can be reached, and tells.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use tracing::debug;

use super::channel::{Channel, Contact, Delivery};
use crate::features::notices::{NOTICE_TOPIC, Notice, NoticeContent, Recipient};
use crate::platform::crypto::Sealer;
use crate::platform::jobs::consumer::{DeliveryError, ExternalConsumer};
use crate::platform::jobs::outbox::{Message, Topic};

/// Knows how people can be reached.
pub trait Contacts: Send + Sync + 'static {
    /// How the recipient can be reached now. `None`: they are no longer there.
    fn contact(&self, recipient: Recipient) -> BoxFuture<'_, Result<Option<Contact>, DeliveryError>>;
}

/// Tells by one channel. Cheap to clone.
#[derive(Clone)]
pub struct NoticeConsumer {
    channel: Arc<dyn Channel>,
    contacts: Arc<dyn Contacts>,
    sealer: Option<Sealer>,
}

impl NoticeConsumer {
    /// The consumer of this channel with this address book.
    pub fn new(channel: impl Channel, contacts: Arc<dyn Contacts>) -> NoticeConsumer {
        NoticeConsumer { channel: Arc::new(channel), contacts, sealer: None }
    }

    /// Opens codes, which wait sealed, when they are told.
    pub fn opening_with(self, sealer: Sealer) -> NoticeConsumer {
        NoticeConsumer { sealer: Some(sealer), ..self }
    }

    fn open(&self, notice: Notice) -> Result<NoticeContent, DeliveryError> {
        let Some(sealer) = &self.sealer else { return Ok(notice.content) };
        // A key may not be configured yet.
        notice.content.opened(sealer, notice.recipient).map_err(|_| DeliveryError::retry("sealed_code"))
    }

    async fn tell(&self, message: &Message, now: DateTime<Utc>) -> Result<(), DeliveryError> {
        let notice =
            Notice::deserialize(&message.payload).map_err(|_| DeliveryError::permanent("notice_payload"))?;
        let contact = self.contacts.contact(notice.recipient).await?;
        let Some(contact) = contact.filter(|contact| self.channel.reaches(contact, &notice.content)) else {
            let channel = self.channel.name();
            debug!(message.id = %message.id, channel, "Nobody to tell of {} by {channel}", message.id);
            return Ok(());
        };
        let (id, happened_at, content) = (message.id, message.created_at, self.open(notice)?);
        self.channel.tell(Delivery { id, happened_at, now, content: &content, contact: &contact }).await
    }
}

impl ExternalConsumer for NoticeConsumer {
    fn topic(&self) -> Topic {
        NOTICE_TOPIC
    }

    fn name(&self) -> &'static str {
        self.channel.name()
    }

    fn deliver<'a>(
        &'a self,
        message: &'a Message,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Box::pin(self.tell(message, now))
    }
}
