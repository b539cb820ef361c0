//! Making, closing and granting: what a system administrator does to the accounts of others.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::info;

use super::error::AccountsError;
use super::model::{GrantId, OneTimeCode, Username};
use super::new_account::{NewAccount, check_grantable, grant_row, resolve};
use super::requests::{CreateStaffAccount, GrantRole};
use super::service::{Accounts, code_of};
use super::store::{self, GrantRow, NewStaffRow, StaffRow};
use super::views::{ActivationView, GrantView, StaffAccountView};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::auth::password::Password;
use crate::platform::crypto::random_bytes;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Limit, Page};
use crate::rules::permissions::Operation;
use crate::rules::reference::AccessCode;
use crate::rules::vocabulary::Role;

/// For how long the code of an administrator made on the command line is good.
const ADMINISTRATOR_CODE_HOURS: u32 = 24;

/// A command on one account: by whom, on what, in which version.
#[derive(Debug, Clone)]
pub struct AccountCommand {
    /// Who commands.
    pub caller: StaffCaller,
    /// The account.
    pub id: StaffId,
    /// The version the caller has seen.
    pub version: i32,
    /// The request's idempotency key.
    pub idempotency: Idempotency,
}

/// Makes a system administrator without a password, or gives an existing one a new code: for the command line, whose
/// user has the database anyway. The code sets a password once, within 24 hours.
pub fn create_administrator(
    conn: &mut PgConnection,
    username: &Username,
    locale: Locale,
    now: DateTime<Utc>,
) -> Result<OneTimeCode, AccountsError> {
    match store::find_staff_by_username(conn, username.as_str())? {
        Some(row) if row.is_administrator => issue_code(conn, row.id, ADMINISTRATOR_CODE_HOURS, now),
        Some(_) => Err(AccountsError::UsernameTaken),
        None => {
            let id = StaffId::new(now);
            store::insert_staff(conn, &administrator(id, username, locale, now))?;
            store::insert_grants(conn, &[grant_row(id, Role::SystemAdministrator, None, None, now)])?;
            issue_code(conn, id, ADMINISTRATOR_CODE_HOURS, now)
        }
    }
}

/// Whether there is any account.
pub fn is_anybody_enrolled(conn: &mut PgConnection) -> Result<bool, AccountsError> {
    Ok(store::is_any_staff(conn)?)
}

fn administrator(id: StaffId, username: &Username, locale: Locale, now: DateTime<Utc>) -> NewStaffRow<'_> {
    NewStaffRow {
        id,
        username: username.as_str(),
        display_name: username.as_str(),
        mail: None,
        locale,
        department_id: None,
        is_administrator: true,
        password_hash: None,
        created_at: now,
    }
}

impl Accounts {
    /// A page of the accounts the caller administers, those whose user names come after `after`; of a department and
    /// below it, or of all.
    pub async fn list_accounts(
        &self,
        caller: &StaffCaller,
        department: Option<&str>,
        after: Option<String>,
        limit: Limit,
    ) -> Result<Page<StaffAccountView>, AccountsError> {
        let directory = self.directory.snapshot();
        let departments = listed_departments(caller, department, &directory)?;
        self.db
            .read(move |conn| {
                let rows =
                    store::list_staff(conn, departments.clone(), after.clone(), limit.with_one_more())?;
                let page = Page::new(rows, limit, |row| row.username.clone());
                let ids: Vec<StaffId> = page.data.iter().map(|row| row.id).collect();
                let grants = store::list_grants(conn, &ids)?;
                Ok::<_, AccountsError>(page.map(|row| view(row, &grants, &directory)))
            })
            .await
    }

    /// One account.
    pub async fn account(
        &self,
        caller: &StaffCaller,
        id: StaffId,
    ) -> Result<StaffAccountView, AccountsError> {
        authorise(caller, Operation::ManageStaff)?;
        let (caller, directory) = (caller.clone(), self.directory.snapshot());
        self.db
            .read(move |conn| {
                let row = store::find_staff(conn, id)?.ok_or(AccountsError::NotFound)?;
                check_visible(&caller, Operation::ManageStaff, &row)?;
                read_view(conn, id, &directory)
            })
            .await
    }

    /// Makes an account, and the code with which its owner sets a password.
    pub async fn create_account(
        &self,
        caller: &StaffCaller,
        new: CreateStaffAccount,
        idempotency: Idempotency,
    ) -> Result<Once<ActivationView>, AccountsError> {
        authorise(caller, Operation::ManageStaff)?;
        let directory = self.directory.snapshot();
        let plan = NewAccount::new(new, &directory, self.locale)?;
        plan.authorise(caller)?;
        let (now, by, sealer) = (self.clock.now(), caller.id, self.sealer.clone());
        let hours = self.settings.activation_code_hours;
        let created = self
            .db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| {
                    let id = plan.carry_out(conn, Some(by), None, now)?;
                    activation(conn, id, hours, now, &directory)
                })
            })
            .await?;
        info!(staff.id = %caller.id, account.id = %created.value.account.id, "An account was made");
        Ok(created)
    }

    /// Makes an account with a password, without a caller: for the demonstration city.
    pub async fn enrol(
        &self,
        new: CreateStaffAccount,
        password: &Password,
    ) -> Result<StaffId, AccountsError> {
        let plan = NewAccount::new(new, &self.directory.snapshot(), self.locale)?;
        let hash = self.hash(password, plan.new.username.as_str(), "/password").await?;
        let now = self.clock.now();
        self.db.transaction(move |conn| plan.carry_out(conn, None, Some(&hash), now)).await
    }

    /// Gives the owner a new one-time code. The password until now stays good until the code is used.
    pub async fn issue_code(&self, command: AccountCommand) -> Result<Once<ActivationView>, AccountsError> {
        let (now, directory) = (self.clock.now(), self.directory.snapshot());
        let hours = self.settings.activation_code_hours;
        self.change(Operation::ManageStaff, command, move |conn, row| {
            if row.disabled_at.is_some() {
                return Err(AccountsError::Disabled);
            }
            store::update_version(conn, row.id)?;
            activation(conn, row.id, hours, now, &directory)
        })
        .await
    }

    /// Closes an account: its sessions and its code end at once. Closing a closed one changes nothing.
    pub async fn disable(&self, command: AccountCommand) -> Result<Once<StaffAccountView>, AccountsError> {
        let (now, directory) = (self.clock.now(), self.directory.snapshot());
        self.change(Operation::ManageStaff, command, move |conn, row| {
            if row.disabled_at.is_none() {
                store::update_disabled(conn, row.id, Some(now))?;
                store::revoke_sessions(conn, row.id, None, now)?;
                store::delete_code(conn, row.id)?;
                store::update_version(conn, row.id)?;
            }
            read_view(conn, row.id, &directory)
        })
        .await
    }

    /// Opens a closed account again, with its password and its grants.
    pub async fn enable(&self, command: AccountCommand) -> Result<Once<StaffAccountView>, AccountsError> {
        let directory = self.directory.snapshot();
        self.change(Operation::ManageStaff, command, move |conn, row| {
            if row.disabled_at.is_some() {
                store::update_disabled(conn, row.id, None)?;
                store::update_version(conn, row.id)?;
            }
            read_view(conn, row.id, &directory)
        })
        .await
    }

    /// Grants a role; it holds from the next request on.
    pub async fn grant(
        &self,
        command: AccountCommand,
        grant: GrantRole,
    ) -> Result<Once<StaffAccountView>, AccountsError> {
        let (now, directory, by) = (self.clock.now(), self.directory.snapshot(), command.caller.id);
        let granted_for = resolve(&directory, grant.department.as_deref(), "/department")?;
        check_grantable(&command.caller, granted_for)?;
        self.change(Operation::ManageGrants, command, move |conn, row| {
            let is_administrator = grant.role == Role::SystemAdministrator;
            if row.is_administrator != is_administrator {
                store::update_administrator(conn, row.id, is_administrator)?;
            }
            store::insert_grants(conn, &[grant_row(row.id, grant.role, granted_for, Some(by), now)])?;
            store::update_version(conn, row.id)?;
            read_view(conn, row.id, &directory)
        })
        .await
    }

    /// Takes a role away; it holds no longer from the next request on.
    pub async fn revoke(
        &self,
        command: AccountCommand,
        grant: GrantId,
    ) -> Result<Once<StaffAccountView>, AccountsError> {
        let directory = self.directory.snapshot();
        self.change(Operation::ManageGrants, command, move |conn, row| {
            if store::delete_grant(conn, row.id, grant)? == 0 {
                return Err(AccountsError::NotFound);
            }
            store::update_version(conn, row.id)?;
            read_view(conn, row.id, &directory)
        })
        .await
    }

    /// One command on one account, in one transaction.
    async fn change<T, F>(
        &self,
        operation: Operation,
        command: AccountCommand,
        work: F,
    ) -> Result<Once<T>, AccountsError>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(&mut PgConnection, &StaffRow) -> Result<T, AccountsError> + Clone + Send + 'static,
    {
        authorise(&command.caller, operation)?;
        let (now, sealer) = (self.clock.now(), self.sealer.clone());
        let (by, id) = (command.caller.id, command.id);
        let changed = self
            .db
            .transaction(move |conn| {
                once(conn, &command.idempotency, &sealer, now, |conn| {
                    let row = lock_for(conn, operation, &command)?;
                    work(conn, &row)
                })
            })
            .await?;
        info!(staff.id = %by, account.id = %id, operation = %operation, "An account was changed");
        Ok(changed)
    }
}

fn authorise(caller: &StaffCaller, operation: Operation) -> Result<(), AccountsError> {
    if caller.may_somewhere(operation) { Ok(()) } else { Err(AccountsError::Forbidden) }
}

fn check_visible(caller: &StaffCaller, operation: Operation, row: &StaffRow) -> Result<(), AccountsError> {
    let may = caller.may(operation, row.department_id.as_slice());
    if may { Ok(()) } else { Err(AccountsError::NotFound) }
}

fn lock_for(
    conn: &mut PgConnection,
    operation: Operation,
    command: &AccountCommand,
) -> Result<StaffRow, AccountsError> {
    let row = store::lock_staff(conn, command.id)?.ok_or(AccountsError::NotFound)?;
    check_visible(&command.caller, operation, &row)?;
    if row.id == command.caller.id {
        return Err(AccountsError::OwnAccount);
    }
    if row.version == command.version { Ok(row) } else { Err(AccountsError::VersionMismatch) }
}

/// The departments of the list: the caller's scope, narrowed to what they ask for. `None`: all.
fn listed_departments(
    caller: &StaffCaller,
    department: Option<&str>,
    directory: &Snapshot,
) -> Result<Option<Vec<i32>>, AccountsError> {
    authorise(caller, Operation::ManageStaff)?;
    let scope = caller.scope_for(Operation::ManageStaff);
    let wanted = resolve(directory, department, "?department")?;
    let Some(wanted) = wanted else { return Ok(scope.departments()) };
    let mut departments: Vec<i32> =
        directory.subtree(wanted).iter().copied().filter(|department| scope.covers(*department)).collect();
    departments.sort_unstable();
    Ok(Some(departments))
}

fn issue_code(
    conn: &mut PgConnection,
    of: StaffId,
    hours: u32,
    now: DateTime<Utc>,
) -> Result<OneTimeCode, AccountsError> {
    let code = AccessCode::from_random(random_bytes());
    let expires_at = now + TimeDelta::hours(hours.into());
    store::replace_code(conn, of, &code.hash(), now, expires_at)?;
    Ok(OneTimeCode { code, expires_at })
}

fn activation(
    conn: &mut PgConnection,
    id: StaffId,
    hours: u32,
    now: DateTime<Utc>,
    directory: &Snapshot,
) -> Result<ActivationView, AccountsError> {
    let code = issue_code(conn, id, hours, now)?;
    Ok(ActivationView {
        account: read_view(conn, id, directory)?,
        activation_code: code.code.expose(),
        activation_expires_at: code.expires_at,
    })
}

fn read_view(
    conn: &mut PgConnection,
    id: StaffId,
    directory: &Snapshot,
) -> Result<StaffAccountView, AccountsError> {
    let row = store::find_staff(conn, id)?.ok_or(AccountsError::NotFound)?;
    Ok(view(row, &store::list_grants(conn, &[id])?, directory))
}

fn view(row: StaffRow, grants: &[GrantRow], directory: &Snapshot) -> StaffAccountView {
    let own = grants.iter().filter(|grant| grant.staff_id == row.id);
    let grants = own.map(|grant| GrantView {
        id: grant.id,
        role: grant.role,
        department: code_of(directory, grant.department_id),
        granted_at: grant.granted_at,
    });
    StaffAccountView {
        grants: grants.collect(),
        id: row.id,
        username: row.username,
        display_name: row.display_name,
        mail: row.mail,
        locale: row.locale,
        department: code_of(directory, row.department_id),
        is_enabled: row.disabled_at.is_none(),
        is_activated: row.is_activated,
        created_at: row.created_at,
        version: row.version,
    }
}
