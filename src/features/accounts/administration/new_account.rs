//! Making accounts: what was asked for, checked against the directory and against what the caller may hand out.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::features::accounts::administration::approvals::Wanted;
use crate::features::accounts::administration::authority::{check_grantable, resolve};
use crate::features::accounts::error::AccountsError;
use crate::features::accounts::history::Deed;
use crate::features::accounts::model::AccountEventKind;
use crate::features::accounts::requests::CreateStaffAccount;
use crate::features::accounts::store::{self, GrantRow, NewStaffRow};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::locale::Locale;
use crate::rules::permissions::{Operation, are_compatible, needs_second_administrator};
use crate::rules::vocabulary::Role;

/// An account to be made, its departments found.
#[derive(Debug, Clone)]
pub(in crate::features::accounts) struct NewAccount {
    pub(in crate::features::accounts) new: CreateStaffAccount,
    locale: Locale,
    department_id: i32,
    grants: Vec<(Role, Option<i32>)>,
}

impl NewAccount {
    /// Checks what was asked for; whoever names no language reads the city's.
    pub(in crate::features::accounts) fn new(
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

    pub(in crate::features::accounts) fn authorise(&self, caller: &StaffCaller) -> Result<(), AccountsError> {
        if !caller.may(Operation::ManageStaff, &[self.department_id]) {
            return Err(AccountsError::Forbidden);
        }
        self.grants.iter().try_for_each(|(_, granted_for)| check_grantable(caller, *granted_for))
    }

    pub(in crate::features::accounts) fn carry_out(
        &self,
        conn: &mut PgConnection,
        by: Option<StaffId>,
        password_hash: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<StaffId, AccountsError> {
        let id = self.insert(conn, password_hash, now)?;
        let grants: Vec<_> =
            self.grants.iter().map(|(role, place)| GrantRow::new(id, (*role, *place), by, now)).collect();
        store::insert_grants(conn, &grants)?;
        Ok(id)
    }

    /// Makes the account with the roles that one administrator may grant; the others wait for a second one.
    pub(in crate::features::accounts) fn request_and_carry_out(
        &self,
        conn: &mut PgConnection,
        by: StaffId,
        now: DateTime<Utc>,
    ) -> Result<StaffId, AccountsError> {
        let id = self.insert(conn, None, now)?;
        for (role, department_id) in self.grants.iter().copied() {
            if needs_second_administrator(role) {
                let wanted = Wanted { of: id, role: Some(role), department_id, by };
                wanted.request(conn, self.new.username.as_str(), now)?;
            } else {
                store::insert_grants(conn, &[GrantRow::new(id, (role, department_id), Some(by), now)])?;
                Deed::new(id, AccountEventKind::Granted).by(by).about(Some(role)).record(conn, now)?;
            }
        }
        Ok(id)
    }

    fn insert(
        &self,
        conn: &mut PgConnection,
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
        Ok(id)
    }
}
