//! Consumers that act outside our database: leases, taking over, trying again.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, Utc};
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use uuid::Uuid;

use huiyin::platform::clock::TurnedClock;
use huiyin::platform::jobs::consumer::{DeliveryError, ExternalConsumer};
use huiyin::platform::jobs::notify::Notifier;
use huiyin::platform::jobs::outbox::{Message, MessageStatus, RetryPolicy, Topic};
use huiyin::platform::jobs::worker::{Tally, Worker};

use super::{CONSUMER, TOPIC, count, instance, morning, numbered, standing, written};
use crate::support::database::TestDatabase;

/// A receiver outside: remembers what it received, answers when it is let, and may refuse.
#[derive(Clone)]
struct Outside {
    received: Arc<Mutex<Vec<Uuid>>>,
    arrived: Arc<Semaphore>,
    may_answer: Arc<Semaphore>,
    answer: Result<(), DeliveryError>,
}

impl Outside {
    fn answering(answer: Result<(), DeliveryError>) -> Outside {
        Outside {
            received: Arc::default(),
            arrived: Arc::new(Semaphore::new(0)),
            may_answer: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            answer,
        }
    }

    fn silent() -> Outside {
        Outside { may_answer: Arc::new(Semaphore::new(0)), ..Outside::answering(Ok(())) }
    }

    fn received(&self) -> Vec<Uuid> {
        self.received.lock().unwrap().clone()
    }
}

impl ExternalConsumer for Outside {
    fn topic(&self) -> Topic {
        TOPIC
    }

    fn name(&self) -> &'static str {
        CONSUMER
    }

    fn deliver<'a>(
        &'a self,
        message: &'a Message,
        _: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Box::pin(async move {
            self.received.lock().unwrap().push(message.id);
            self.arrived.add_permits(1);
            let _permit = self.may_answer.acquire().await.unwrap();
            self.answer.clone()
        })
    }
}

fn worker(database: &TestDatabase, outside: &Outside) -> Worker {
    Worker::new(instance(database), TurnedClock::new(morning()), Notifier::new()).external(outside.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_racing_over_500_messages_deliver_each_once() {
    let database = TestDatabase::create().await;
    let ids: HashSet<Uuid> = written(&instance(&database), numbered(500)).await.into_iter().collect();
    let outside = Outside::answering(Ok(()));
    let (a, b) = (worker(&database, &outside), worker(&database, &outside));
    let (a, b) = tokio::join!(
        tokio::spawn(async move { a.deliver_once(morning()).await.unwrap() }),
        tokio::spawn(async move { b.deliver_once(morning()).await.unwrap() }),
    );
    assert_eq!(a.unwrap().delivered + b.unwrap().delivered, 500);
    let received = outside.received();
    assert_eq!(received.len(), 500);
    assert_eq!(received.into_iter().collect::<HashSet<_>>(), ids);
    assert_eq!(count(&database, MessageStatus::Done), 500);
}

#[tokio::test]
async fn an_expired_lease_is_taken_over_and_the_late_one_may_not_mark() {
    let database = TestDatabase::create().await;
    let id = written(&instance(&database), numbered(1)).await[0];
    let (slow, quick) = (Outside::silent(), Outside::answering(Ok(())));
    let late = worker(&database, &slow);
    let late = tokio::spawn(async move { late.deliver_once(morning()).await.unwrap() });
    slow.arrived.acquire().await.unwrap().forget();

    let heir = worker(&database, &quick);
    let lease_ends = morning() + quick.lease();
    let too_early = heir.deliver_once(lease_ends - Duration::microseconds(1)).await.unwrap();
    assert!(too_early.is_empty());
    assert_eq!(heir.deliver_once(lease_ends).await.unwrap().delivered, 1);

    slow.may_answer.add_permits(1);
    assert_eq!(late.await.unwrap(), Tally { lost: 1, ..Tally::default() });
    let message = standing(&database, id);
    assert_eq!((message.status, message.attempts), (MessageStatus::Done, 2));
    assert_eq!(message.done_at, Some(lease_ends), "the heir's mark stands");
}

#[tokio::test]
async fn a_refusal_for_good_is_dead_at_once() {
    let database = TestDatabase::create().await;
    let id = written(&instance(&database), numbered(1)).await[0];
    let outside = Outside::answering(Err(DeliveryError::permanent("gone")));
    let tally = worker(&database, &outside).deliver_once(morning()).await.unwrap();
    assert_eq!(tally, Tally { dead: 1, ..Tally::default() });
    assert_eq!(standing(&database, id).last_error_code.as_deref(), Some("gone"));
}

#[tokio::test]
async fn a_failure_is_tried_again_later_and_later_until_it_is_dead() {
    let database = TestDatabase::create().await;
    let id = written(&instance(&database), numbered(1)).await[0];
    let outside = Outside::answering(Err(DeliveryError::retry("away")));
    let worker = worker(&database, &outside);
    let policy = RetryPolicy::EXTERNAL;
    let mut now = morning();
    for attempt in 1..policy.max_attempts {
        worker.deliver_once(now).await.unwrap();
        let message = standing(&database, id);
        assert_eq!((message.status, message.attempts), (MessageStatus::Pending, attempt));
        let wait = message.available_at - now;
        assert!(wait >= Duration::seconds(1) && wait <= policy.delay(attempt, 1.0), "{attempt}: {wait}");
        now = message.available_at;
    }
    worker.deliver_once(now).await.unwrap();
    assert_eq!(standing(&database, id).status, MessageStatus::Dead);
    assert_eq!(outside.received().len(), usize::try_from(policy.max_attempts).unwrap());
}

#[tokio::test]
async fn what_a_slow_delivery_took_is_over_when_its_end_is_noted() {
    let took = Duration::seconds(90);
    for (answer, status) in
        [(Ok(()), MessageStatus::Done), (Err(DeliveryError::retry("away")), MessageStatus::Pending)]
    {
        let database = TestDatabase::create().await;
        let id = written(&instance(&database), numbered(1)).await[0];
        let outside = Outside { answer, ..Outside::silent() };
        let clock = TurnedClock::new(morning());
        let worker =
            Worker::new(instance(&database), clock.clone(), Notifier::new()).external(outside.clone());
        let working = tokio::spawn(async move { worker.deliver_once(morning()).await.unwrap() });
        outside.arrived.acquire().await.unwrap().forget();
        clock.advance(took);
        outside.may_answer.add_permits(1);
        working.await.unwrap();
        let message = standing(&database, id);
        assert_eq!(message.status, status);
        assert!(message.done_at.is_none_or(|done| done == morning() + took), "{message:?}");
        assert!(message.available_at > morning() + took, "{message:?}");
    }
}
