//! The server with the sample city and its staff: a test speaks as any of them, by user name.
#![allow(dead_code)] // Each feature's tests use another part of this.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use huiyin::features::directory::{CityFiles, seed};
use huiyin::features::routing::seed_rules;
use huiyin::platform::auth::password::{Password, Passwords};
use huiyin::platform::auth::settings::PasswordSettings;
use huiyin::platform::config::Sources;

use super::app::{ProblemSeen, TestApp, problem, success};

const PASSWORD: &str = "梧桐-violet-27-harbour";

/// The server, the city and whoever has signed in.
pub struct City {
    pub app: TestApp,
    tokens: Mutex<HashMap<String, String>>,
}

/// A letter that was handed in.
#[derive(Debug, Clone)]
pub struct Handed {
    pub reference: String,
    pub access_code: String,
}

#[derive(Deserialize)]
struct StaffFile {
    staff: Vec<StaffEntry>,
}

#[derive(Deserialize)]
struct StaffEntry {
    username: String,
    name: String,
    department: String,
    grants: Vec<GrantEntry>,
}

#[derive(Deserialize)]
struct GrantEntry {
    role: String,
    department: Option<String>,
}

impl City {
    /// Opens the city.
    pub async fn open() -> City {
        City::open_with(|sources| sources).await
    }

    /// Opens it with other settings.
    pub async fn open_with(change: impl FnOnce(Sources) -> Sources) -> City {
        let app = TestApp::start_with(|sources| {
            change(sources)
                .fix("auth.password.hash_memory_kib", "19456")
                .fix("auth.password.hash_passes", "2")
        })
        .await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city");
        let mut conn = app.database.connect();
        seed(&mut conn, &CityFiles::read(&folder).unwrap()).unwrap();
        let rules = std::fs::read_to_string(folder.join("routing.toml")).unwrap();
        seed_rules(&mut conn, &rules).unwrap();
        // Every letter waits until the test dispatches it.
        diesel::sql_query("UPDATE routing_rule SET is_automatic = false").execute(&mut conn).unwrap();
        let staff = std::fs::read_to_string(folder.join("staff.toml")).unwrap();
        let staff: StaffFile = toml::from_str(&staff).unwrap();
        let hash = password_hash().await;
        for entry in &staff.staff {
            insert_staff(&mut conn, entry, &hash, app.now());
        }
        app.state.directory.refresh().await.unwrap();
        City { app, tokens: Mutex::default() }
    }

    /// The bearer token of a member of staff.
    pub async fn token(&self, username: &str) -> String {
        if let Some(token) = self.tokens.lock().unwrap().get(username) {
            return token.clone();
        }
        let login = json!({"username": username, "password": PASSWORD});
        let session = success(self.app.post_json("/v1/auth/login", &login)).await;
        let token = session["access_token"].as_str().unwrap().to_owned();
        self.tokens.lock().unwrap().insert(username.to_owned(), token.clone());
        token
    }

    /// Forgets who has signed in: after the clock was turned, their tokens have ended.
    pub fn sign_everybody_out(&self) {
        self.tokens.lock().unwrap().clear();
    }

    /// The id of a member of staff.
    pub fn staff_id(&self, username: &str) -> Uuid {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = SqlUuid)]
            id: Uuid,
        }
        let found: Found = diesel::sql_query("SELECT id FROM staff WHERE username = $1")
            .bind::<Text, _>(username)
            .get_result(&mut self.app.database.connect())
            .unwrap();
        found.id
    }

    /// Hands a letter in as the public does.
    pub async fn submit(&self, letter: &Value) -> Handed {
        let receipt = success(self.app.post_once("/v1/tickets", letter)).await;
        let member = |name: &str| receipt[name].as_str().unwrap().to_owned();
        Handed { reference: member("reference"), access_code: member("access_code") }
    }

    /// The token of the citizen who handed the letter in.
    pub async fn citizen_token(&self, letter: &Handed) -> String {
        let look_up = json!({"reference": letter.reference, "access_code": letter.access_code});
        let token = success(self.app.post_json("/v1/tickets/lookup", &look_up)).await;
        token["access_token"].as_str().unwrap().to_owned()
    }

    /// The citizen's own view of the ticket.
    pub async fn as_citizen(&self, letter: &Handed) -> Value {
        let token = self.citizen_token(letter).await;
        success(self.app.get(&format!("/v1/me/tickets/{}", letter.reference)).bearer_auth(token)).await
    }

    /// The citizen gives a command.
    pub async fn citizen_acts(&self, letter: &Handed, verb: &str, body: Value) -> Value {
        let token = self.citizen_token(letter).await;
        let path = format!("/v1/me/tickets/{}/actions/{verb}", letter.reference);
        success(self.app.post_json(&path, &body).bearer_auth(token)).await
    }

    /// The citizen gives a command that must be refused.
    pub async fn citizen_is_refused(&self, letter: &Handed, verb: &str, body: Value) -> ProblemSeen {
        let token = self.citizen_token(letter).await;
        let path = format!("/v1/me/tickets/{}/actions/{verb}", letter.reference);
        problem(self.app.post_json(&path, &body).bearer_auth(token)).await
    }

    /// Something a member of staff reads.
    pub async fn read(&self, username: &str, path: &str) -> Value {
        success(self.app.get(path).bearer_auth(self.token(username).await)).await
    }

    /// The ticket as a member of staff sees it.
    pub async fn ticket(&self, username: &str, reference: &str) -> Value {
        self.read(username, &format!("/v1/staff/tickets/{reference}")).await
    }

    /// A member of staff gives a command on the version that stands there now; `verb` is what follows the reference.
    pub async fn acts(&self, username: &str, reference: &str, verb: &str, body: Value) -> Value {
        success(self.request(username, Method::POST, reference, verb, body).await).await
    }

    /// The same, and it must be refused.
    pub async fn is_refused(&self, username: &str, reference: &str, verb: &str, body: Value) -> ProblemSeen {
        problem(self.request(username, Method::POST, reference, verb, body).await).await
    }

    /// A command as a request, under the version that stands there now.
    pub async fn request(
        &self,
        username: &str,
        method: Method,
        reference: &str,
        verb: &str,
        body: Value,
    ) -> reqwest::RequestBuilder {
        let token = self.token(username).await;
        let version = self.version(reference);
        self.app
            .request(method, &format!("/v1/staff/tickets/{reference}/{verb}"))
            .bearer_auth(token)
            .header("If-Match", format!("\"v{version}\""))
            .json(&body)
    }

    /// The version of a ticket, whoever may see it.
    pub fn version(&self, reference: &str) -> i32 {
        use huiyin::platform::db::schema::ticket;
        ticket::table
            .filter(ticket::reference.eq(reference))
            .select(ticket::version)
            .first(&mut self.app.database.connect())
            .unwrap()
    }

    /// Takes a letter to a department that has signed for it.
    pub async fn bring_to(&self, reference: &str, department: &str, handler: &str) {
        self.acts("intake.lin", reference, "actions/accept", json!({})).await;
        self.acts("dispatch.zhao", reference, "actions/dispatch", json!({"department": department})).await;
        self.acts(handler, reference, "actions/sign", json!({})).await;
    }

    /// Drafts, submits and sends the final reply. Returns the reply's id.
    pub async fn answer(&self, reference: &str, handler: &str, reviewer: &str, body: &str) -> String {
        let draft = json!({"kind": "final", "body": body, "outcome": "resolved"});
        let drafted = self.acts(handler, reference, "replies", draft).await;
        let id = drafted["created_id"].as_str().unwrap().to_owned();
        self.acts(handler, reference, &format!("replies/{id}/actions/submit"), json!({})).await;
        let digest = self.digest(reviewer, reference, &id).await;
        let send = format!("replies/{id}/actions/send");
        self.acts(reviewer, reference, &send, json!({"content_digest": digest})).await;
        id
    }

    /// The digest a reviewer names when sending.
    pub async fn digest(&self, reviewer: &str, reference: &str, id: &str) -> String {
        let replies = self.read(reviewer, &format!("/v1/staff/tickets/{reference}/replies")).await;
        let reply = replies.as_array().unwrap().iter().find(|reply| reply["id"] == id).unwrap();
        reply["content_digest"].as_str().unwrap().to_owned()
    }
}

/// A letter about heating.
pub fn heating_letter() -> Value {
    json!({
        "kind": "complaint",
        "category": "heating",
        "title": "暖气不热",
        "body": "家里暖气一直不热，客厅只有十五度，请尽快派人检查。",
        "form": {"community": "锦绣家园"},
        "submitter": {"name": "程秋实", "phone": "13800000001", "mail": "qiushi.cheng@example.com"},
    })
}

async fn password_hash() -> String {
    static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    HASH.get_or_init(|| async {
        let settings =
            PasswordSettings { hash_memory_kib: 19_456, hash_passes: 2, ..PasswordSettings::default() };
        Passwords::new(&settings).unwrap().hash(&Password::new(PASSWORD), "nobody").await.unwrap()
    })
    .await
    .clone()
}

fn insert_staff(conn: &mut PgConnection, entry: &StaffEntry, hash: &str, now: chrono::DateTime<chrono::Utc>) {
    let id = Uuid::now_v7();
    let is_administrator = entry.grants.iter().any(|grant| grant.role == "system_administrator");
    diesel::sql_query(
        "INSERT INTO staff (id, username, display_name, mail, locale, department_id, is_administrator, password_hash, created_at) \
         SELECT $1, $2, $3, $2 || '@example.org', 'zh-CN', id, $4, $5, $6 FROM department WHERE code = $7",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(&entry.username)
    .bind::<Text, _>(&entry.name)
    .bind::<diesel::sql_types::Bool, _>(is_administrator)
    .bind::<Text, _>(hash)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(&entry.department)
    .execute(conn)
    .unwrap();
    for grant in &entry.grants {
        diesel::sql_query(
            "INSERT INTO staff_grant (id, staff_id, role, department_id, granted_at) \
             VALUES ($1, $2, $3, (SELECT id FROM department WHERE code = $4), $5)",
        )
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(&grant.role)
        .bind::<Nullable<Text>, _>(&grant.department)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
        .unwrap();
    }
}

/// Starts a server whose directory is that of the sample city.
pub async fn app_in_sample_city() -> TestApp {
    let app = TestApp::start().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city");
    seed(&mut app.database.connect(), &CityFiles::read(&folder).unwrap()).unwrap();
    app.state.directory.refresh().await.unwrap();
    app
}
