//! The port: one finished mail to one recipient.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::compose::Sender;
use super::folder::FolderMailer;
use super::smtp::SmtpMailer;
use super::{MailAddress, MailSettings, MailSettingsError, MailTransport, RenderedMail};
use crate::platform::jobs::consumer::DeliveryError;

/// A finished mail.
#[derive(Debug, Clone)]
pub struct OutgoingMail {
    /// The id of the outbox message: the same on every attempt, and so the Message-ID is too.
    pub id: Uuid,
    /// The one recipient.
    pub to: MailAddress,
    /// When it was written, the same on every attempt.
    pub date: DateTime<Utc>,
    /// Its words.
    pub content: RenderedMail,
}

/// Sends mails.
pub trait Mailer: Send + Sync + 'static {
    /// Hands one mail over. An error never names the recipient.
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> BoxFuture<'a, Result<(), DeliveryError>>;
}

/// Opens the way out that the settings name. Must be called inside the runtime.
pub fn open_mailer(settings: &MailSettings) -> Result<Arc<dyn Mailer>, MailSettingsError> {
    let sender = Sender::parse(&settings.from)?;
    Ok(match settings.transport {
        MailTransport::Smtp => Arc::new(SmtpMailer::open(sender, &settings.smtp)?),
        MailTransport::Folder => Arc::new(FolderMailer::open(sender, &settings.folder)?),
    })
}
