//! Finds whom to tell of the alarms of one batch, asking for each role and department once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::PgConnection;

use super::ladder::{reminds_assignee, roles};
use crate::features::accounts::{Accounts, AccountsError, StaffContact};
use crate::features::tickets::DueAlarm;
use crate::platform::auth::caller::StaffId;
use crate::rules::vocabulary::{AlarmLevel, Role};

/// Whom to tell, as known in one transaction.
pub(super) struct Recipients<'a> {
    accounts: &'a Accounts,
    assignees: HashMap<StaffId, StaffContact>,
    holders: HashMap<(Role, Option<i32>), Vec<StaffContact>>,
}

impl<'a> Recipients<'a> {
    /// Looks the assignees of all alarms up at once.
    pub fn of(
        accounts: &'a Accounts,
        conn: &mut PgConnection,
        alarms: &[DueAlarm],
    ) -> Result<Recipients<'a>, AccountsError> {
        let ids: Vec<StaffId> = alarms.iter().filter_map(|alarm| alarm.assignee_id).collect();
        let assignees = if ids.is_empty() { HashMap::new() } else { accounts.contacts(conn, &ids)? };
        Ok(Recipients { accounts, assignees, holders: HashMap::new() })
    }

    /// Whom to tell of this level of an alarm; empty when there is nobody up to the top of the ladder.
    pub fn find(
        &mut self,
        conn: &mut PgConnection,
        alarm: &DueAlarm,
        level: AlarmLevel,
    ) -> Result<Vec<StaffContact>, AccountsError> {
        let assignee = alarm.assignee_id.filter(|_| reminds_assignee(alarm.metric, level));
        if let Some(contact) = assignee.and_then(|id| self.assignees.get(&id)) {
            return Ok(vec![contact.clone()]);
        }
        for role in roles(alarm.metric, level, alarm.department_id.is_some()) {
            let holders = self.holders(conn, *role, alarm.department_id)?;
            if !holders.is_empty() {
                return Ok(holders.to_vec());
            }
        }
        Ok(Vec::new())
    }

    fn holders(
        &mut self,
        conn: &mut PgConnection,
        role: Role,
        department_id: Option<i32>,
    ) -> Result<&[StaffContact], AccountsError> {
        match self.holders.entry((role, department_id)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                Ok(unknown.insert(self.accounts.recipients(conn, role, department_id)?))
            }
        }
    }
}
