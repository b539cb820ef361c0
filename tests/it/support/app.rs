//! The whole server on a free port, with a database, a mail folder and a search index of its own, and a clock that
//! the test turns.
#![allow(dead_code)] // Each feature's tests use another part of this.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use mailparse::MailHeaderMap;
use metrics_exporter_prometheus::PrometheusHandle;
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Handle;

use huiyin::app::background;
use huiyin::app::server::{self, Listeners, RunningServer};
use huiyin::app::settings::Settings;
use huiyin::app::state::AppState;
use huiyin::platform::clock::{Clock, TurnedClock};
use huiyin::platform::config::Sources;
use huiyin::platform::crypto::generate_key;
use huiyin::platform::search::Embedded;
use huiyin::platform::telemetry;

use super::database::TestDatabase;

/// When every test begins: a Friday morning in Shanghai.
pub const START: &str = "2026-09-18T01:00:00Z";

/// A server for one test. It stops when it is dropped.
pub struct TestApp {
    /// What the server is made of, for what has no endpoint.
    pub state: AppState,
    /// The clock of the server.
    pub clock: Arc<TurnedClock>,
    /// Speaks to the server; follows no redirection.
    pub client: reqwest::Client,
    api: String,
    operations: String,
    _server: RunningServer,
    runtime: Handle,
    folder: TempDir,
    // Last, so that it is dropped when nothing uses it any more.
    pub database: TestDatabase,
}

impl Drop for TestApp {
    /// The connections end here and not with the last of the server's threads, which no longer can.
    fn drop(&mut self) {
        let _entered = self.runtime.enter();
        self.state.db.close();
    }
}

impl TestApp {
    /// Starts one with the default settings.
    pub async fn start() -> TestApp {
        TestApp::start_with(|sources| sources).await
    }

    /// Starts one with other settings: `|sources| sources.fix("limits.lookups_per_minute", "3")`.
    pub async fn start_with(change: impl FnOnce(Sources) -> Sources) -> TestApp {
        let database = TestDatabase::create().await;
        TestApp::start_on(database, |_, sources| change(sources)).await
    }

    /// Starts one on this database.
    pub async fn start_on(
        database: TestDatabase,
        change: impl FnOnce(&TestDatabase, Sources) -> Sources,
    ) -> TestApp {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let sources = change(&database, sources(database.url(), folder.path()));
        let settings = Settings::load(&sources).expect("the settings are valid");
        let clock = TurnedClock::new(START.parse().expect("an instant"));
        let search = Arc::new(Embedded::in_memory().expect("a search index"));
        let listeners = Listeners::bind(&settings).expect("free ports");
        let state =
            AppState::assemble_with(settings, clock.clone(), search).await.expect("the parts fit together");
        let server = server::start(state.clone(), listeners, metrics()).await.expect("the server starts");
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        TestApp {
            state,
            clock,
            client,
            api: format!("http://{}", server.api),
            operations: format!("http://{}", server.operations),
            _server: server,
            runtime: Handle::current(),
            folder,
            database,
        }
    }

    /// The address of a path of the API.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.api)
    }

    /// The address of a path of the operations port.
    pub fn operations_url(&self, path: &str) -> String {
        format!("{}{path}", self.operations)
    }

    /// Host and port of the API.
    pub fn authority(&self) -> &str {
        self.api.trim_start_matches("http://")
    }

    /// A request that is sent with `.send().await`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A GET.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A POST with a JSON body.
    pub fn post_json(&self, path: &str, body: &impl Serialize) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    /// A POST with a JSON body and an idempotency key of its own.
    pub fn post_once(&self, path: &str, body: &impl Serialize) -> RequestBuilder {
        self.post_json(path, body).header("Idempotency-Key", uuid::Uuid::now_v7().to_string())
    }

    /// The JSON of a GET that succeeds.
    pub async fn get_json(&self, path: &str) -> Value {
        success(self.get(path)).await
    }

    /// What time it is for the server.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Turns the clock forwards.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Consumes everything the outbox holds that is due. No worker runs beside the test unless it sets `jobs.enabled`.
    pub async fn deliver_outbox(&self) {
        background::worker(&self.state).deliver_once(self.now()).await.expect("the outbox can be emptied");
    }

    /// The mails written so far, the oldest first: each as it was sent, then its subject and parts decoded.
    pub fn mails(&self) -> Vec<String> {
        let folder = self.mail_folder();
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .map(|entries| entries.map(|entry| entry.expect("a mail").path()).collect())
            .unwrap_or_default();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        files.iter().map(|file| readable(&std::fs::read_to_string(file).expect("a readable mail"))).collect()
    }

    /// Where mails are written.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("mail")
    }
}

fn sources(database: &str, folder: &Path) -> Sources {
    Sources::default()
        .fix("server.listen", "127.0.0.1:0")
        .fix("server.workers", "1")
        .fix("server.shutdown_grace_seconds", "1")
        .fix("operations.listen", "127.0.0.1:0")
        .fix("database.url", database)
        .fix("database.max_connections", "4")
        .fix("secrets.sealing_keys", format!("1:{}", *generate_key()))
        .fix("secrets.token_key", generate_key().as_str())
        .fix("limits.submissions_per_minute", "0")
        .fix("limits.lookups_per_minute", "0")
        .fix("limits.searches_per_minute", "0")
        .fix("limits.logins_per_minute", "0")
        .fix("limits.refreshes_per_minute", "0")
        .fix("limits.activations_per_minute", "0")
        .fix("limits.citizen_commands_per_minute", "0")
        .fix("limits.reissues_per_minute", "0")
        .fix("mail.most_per_hour_and_address", "0")
        .fix("jobs.enabled", "false")
        .fix("data.folder", folder.to_str().expect("a folder in UTF-8"))
}

/// The mail with what its encoding hides from a search for a word.
fn readable(sent: &str) -> String {
    let mail = mailparse::parse_mail(sent.as_bytes()).expect("a mail");
    let subject = mail.headers.get_first_value("Subject").unwrap_or_default();
    let parts = mail.subparts.iter().map(|part| part.get_body().expect("a decodable part"));
    format!("{sent}\n{subject}\n{}", parts.collect::<Vec<_>>().join("\n"))
}

/// There is one recorder for a process, so all servers of a test run count together.
fn metrics() -> PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| telemetry::start_metrics().expect("a recorder")).clone()
}

/// Sends a request that must succeed, and gives its JSON.
pub async fn success(request: RequestBuilder) -> Value {
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let text = response.text().await.expect("a body");
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A problem document as the tests look at it.
#[derive(Debug)]
pub struct ProblemSeen {
    /// The HTTP status, the same in the header and in the document.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// `(pointer, code)` of every field at fault.
    pub errors: Vec<(String, String)>,
    /// The whole document.
    pub document: Value,
}

impl ProblemSeen {
    /// Whether this field is at fault with this code.
    pub fn names(&self, pointer: &str, code: &str) -> bool {
        self.errors.iter().any(|(at, why)| at == pointer && why == code)
    }
}

/// Sends a request that must be refused with a whole problem document.
pub async fn problem(request: RequestBuilder) -> ProblemSeen {
    problem_of(request.send().await.expect("an answer")).await
}

/// Reads a refusal, which must be a whole problem document.
pub async fn problem_of(response: Response) -> ProblemSeen {
    let status = response.status().as_u16();
    let header = |name: &str| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let (content_type, request_id) = (header("content-type"), header("x-request-id"));
    let text = response.text().await.expect("a body");
    assert_eq!(content_type, "application/problem+json", "{status}: {text}");
    let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let member = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(document["status"], status, "{text}");
    assert_eq!(member("request_id"), request_id, "{text}");
    assert!(!member("title").is_empty() && !member("type").is_empty(), "{text}");
    let errors = document["errors"].as_array().cloned().unwrap_or_default();
    let errors = errors.iter().map(|error| {
        let member = |name: &str| error[name].as_str().expect("a text").to_owned();
        (member("pointer"), member("code"))
    });
    ProblemSeen { status, code: member("code"), errors: errors.collect(), document }
}
