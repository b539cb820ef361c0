//! Who is asking: a member of staff, a citizen, a routing rule or the system itself. Knows no table and no request.

use std::collections::HashSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::rules::permissions::{CityOperation, DepartmentPermission, Permission};
use crate::rules::vocabulary::{Kind, Role};
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
    pub fn may(&self, permission: impl DepartmentPermission, departments: &[i32]) -> bool {
        match self {
            Caller::Staff(staff) => staff.may(permission, departments),
            Caller::Citizen { .. } | Caller::Rule { .. } => false,
            Caller::System => true,
        }
    }

    /// Whether something is allowed in any department at all; as above. See [`StaffCaller::may_somewhere`].
    pub fn may_somewhere(&self, permission: impl DepartmentPermission) -> bool {
        match self {
            Caller::Staff(staff) => staff.may_somewhere(permission),
            Caller::Citizen { .. } | Caller::Rule { .. } => false,
            Caller::System => true,
        }
    }

    /// Whether something is allowed on the whole city; as above.
    pub fn may_city_wide(&self, operation: CityOperation) -> bool {
        match self {
            Caller::Staff(staff) => staff.may_city_wide(operation),
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
    /// Whether the operation is allowed on something that belongs to any of these departments, of whatever kind it is. What
    /// belongs to no department (an empty list) is only open to a grant for everywhere.
    pub fn may(&self, permission: impl DepartmentPermission, departments: &[i32]) -> bool {
        self.of_every_kind(permission).any(|grant| grant.scope.covers_any(departments))
    }

    /// Whether the operation is allowed on a matter of this kind that these departments and people have.
    pub fn may_on(&self, permission: impl DepartmentPermission, of: &Ownership) -> bool {
        may_on(&self.grants, self.id, permission, of)
    }

    /// Whether the operation is allowed on the whole city. A grant that is limited to a department does not allow it.
    pub fn may_city_wide(&self, operation: CityOperation) -> bool {
        self.allowing(operation).any(|grant| grant.scope == Scope::Everywhere)
    }

    /// Whether the operation is allowed somewhere at all, which says nothing of where: what is then done is limited by
    /// [`StaffCaller::scope_for`].
    pub fn may_somewhere(&self, permission: impl DepartmentPermission) -> bool {
        self.allowing(permission).any(|grant| !grant.scope.is_nowhere())
    }

    /// Where the operation is allowed on matters of every kind: the union over all grants whose role allows it.
    pub fn scope_for(&self, permission: impl DepartmentPermission) -> Scope {
        union(self.of_every_kind(permission))
    }

    /// Where the operation is allowed on matters of this kind, by roles for all of them or for this one.
    pub fn scope_on(&self, permission: impl DepartmentPermission, kind: Kind) -> Scope {
        let is_for_it = |grant: &&Grant| grant.role.only_kind().is_none_or(|only| only == kind);
        union(self.allowing(permission).filter(is_for_it))
    }

    /// The kinds of matter on which roles for one kind alone allow the operation, each once.
    pub fn only_kinds(&self, permission: impl DepartmentPermission) -> Vec<Kind> {
        let mut kinds: Vec<Kind> =
            self.allowing(permission).filter_map(|grant| grant.role.only_kind()).collect();
        kinds.dedup();
        kinds
    }

    /// Whether they hold the role anywhere.
    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    fn allowing(&self, permission: impl Permission) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| permission.roles().contains(&grant.role))
    }

    fn of_every_kind(&self, permission: impl Permission) -> impl Iterator<Item = &Grant> {
        self.allowing(permission).filter(|grant| grant.role.only_kind().is_none())
    }
}

/// What a permission must cover: of what kind a matter is, and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// What sort of matter.
    pub kind: Kind,
    /// The departments that work on it; none: the city's desk.
    pub departments: Vec<i32>,
    /// The people to whom it is assigned. What is assigned to somebody, a role for another kind of matter covers too.
    pub assignees: Vec<StaffId>,
}

/// Whether these grants of somebody allow an operation on a matter.
pub fn may_on(
    grants: &[Grant],
    holder: StaffId,
    permission: impl DepartmentPermission,
    of: &Ownership,
) -> bool {
    let allowing = grants.iter().filter(|grant| permission.roles().contains(&grant.role));
    let is_theirs = of.assignees.contains(&holder);
    let is_for_it = |grant: &&Grant| is_theirs || grant.role.only_kind().is_none_or(|only| only == of.kind);
    allowing.filter(is_for_it).any(|grant| grant.scope.covers_any(&of.departments))
}

fn union<'a>(grants: impl Iterator<Item = &'a Grant>) -> Scope {
    let grants: Vec<&Grant> = grants.collect();
    match grants.as_slice() {
        [one] => one.scope.clone(),
        many => many.iter().fold(Scope::nowhere(), |union, grant| union.or(&grant.scope)),
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
    fn a_limited_grant_does_nothing_to_the_whole_city() {
        let limited: Vec<_> = Role::ALL.iter().map(|role| (*role, departments(&[3, 4]))).collect();
        let wide: Vec<_> = Role::ALL.iter().map(|role| (*role, Scope::Everywhere)).collect();
        for operation in CityOperation::ALL {
            assert!(!staff(&limited).may_city_wide(*operation), "{operation}");
            assert!(staff(&wide).may_city_wide(*operation), "{operation}");
        }
    }

    #[test]
    fn a_role_for_one_kind_of_matter_covers_that_and_what_is_assigned() {
        let officer = staff(&[(Role::DisclosureOfficer, Scope::Everywhere)]);
        let of = |kind, assignees: &[StaffId]| Ownership {
            kind,
            departments: vec![3],
            assignees: assignees.to_vec(),
        };
        for permission in [Operation::ReadTicket, Operation::ReadEvents] {
            assert!(officer.may_on(permission, &of(Kind::InformationRequest, &[])));
            assert!(!officer.may_on(permission, &of(Kind::Complaint, &[])));
            assert!(officer.may_on(permission, &of(Kind::Complaint, &[officer.id])));
            assert!(!officer.may(permission, &[3]) && officer.scope_for(permission).is_nowhere());
            assert_eq!(officer.scope_on(permission, Kind::InformationRequest), Scope::Everywhere);
            assert!(officer.scope_on(permission, Kind::Inquiry).is_nowhere());
        }
        let handler = staff(&[(Role::Handler, departments(&[4]))]);
        assert!(
            !handler.may_on(Command::Sign, &of(Kind::Complaint, &[handler.id])),
            "assigned, but not theirs any more"
        );
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
        assert!(
            both.scope_for(Operation::ManageStaff).is_nowhere()
                && !both.may_city_wide(CityOperation::ReadAudit)
        );
        assert!(!both.may_somewhere(Operation::ManageStaff));
        assert_eq!(both.scope_for(Command::Sign).departments(), Some(vec![3, 5]));
    }
}
