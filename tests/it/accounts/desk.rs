//! The server with the sample city, as the tests of accounts speak to it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use diesel::prelude::*;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use huiyin::features::accounts::{Accounts, create_administrator};
use huiyin::features::directory::{CityFiles, Snapshot, seed};
use huiyin::platform::locale::Locale;

use crate::support::app::TestApp;
use crate::support::database::TestDatabase;

/// A password that is good enough.
pub const PASSWORD: &str = "梧桐-violet-27-harbour";

/// The server, and shorter ways to ask it.
pub struct Desk(TestApp);

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub replayed: bool,
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
        let response = self.desk.0.client.execute(self.request.build().unwrap()).await.unwrap();
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (etag, replayed) = (header("ETag"), header("Idempotent-Replayed").is_some());
        let status = response.status();
        let text = response.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Reply { status, etag, replayed, body }
    }
}

impl Desk {
    pub async fn open() -> Desk {
        // The cheapest hash that is allowed: these tests compute many.
        let app = TestApp::start_with(|sources| {
            sources.fix("auth.password.hash_memory_kib", "19456").fix("auth.password.hash_passes", "2")
        })
        .await;
        let city = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city");
        seed(&mut app.database.connect(), &CityFiles::read(&city).unwrap()).unwrap();
        app.state.directory.refresh().await.unwrap();
        Desk(app)
    }

    pub fn database(&self) -> &TestDatabase {
        &self.0.database
    }

    pub fn directory(&self) -> Arc<Snapshot> {
        self.0.state.directory.snapshot()
    }

    pub fn accounts(&self) -> &Accounts {
        &self.0.state.accounts
    }

    pub fn ask(&self, method: Method, path: &str) -> Asking<'_> {
        Asking { desk: self, request: self.0.request(method, path) }
    }

    pub fn get(&self, path: &str) -> Asking<'_> {
        self.ask(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Asking<'_> {
        self.ask(Method::POST, path).body(body)
    }

    pub fn advance(&self, by: TimeDelta) {
        self.0.advance(by);
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
        let code =
            create_administrator(&mut conn, &username.parse().unwrap(), Locale::ZhCn, self.0.now()).unwrap();
        code.code.expose()
    }

    /// An administrator who is signed in.
    pub async fn administrator(&self) -> Value {
        let code = self.administrator_code("root.wang");
        self.activate("root.wang", &code, PASSWORD).await.expect(204);
        self.login("root.wang", PASSWORD).await.expect(200)
    }

    /// An account with these grants, made by this administrator; it has no password yet.
    pub async fn made(&self, by: &Value, username: &str, department: &str, grants: Value) -> Value {
        let body = account(username, department, grants);
        self.post("/v1/staff-accounts", &body).by(by).send().await.expect(201)
    }

    /// The same, signed in: the account and the session.
    pub async fn staff(&self, by: &Value, username: &str, department: &str, grants: Value) -> (Value, Value) {
        let made = self.made(by, username, department, grants).await;
        self.activate(username, made["activation_code"].as_str().unwrap(), PASSWORD).await.expect(204);
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

/// The body that makes an account.
pub fn account(username: &str, department: &str, grants: Value) -> Value {
    json!({"username": username, "display_name": "张伟", "mail": format!("{username}@yunxi.example"),
           "department": department, "grants": grants})
}
