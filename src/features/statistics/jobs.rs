//! Counts the facts of the outbox, each exactly once.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::counting::Changes;
use super::store;
use crate::features::tickets::{FACT_TOPIC, Fact};
use crate::platform::jobs::consumer::{ConsumeError, TransactionalConsumer};
use crate::platform::jobs::outbox::{Message, Topic};

/// Adds facts to the counters.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatisticsConsumer;

impl TransactionalConsumer for StatisticsConsumer {
    fn topic(&self) -> Topic {
        FACT_TOPIC
    }

    fn name(&self) -> &'static str {
        "statistics"
    }

    fn batch_limit(&self) -> i64 {
        500
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        _: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError> {
        let facts = messages.iter().map(|message| Fact::deserialize(&message.payload));
        let facts: Vec<Fact> = facts.collect::<Result<_, _>>().map_err(|_| ConsumeError::refused("fact"))?;
        let changes = Changes::of(&facts);
        store::lock_version(conn)?;
        store::add_daily(conn, &changes.daily)?;
        store::add_open(conn, &changes.open)?;
        Ok(())
    }
}
