//! People in a test: the sample city is seeded, accounts and sessions are rows, so that nobody waits for a password hash.
#![allow(dead_code)] // Each feature's tests use another part of this.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::features::directory::{CityFiles, seed};
use huiyin::features::routing::seed_rules;
use huiyin::platform::auth::caller::{SessionId, StaffId};
use huiyin::platform::auth::token::Tokens;
use huiyin::platform::crypto::random_bytes;
use huiyin::platform::db::schema::{department, session, staff, staff_grant};
use huiyin::rules::vocabulary::Role;
use uuid::Uuid;

use super::app::TestApp;

/// A member of staff who is signed in.
pub struct Persona {
    /// Who.
    pub id: StaffId,
    /// Their access token, for `bearer_auth`.
    pub token: String,
}

/// Fills the server's database with the sample city and its routing rules.
pub async fn seed_city(app: &TestApp) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city");
    let rules = std::fs::read_to_string(folder.join("routing.toml")).unwrap();
    let mut conn = app.database.connect();
    seed(&mut conn, &CityFiles::read(&folder).unwrap()).unwrap();
    seed_rules(&mut conn, &rules).unwrap();
    app.state.directory.refresh().await.unwrap();
    app.state.routing.refresh().await.unwrap();
}

/// Signs somebody in who holds these roles, each in a department's subtree or, with `None`, everywhere.
pub fn sign_in(app: &TestApp, username: &str, grants: &[(Role, Option<&str>)]) -> Persona {
    let home = grants.iter().find_map(|(_, code)| *code).unwrap_or("hotline-centre");
    sign_in_from(app, username, home, grants)
}

/// The same for somebody who belongs to this department, in a city other than the sample.
pub fn sign_in_from(app: &TestApp, username: &str, home: &str, grants: &[(Role, Option<&str>)]) -> Persona {
    let mut conn = app.database.connect();
    let id = StaffId::new(app.now());
    let row = (
        staff::id.eq(id),
        staff::username.eq(username),
        staff::display_name.eq("张伟"),
        staff::mail.eq(format!("{username}@example.org")),
        staff::locale.eq("zh-CN"),
        staff::department_id.eq(department_id(&mut conn, home)),
        staff::is_administrator.eq(grants.iter().any(|(role, _)| *role == Role::SystemAdministrator)),
        staff::created_at.eq(app.now()),
    );
    diesel::insert_into(staff::table).values(row).execute(&mut conn).unwrap();
    for (role, code) in grants {
        grant(app, &mut conn, id, *role, *code);
    }
    Persona { id, token: open_session(app, &mut conn, id) }
}

fn grant(app: &TestApp, conn: &mut PgConnection, id: StaffId, role: Role, code: Option<&str>) {
    let row = (
        staff_grant::id.eq(Uuid::now_v7()),
        staff_grant::staff_id.eq(id),
        staff_grant::role.eq(role),
        staff_grant::department_id.eq(code.map(|code| department_id(conn, code))),
        staff_grant::granted_at.eq(app.now()),
    );
    diesel::insert_into(staff_grant::table).values(row).execute(conn).unwrap();
}

fn open_session(app: &TestApp, conn: &mut PgConnection, id: StaffId) -> String {
    let session_id = SessionId::new(app.now());
    let row = (
        session::id.eq(session_id),
        session::staff_id.eq(id),
        session::created_at.eq(app.now()),
        session::expires_at.eq(app.now() + TimeDelta::hours(12)),
        session::refresh_hash.eq(random_bytes::<32>().to_vec()),
        session::refresh_expires_at.eq(app.now() + TimeDelta::hours(8)),
    );
    diesel::insert_into(session::table).values(row).execute(conn).unwrap();
    let settings = &app.state.settings;
    let key = settings.secrets().unwrap().token_key;
    let tokens = Tokens::new(&key, &settings.auth.issuer, settings.auth.access_token_seconds).unwrap();
    tokens.issue_staff(id, session_id, app.now()).unwrap().token
}

/// The key of a department.
pub fn department_id(conn: &mut PgConnection, code: &str) -> i32 {
    department::table.filter(department::code.eq(code)).select(department::id).first(conn).unwrap()
}
