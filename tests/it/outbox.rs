//! The outbox against a real database: exactly once inside, at least once outside, nothing lost, nothing asleep.

mod dead_letters;
mod delivery;
mod external;
mod followers;
mod leases;
mod mail;
mod recovery;
mod transactional;

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use huiyin::platform::db::schema::outbox_message;
use huiyin::platform::db::{Db, DbError, PoolSettings};
use huiyin::platform::jobs::outbox::{MessageStatus, NewMessage, Topic, enqueue};

use crate::support::database::TestDatabase;

/// The topic of these tests.
const TOPIC: Topic = Topic::new("test", &[CONSUMER]);

/// Its consumer.
const CONSUMER: &str = "tester";

/// An instant in office hours.
fn morning() -> DateTime<Utc> {
    "2026-09-18T01:00:00Z".parse().unwrap()
}

/// A pool of its own, as another instance has.
fn instance(database: &TestDatabase) -> Db {
    let settings = PoolSettings {
        url: database.url().to_owned(),
        max_connections: 4,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(30),
        lock_timeout: Duration::from_secs(30),
    };
    Db::new(&settings).unwrap()
}

/// `count` messages numbered from 0.
fn numbered(count: usize) -> Vec<NewMessage> {
    (0..count).map(|number| NewMessage::new(morning(), TOPIC, None, json!({ "number": number }))).collect()
}

/// Writes the messages as a command would, and returns their ids.
async fn written(db: &Db, messages: Vec<NewMessage>) -> Vec<Uuid> {
    let ids = messages.iter().map(NewMessage::id).collect();
    db.transaction::<_, DbError, _>(move |conn| Ok(enqueue(conn, &messages)?)).await.unwrap();
    ids
}

/// A message as it stands now.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = outbox_message)]
struct Standing {
    status: MessageStatus,
    attempts: i16,
    available_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    last_error_code: Option<String>,
}

fn standing(database: &TestDatabase, id: Uuid) -> Standing {
    let row = outbox_message::table.filter(outbox_message::id.eq(id)).select(Standing::as_select());
    row.first(&mut database.connect()).unwrap()
}

fn count(database: &TestDatabase, status: MessageStatus) -> i64 {
    let rows = outbox_message::table.filter(outbox_message::status.eq(status)).count();
    rows.get_result(&mut database.connect()).unwrap()
}
