//! What tickets tell: an answer was sent, or the submitter objects. Both are consumed inside the database, exactly once.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::error::PublicationError;
use super::service::Publisher;
use crate::features::tickets::{ANSWERED_TOPIC, OBJECTED_TOPIC, TicketNews};
use crate::platform::jobs::consumer::{ConsumeError, TransactionalConsumer};
use crate::platform::jobs::outbox::{Message, Topic};

/// Proposes what was answered for publication.
pub struct ProposalConsumer(pub Publisher);

impl TransactionalConsumer for ProposalConsumer {
    fn topic(&self) -> Topic {
        ANSWERED_TOPIC
    }

    fn name(&self) -> &'static str {
        "publication"
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError> {
        for message in messages {
            self.0.propose(conn, now, news(message)?.ticket_id).map_err(refused)?;
        }
        Ok(())
    }
}

/// Withdraws what a submitter objects to.
pub struct ObjectionConsumer(pub Publisher);

impl TransactionalConsumer for ObjectionConsumer {
    fn topic(&self) -> Topic {
        OBJECTED_TOPIC
    }

    fn name(&self) -> &'static str {
        "publication"
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError> {
        for message in messages {
            self.0.withdraw_objected(conn, now, news(message)?.ticket_id).map_err(refused)?;
        }
        Ok(())
    }
}

fn news(message: &Message) -> Result<TicketNews, ConsumeError> {
    TicketNews::deserialize(&message.payload).map_err(|_| ConsumeError::refused("ticket_news_payload"))
}

fn refused(error: PublicationError) -> ConsumeError {
    match error {
        PublicationError::Database(error) => ConsumeError::Database(error),
        PublicationError::Ticket(crate::features::tickets::TicketError::Database(error)) => {
            ConsumeError::Database(error)
        }
        PublicationError::Ticket(_) => ConsumeError::refused("ticket_unreadable"),
        PublicationError::Number(_) => ConsumeError::refused("public_number"),
        _ => ConsumeError::refused("publication_refused"),
    }
}
