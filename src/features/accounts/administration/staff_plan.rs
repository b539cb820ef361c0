//! Who works here, as a city keeps it in a file: accounts without passwords. What a file says of somebody is written; an
//! account that no file names stays as it is.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};

use crate::features::accounts::administration::authority::resolve;
use crate::features::accounts::administration::new_account::NewAccount;
use crate::features::accounts::error::AccountsError;
use crate::features::accounts::history::Deed;
use crate::features::accounts::model::{AccountEventKind, DisplayName, MailAddress, Username};
use crate::features::accounts::news::AccessLost;
use crate::features::accounts::requests::{CreateStaffAccount, GrantRole};
use crate::features::accounts::store::{self, GrantRow, StaffDetails, StaffRow};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::StaffId;
use crate::platform::jobs::outbox;
use crate::platform::locale::Locale;
use crate::rules::vocabulary::Role;

/// How many accounts are read at once.
const PAGE: i64 = 1_000;

/// A member of staff as the file has them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffEntry {
    /// The name to sign in with.
    pub username: Username,
    /// The person's name.
    pub name: DisplayName,
    /// Code of the person's department.
    pub department: String,
    /// The person's mail address at work.
    pub mail: MailAddress,
    /// The language the person reads; without it the city's, or what they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// What the person is granted, and nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantRole>,
}

/// Accounts while they are written inside the caller's transaction.
pub struct StaffWriting<'a> {
    /// The directory that grants and departments are looked up in.
    pub directory: &'a Snapshot,
    /// The language of whoever names none.
    pub locale: Locale,
    /// When it is written.
    pub now: DateTime<Utc>,
}

impl StaffWriting<'_> {
    /// Writes somebody. Nothing happens when they stand so already.
    pub fn save(&self, conn: &mut PgConnection, entry: &StaffEntry) -> Result<(), AccountsError> {
        let plan = NewAccount::new(entry.as_account(), self.directory, self.locale)?;
        match store::find_staff_by_username(conn, entry.username.as_str())? {
            None => {
                let id = plan.carry_out(conn, None, None, self.now)?;
                Deed::new(id, AccountEventKind::Made).record(conn, self.now)?;
                let granted = entry.grants.iter().map(|grant| grant.role);
                self.record(conn, id, AccountEventKind::Granted, granted)
            }
            Some(known) => self.change(conn, &known, entry),
        }
    }

    fn change(
        &self,
        conn: &mut PgConnection,
        known: &StaffRow,
        entry: &StaffEntry,
    ) -> Result<(), AccountsError> {
        let details = StaffDetails {
            display_name: entry.name.as_str(),
            mail: Some(entry.mail.as_str()),
            locale: entry.locale.unwrap_or(known.locale),
            department_id: resolve(self.directory, Some(&entry.department), "/department")?,
        };
        let is_changed = !details.are_those_of(known);
        if is_changed {
            store::update_details(conn, known.id, &details)?;
        }
        if self.change_grants(conn, known, entry)? || is_changed {
            store::update_version(conn, known.id)?;
        }
        Ok(())
    }

    /// Takes away what the file does not grant, and grants what is missing. Tells whether there was anything to do.
    fn change_grants(
        &self,
        conn: &mut PgConnection,
        known: &StaffRow,
        entry: &StaffEntry,
    ) -> Result<bool, AccountsError> {
        let wanted = self.wanted(entry)?;
        let (kept, taken): (Vec<GrantRow>, Vec<GrantRow>) = store::list_grants(conn, &[known.id])?
            .into_iter()
            .partition(|grant| wanted.contains(&(grant.role, grant.department_id)));
        let has: BTreeSet<_> = kept.iter().map(|grant| (grant.role, grant.department_id)).collect();
        let missing: Vec<GrantRow> =
            wanted.difference(&has).map(|grant| GrantRow::new(known.id, *grant, None, self.now)).collect();
        for grant in &taken {
            store::delete_grant(conn, known.id, grant.id)?;
        }
        if !taken.is_empty() {
            outbox::enqueue(conn, &[AccessLost { staff_id: known.id }.into_message(self.now)])?;
        }
        let is_administrator = wanted.iter().any(|(role, _)| *role == Role::SystemAdministrator);
        if known.is_administrator != is_administrator {
            store::update_administrator(conn, known.id, is_administrator)?;
        }
        store::insert_grants(conn, &missing)?;
        let roles = |grants: &[GrantRow]| grants.iter().map(|grant| grant.role).collect::<Vec<_>>();
        self.record(conn, known.id, AccountEventKind::Revoked, roles(&taken))?;
        self.record(conn, known.id, AccountEventKind::Granted, roles(&missing))?;
        Ok(!taken.is_empty() || !missing.is_empty())
    }

    /// Writes down what the file gave or took, done by nobody.
    fn record(
        &self,
        conn: &mut PgConnection,
        of: StaffId,
        kind: AccountEventKind,
        roles: impl IntoIterator<Item = Role>,
    ) -> Result<(), AccountsError> {
        let mut roles = roles.into_iter();
        roles.try_for_each(|role| Deed::new(of, kind).about(Some(role)).record(conn, self.now))
    }

    fn wanted(&self, entry: &StaffEntry) -> Result<BTreeSet<(Role, Option<i32>)>, AccountsError> {
        let grants = entry.grants.iter().enumerate().map(|(place, grant)| {
            let pointer = format!("/grants/{place}/department");
            Ok((grant.role, resolve(self.directory, grant.department.as_deref(), &pointer)?))
        });
        grants.collect()
    }
}

impl StaffEntry {
    fn as_account(&self) -> CreateStaffAccount {
        CreateStaffAccount {
            username: self.username.clone(),
            display_name: self.name.clone(),
            mail: self.mail.clone(),
            locale: self.locale,
            department: self.department.clone(),
            grants: self.grants.clone(),
        }
    }
}

/// Everybody who has a department and a mail address, as the file would have them, by user name.
pub fn staff_entries(
    conn: &mut PgConnection,
    directory: &Snapshot,
) -> Result<Vec<StaffEntry>, AccountsError> {
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = store::list_staff(conn, None, after.take(), PAGE)?;
        let ids: Vec<StaffId> = page.iter().map(|row| row.id).collect();
        let grants = store::list_grants(conn, &ids)?;
        after = page.last().map(|row| row.username.clone());
        entries.extend(
            page.iter()
                .filter(|row| row.disabled_at.is_none())
                .filter_map(|row| entry(row, &grants, directory)),
        );
        if ids.is_empty() {
            return Ok(entries);
        }
    }
}

fn entry(row: &StaffRow, grants: &[GrantRow], directory: &Snapshot) -> Option<StaffEntry> {
    let code = |id: i32| directory.department(id).map(|department| department.code.clone());
    let own = grants.iter().filter(|grant| grant.staff_id == row.id);
    let mut granted: Vec<GrantRole> = own
        .map(|grant| GrantRole { role: grant.role, department: grant.department_id.and_then(code) })
        .collect();
    granted.sort_by(|one, other| (one.role, &one.department).cmp(&(other.role, &other.department)));
    Some(StaffEntry {
        username: row.username.parse().ok()?,
        name: row.display_name.clone().try_into().ok()?,
        department: row.department_id.and_then(code)?,
        mail: row.mail.clone()?.try_into().ok()?,
        locale: Some(row.locale),
        grants: granted,
    })
}
