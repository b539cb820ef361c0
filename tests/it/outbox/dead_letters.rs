//! What an operator sees of the outbox, and may do.

use serde_json::json;
use uuid::Uuid;

use huiyin::features::notifications::{DeadLetters, NotificationError};
use huiyin::platform::auth::caller::{Grant, Scope, SessionId, StaffCaller, StaffId};
use huiyin::platform::clock::TurnedClock;
use huiyin::platform::crypto::{Sealer, generate_key};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::platform::jobs::notify::Notifier;
use huiyin::platform::jobs::outbox::{ErrorCode, Failure, MessageStatus, NewMessage, retry};
use huiyin::rules::vocabulary::Role;

use super::{CONSUMER, TOPIC, instance, morning, standing, written};
use crate::support::database::TestDatabase;

fn caller(role: Role) -> StaffCaller {
    StaffCaller {
        id: StaffId(Uuid::nil()),
        session_id: SessionId(Uuid::nil()),
        username: "zhang.wei".into(),
        department_id: None,
        grants: vec![Grant { role, scope: Scope::Everywhere }],
    }
}

async fn dead(database: &TestDatabase) -> Uuid {
    let message = NewMessage::new(morning(), TOPIC, None, json!({}));
    let id = written(&instance(database), vec![message]).await[0];
    let failure = Failure { code: ErrorCode::new("smtp_550"), next_attempt_at: None, is_outage: false };
    retry(&mut database.connect(), TOPIC.queue(CONSUMER), id, &failure).unwrap();
    id
}

#[tokio::test]
async fn only_a_system_administrator_sees_and_replays_dead_letters() {
    let database = TestDatabase::create().await;
    let ids = [dead(&database).await, dead(&database).await];
    let sealer = Sealer::new(format!("1:{}", *generate_key()).parse().unwrap());
    let letters = DeadLetters::new(instance(&database), TurnedClock::new(morning()), sealer, Notifier::new());

    for role in Role::ALL.iter().filter(|role| **role != Role::SystemAdministrator) {
        let (listed, replayed) = (
            letters.list(&caller(*role), None, 10).await,
            letters.replay(&caller(*role), ids[0], Idempotency::none()).await,
        );
        assert!(matches!(listed, Err(NotificationError::Forbidden)), "{role}");
        assert!(matches!(replayed, Err(NotificationError::Forbidden)), "{role}");
    }

    let administrator = caller(Role::SystemAdministrator);
    let first = letters.list(&administrator, None, 1).await.unwrap();
    let second =
        letters.list(&administrator, Some((first[0].id, first[0].consumer.clone())), 1).await.unwrap();
    let mut listed = [first[0].id, second[0].id];
    assert!(listed[0] > listed[1], "the youngest first");
    listed.sort();
    let mut expected = ids;
    expected.sort();
    assert_eq!(listed, expected);

    letters.replay(&administrator, ids[0], Idempotency::none()).await.unwrap();
    assert_eq!(standing(&database, ids[0]).status, MessageStatus::Pending);
    let again = letters.replay(&administrator, ids[0], Idempotency::none()).await;
    assert!(matches!(again, Err(NotificationError::NotFound)));
}
