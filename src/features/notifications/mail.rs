//! The channel of mail.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::allowance::MailAllowance;
use super::channel::{Channel, Contact, Delivery};
use super::mail_texts::MailTexts;
use crate::features::notices::NoticeContent;
use crate::platform::jobs::consumer::DeliveryError;
use crate::platform::mail::{Mailer, OutgoingMail};

/// Tells everybody by mail who gave an address.
pub struct MailChannel {
    texts: MailTexts,
    mailer: Arc<dyn Mailer>,
    allowance: Option<MailAllowance>,
}

impl MailChannel {
    /// The channel with these words and this way out.
    pub fn new(texts: MailTexts, mailer: Arc<dyn Mailer>) -> MailChannel {
        MailChannel { texts, mailer, allowance: None }
    }

    /// Sends no more than this allows to one address.
    pub fn within(self, allowance: MailAllowance) -> MailChannel {
        MailChannel { allowance: Some(allowance), ..self }
    }

    async fn send(&self, delivery: Delivery<'_>) -> Result<(), DeliveryError> {
        let Some(to) = delivery.contact.mail.clone() else { return Ok(()) };
        let content = self.texts.write(delivery.content, delivery.contact.locale);
        // Dated by the command, not by the attempt: a second sending is the same mail to the byte.
        let mail = OutgoingMail { id: delivery.id, to, date: delivery.happened_at, content };
        let Some(allowance) = &self.allowance else { return self.mailer.send(&mail).await };
        let counted = allowance.take(&mail.to, delivery.content, delivery.now).await?;
        let sent = self.mailer.send(&mail).await;
        if let (Err(_), Some(counted)) = (&sent, counted) {
            allowance.give_back(counted).await;
        }
        sent
    }
}

impl Channel for MailChannel {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn reaches(&self, contact: &Contact, _: &NoticeContent) -> bool {
        contact.mail.is_some()
    }

    fn tell<'a>(&'a self, delivery: Delivery<'a>) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Box::pin(self.send(delivery))
    }
}
