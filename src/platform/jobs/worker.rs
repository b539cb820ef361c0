//! The worker: empties every topic, then waits for a notification. Any number of instances may run one each.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use metrics::{counter, gauge};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, warn};

use super::consumer::{ExternalConsumer, TransactionalConsumer};
pub use super::deliver::Tally;
use super::deliver::{Deliveries, consume_batch};
use super::notify::{Listener, Notifier};
use super::outage::WayOut;
use super::outbox::{self, Queue};
use super::present::Present;
use crate::platform::clock::SharedClock;
use crate::platform::db::{Db, DbError};

/// Runs the consumers that are registered with it.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    clock: SharedClock,
    notifier: Notifier,
    consumers: Vec<Consumer>,
    measured_at: Arc<AtomicI64>,
}

#[derive(Clone)]
enum Consumer {
    Transactional(Arc<dyn TransactionalConsumer>),
    External(Arc<dyn ExternalConsumer>, Arc<WayOut>),
}

impl Worker {
    /// A worker without consumers, woken by `notifier`.
    pub fn new(db: Db, clock: SharedClock, notifier: Notifier) -> Worker {
        Worker { db, clock, notifier, consumers: Vec::new(), measured_at: Arc::default() }
    }

    /// Adds a consumer that works inside our database.
    pub fn transactional(mut self, consumer: impl TransactionalConsumer) -> Worker {
        self.consumers.push(Consumer::Transactional(Arc::new(consumer)));
        self
    }

    /// Adds a consumer that acts outside it.
    pub fn external(mut self, consumer: impl ExternalConsumer) -> Worker {
        self.consumers.push(Consumer::External(Arc::new(consumer), Arc::default()));
        self
    }

    /// What its consumers take their messages from.
    pub fn queues(&self) -> Vec<Queue> {
        self.consumers.iter().map(Consumer::queue).collect()
    }

    /// Consumes everything that is due at `now`, from which time runs on, and what that makes due, then returns. For tests and
    /// the command line.
    pub async fn deliver_once(&self, now: DateTime<Utc>) -> Result<Tally, DbError> {
        let present = Present::from(&self.clock, now);
        let mut total = Tally::default();
        loop {
            let mut round = Tally::default();
            for consumer in &self.consumers {
                round.add(consumer.step(&self.db, &present).await?);
            }
            if round.is_empty() {
                return Ok(total);
            }
            total.add(round);
        }
    }

    /// Works until `shutdown` says `true` or is gone, then lets what is in hand finish for at most `grace`.
    /// What is cut off after that is taken over when its lease lapses.
    pub async fn run(self, mut shutdown: watch::Receiver<bool>, grace: Duration) {
        let mut topics = JoinSet::new();
        for consumer in &self.consumers {
            topics.spawn(self.clone().run_topic(consumer.clone(), shutdown.clone()));
        }
        // An error means that the sender is gone, which is a shutdown too.
        let _ = shutdown.wait_for(|stop| *stop).await;
        let finish = async { while topics.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, finish).await.is_err() {
            warn!("The worker was cut off; its leases will lapse");
        }
    }

    async fn run_topic(self, consumer: Consumer, mut shutdown: watch::Receiver<bool>) {
        let (mut listener, present) = (self.notifier.listen(), Present::of(&self.clock));
        while !*shutdown.borrow() {
            let worked = consumer.step(&self.db, &present).await;
            let is_idle = match &worked {
                Ok(tally) => tally.is_empty(),
                Err(error) => {
                    let Queue { topic, consumer } = consumer.queue();
                    warn!(topic, consumer, error = %error, "The database delays {consumer} of topic {topic}");
                    true
                }
            };
            if is_idle && !self.rest(&mut listener, &mut shutdown).await {
                return;
            }
        }
    }

    /// Waits for a notification. `false`: it is time to stop.
    async fn rest(&self, listener: &mut Listener, shutdown: &mut watch::Receiver<bool>) -> bool {
        self.measure_backlog().await;
        tokio::select! {
            () = listener.notified() => true,
            _ = shutdown.wait_for(|stop| *stop) => false,
        }
    }

    /// Publishes how much waits and how old it is; at most once a minute, whoever asks.
    async fn measure_backlog(&self) {
        let now = self.clock.now();
        let last = self.measured_at.load(Ordering::Relaxed);
        let is_due = now.timestamp() >= last + 60;
        if !is_due
            || self
                .measured_at
                .compare_exchange(last, now.timestamp(), Ordering::Relaxed, Ordering::Relaxed)
                .is_err()
        {
            return;
        }
        if let Ok(backlogs) = self.db.read::<_, DbError, _>(|conn| Ok(outbox::backlogs(conn)?)).await {
            self.publish_backlog(&backlogs, now);
        }
    }

    fn publish_backlog(&self, backlogs: &[outbox::Backlog], now: DateTime<Utc>) {
        for consumer in &self.consumers {
            let Queue { topic, consumer } = consumer.queue();
            let is_own = |backlog: &&outbox::Backlog| backlog.topic == topic && backlog.consumer == consumer;
            let backlog = backlogs.iter().find(is_own);
            let oldest = backlog.and_then(|backlog| backlog.oldest_created_at);
            let age = oldest.map_or(0, |at| (now - at).num_seconds().max(0));
            let pending = backlog.map_or(0, |backlog| backlog.pending);
            gauge!("huiyin_outbox_pending_messages", "topic" => topic, "consumer" => consumer)
                .set(pending as f64);
            gauge!("huiyin_outbox_oldest_pending_seconds", "topic" => topic, "consumer" => consumer)
                .set(age as f64);
        }
    }
}

impl Consumer {
    fn queue(&self) -> Queue {
        match self {
            Consumer::Transactional(consumer) => consumer.queue(),
            Consumer::External(consumer, _) => consumer.queue(),
        }
    }

    async fn step(&self, db: &Db, present: &Present) -> Result<Tally, DbError> {
        let tally = match self {
            Consumer::Transactional(consumer) => consume_batch(db, consumer, present).await?,
            Consumer::External(consumer, way_out) => {
                Deliveries { db, consumer: consumer.as_ref(), way_out, present }.step().await?
            }
        };
        report(self.queue(), &tally);
        Ok(tally)
    }
}

fn report(queue: Queue, tally: &Tally) {
    if tally.is_empty() {
        return;
    }
    let Queue { topic, consumer } = queue;
    counter!("huiyin_outbox_delivered_total", "topic" => topic, "consumer" => consumer)
        .increment(tally.delivered);
    counter!("huiyin_outbox_failed_total", "topic" => topic, "consumer" => consumer).increment(tally.retried);
    counter!("huiyin_outbox_dead_total", "topic" => topic, "consumer" => consumer).increment(tally.dead);
    counter!("huiyin_outbox_lost_total", "topic" => topic, "consumer" => consumer).increment(tally.lost);
    debug!(
        topic,
        consumer,
        delivered = tally.delivered,
        retried = tally.retried,
        dead = tally.dead,
        "{consumer} consumed {} of {topic}",
        tally.delivered
    );
}
