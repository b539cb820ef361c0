//! Notices: what happened to whom. A command fills a [`Notice`] and writes it with its other rows; it never says by which
//! channel, in which language or with which words the person is told. That `notifications` decides.

mod content;
mod department;
mod example;
mod examples;
mod recipient;
mod staff_items;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::platform::jobs::outbox::{NewMessage, Topic};

pub use content::{NoticeContent, NoticeKind};
pub use department::DepartmentName;
pub use recipient::{Recipient, SealedCode};
pub use staff_items::{
    AlarmItem, AlarmStep, BriefPeriod, LateItem, MorningBrief, OrderNews, OverdueItem, RepeatedItem,
};

/// The topic of notices. Each channel follows it on its own.
pub const NOTICE_TOPIC: Topic = Topic::new("notice", &["mail"]);

/// One person is to be told of one thing: the payload of [`NOTICE_TOPIC`]. It names people by id and holds no personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Who.
    pub recipient: Recipient,
    /// The ticket it speaks of.
    pub ticket_id: Option<Uuid>,
    /// What happened.
    pub content: NoticeContent,
}

impl Notice {
    /// Tells the person who submitted the ticket.
    pub fn to_submitter(ticket_id: Uuid, content: NoticeContent) -> Notice {
        Notice { recipient: Recipient::Submitter(ticket_id), ticket_id: Some(ticket_id), content }
    }

    /// Tells a member of staff.
    pub fn to_staff(staff_id: Uuid, content: NoticeContent) -> Notice {
        Notice { recipient: Recipient::Staff(staff_id), ticket_id: None, content }
    }

    /// Names the ticket a notice to staff speaks of.
    pub fn about(mut self, ticket_id: Uuid) -> Notice {
        self.ticket_id = Some(ticket_id);
        self
    }

    /// The message to enqueue in the command's transaction.
    pub fn into_message(self, id_at: DateTime<Utc>) -> NewMessage {
        // A notice is made of words, numbers and days, which always serialise.
        let payload = serde_json::to_value(&self).unwrap_or_default();
        NewMessage::new(id_at, NOTICE_TOPIC, self.ticket_id, payload)
    }
}
