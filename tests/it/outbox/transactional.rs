//! Consumers that write to our own database.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use serde_json::json;
use tokio::sync::{mpsc, watch};

use huiyin::platform::clock::TurnedClock;
use huiyin::platform::db::DbError;
use huiyin::platform::jobs::consumer::{ConsumeError, TransactionalConsumer};
use huiyin::platform::jobs::housekeeping::forget_done;
use huiyin::platform::jobs::notify::Notifier;
use huiyin::platform::jobs::outbox::{self, Message, MessageStatus, NewMessage, RetryPolicy, Topic};
use huiyin::platform::jobs::worker::{Tally, Worker};

use super::{CONSUMER, TOPIC, count, instance, morning, numbered, standing, written};
use crate::support::database::TestDatabase;

/// Writes one row a message, and refuses the poisonous ones after having written.
#[derive(Clone)]
struct Scribe {
    batch_limit: i64,
    told: Option<mpsc::UnboundedSender<usize>>,
}

impl Scribe {
    fn in_batches_of(batch_limit: i64) -> Scribe {
        Scribe { batch_limit, told: None }
    }
}

impl TransactionalConsumer for Scribe {
    fn topic(&self) -> Topic {
        TOPIC
    }

    fn name(&self) -> &'static str {
        CONSUMER
    }

    fn batch_limit(&self) -> i64 {
        self.batch_limit
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        _: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError> {
        for message in messages {
            let insert = diesel::sql_query("INSERT INTO written (message_id) VALUES ($1)");
            insert.bind::<SqlUuid, _>(message.id).execute(conn)?;
            if message.payload.get("poison").is_some() {
                return Err(ConsumeError::refused("poison"));
            }
        }
        if let Some(told) = &self.told {
            told.send(messages.len()).unwrap();
        }
        Ok(())
    }
}

async fn database_with_a_page() -> TestDatabase {
    let database = TestDatabase::create().await;
    diesel::sql_query("CREATE TABLE written (message_id uuid NOT NULL)")
        .execute(&mut database.connect())
        .unwrap();
    database
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    rows: i64,
    #[diesel(sql_type = BigInt)]
    messages: i64,
}

fn rows_written(database: &TestDatabase) -> Written {
    let query = "SELECT count(*) AS rows, count(DISTINCT message_id) AS messages FROM written";
    diesel::sql_query(query).get_result(&mut database.connect()).unwrap()
}

fn worker(database: &TestDatabase, scribe: Scribe) -> Worker {
    Worker::new(instance(database), TurnedClock::new(morning()), Notifier::new()).transactional(scribe)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_racing_over_500_messages_consume_each_once() {
    let database = database_with_a_page().await;
    written(&instance(&database), numbered(500)).await;
    let (a, b) = (worker(&database, Scribe::in_batches_of(17)), worker(&database, Scribe::in_batches_of(17)));
    let (a, b) = tokio::join!(
        tokio::spawn(async move { a.deliver_once(morning()).await.unwrap() }),
        tokio::spawn(async move { b.deliver_once(morning()).await.unwrap() }),
    );
    assert_eq!(a.unwrap().delivered + b.unwrap().delivered, 500);
    assert_eq!(rows_written(&database), Written { rows: 500, messages: 500 });
    assert_eq!(count(&database, MessageStatus::Done), 500);
}

#[tokio::test]
async fn one_poisonous_message_goes_dead_alone_and_can_be_replayed() {
    let database = database_with_a_page().await;
    let db = instance(&database);
    let poison = NewMessage::new(morning(), TOPIC, None, json!({ "poison": true }));
    let id = poison.id();
    let mut messages = numbered(49);
    messages.insert(23, poison);
    written(&db, messages).await;

    let worker = worker(&database, Scribe::in_batches_of(200));
    let first = worker.deliver_once(morning()).await.unwrap();
    assert_eq!(first, Tally { delivered: 49, retried: 1, ..Tally::default() });
    assert_eq!(rows_written(&database), Written { rows: 49, messages: 49 });

    let mut now = morning();
    for _ in 1..RetryPolicy::INTERNAL.max_attempts {
        now += RetryPolicy::INTERNAL.longest_delay;
        worker.deliver_once(now).await.unwrap();
    }
    let dead = standing(&database, id);
    assert_eq!((dead.status, dead.attempts), (MessageStatus::Dead, RetryPolicy::INTERNAL.max_attempts));
    assert_eq!(dead.last_error_code.as_deref(), Some("poison"));
    let again = worker.deliver_once(now + RetryPolicy::INTERNAL.longest_delay).await.unwrap();
    assert_eq!(again, Tally::default(), "a dead message is left alone");

    let conn = &mut database.connect();
    let listed = outbox::list_dead(conn, None, 10).unwrap();
    assert_eq!(listed.iter().map(|dead| dead.id).collect::<Vec<_>>(), [id]);
    assert!(outbox::list_dead(conn, Some(&(id, CONSUMER.to_owned())), 10).unwrap().is_empty());
    assert!(outbox::replay(conn, id, now).unwrap());
    assert!(!outbox::replay(conn, id, now).unwrap(), "it is not dead any more");
    assert_eq!(worker.deliver_once(now).await.unwrap(), Tally { retried: 1, ..Tally::default() });
}

#[tokio::test]
async fn a_message_lives_and_dies_with_its_transaction() {
    let database = database_with_a_page().await;
    let db = instance(&database);
    let messages = numbered(3);
    let refused = db
        .transaction::<(), DbError, _>(move |conn| {
            outbox::enqueue(conn, &messages)?;
            Err(DbError::NotFound)
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(count(&database, MessageStatus::Pending), 0);
}

#[tokio::test]
async fn a_message_for_later_waits() {
    let database = database_with_a_page().await;
    let later = morning() + chrono::Duration::minutes(10);
    let message = NewMessage::new(morning(), TOPIC, None, json!({})).available_at(later);
    written(&instance(&database), vec![message]).await;
    let worker = worker(&database, Scribe::in_batches_of(200));
    let just_before = later - chrono::Duration::microseconds(1);
    assert!(worker.deliver_once(just_before).await.unwrap().is_empty());
    assert_eq!(worker.deliver_once(later).await.unwrap().delivered, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_hears_the_bell_survives_lost_connections_and_stops_when_told() {
    let database = database_with_a_page().await;
    let (db, notifier) = (instance(&database), Notifier::new());
    let (told, mut consumed) = mpsc::unbounded_channel();
    let scribe = Scribe { batch_limit: 200, told: Some(told) };
    let worker = Worker::new(db.clone(), TurnedClock::new(morning()), notifier.clone()).transactional(scribe);
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker.run(stopped, Duration::from_secs(30)));

    written(&db, numbered(2)).await;
    notifier.notify();
    let mut heard = consumed.recv().await.unwrap();
    while heard < 2 {
        heard += consumed.recv().await.unwrap();
    }

    let cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    diesel::sql_query(cut).execute(&mut database.connect()).unwrap();
    written(&db, numbered(1)).await;
    notifier.notify();
    // The cut may have come between the telling and the commit of the first two.
    assert!(matches!(consumed.recv().await, Some(1 | 3)));

    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(rows_written(&database), Written { rows: 3, messages: 3 });
}

#[tokio::test]
async fn what_was_consumed_long_ago_is_forgotten_and_nothing_else() {
    let database = database_with_a_page().await;
    let db = instance(&database);
    written(&db, numbered(3)).await;
    worker(&database, Scribe::in_batches_of(200)).deliver_once(morning()).await.unwrap();
    written(&db, numbered(2)).await;
    assert_eq!(forget_done(&db, morning()).await.unwrap(), 0);
    assert_eq!(forget_done(&db, morning() + chrono::Duration::seconds(1)).await.unwrap(), 3);
    assert_eq!(count(&database, MessageStatus::Pending), 2);
    let backlog = outbox::backlogs(&mut database.connect()).unwrap();
    assert_eq!(
        (backlog[0].topic.as_str(), backlog[0].consumer.as_str(), backlog[0].pending),
        ("test", CONSUMER, 2)
    );
    assert_eq!(backlog[0].oldest_created_at, Some(morning()));
}
