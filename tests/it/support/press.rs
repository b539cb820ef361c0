//! The way of a letter to its publication, without HTTP: a city, its people, tickets that get answered, and the worker.
#![allow(dead_code)] // Publication's and knowledge's tests use different parts of this.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use serde_json::{Value, json};
use uuid::Uuid;

use huiyin::app::background;
use huiyin::features::directory::{CityFiles, seed};
use huiyin::features::publication::{
    Context, ListPublications, PublicationCommand, PublicationError, PublicationId, PublicationStatus,
    PublicationView, Published, Publisher,
};
use huiyin::features::tickets::{
    self, Accept, Action, Dispatch, DraftReply, ReplyId, SendReply, Sign, Submission, SubmitReply, TicketId,
    TicketState, Tickets,
};
use huiyin::platform::auth::caller::{Caller, Grant, Scope, SessionId, StaffCaller, StaffId};
use huiyin::platform::clock::{Clock, TurnedClock};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::platform::http::locale::Locale;
use huiyin::platform::http::query;
use huiyin::rules::reference::Reference;
use huiyin::rules::vocabulary::{Channel, Role};

use super::app::TestApp;

/// A city with its press office, on a whole server.
pub struct Press {
    pub app: TestApp,
    pub clock: Arc<TurnedClock>,
    pub tickets: Tickets,
    pub publisher: Publisher,
    pub published: Published,
    pub handler: StaffCaller,
    pub editor: StaffCaller,
    pub reviewer: StaffCaller,
}

impl Press {
    pub async fn open() -> Press {
        let app = TestApp::start_with(|sources| sources.fix("database.lock_timeout_ms", "300")).await;
        seed(&mut app.database.connect(), &sample_city()).unwrap();
        app.state.directory.refresh().await.unwrap();
        let mut conn = app.database.connect();
        Press {
            handler: staff(&mut conn, "handler.one", &[Role::Handler, Role::DepartmentLead]),
            editor: staff(&mut conn, "editor.one", &[Role::Editor]),
            reviewer: staff(&mut conn, "reviewer.one", &[Role::Reviewer, Role::Editor]),
            clock: Arc::clone(&app.clock),
            tickets: app.state.tickets.clone(),
            publisher: app.state.publisher.clone(),
            published: app.state.published.clone(),
            app,
        }
    }

    /// Consumes what tickets told.
    pub async fn drain(&self) -> u64 {
        let tally = background::worker(&self.app.state).deliver_once(self.clock.now()).await.unwrap();
        assert_eq!((tally.retried, tally.dead), (0, 0), "{tally:?}");
        tally.delivered
    }

    /// A connection of the test's own.
    pub fn connect(&self) -> PgConnection {
        self.app.database.connect()
    }

    /// A letter, answered.
    pub async fn answered(&self, letter: Value, answer: &str) -> Letter {
        let letter = self.submitted(letter).await;
        self.answer(&letter, answer).await;
        letter
    }

    /// A letter that has just come in.
    pub async fn submitted(&self, letter: Value) -> Letter {
        let submission = Submission {
            caller: Caller::System,
            idempotency: Idempotency::none(),
            channel: Channel::Web,
            locale: Locale::ZhCn,
            letter: serde_json::from_value(whole(letter)).unwrap(),
        };
        let receipt = self.tickets.submit(submission).await.unwrap().value;
        let look_up = json!({"reference": receipt.reference, "access_code": receipt.access_code});
        let id = self.tickets.look_up(&serde_json::from_value(look_up).unwrap(), None).await.unwrap();
        Letter { reference: receipt.reference.parse().unwrap(), id }
    }

    /// Takes a letter through the departments to its answer.
    pub async fn answer(&self, letter: &Letter, answer: &str) {
        let dispatch: Dispatch = serde_json::from_value(json!({"department": "heating-office"})).unwrap();
        self.act(letter, Caller::System, Accept {}).await;
        self.act(letter, Caller::System, dispatch).await;
        self.act(letter, self.handler.clone().into(), Sign {}).await;
        let reply = json!({"kind": "final", "body": answer, "outcome": "resolved"});
        self.send_reply(letter, reply, answer).await;
    }

    /// Sends a supplement.
    pub async fn supplement(&self, letter: &Letter, text: &str) {
        self.send_reply(letter, json!({"kind": "supplement", "body": text}), text).await;
    }

    async fn send_reply(&self, letter: &Letter, reply: Value, text: &str) {
        use sha2::Digest;
        let handler: Caller = self.handler.clone().into();
        let draft = DraftReply(serde_json::from_value(reply).unwrap());
        let drafted = self.act(letter, handler.clone(), draft).await;
        let id = ReplyId(drafted.created_id.unwrap());
        self.act(letter, handler, SubmitReply(id)).await;
        let digest = json!({"content_digest": hex::encode(sha2::Sha256::digest(text))});
        let send = SendReply(id, serde_json::from_value(digest).unwrap());
        self.act(letter, self.reviewer.clone().into(), send).await;
        self.clock.advance(TimeDelta::minutes(1));
    }

    /// Gives a command on a ticket.
    pub async fn act(&self, letter: &Letter, caller: Caller, action: impl Action + 'static) -> TicketState {
        let context = tickets::Context { caller, idempotency: Idempotency::none(), if_match: None };
        self.tickets.act(context, &letter.reference, action).await.unwrap().value
    }

    /// The publications in a status.
    pub async fn listed(&self, status: PublicationStatus) -> Vec<PublicationId> {
        let query: ListPublications = query::parse(&format!("status={status}")).unwrap();
        let page = self.publisher.list(&self.editor, &query, None).await.unwrap();
        page.data.into_iter().map(|item| item.id).collect()
    }

    /// The only publication in a status.
    pub async fn only(&self, status: PublicationStatus) -> PublicationView {
        let listed = self.listed(status).await;
        assert_eq!(listed.len(), 1, "{status}: {listed:?}");
        self.publisher.get(&self.editor, listed[0]).await.unwrap()
    }

    /// Gives a command on a publication as it stands.
    pub async fn give(
        &self,
        staff: &StaffCaller,
        view: &PublicationView,
        command: PublicationCommand,
    ) -> Result<PublicationView, PublicationError> {
        let context = Context {
            caller: staff.clone().into(),
            id: view.id,
            version: view.version,
            idempotency: Idempotency::none(),
        };
        self.publisher.act(context, command).await.map(|done| done.value)
    }

    /// Masks everything found, submits, and publishes.
    pub async fn publish(&self, view: PublicationView) -> PublicationView {
        let masked = self.give(&self.editor, &view, PublicationCommand::MaskAll).await.unwrap();
        let submitted = self.give(&self.editor, &masked, PublicationCommand::Submit).await.unwrap();
        self.give(&self.reviewer, &submitted, publish_command(&submitted)).await.unwrap()
    }

    /// A letter that is answered and published.
    pub async fn published(&self, letter: Value, answer: &str) -> (Letter, PublicationView) {
        let letter = self.answered(letter, answer).await;
        self.drain().await;
        let proposed = self.only(PublicationStatus::Proposed).await;
        (letter, self.publish(proposed).await)
    }
}

/// A ticket as its citizen knows it.
pub struct Letter {
    pub reference: Reference,
    pub id: TicketId,
}

impl Letter {
    pub fn citizen(&self) -> Caller {
        Caller::Citizen { ticket_id: self.id.0 }
    }
}

/// The reviewer says which text was read.
pub fn publish_command(view: &PublicationView) -> PublicationCommand {
    let digest = json!({"content_digest": view.revision.content_digest});
    PublicationCommand::Publish(serde_json::from_value(digest).unwrap())
}

pub fn reason(text: &str) -> tickets::GiveReason {
    serde_json::from_value(json!({"reason": text})).unwrap()
}

fn sample_city() -> CityFiles {
    CityFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city")).unwrap()
}

/// The letter with what every letter has.
fn whole(letter: Value) -> Value {
    let mut whole =
        json!({"kind": "inquiry", "category": "heating", "title": "暖气不热", "body": "家里暖气不热。"});
    for (name, value) in letter.as_object().unwrap() {
        whole[name] = value.clone();
    }
    whole["form"] = match whole["category"].as_str().unwrap() {
        "heating" => json!({"community": "锦绣家园"}),
        "water-supply" => json!({"location": "人民路1号", "problem": "水压低"}),
        other => panic!("no form for {other}"),
    };
    whole
}

/// Somebody who holds these roles everywhere.
pub fn staff(conn: &mut PgConnection, username: &str, roles: &[Role]) -> StaffCaller {
    let id = Uuid::now_v7();
    let insert = "INSERT INTO staff (id, username, display_name, mail, locale, department_id, is_administrator, created_at)
        SELECT $1, $2, $2, $2 || '@example.org', 'zh-CN', id, $3, '2026-09-01T00:00:00Z' FROM department WHERE code = 'heating-office'";
    diesel::sql_query(insert)
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(username)
        .bind::<Bool, _>(false)
        .execute(conn)
        .unwrap();
    let grant = |role: &Role| Grant { role: *role, scope: Scope::Everywhere };
    StaffCaller {
        id: StaffId(id),
        session_id: SessionId(Uuid::nil()),
        username: username.to_owned(),
        department_id: None,
        grants: roles.iter().map(grant).collect(),
    }
}

/// The instant a clock shows, for raw statements.
pub fn now(clock: &TurnedClock) -> DateTime<Utc> {
    clock.now()
}
