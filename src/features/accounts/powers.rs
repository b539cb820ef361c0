//! What people may do who are not asking: for giving them work, and for telling them of it.

use std::collections::HashMap;

use crate::platform::auth::caller::{Grant, Ownership, StaffId, may_on};
use crate::rules::permissions::DepartmentPermission;

/// What some people were granted. Who has no enabled account may do nothing.
#[derive(Debug, Clone, Default)]
pub struct Powers(HashMap<StaffId, Vec<Grant>>);

impl Powers {
    /// Adds a grant of somebody.
    pub(super) fn add(&mut self, id: StaffId, grant: Grant) {
        self.0.entry(id).or_default().push(grant);
    }

    /// Adds what others were granted.
    pub fn extend(&mut self, others: Powers) {
        self.0.extend(others.0);
    }

    /// Whether somebody may do this in a department, whatever it is about.
    pub fn may_in(&self, id: StaffId, permission: impl DepartmentPermission, department_id: i32) -> bool {
        let grants = self.0.get(&id).map_or(&[][..], Vec::as_slice);
        let allowing = grants.iter().filter(|grant| permission.roles().contains(&grant.role));
        allowing
            .filter(|grant| grant.role.only_kind().is_none())
            .any(|grant| grant.scope.covers(department_id))
    }

    /// Whether somebody may do this on a matter.
    pub fn may(&self, id: StaffId, permission: impl DepartmentPermission, of: &Ownership) -> bool {
        self.0.get(&id).is_some_and(|grants| may_on(grants, id, permission, of))
    }
}
