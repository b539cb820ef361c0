//! What tickets tell the features above, through the outbox: topics, and what their messages hold.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::tickets::TicketRow;
use crate::platform::jobs::outbox::{NewMessage, Topic};
use crate::rules::lifecycle::EventKind;
use crate::rules::vocabulary::Kind;

/// The topic of [`Fact`]s, for whoever keeps figures.
pub const FACT_TOPIC: Topic = Topic::new("ticket_fact", &["statistics"]);
/// The topic of newly received tickets, for routing. Payload: [`TicketNews`].
pub const SUBMITTED_TOPIC: Topic = Topic::new("ticket_submitted", &["routing"]);
/// The topic of final designations, which leave a precedent. Payload: [`TicketNews`].
pub const ARBITRATED_TOPIC: Topic = Topic::new("ticket_arbitrated", &["routing"]);
/// The topic of answered tickets, for publication. Payload: [`TicketNews`].
pub const ANSWERED_TOPIC: Topic = Topic::new("ticket_answered", &["publication"]);
/// The topic of citizens' objections to publication. Payload: [`TicketNews`].
pub const OBJECTED_TOPIC: Topic = Topic::new("ticket_publication_objected", &["publication"]);

/// Something happened to this ticket; the receiver reads what it needs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct TicketNews {
    /// Which ticket.
    pub ticket_id: TicketId,
    /// In which cycle.
    pub cycle: i16,
}

/// What figures are made of: one event of one ticket, without text or person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fact {
    /// What happened.
    pub event: EventKind,
    /// On which day in the city's zone.
    pub on: NaiveDate,
    /// The ticket's kind.
    pub kind: Kind,
    /// The ticket's category.
    pub category_id: i32,
    /// The category that it had before; `None`: the same.
    #[serde(default)]
    pub category_before: Option<i32>,
    /// The day the ticket was received in the city's zone.
    pub received_on: NaiveDate,
    /// The department that had the ticket before, if any.
    pub department_before: Option<i32>,
    /// The department that has it now, if any.
    pub department_id: Option<i32>,
    /// For an answer, sent or imported: whether the promise was kept.
    pub is_on_time: Option<bool>,
    /// For an answer, sent or imported: working days from receipt.
    pub working_days: Option<i64>,
    /// Whether the ticket was open before.
    pub was_open: bool,
    /// Whether it is open now.
    pub is_open: bool,
}

/// How a ticket stands, as far as figures are concerned.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    pub is_open: bool,
    pub category_id: i32,
    pub department_id: Option<i32>,
}

impl Standing {
    pub const fn of(ticket: &TicketRow) -> Standing {
        let TicketRow { state, category_id, department_id, .. } = *ticket;
        Standing { is_open: state.is_open(), category_id, department_id }
    }
}

/// An outbox message about a ticket.
pub fn message(at: DateTime<Utc>, topic: Topic, id: TicketId, payload: &impl Serialize) -> NewMessage {
    let payload = serde_json::to_value(payload).unwrap_or_default();
    NewMessage::new(at, topic, Some(id.0), payload)
}
