//! Making, closing and granting: what a system administrator does to the accounts of others.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::info;

use crate::features::accounts::administration::approvals::{self, Wanted, is_guarded};
use crate::features::accounts::administration::authority::{
    authorise, check_grantable, check_visible, resolve,
};
use crate::features::accounts::administration::new_account::NewAccount;
use crate::features::accounts::error::AccountsError;
use crate::features::accounts::history::Deed;
use crate::features::accounts::model::{AccountEventKind, GrantId};
use crate::features::accounts::news::AccessLost;
use crate::features::accounts::request_store::{self, RequestRow};
use crate::features::accounts::requests::{CreateStaffAccount, GrantRole};
use crate::features::accounts::service::{Accounts, code_of};
use crate::features::accounts::store::{self, GrantRow, StaffRow};
use crate::features::accounts::views::{ActivationView, GrantView, StaffAccountView};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::auth::password::Password;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::pagination::{Limit, Page};
use crate::platform::jobs::outbox;
use crate::rules::permissions::{Operation, are_compatible, needs_second_administrator};
use crate::rules::vocabulary::Role;

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

/// Whether there is any account.
pub fn is_anybody_enrolled(conn: &mut PgConnection) -> Result<bool, AccountsError> {
    Ok(store::is_any_staff(conn)?)
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
        let (directory, now) = (self.directory.snapshot(), self.clock.now());
        let departments = listed_departments(caller, department, &directory)?;
        self.db
            .read(move |conn| {
                let rows =
                    store::list_staff(conn, departments.clone(), after.clone(), limit.with_one_more())?;
                let page = Page::new(rows, limit, |row| row.username.clone());
                let ids: Vec<StaffId> = page.data.iter().map(|row| row.id).collect();
                let grants = store::list_grants(conn, &ids)?;
                let requests = request_store::list_of(conn, &ids, now)?;
                Ok::<_, AccountsError>(page.map(|row| view(row, &grants, &requests, &directory)))
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
        let (caller, directory, now) = (caller.clone(), self.directory.snapshot(), self.clock.now());
        self.db
            .read(move |conn| {
                let row = store::find_staff(conn, id)?.ok_or(AccountsError::NotFound)?;
                check_visible(&caller, Operation::ManageStaff, &row)?;
                read_view(conn, id, &directory, now)
            })
            .await
    }

    /// Makes an account, and sends its owner the code that sets a password. Roles that take a second administrator wait.
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
        let codes = self.code_mail();
        let created = self
            .db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| {
                    let id = plan.request_and_carry_out(conn, by, now)?;
                    Deed::new(id, AccountEventKind::Made).by(by).record(conn, now)?;
                    let row = store::find_staff(conn, id)?.ok_or(AccountsError::NotFound)?;
                    let ends_at = codes.send(conn, &row, by, now)?;
                    let account = read_view(conn, id, &directory, now)?;
                    let activation_expires_at = Some(ends_at);
                    Ok::<_, AccountsError>(ActivationView { account, activation_expires_at })
                })
            })
            .await?;
        self.notifier.notify();
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

    /// Sends the owner a new one-time code and ends every session of the account; where the account decides or publishes, a
    /// second administrator approves that first. The password until now stays good until the code is used.
    pub async fn issue_code(&self, command: AccountCommand) -> Result<Once<ActivationView>, AccountsError> {
        let (now, directory, caller) = (self.clock.now(), self.directory.snapshot(), command.caller.clone());
        let (codes, by) = (self.code_mail(), caller.id);
        let issued = self.change(Operation::ManageStaff, command, move |conn, row| {
            check_reach(conn, &caller, row.id, now)?;
            if row.disabled_at.is_some() {
                return Err(AccountsError::Disabled);
            }
            if row.mail.is_none() {
                return Err(AccountsError::NoMailAddress);
            }
            store::update_version(conn, row.id)?;
            let grants = store::list_grants(conn, &[row.id])?;
            let ends_at = if is_guarded(row, grants.iter().map(|grant| grant.role)) {
                let wanted = Wanted { of: row.id, role: None, department_id: None, by };
                wanted.request(conn, &row.username, now)?;
                None
            } else {
                Some(codes.send(conn, row, by, now)?)
            };
            let account = read_view(conn, row.id, &directory, now)?;
            Ok(ActivationView { account, activation_expires_at: ends_at })
        });
        let issued = issued.await?;
        self.notifier.notify();
        Ok(issued)
    }

    /// Closes an account: its sessions and its code end at once. Closing a closed one changes nothing.
    pub async fn disable(&self, command: AccountCommand) -> Result<Once<StaffAccountView>, AccountsError> {
        let (now, directory, caller) = (self.clock.now(), self.directory.snapshot(), command.caller.clone());
        let by = caller.id;
        self.change(Operation::ManageStaff, command, move |conn, row| {
            check_reach(conn, &caller, row.id, now)?;
            if row.disabled_at.is_none() {
                Deed::new(row.id, AccountEventKind::Disabled).by(by).record(conn, now)?;
                store::update_disabled(conn, row.id, Some(now))?;
                store::revoke_sessions(conn, row.id, None, now)?;
                store::delete_code(conn, row.id)?;
                tell_of_loss(conn, row.id, now)?;
                store::update_version(conn, row.id)?;
            }
            read_view(conn, row.id, &directory, now)
        })
        .await
    }

    /// Opens a closed account again, with its password and its grants.
    pub async fn enable(&self, command: AccountCommand) -> Result<Once<StaffAccountView>, AccountsError> {
        let (now, directory, caller) = (self.clock.now(), self.directory.snapshot(), command.caller.clone());
        let by = caller.id;
        self.change(Operation::ManageStaff, command, move |conn, row| {
            check_reach(conn, &caller, row.id, now)?;
            if row.disabled_at.is_some() {
                Deed::new(row.id, AccountEventKind::Enabled).by(by).record(conn, now)?;
                store::update_disabled(conn, row.id, None)?;
                store::update_version(conn, row.id)?;
            }
            read_view(conn, row.id, &directory, now)
        })
        .await
    }

    /// Grants a role, which holds from the next request on; one that decides or publishes waits for a second administrator.
    pub async fn grant(
        &self,
        command: AccountCommand,
        grant: GrantRole,
    ) -> Result<Once<StaffAccountView>, AccountsError> {
        let (now, directory, by) = (self.clock.now(), self.directory.snapshot(), command.caller.id);
        let department_id = resolve(&directory, grant.department.as_deref(), "/department")?;
        check_grantable(&command.caller, department_id)?;
        let granted = self.change(Operation::ManageGrants, command, move |conn, row| {
            let GrantRole { role, .. } = grant;
            check_compatible(conn, row, (role, department_id), now)?;
            if needs_second_administrator(role) {
                let wanted = Wanted { of: row.id, role: Some(role), department_id, by };
                wanted.request(conn, &row.username, now)?;
            } else {
                approvals::grant(conn, row, (role, department_id), by, now)?;
            }
            store::update_version(conn, row.id)?;
            read_view(conn, row.id, &directory, now)
        });
        let granted = granted.await?;
        self.notifier.notify();
        Ok(granted)
    }

    /// Takes a role away; it holds no longer from the next request on.
    pub async fn revoke(
        &self,
        command: AccountCommand,
        grant: GrantId,
    ) -> Result<Once<StaffAccountView>, AccountsError> {
        let (now, directory, caller) = (self.clock.now(), self.directory.snapshot(), command.caller.clone());
        self.change(Operation::ManageGrants, command, move |conn, row| {
            let grants = store::list_grants(conn, &[row.id])?;
            let held = grants.iter().find(|held| held.id == grant).ok_or(AccountsError::NotFound)?;
            check_grantable(&caller, held.department_id)?;
            let taken = store::delete_grant(conn, row.id, grant)?.ok_or(AccountsError::NotFound)?;
            let deed = Deed::new(row.id, AccountEventKind::Revoked).by(caller.id);
            deed.about(Some(taken)).record(conn, now)?;
            tell_of_loss(conn, row.id, now)?;
            store::update_version(conn, row.id)?;
            read_view(conn, row.id, &directory, now)
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

/// Tells the features above that somebody may do less than before.
fn tell_of_loss(conn: &mut PgConnection, staff_id: StaffId, now: DateTime<Utc>) -> Result<(), AccountsError> {
    Ok(outbox::enqueue(conn, &[AccessLost { staff_id }.into_message(now)])?)
}

/// Nobody opens, closes or enters an account that reaches farther than they do.
fn check_reach(
    conn: &mut PgConnection,
    caller: &StaffCaller,
    of: StaffId,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let held = store::list_grants(conn, &[of])?.into_iter().map(|grant| grant.department_id);
    // What waits for a second administrator is theirs tomorrow.
    let requests = request_store::list_of(conn, &[of], now)?.into_iter();
    let wanted = requests.filter(|request| request.role.is_some()).map(|request| request.department_id);
    held.chain(wanted).try_for_each(|department_id| check_grantable(caller, department_id))
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

/// Roles that wait count as if they were granted: nobody holds, or waits for, what does not go together.
fn check_compatible(
    conn: &mut PgConnection,
    row: &StaffRow,
    (role, department_id): (Role, Option<i32>),
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let granted = store::list_grants(conn, &[row.id])?;
    if granted.iter().any(|grant| (grant.role, grant.department_id) == (role, department_id)) {
        return Err(AccountsError::AlreadyGranted);
    }
    let waiting =
        request_store::list_of(conn, &[row.id], now)?.into_iter().filter_map(|request| request.role);
    let mut all = granted.iter().map(|grant| grant.role).chain(waiting);
    if all.all(|other| are_compatible(role, other)) { Ok(()) } else { Err(AccountsError::IncompatibleRoles) }
}

fn read_view(
    conn: &mut PgConnection,
    id: StaffId,
    directory: &Snapshot,
    now: DateTime<Utc>,
) -> Result<StaffAccountView, AccountsError> {
    let row = store::find_staff(conn, id)?.ok_or(AccountsError::NotFound)?;
    let requests = request_store::list_of(conn, &[id], now)?;
    Ok(view(row, &store::list_grants(conn, &[id])?, &requests, directory))
}

fn view(
    row: StaffRow,
    grants: &[GrantRow],
    requests: &[RequestRow],
    directory: &Snapshot,
) -> StaffAccountView {
    let own = grants.iter().filter(|grant| grant.staff_id == row.id);
    let grants = own.map(|grant| GrantView {
        id: grant.id,
        role: grant.role,
        department: code_of(directory, grant.department_id),
        granted_at: grant.granted_at,
    });
    let requests = requests.iter().filter(|request| request.staff_id == row.id);
    let requests = requests.map(|request| approvals::view(request.clone(), row.username.clone(), directory));
    StaffAccountView {
        grants: grants.collect(),
        requests: requests.collect(),
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
