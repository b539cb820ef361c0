//! Several consumers of one topic: each gets every message once, whatever becomes of it with the others.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use huiyin::app::background;
use huiyin::platform::clock::TurnedClock;
use huiyin::platform::jobs::consumer::{DeliveryError, ExternalConsumer};
use huiyin::platform::jobs::notify::Notifier;
use huiyin::platform::jobs::outbox::{Message, NewMessage, Topic, list_dead, replay};
use huiyin::platform::jobs::worker::{Tally, Worker};

use super::{instance, morning, written};
use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::sources::sources;

const FOLLOWED: Topic = Topic::new("followed", &["post", "telegraph"]);

/// A consumer that remembers what it got, and refuses it for good while it is down.
#[derive(Clone)]
struct Follower {
    name: &'static str,
    is_down: Arc<Mutex<bool>>,
    received: Arc<Mutex<Vec<Uuid>>>,
}

impl Follower {
    fn new(name: &'static str, is_down: bool) -> Follower {
        Follower { name, is_down: Arc::new(Mutex::new(is_down)), received: Arc::default() }
    }

    fn received(&self) -> Vec<Uuid> {
        let mut received = self.received.lock().unwrap().clone();
        received.sort();
        received
    }
}

impl ExternalConsumer for Follower {
    fn topic(&self) -> Topic {
        FOLLOWED
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn deliver<'a>(
        &'a self,
        message: &'a Message,
        _: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Box::pin(async move {
            if *self.is_down.lock().unwrap() {
                return Err(DeliveryError::permanent("down"));
            }
            self.received.lock().unwrap().push(message.id);
            Ok(())
        })
    }
}

#[tokio::test]
async fn each_follower_gets_every_message_once_and_one_that_is_down_hinders_nobody() {
    let database = TestDatabase::create().await;
    let messages = (0..3).map(|n| NewMessage::new(morning(), FOLLOWED, None, serde_json::json!({ "n": n })));
    let mut ids = written(&instance(&database), messages.collect()).await;
    ids.sort();
    let (post, telegraph) = (Follower::new("post", false), Follower::new("telegraph", true));
    let worker = Worker::new(instance(&database), TurnedClock::new(morning()), Notifier::new());
    let worker = worker.external(post.clone()).external(telegraph.clone());
    let tally = worker.deliver_once(morning()).await.unwrap();
    assert_eq!(tally, Tally { delivered: 3, dead: 3, ..Tally::default() });
    assert_eq!((post.received(), telegraph.received()), (ids.clone(), vec![]));

    let conn = &mut database.connect();
    let dead = list_dead(conn, None, 10).unwrap();
    assert!(dead.iter().all(|dead| dead.consumer == "telegraph" && dead.topic == "followed"), "{dead:?}");
    *telegraph.is_down.lock().unwrap() = false;
    for id in &ids {
        assert!(replay(conn, *id, morning()).unwrap());
    }
    assert_eq!(worker.deliver_once(morning()).await.unwrap().delivered, 3);
    assert_eq!((post.received(), telegraph.received()), (ids.clone(), ids), "nobody hears anything twice");
}

#[tokio::test]
async fn a_page_of_dead_letters_may_end_between_two_followers_of_one_message() {
    let database = TestDatabase::create().await;
    let message = NewMessage::new(morning(), FOLLOWED, None, serde_json::json!({}));
    let id = written(&instance(&database), vec![message]).await[0];
    let worker = Worker::new(instance(&database), TurnedClock::new(morning()), Notifier::new());
    let worker = worker.external(Follower::new("post", true)).external(Follower::new("telegraph", true));
    assert_eq!(worker.deliver_once(morning()).await.unwrap().dead, 2);
    let conn = &mut database.connect();
    let first = list_dead(conn, None, 1).unwrap().remove(0);
    let second = list_dead(conn, Some(&(first.id, first.consumer.clone())), 1).unwrap().remove(0);
    assert_eq!((first.id, second.id), (id, id));
    assert_eq!((first.consumer.as_str(), second.consumer.as_str()), ("telegraph", "post"));
    assert!(list_dead(conn, Some(&(id, second.consumer)), 1).unwrap().is_empty());
    assert!(replay(conn, id, morning()).unwrap());
    assert_eq!(worker.deliver_once(morning()).await.unwrap().dead, 2, "both try again");
}

/// The topics that the sources declare, each with a consumer it names.
fn declared() -> BTreeSet<(String, String)> {
    let declaration = regex::Regex::new(r#"Topic::new\("(\w+)", &\[([^\]]*)\]"#).unwrap();
    let name = regex::Regex::new(r#""(\w+)""#).unwrap();
    let mut declared = BTreeSet::new();
    for (_, file) in sources() {
        for found in declaration.captures_iter(&file) {
            let consumers = name.captures_iter(&found[2]).map(|name| name[1].to_owned());
            declared.extend(consumers.map(|consumer| (found[1].to_owned(), consumer)));
        }
    }
    declared
}

#[tokio::test]
async fn every_consumer_that_a_topic_names_is_at_work_and_no_other() {
    let app = TestApp::start().await;
    let queues = background::worker(&app.state).queues();
    let at_work: BTreeSet<_> =
        queues.iter().map(|queue| (queue.topic.to_owned(), queue.consumer.to_owned())).collect();
    assert_eq!(at_work.len(), queues.len(), "each once");
    assert_eq!(at_work, declared());
}
