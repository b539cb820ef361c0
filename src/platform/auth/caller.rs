//! Who is asking: a member of staff, a citizen, a routing rule or the system itself. Knows no table and no request.

use std::collections::HashSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::rules::permissions::Permission;
use crate::rules::vocabulary::Role;
use crate::{id_type, sql_text_enum, text_enum};

id_type! {
    /// A member of staff.
    StaffId,
    /// One sign-in of a member of staff.
    SessionId,
}

text_enum! {
    /// What sort of caller did something; kept with every event.
    pub enum CallerKind {
        /// A member of staff.
        Staff = "staff",
        /// The citizen whose ticket it is.
        Citizen = "citizen",
        /// A routing rule.
        Rule = "rule",
        /// The system itself: clocks, sweeps, the command line.
        System = "system",
    }
}

sql_text_enum!(CallerKind);

/// Who is asking.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A member of staff with a live session.
    Staff(StaffCaller),
    /// A citizen who has shown the reference and the access code of this one ticket.
    Citizen {
        /// The ticket, the only one they may see.
        ticket_id: Uuid,
    },
    /// A routing rule, which may accept and dispatch.
    Rule {
        /// The rule's number.
        number: i32,
    },
    /// The system itself.
    System,
}

impl Caller {
    /// What sort of caller this is.
    pub fn kind(&self) -> CallerKind {
        match self {
            Caller::Staff(_) => CallerKind::Staff,
            Caller::Citizen { .. } => CallerKind::Citizen,
            Caller::Rule { .. } => CallerKind::Rule,
            Caller::System => CallerKind::System,
        }
    }

    /// The member of staff, if it is one.
    pub fn staff(&self) -> Option<&StaffCaller> {
        match self {
            Caller::Staff(staff) => Some(staff),
            Caller::Citizen { .. } | Caller::Rule { .. } | Caller::System => None,
        }
    }

    /// The member of staff's id, if it is one.
    pub fn staff_id(&self) -> Option<StaffId> {
        self.staff().map(|staff| staff.id)
    }

    /// Whether something is allowed on what belongs to any of these departments. Citizens and rules have no permission of
    /// staff; what the system does was decided by whoever set it up.
    pub fn may(&self, permission: impl Permission, departments: &[i32]) -> bool {
        match self {
            Caller::Staff(staff) => staff.may(permission, departments),
            Caller::Citizen { .. } | Caller::Rule { .. } => false,
            Caller::System => true,
        }
    }
}

impl From<StaffCaller> for Caller {
    fn from(staff: StaffCaller) -> Caller {
        Caller::Staff(staff)
    }
}

/// A member of staff with a live session, as the database knew them when the request came in.
#[derive(Debug, Clone)]
pub struct StaffCaller {
    /// Who.
    pub id: StaffId,
    /// The sign-in this request belongs to.
    pub session_id: SessionId,
    /// The name they sign in with.
    pub username: String,
    /// The department they belong to; `None` for a system administrator who belongs to none.
    pub department_id: Option<i32>,
    /// What they were granted.
    pub grants: Vec<Grant>,
}

impl StaffCaller {
    /// Whether the operation is allowed on something that belongs to any of these departments. What belongs to no
    /// department (an empty list) is only open to a grant for everywhere.
    pub fn may(&self, permission: impl Permission, departments: &[i32]) -> bool {
        self.scopes(permission).any(|scope| scope.covers_any(departments))
    }

    /// Whether the operation is allowed somewhere at all; [`StaffCaller::scope_for`] tells where.
    pub fn may_somewhere(&self, permission: impl Permission) -> bool {
        !self.scope_for(permission).is_nowhere()
    }

    /// Where the operation is allowed: the union over all grants whose role allows it.
    pub fn scope_for(&self, permission: impl Permission) -> Scope {
        let scopes: Vec<&Scope> = self.scopes(permission).collect();
        match scopes.as_slice() {
            [one] => (*one).clone(),
            many => many.iter().fold(Scope::nowhere(), |union, scope| union.or(scope)),
        }
    }

    /// Whether they hold the role anywhere.
    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    fn scopes(&self, permission: impl Permission) -> impl Iterator<Item = &Scope> {
        self.grants
            .iter()
            .filter(move |grant| permission.roles().contains(&grant.role))
            .map(|grant| &grant.scope)
    }
}

/// A role, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What they may be.
    pub role: Role,
    /// Where.
    pub scope: Scope,
}

/// Where a grant holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// In every department, and on what belongs to none yet.
    Everywhere,
    /// In these departments: already the whole subtree.
    Departments(Arc<HashSet<i32>>),
}

impl Scope {
    /// No department at all.
    pub fn nowhere() -> Scope {
        Scope::Departments(Arc::default())
    }

    /// Whether it covers nothing.
    pub fn is_nowhere(&self) -> bool {
        matches!(self, Scope::Departments(set) if set.is_empty())
    }

    /// Whether it covers this department.
    pub fn covers(&self, department: i32) -> bool {
        self.covers_any(&[department])
    }

    /// Whether it covers any of these departments; an empty list is covered by [`Scope::Everywhere`] alone.
    pub fn covers_any(&self, departments: &[i32]) -> bool {
        match self {
            Scope::Everywhere => true,
            Scope::Departments(set) => departments.iter().any(|department| set.contains(department)),
        }
    }

    /// The departments in ascending order for a query's filter; `None` means no filter.
    pub fn departments(&self) -> Option<Vec<i32>> {
        match self {
            Scope::Everywhere => None,
            Scope::Departments(set) => {
                let mut departments: Vec<i32> = set.iter().copied().collect();
                departments.sort_unstable();
                Some(departments)
            }
        }
    }

    fn or(&self, other: &Scope) -> Scope {
        match (self, other) {
            (Scope::Departments(a), Scope::Departments(b)) => {
                Scope::Departments(Arc::new(a.union(b).copied().collect()))
            }
            (Scope::Everywhere, _) | (_, Scope::Everywhere) => Scope::Everywhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::commands::Command;
    use crate::rules::permissions::Operation;

    fn departments(ids: &[i32]) -> Scope {
        Scope::Departments(Arc::new(ids.iter().copied().collect()))
    }

    fn staff(grants: &[(Role, Scope)]) -> StaffCaller {
        let id = Uuid::nil();
        StaffCaller {
            id: StaffId(id),
            session_id: SessionId(id),
            username: "zhang.wei".into(),
            department_id: Some(1),
            grants: grants.iter().map(|(role, scope)| Grant { role: *role, scope: scope.clone() }).collect(),
        }
    }

    #[test]
    fn a_limited_grant_holds_in_its_departments_only() {
        let handler = staff(&[(Role::Handler, departments(&[3, 4]))]);
        assert!(handler.may(Command::DraftReply, &[4]));
        assert!(handler.may(Command::DraftReply, &[9, 3]));
        assert!(!handler.may(Command::DraftReply, &[9]));
        assert!(!handler.may(Command::DraftReply, &[]));
        assert!(!handler.may(Command::SendReply, &[4]));
    }

    #[test]
    fn a_grant_for_everywhere_covers_what_belongs_to_no_department() {
        let intake = staff(&[(Role::Intake, Scope::Everywhere)]);
        assert!(intake.may(Command::Accept, &[]));
        assert!(intake.may(Command::Accept, &[7]));
    }

    #[test]
    fn scopes_of_several_grants_are_united_by_operation() {
        let both = staff(&[
            (Role::Handler, departments(&[3])),
            (Role::DepartmentLead, departments(&[5])),
            (Role::Reviewer, Scope::Everywhere),
        ]);
        assert_eq!(both.scope_for(Command::Sign), departments(&[3, 5]));
        assert_eq!(both.scope_for(Command::Refuse), departments(&[5]));
        assert_eq!(both.scope_for(Operation::ReadTicket), Scope::Everywhere);
        assert!(both.scope_for(Operation::ManageStaff).is_nowhere());
        assert!(!both.may_somewhere(Operation::ManageStaff));
        assert_eq!(both.scope_for(Command::Sign).departments(), Some(vec![3, 5]));
    }
}
