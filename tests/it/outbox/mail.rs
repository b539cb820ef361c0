//! Mail from the outbox: files, a relay that refuses, and who is told.

use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{Duration, NaiveDate};
use diesel::prelude::*;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use huiyin::features::notices::{Notice, NoticeContent, Recipient};
use huiyin::features::notifications::{Contact, Contacts, MailChannel, MailTexts, NoticeConsumer, Site};
use huiyin::platform::clock::TurnedClock;
use huiyin::platform::jobs::consumer::DeliveryError;
use huiyin::platform::jobs::notify::Notifier;
use huiyin::platform::jobs::outbox::MessageStatus;
use huiyin::platform::jobs::worker::{Tally, Worker};
use huiyin::platform::locale::Locale;
use huiyin::platform::mail::{
    MailAddress, MailSettings, MailTransport, SmtpSecurity, SmtpSettings, open_mailer,
};

use super::{count, instance, morning, standing, written};
use crate::support::database::TestDatabase;

const REFERENCE: &str = "HY-2026-0918-00042-7";

/// Everybody has this address, or nobody has one.
struct AddressBook(Option<MailAddress>);

impl Contacts for AddressBook {
    fn contact(&self, _: Recipient) -> BoxFuture<'_, Result<Option<Contact>, DeliveryError>> {
        Box::pin(async { Ok(Some(Contact { locale: Locale::En, mail: self.0.clone() })) })
    }
}

pub(super) fn settings(transport: MailTransport, folder: &Path, port: u16) -> MailSettings {
    MailSettings {
        transport,
        from: "回音 <noreply@city.gov.cn>".into(),
        folder: folder.to_owned(),
        smtp: SmtpSettings {
            host: "127.0.0.1".into(),
            port,
            security: SmtpSecurity::None,
            username: None,
            password: None,
            timeout_seconds: 30,
            max_connections: 2,
        },
        most_per_hour_and_address: 0,
    }
}

pub(super) fn worker(database: &TestDatabase, settings: &MailSettings, address: Option<&str>) -> Worker {
    let site = Site { name: "回音".into(), name_en: "Huiyin".into(), ..Site::default() };
    let book = AddressBook(address.map(|text| text.parse().unwrap()));
    let channel = MailChannel::new(MailTexts::new(site), open_mailer(settings).unwrap());
    let consumer = NoticeConsumer::new(channel, Arc::new(book));
    Worker::new(instance(database), TurnedClock::new(morning()), Notifier::new()).external(consumer)
}

pub(super) async fn receipt(database: &TestDatabase) -> Uuid {
    let reply_due_on = NaiveDate::from_ymd_opt(2026, 9, 25);
    let content = NoticeContent::Receipt { reference: REFERENCE.into(), reply_due_on };
    let notice = Notice::to_submitter(Uuid::from_u128(1), content);
    written(&instance(database), vec![notice.into_message(morning())]).await[0]
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_mail_becomes_one_file_however_often_it_is_sent() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let id = receipt(&database).await;
    let settings = settings(MailTransport::Folder, folder.path(), 0);
    let worker = worker(&database, &settings, Some("li@example.cn"));
    assert_eq!(worker.deliver_once(morning()).await.unwrap().delivered, 1);

    let file = format!("{id}.eml");
    let first = std::fs::read_to_string(folder.path().join(&file)).unwrap();
    for part in [
        format!("Message-ID: <{id}@city.gov.cn>\r\n"),
        format!("X-Huiyin-Notification: {id}\r\n"),
        "Auto-Submitted: auto-generated\r\n".to_owned(),
        "To: li@example.cn\r\n".to_owned(),
        format!("Subject: Huiyin: We have received your letter ({REFERENCE})\r\n"),
        format!("Its reference is {REFERENCE}."),
        "You will have an answer by 25 September 2026 at the latest.".to_owned(),
        "multipart/alternative".to_owned(),
    ] {
        assert!(first.contains(&part), "{part:?} is not in\n{first}");
    }

    // As when the instance dies after sending and before marking.
    diesel::sql_query(
        "UPDATE outbox_message SET status = 'pending', done_at = NULL, available_at = created_at",
    )
    .execute(&mut database.connect())
    .unwrap();
    assert_eq!(worker.deliver_once(morning() + Duration::minutes(2)).await.unwrap().delivered, 1);
    assert_eq!(files(folder.path()).len(), 1);
    assert_eq!(std::fs::read_to_string(folder.path().join(&file)).unwrap(), first);
}

#[tokio::test]
async fn nobody_to_tell_is_done_without_a_mail() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    receipt(&database).await;
    let settings = settings(MailTransport::Folder, folder.path(), 0);
    let tally = worker(&database, &settings, None).deliver_once(morning()).await.unwrap();
    assert_eq!(tally, Tally { delivered: 1, ..Tally::default() });
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn a_relay_that_refuses_for_an_hour_gets_the_same_mail_afterwards() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let relay = Relay::start(451).await;
    let id = receipt(&database).await;
    let settings = settings(MailTransport::Smtp, folder.path(), relay.port);
    let worker = worker(&database, &settings, Some("li@example.cn"));

    let mut now = morning();
    while now < morning() + Duration::hours(1) {
        worker.deliver_once(now).await.unwrap();
        let message = standing(&database, id);
        assert_eq!(message.status, MessageStatus::Pending);
        assert_eq!(message.last_error_code.as_deref(), Some("smtp_451"));
        now = message.available_at;
    }
    relay.answer.store(250, Ordering::SeqCst);
    assert_eq!(worker.deliver_once(now).await.unwrap().delivered, 1);
    assert_eq!(count(&database, MessageStatus::Done), 1);

    let attempts = relay.received();
    let expected = format!("Message-ID: <{id}@city.gov.cn>");
    assert!(attempts.len() > 2, "{}", attempts.len());
    assert!(attempts.iter().all(|mail| mail.contains(&expected)), "{attempts:?}");
}

#[tokio::test]
async fn a_relay_that_refuses_for_good_makes_a_dead_letter() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let relay = Relay::start(550).await;
    let id = receipt(&database).await;
    let settings = settings(MailTransport::Smtp, folder.path(), relay.port);
    worker(&database, &settings, Some("li@example.cn")).deliver_once(morning()).await.unwrap();
    let message = standing(&database, id);
    assert_eq!((message.status, message.attempts), (MessageStatus::Dead, 1));
    assert_eq!(message.last_error_code.as_deref(), Some("smtp_550"));
}

/// A relay that takes every mail down and then answers it with the code it was told.
pub(super) struct Relay {
    port: u16,
    answer: Arc<AtomicU16>,
    mails: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    async fn start(answer: u16) -> Relay {
        Relay::start_at(0, answer).await
    }

    /// On this port, which nobody else uses; on any for 0.
    pub(super) async fn start_at(port: u16, answer: u16) -> Relay {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let relay = Relay { port, answer: Arc::new(AtomicU16::new(answer)), mails: Arc::default() };
        let (answer, mails) = (Arc::clone(&relay.answer), Arc::clone(&relay.mails));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&answer), Arc::clone(&mails)));
            }
        });
        relay
    }

    pub(super) fn received(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }
}

async fn converse(stream: TcpStream, answer: Arc<AtomicU16>, mails: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut said = "220 relay".to_owned();
    loop {
        stream.write_all(format!("{said}\r\n").as_bytes()).await.unwrap();
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        said = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.unwrap();
                let mail = read_mail(&mut stream).await;
                mails.lock().unwrap().push(mail);
                format!("{} as told", answer.load(Ordering::SeqCst))
            }
            _ => "250 fine".to_owned(),
        };
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> String {
    let mut mail = String::new();
    while !mail.ends_with("\r\n.\r\n") {
        assert_ne!(stream.read_line(&mut mail).await.unwrap(), 0, "the mail broke off");
    }
    mail
}
