//! Making accounts: what was asked for, checked against the directory and against what the caller may hand out.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::error::AccountsError;
use super::model::GrantId;
use super::requests::CreateStaffAccount;
use super::store::{self, GrantRow, NewStaffRow};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::locale::Locale;
use crate::rules::permissions::{Operation, are_compatible};
use crate::rules::vocabulary::Role;

/// An account to be made, its departments found.
#[derive(Debug, Clone)]
pub(super) struct NewAccount {
    pub(super) new: CreateStaffAccount,
    locale: Locale,
    department_id: i32,
    grants: Vec<(Role, Option<i32>)>,
}

impl NewAccount {
    /// Checks what was asked for; whoever names no language reads the city's.
    pub(super) fn new(
        new: CreateStaffAccount,
        directory: &Snapshot,
        locale: Locale,
    ) -> Result<NewAccount, AccountsError> {
        let department = directory.department_by_code(&new.department);
        let department_id = department
            .map(|d| d.id)
            .ok_or_else(|| AccountsError::UnknownDepartment("/department".to_owned()))?;
        let grants: Vec<_> = new
            .grants
            .iter()
            .enumerate()
            .map(|(place, grant)| {
                let pointer = format!("/grants/{place}/department");
                Ok((grant.role, resolve(directory, grant.department.as_deref(), &pointer)?))
            })
            .collect::<Result<_, AccountsError>>()?;
        let mut roles = grants.iter().map(|(role, _)| *role);
        let first = roles.next();
        let agree = first.is_none_or(|first| roles.all(|role| are_compatible(first, role)));
        if agree {
            Ok(NewAccount { locale: new.locale.unwrap_or(locale), new, department_id, grants })
        } else {
            Err(AccountsError::IncompatibleRoles)
        }
    }

    pub(super) fn authorise(&self, caller: &StaffCaller) -> Result<(), AccountsError> {
        if !caller.may(Operation::ManageStaff, &[self.department_id]) {
            return Err(AccountsError::Forbidden);
        }
        self.grants.iter().try_for_each(|(_, granted_for)| check_grantable(caller, *granted_for))
    }

    pub(super) fn carry_out(
        &self,
        conn: &mut PgConnection,
        by: Option<StaffId>,
        password_hash: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<StaffId, AccountsError> {
        let id = StaffId::new(now);
        let row = NewStaffRow {
            id,
            username: self.new.username.as_str(),
            display_name: self.new.display_name.as_str(),
            mail: Some(self.new.mail.as_str()),
            locale: self.locale,
            department_id: Some(self.department_id),
            is_administrator: self.grants.iter().any(|(role, _)| *role == Role::SystemAdministrator),
            password_hash,
            created_at: now,
        };
        store::insert_staff(conn, &row)?;
        let grants: Vec<_> =
            self.grants.iter().map(|grant| grant_row(id, grant.0, grant.1, by, now)).collect();
        store::insert_grants(conn, &grants)?;
        Ok(id)
    }
}

/// Nobody hands out what reaches farther than they do.
pub(super) fn check_grantable(caller: &StaffCaller, granted_for: Option<i32>) -> Result<(), AccountsError> {
    let may = caller.may(Operation::ManageGrants, granted_for.as_slice());
    if may { Ok(()) } else { Err(AccountsError::Forbidden) }
}

pub(super) fn resolve(
    directory: &Snapshot,
    code: Option<&str>,
    pointer: &str,
) -> Result<Option<i32>, AccountsError> {
    let Some(code) = code else { return Ok(None) };
    let department = directory.department_by_code(code);
    department.map(|d| Some(d.id)).ok_or_else(|| AccountsError::UnknownDepartment(pointer.to_owned()))
}

pub(super) fn grant_row(
    staff_id: StaffId,
    role: Role,
    department_id: Option<i32>,
    granted_by: Option<StaffId>,
    granted_at: DateTime<Utc>,
) -> GrantRow {
    GrantRow { id: GrantId::new(granted_at), staff_id, role, department_id, granted_by, granted_at }
}
