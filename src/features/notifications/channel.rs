//! The port: one way of telling people. A new channel is a file that implements [`Channel`]; its name among the consumers
//! of the topic of notices, and one line in the application that opens it, put it to work.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::features::notices::NoticeContent;
use crate::platform::jobs::consumer::DeliveryError;
use crate::platform::locale::Locale;
use crate::platform::mail::MailAddress;

/// How a person can be reached, and the language they read.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Their language.
    pub locale: Locale,
    /// Their mail address, if they gave one.
    pub mail: Option<MailAddress>,
}

/// One notice on its way to one person.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The same on every attempt and for every channel: what the receiver recognises a duplicate by.
    pub id: Uuid,
    /// When it happened, the same on every attempt.
    pub happened_at: DateTime<Utc>,
    /// What time it is.
    pub now: DateTime<Utc>,
    /// What happened.
    pub content: &'a NoticeContent,
    /// Whom to tell.
    pub contact: &'a Contact,
}

/// One way of telling people.
pub trait Channel: Send + Sync + 'static {
    /// Its name among the consumers of the topic of notices.
    fn name(&self) -> &'static str;

    /// Whether it is for this person and this content. What it is not for, it leaves to the other channels.
    fn reaches(&self, contact: &Contact, content: &NoticeContent) -> bool;

    /// Tells. An error never names the person.
    fn tell<'a>(&'a self, delivery: Delivery<'a>) -> BoxFuture<'a, Result<(), DeliveryError>>;
}
