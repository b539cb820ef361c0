//! Accounts as the rest of the program uses them: who a token belongs to, who holds a role, what people are called.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};

use super::error::AccountsError;
use super::model::StaffContact;
use super::powers::Powers;
use super::sign_in::attempts::Attempts;
use super::sign_in::session_store::{self, CallerRow};
use super::sign_in::storm_store;
use super::store::{self, HolderRow};
use super::views::{MeView, MyGrantView};
use crate::features::directory::{Directory, Snapshot};
use crate::platform::auth::caller::{Grant, Scope, SessionId, StaffCaller, StaffId};
use crate::platform::auth::password::Passwords;
use crate::platform::auth::settings::AuthSettings;
use crate::platform::auth::token::Tokens;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::Db;
use crate::platform::jobs::notify::Notifier;
use crate::platform::locale::Locale;
use crate::rules::commands::Command;
use crate::rules::permissions::{CityOperation, Operation};
use crate::rules::vocabulary::Role;

/// What accounts stand on.
pub struct AccountsParts {
    /// The database.
    pub db: Db,
    /// Tells the instant.
    pub clock: SharedClock,
    /// Tells how far a grant reaches.
    pub directory: Directory,
    /// Seals stored answers.
    pub sealer: Sealer,
    /// Signs and checks access tokens.
    pub tokens: Arc<Tokens>,
    /// Lifetimes and limits.
    pub settings: AuthSettings,
    /// The language of whoever names none.
    pub locale: Locale,
    /// Tells the worker that something is in the outbox.
    pub notifier: Notifier,
}

/// Staff accounts and their sessions. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    pub(super) db: Db,
    pub(super) clock: SharedClock,
    pub(super) directory: Directory,
    pub(super) sealer: Sealer,
    pub(super) tokens: Arc<Tokens>,
    pub(super) passwords: Passwords,
    pub(super) attempts: Arc<Attempts>,
    pub(super) settings: Arc<AuthSettings>,
    pub(super) locale: Locale,
    pub(super) notifier: Notifier,
}

impl Accounts {
    /// Assembles the service.
    pub fn new(parts: AccountsParts) -> Result<Accounts, AccountsError> {
        let passwords = Passwords::new(&parts.settings.password)
            .map_err(|error| AccountsError::Internal(error.to_string()))?;
        Ok(Accounts {
            attempts: Arc::new(Attempts::new(&parts.settings, parts.clock.clone())),
            db: parts.db,
            clock: parts.clock,
            directory: parts.directory,
            sealer: parts.sealer,
            tokens: parts.tokens,
            passwords,
            notifier: parts.notifier,
            settings: Arc::new(parts.settings),
            locale: parts.locale,
        })
    }

    /// Whom an access token belongs to, as the database knows them now: one statement.
    pub async fn authenticate(&self, token: &str) -> Result<StaffCaller, AccountsError> {
        let now = self.clock.now();
        let (staff, session) = self.tokens.verify_staff(token, now)?;
        let rows = self
            .db
            .read(move |conn| {
                Ok::<_, AccountsError>(session_store::list_caller_rows(conn, staff, session, now)?)
            })
            .await?;
        caller(session, rows, &self.directory.snapshot()).ok_or(AccountsError::Unauthenticated)
    }

    /// What the signed-in person sees of themselves.
    pub async fn me(&self, caller: &StaffCaller) -> Result<MeView, AccountsError> {
        let id = caller.id;
        let (row, grants) = self
            .db
            .read(move |conn| {
                let row = store::find_staff(conn, id)?.ok_or(AccountsError::Unauthenticated)?;
                Ok::<_, AccountsError>((row, store::list_grants(conn, &[id])?))
            })
            .await?;
        let directory = self.directory.snapshot();
        let code = |department: Option<i32>| code_of(&directory, department);
        Ok(MeView {
            id,
            username: row.username,
            display_name: row.display_name,
            department: code(row.department_id),
            grants: grants
                .iter()
                .map(|grant| MyGrantView { role: grant.role, department: code(grant.department_id) })
                .collect(),
            operations: permissions_of(caller),
        })
    }

    /// Whom to tell about something in this department: the enabled holders of the role nearest to it, its own first,
    /// else those of the department above, and so on up to those who hold it everywhere; only these last for what
    /// belongs to no department. Empty when nobody does.
    pub fn recipients(
        &self,
        conn: &mut PgConnection,
        role: Role,
        department_id: Option<i32>,
    ) -> Result<Vec<StaffContact>, AccountsError> {
        let directory = self.directory.snapshot();
        let chain = department_id.map_or_else(Vec::new, |department| chain(&directory, department));
        let holders = store::list_holders(conn, role, &chain)?;
        Ok(nearest(&chain, holders))
    }

    /// How to reach these people. Those who are disabled or have no mail address are missing from the answer.
    pub fn contacts(
        &self,
        conn: &mut PgConnection,
        ids: &[StaffId],
    ) -> Result<HashMap<StaffId, StaffContact>, AccountsError> {
        let rows = store::list_contacts(conn, ids)?;
        Ok(rows.into_iter().map(|(id, mail, locale)| (id, StaffContact { id, mail, locale })).collect())
    }

    /// How to reach those who have these user names, are enabled and have a mail address; in the order of their names.
    pub fn contacts_named(
        &self,
        conn: &mut PgConnection,
        usernames: &[String],
    ) -> Result<Vec<StaffContact>, AccountsError> {
        let rows = store::list_contacts_named(conn, usernames)?;
        Ok(rows.into_iter().map(|(id, mail, locale)| StaffContact { id, mail, locale }).collect())
    }

    /// What these people were granted, of those whose account is enabled: for giving them work, and for telling them of it.
    pub fn powers(conn: &mut PgConnection, directory: &Snapshot, ids: &[StaffId]) -> QueryResult<Powers> {
        let mut powers = Powers::default();
        if ids.is_empty() {
            return Ok(powers);
        }
        for (id, role, granted_for) in store::list_enabled_grants(conn, ids)? {
            powers.add(id, Grant { role, scope: scope(directory, granted_for) });
        }
        Ok(powers)
    }

    /// The department that somebody belongs to, as a list, which is empty for those who belong to none. `None`: nobody has
    /// this id.
    pub fn departments_of(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<Vec<i32>>> {
        Ok(store::find_staff(conn, id)?.map(|row| row.department_id.into_iter().collect()))
    }

    /// Who belongs to these departments.
    pub fn members(conn: &mut PgConnection, departments: &[i32]) -> QueryResult<Vec<StaffId>> {
        store::list_members(conn, departments)
    }

    /// Forgets at most `limit` sessions that ended before `before`. Returns how many.
    pub fn purge_sessions(
        conn: &mut PgConnection,
        before: DateTime<Utc>,
        limit: i64,
    ) -> Result<usize, AccountsError> {
        Ok(session_store::delete_expired(conn, before, limit)?)
    }

    /// Forgets at most `limit` storms of wrong passwords that began before `before`. Returns how many.
    pub fn purge_storms(
        conn: &mut PgConnection,
        before: DateTime<Utc>,
        limit: i64,
    ) -> Result<usize, AccountsError> {
        Ok(storm_store::delete_old(conn, before, limit)?)
    }
}

fn caller(session_id: SessionId, rows: Vec<CallerRow>, directory: &Snapshot) -> Option<StaffCaller> {
    let first = rows.first()?.clone();
    let grants = rows.into_iter().filter_map(|row| row.grant);
    let grants = grants.map(|(role, granted_for)| Grant { role, scope: scope(directory, granted_for) });
    Some(StaffCaller {
        id: first.id,
        session_id,
        username: first.username,
        department_id: first.department_id,
        grants: grants.collect(),
    })
}

/// How far a grant reaches.
fn scope(directory: &Snapshot, granted_for: Option<i32>) -> Scope {
    granted_for.map_or(Scope::Everywhere, |department| Scope::Departments(directory.subtree(department)))
}

/// The code of a department. A snapshot may be older than a row, and then the department has no code yet.
pub(super) fn code_of(directory: &Snapshot, department: Option<i32>) -> Option<String> {
    directory.department(department?).map(|department| department.code.clone())
}

/// The department in charge and those above it, the nearest first.
fn chain(directory: &Snapshot, department_id: i32) -> Vec<i32> {
    let nearest = directory.department_in_charge(department_id).map_or(department_id, |d| d.id);
    std::iter::once(nearest).chain(directory.ancestors(nearest).iter().map(|d| d.id)).collect()
}

/// Those whose grant names the nearest department of the chain; a grant for everywhere is the farthest.
fn nearest(chain: &[i32], holders: Vec<HolderRow>) -> Vec<StaffContact> {
    let distance = |holder: &HolderRow| {
        let named = holder.granted_for;
        named
            .and_then(|named| chain.iter().position(|department| *department == named))
            .unwrap_or(chain.len())
    };
    let Some(least) = holders.iter().map(distance).min() else { return Vec::new() };
    let near = holders.into_iter().filter(|holder| distance(holder) == least);
    near.map(|holder| StaffContact { id: holder.id, mail: holder.mail, locale: holder.locale }).collect()
}

/// The words of all that a member of staff may do in some department or in the whole city.
fn permissions_of(caller: &StaffCaller) -> BTreeSet<&'static str> {
    let operations = Operation::ALL.iter().filter(|operation| caller.may_somewhere(**operation));
    let of_the_city = CityOperation::ALL.iter().filter(|operation| caller.may_city_wide(**operation));
    let commands = Command::ALL.iter().filter(|command| caller.may_somewhere(**command));
    let commands = commands.filter_map(|command| command.spec().staff).map(|staff| staff.word);
    let of_the_city = of_the_city.map(|operation| operation.as_str());
    operations.map(|operation| operation.as_str()).chain(of_the_city).chain(commands).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::http::locale::Locale;

    fn holder(number: u128, granted_for: Option<i32>) -> HolderRow {
        let id = StaffId(uuid::Uuid::from_u128(number));
        HolderRow { id, mail: format!("{number}@city.gov.cn"), locale: Locale::ZhCn, granted_for }
    }

    fn told(chain: &[i32], holders: &[HolderRow]) -> Vec<u128> {
        nearest(chain, holders.to_vec()).into_iter().map(|contact| contact.id.0.as_u128()).collect()
    }

    #[test]
    fn the_nearest_holders_are_told_and_nobody_above_them() {
        let everybody = [holder(1, None), holder(2, Some(10)), holder(3, Some(12)), holder(4, Some(12))];
        assert_eq!(told(&[12, 10], &everybody), [3, 4]);
        assert_eq!(told(&[13, 10], &everybody[..2]), [2]);
        assert_eq!(told(&[13, 20], &everybody[..1]), [1]);
        assert_eq!(told(&[13, 20], &[]), Vec::<u128>::new());
    }

    #[test]
    fn a_caller_without_grants_may_nothing_and_no_row_is_no_caller() {
        let directory = Snapshot::default();
        let session = SessionId(uuid::Uuid::nil());
        let id = StaffId(uuid::Uuid::nil());
        assert!(caller(session, Vec::new(), &directory).is_none());
        let row = CallerRow { id, username: "zhang.wei".into(), department_id: Some(1), grant: None };
        let caller = caller(session, vec![row], &directory).unwrap();
        assert!(permissions_of(&caller).is_empty());
    }
}
