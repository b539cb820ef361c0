//! An outage ends: what waited for it leaves at once, and a message that is itself the trouble stays alone with it.

use chrono::Duration;
use tokio::net::TcpListener;

use huiyin::platform::jobs::outbox::MessageStatus;
use huiyin::platform::mail::MailTransport;

use super::mail::{Relay, receipt, settings, worker};
use super::{count, morning};
use crate::support::database::TestDatabase;

#[tokio::test]
async fn mails_leave_within_a_quarter_of_a_minute_after_a_relay_is_back() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for _ in 0..20 {
        receipt(&database).await;
    }
    let settings = settings(MailTransport::Smtp, folder.path(), port);
    let worker = worker(&database, &settings, Some("li@example.cn"));
    let mut now = morning();
    while now < morning() + Duration::minutes(5) {
        worker.deliver_once(now).await.unwrap();
        now += Duration::seconds(1);
    }
    assert_eq!(count(&database, MessageStatus::Pending), 20);

    let relay = Relay::start_at(port, 250).await;
    for _ in 0..15 {
        worker.deliver_once(now).await.unwrap();
        now += Duration::seconds(1);
    }
    assert_eq!((count(&database, MessageStatus::Done), relay.received().len()), (20, 20));
}
