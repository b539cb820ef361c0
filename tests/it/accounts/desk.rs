//! The server with the sample city, as the tests of accounts speak to it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use diesel::prelude::*;
use regex::Regex;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use huiyin::features::accounts::{Accounts, create_administrator};
use huiyin::features::directory::{CityFiles, Snapshot, seed};
use huiyin::platform::config::Sources;
use huiyin::platform::locale::Locale;

use crate::support::app::TestApp;
use crate::support::database::TestDatabase;

/// A password that is good enough.
pub const PASSWORD: &str = "梧桐-violet-27-harbour";

/// The server, and shorter ways to ask it.
pub struct Desk {
    pub app: TestApp,
    second: OnceCell<Value>,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub replayed: bool,
    pub retry_after: Option<u64>,
    pub body: Value,
}

impl Reply {
    /// The body, when the status is this one.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// The code of the problem, when the status is this one.
    pub fn refused(self, status: u16) -> String {
        self.expect(status)["code"].as_str().unwrap().to_owned()
    }
}

/// One request to be sent.
pub struct Asking<'a> {
    desk: &'a Desk,
    request: reqwest::RequestBuilder,
}

impl Asking<'_> {
    pub fn by(mut self, session: &Value) -> Self {
        self.request = self.request.bearer_auth(session["access_token"].as_str().unwrap());
        self
    }

    pub fn if_match(self, version: &Value) -> Self {
        self.header("If-Match", &format!("\"v{version}\""))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn body(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    pub async fn send(self) -> Reply {
        let response = self.desk.app.client.execute(self.request.build().unwrap()).await.unwrap();
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (etag, replayed) = (header("ETag"), header("Idempotent-Replayed").is_some());
        let retry_after = header("Retry-After").map(|seconds| seconds.parse().unwrap());
        let status = response.status();
        let text = response.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Reply { status, etag, replayed, retry_after, body }
    }
}

impl Desk {
    pub async fn open() -> Desk {
        Desk::open_with(|sources| sources).await
    }

    pub async fn open_with(change: impl FnOnce(Sources) -> Sources) -> Desk {
        // The cheapest hash that is allowed: these tests compute many.
        let app = TestApp::start_with(|sources| {
            change(sources)
                .fix("auth.password.hash_memory_kib", "19456")
                .fix("auth.password.hash_passes", "2")
        })
        .await;
        let city = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city");
        seed(&mut app.database.connect(), &CityFiles::read(&city).unwrap()).unwrap();
        app.state.directory.refresh().await.unwrap();
        Desk { app, second: OnceCell::new() }
    }

    pub fn database(&self) -> &TestDatabase {
        &self.app.database
    }

    pub fn directory(&self) -> Arc<Snapshot> {
        self.app.state.directory.snapshot()
    }

    pub fn accounts(&self) -> &Accounts {
        &self.app.state.accounts
    }

    pub fn ask(&self, method: Method, path: &str) -> Asking<'_> {
        Asking { desk: self, request: self.app.request(method, path) }
    }

    pub fn get(&self, path: &str) -> Asking<'_> {
        self.ask(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Asking<'_> {
        self.ask(Method::POST, path).body(body)
    }

    pub fn advance(&self, by: TimeDelta) {
        self.app.advance(by);
    }

    pub async fn login(&self, username: &str, password: &str) -> Reply {
        self.post("/v1/auth/login", &json!({"username": username, "password": password})).send().await
    }

    pub async fn activate(&self, username: &str, code: &str, password: &str) -> Reply {
        let body = json!({"username": username, "code": code, "password": password});
        self.post("/v1/auth/activate", &body).send().await
    }

    pub async fn refresh(&self, session: &Value) -> Reply {
        let body = json!({"refresh_token": session["refresh_token"]});
        self.post("/v1/auth/refresh", &body).send().await
    }

    pub async fn me(&self, session: &Value) -> Reply {
        self.get("/v1/auth/me").by(session).send().await
    }

    /// A code as the command line makes it.
    pub fn administrator_code(&self, username: &str) -> String {
        let mut conn = self.database().connect();
        let code = create_administrator(&mut conn, &username.parse().unwrap(), Locale::ZhCn, self.app.now())
            .unwrap();
        code.code.expose()
    }

    /// An administrator who is signed in.
    pub async fn administrator(&self) -> Value {
        let code = self.administrator_code("root.wang");
        self.activate("root.wang", &code, PASSWORD).await.expect(204);
        self.login("root.wang", PASSWORD).await.expect(200)
    }

    /// A second administrator who is signed in.
    pub async fn second_administrator(&self) -> &Value {
        let sign_in = || async {
            let code = self.administrator_code("root.liu");
            self.activate("root.liu", &code, PASSWORD).await.expect(204);
            self.login("root.liu", PASSWORD).await.expect(200)
        };
        self.second.get_or_init(sign_in).await
    }

    /// The second administrator approves, or rejects, everything that waits for an account.
    pub async fn decide_all(&self, account: &Value, decision: &str) {
        for request in account["requests"].as_array().unwrap() {
            let id = request["id"].as_str().unwrap();
            let path = format!("/v1/staff-account-requests/{id}/actions/{decision}");
            self.post(&path, &json!({})).by(self.second_administrator().await).send().await.expect(204);
        }
    }

    pub async fn approve_all(&self, account: &Value) {
        self.decide_all(account, "approve").await;
    }

    /// The mails to an account so far, the oldest first.
    pub async fn mails_to(&self, username: &str) -> Vec<String> {
        self.app.deliver_outbox().await;
        let to = format!("To: {username}@yunxi.example");
        self.app.mails().into_iter().filter(|mail| mail.contains(&to)).collect()
    }

    /// The one-time code in the newest mail to an account that has one.
    pub async fn mailed_code(&self, username: &str) -> String {
        let mails = self.mails_to(username).await;
        mails.iter().rev().find_map(|mail| one_time_code(mail)).expect("a mail with a code")
    }

    /// An account with these grants, made by this administrator; it has no password yet.
    pub async fn made(&self, by: &Value, username: &str, department: &str, grants: Value) -> Value {
        let body = account(username, department, grants);
        self.post("/v1/staff-accounts", &body).by(by).send().await.expect(201)
    }

    /// The same, signed in: the account and the session.
    pub async fn staff(&self, by: &Value, username: &str, department: &str, grants: Value) -> (Value, Value) {
        let made = self.made(by, username, department, grants).await;
        self.approve_all(&made["account"]).await;
        let code = self.mailed_code(username).await;
        self.activate(username, &code, PASSWORD).await.expect(204);
        let path = format!("/v1/staff-accounts/{}", made["account"]["id"].as_str().unwrap());
        let account = self.get(&path).by(by).send().await.expect(200);
        (account, self.login(username, PASSWORD).await.expect(200))
    }

    /// An action on an account in the version it is known in.
    pub async fn act(&self, by: &Value, account: &Value, action: &str, body: Value) -> Reply {
        let path = format!("/v1/staff-accounts/{}/{action}", account["id"].as_str().unwrap());
        self.post(&path, &body).by(by).if_match(&account["version"]).send().await
    }

    /// Finds departments by their codes.
    pub fn departments(&self) -> impl Fn(&str) -> i32 + use<> {
        use huiyin::platform::db::schema::department;
        let rows = department::table.select((department::code, department::id));
        let ids: HashMap<String, i32> =
            rows.load(&mut self.database().connect()).unwrap().into_iter().collect();
        move |code| ids[code]
    }
}

/// The one-time code in a text.
pub fn one_time_code(text: &str) -> Option<String> {
    let code = Regex::new(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}-[0-9A-Z]{2}\b").unwrap();
    code.find(text).map(|found| found.as_str().to_owned())
}

/// The body that makes an account.
pub fn account(username: &str, department: &str, grants: Value) -> Value {
    json!({"username": username, "display_name": "张伟", "mail": format!("{username}@yunxi.example"),
           "department": department, "grants": grants})
}
