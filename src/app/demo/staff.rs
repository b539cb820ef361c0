//! `staff.toml`: who works in the sample city. Passwords are random, shown once and kept as hashes only.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::features::accounts::{Accounts, CreateStaffAccount};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::{Caller, Grant, Scope, SessionId, StaffCaller, StaffId};
use crate::platform::auth::password::Password;
use crate::platform::crypto::random_bytes;
use crate::rules::vocabulary::Role;

/// Accounts made at once: hashing a password takes long, and more than a few would be told to come back later.
const AT_ONCE: usize = 8;

/// How somebody of the sample city signs in.
#[derive(Debug)]
pub struct Credentials {
    /// The name to sign in with.
    pub username: String,
    /// The password.
    pub password: String,
    /// The person's name, department and roles, for the reader.
    pub description: String,
}

/// Everybody who works in the sample city.
pub(super) struct People(Vec<Person>);

struct Person {
    id: StaffId,
    username: String,
    grants: Vec<(Role, Option<String>)>,
}

#[derive(Deserialize)]
struct File {
    staff: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    username: String,
    name: String,
    department: String,
    mail: String,
    grants: Vec<GrantEntry>,
}

#[derive(Deserialize)]
struct GrantEntry {
    role: Role,
    department: Option<String>,
}

/// Makes an account for everybody in the file.
pub(super) async fn enrol(accounts: &Accounts, text: &str) -> anyhow::Result<(People, Vec<Credentials>)> {
    let entries = toml::from_str::<File>(text).context("staff.toml")?.staff;
    let enrolments = entries.into_iter().map(|entry| enrol_one(accounts, entry));
    let made: Vec<(Person, Credentials)> = stream::iter(enrolments).buffered(AT_ONCE).try_collect().await?;
    let (people, credentials) = made.into_iter().unzip();
    Ok((People(people), credentials))
}

async fn enrol_one(accounts: &Accounts, entry: Entry) -> anyhow::Result<(Person, Credentials)> {
    let password = random_password();
    let grants: Vec<Value> = entry
        .grants
        .iter()
        .map(|grant| json!({"role": grant.role, "department": grant.department}))
        .collect();
    let account: CreateStaffAccount = serde_json::from_value(json!({
        "username": entry.username,
        "display_name": entry.name,
        "mail": entry.mail,
        "department": entry.department,
        "grants": grants,
    }))
    .with_context(|| format!("staff.toml: {}", entry.username))?;
    let id = accounts
        .enrol(account, &Password::new(password.clone()))
        .await
        .map_err(|error| anyhow!("staff.toml: {}: {error}", entry.username))?;
    let roles: Vec<&str> = entry.grants.iter().map(|grant| grant.role.as_str()).collect();
    let description = format!("{}, {}: {}", entry.name, entry.department, roles.join(", "));
    let grants = entry.grants.into_iter().map(|grant| (grant.role, grant.department)).collect();
    let person = Person { id, username: entry.username.clone(), grants };
    Ok((person, Credentials { username: entry.username, password, description }))
}

/// 80 random bits in five groups.
fn random_password() -> String {
    let bits = hex::encode(random_bytes::<10>());
    let groups: Vec<String> =
        bits.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

impl People {
    /// Somebody who holds the role for the department (or everywhere) and is not one of these, as a caller.
    pub(super) fn with(
        &self,
        city: &Snapshot,
        role: Role,
        department: Option<&str>,
        not: &[StaffId],
    ) -> anyhow::Result<StaffCaller> {
        let chain = ancestry(city, department);
        let covers = |grant: &(Role, Option<String>)| {
            grant.0 == role && grant.1.as_ref().is_none_or(|code| chain.contains(code))
        };
        let candidates = || self.0.iter().filter(|person| !not.contains(&person.id));
        let near =
            candidates().find(|person| person.grants.iter().any(|grant| covers(grant) && grant.1.is_some()));
        let person = near.or_else(|| candidates().find(|person| person.grants.iter().any(covers)));
        let person = person.ok_or_else(|| anyhow!("nobody holds {role} for {department:?}"))?;
        Ok(StaffCaller {
            id: person.id,
            session_id: SessionId(Uuid::nil()),
            username: person.username.clone(),
            department_id: None,
            grants: vec![Grant { role, scope: Scope::Everywhere }],
        })
    }

    /// The same, as whoever gives a command.
    pub(super) fn caller(
        &self,
        city: &Arc<Snapshot>,
        role: Role,
        department: Option<&str>,
    ) -> anyhow::Result<Caller> {
        Ok(Caller::Staff(self.with(city, role, department, &[])?))
    }
}

/// The department's code and those above it.
fn ancestry(city: &Snapshot, department: Option<&str>) -> Vec<String> {
    let Some(own) = department.and_then(|code| city.department_by_code(code)) else { return Vec::new() };
    let above = city.ancestors(own.id).into_iter().map(|department| department.code.clone());
    std::iter::once(own.code.clone()).chain(above).collect()
}
