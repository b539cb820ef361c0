//! Who may do what: every operation of staff, and the roles that allow it (domain.md §3 and §7). The commands on a ticket
//! stand with their roles in the table of [`crate::rules::commands`]. Where a role holds is the grant's matter.
//!
//! What is done within departments ([`Operation`], commands) and what is done for the whole city ([`CityOperation`]) are two
//! types, so that a grant which is limited to a department can be asked about the first alone: no question lets it act on the
//! whole city.

use crate::rules::vocabulary::Role;

/// Something that a member of staff may be allowed to do.
pub trait Permission: Copy {
    /// The roles that allow it.
    fn roles(self) -> &'static [Role];
}

/// Something that is done with what departments have, so that a grant for some of them allows it there.
pub trait DepartmentPermission: Permission {}

text_enum! {
    /// What a member of staff can do with what departments have, besides giving commands on a ticket.
    pub enum Operation {
        /// See tickets and work lists, without the submitter's data.
        ReadTicket = "read_ticket",
        /// See the submitter's name, phone, mail address, identity number and address.
        ReadSubmitter = "read_submitter",
        /// See the events of a ticket.
        ReadEvents = "read_events",
        /// Ask where the routing rules would send a ticket, or a letter that is only thought of.
        PreviewRouting = "preview_routing",
        /// See publications that are not public yet.
        ReadPublication = "read_publication",
        /// Redact and edit a publication.
        EditPublication = "edit_publication",
        /// Approve or return a publication.
        ReviewPublication = "review_publication",
        /// Take a publication off the site.
        WithdrawPublication = "withdraw_publication",
        /// See alarms and escalations.
        ReadAlarms = "read_alarms",
        /// Acknowledge an escalation.
        AcknowledgeAlarm = "acknowledge_alarm",
        /// Enter the absences of others.
        ManageAbsences = "manage_absences",
        /// Say who is on duty for the letters.
        ManageDuties = "manage_duties",
        /// Say which supervisor is on duty.
        ManageSupervisionDuties = "manage_supervision_duties",
        /// See supervision orders.
        ReadSupervision = "read_supervision",
        /// Issue supervision orders, send them back, close them.
        IssueSupervision = "issue_supervision",
        /// Acknowledge and answer supervision orders.
        AnswerSupervision = "answer_supervision",
        /// See internal figures.
        ReadStatistics = "read_statistics",
        /// Create, disable and enable accounts.
        ManageStaff = "manage_staff",
        /// Grant and take away roles.
        ManageGrants = "manage_grants",
    }
}

text_enum! {
    /// What a member of staff can do for the whole city: only a grant for everywhere allows it.
    pub enum CityOperation {
        /// Enter a ticket that came by letter, at a counter or by telephone: it comes in at the city's desk.
        EnterTicket = "enter_ticket",
        /// See the routing rules.
        ReadRouting = "read_routing",
        /// Change routing rules.
        ManageRouting = "manage_routing",
        /// See, pause and resume the sweep for alarms.
        ManageSweep = "manage_sweep",
        /// Read the leader's brief.
        ReadBriefs = "read_briefs",
        /// See what an inspection would punish.
        ReadInspection = "read_inspection",
        /// Import tickets from another system.
        ImportTickets = "import_tickets",
        /// See the audit log.
        ReadAudit = "read_audit",
        /// Change departments, categories and districts.
        ManageDirectory = "manage_directory",
        /// Change time limits and calendars.
        ManageTimeLimits = "manage_time_limits",
        /// See dead letters and send them again.
        ManageOutbox = "manage_outbox",
        /// Build the search index anew.
        Reindex = "reindex",
    }
}

impl Permission for Operation {
    fn roles(self) -> &'static [Role] {
        allowed_roles(self)
    }
}

impl DepartmentPermission for Operation {}

impl Permission for CityOperation {
    fn roles(self) -> &'static [Role] {
        allowed_city_roles(self)
    }
}

/// The roles that allow an operation.
const fn allowed_roles(operation: Operation) -> &'static [Role] {
    use Operation::*;
    use Role::*;
    match operation {
        ReadTicket => {
            &[Intake, Dispatcher, Handler, DepartmentLead, Reviewer, Editor, Supervisor, DisclosureOfficer]
        }
        ReadSubmitter => &[Intake, Handler, DepartmentLead, DisclosureOfficer],
        ReadEvents => {
            &[Intake, Dispatcher, Handler, DepartmentLead, Reviewer, Supervisor, DisclosureOfficer, Auditor]
        }
        ReviewPublication => &[Reviewer],
        PreviewRouting => &[Intake, Dispatcher, Supervisor, SystemAdministrator],
        ReadPublication | WithdrawPublication => &[Reviewer, Editor, Supervisor],
        EditPublication => &[Editor],
        ReadAlarms | AcknowledgeAlarm => {
            &[Intake, Dispatcher, Handler, DepartmentLead, Supervisor, DisclosureOfficer]
        }
        ManageAbsences | ManageSupervisionDuties | IssueSupervision => &[Supervisor],
        ReadSupervision => &[Handler, DepartmentLead, Supervisor],
        AnswerSupervision => &[DepartmentLead],
        ManageDuties => &[DepartmentLead, Supervisor],
        ReadStatistics => &[Dispatcher, DepartmentLead, Supervisor, Auditor],
        ManageStaff | ManageGrants => &[SystemAdministrator],
    }
}

/// The roles that allow an operation on the whole city.
const fn allowed_city_roles(operation: CityOperation) -> &'static [Role] {
    use CityOperation::*;
    use Role::*;
    match operation {
        EnterTicket => &[Intake],
        ReadRouting => &[Intake, Dispatcher, Supervisor, SystemAdministrator],
        ManageRouting | ManageSweep => &[Supervisor, SystemAdministrator],
        ReadBriefs | ImportTickets => &[Supervisor],
        ReadInspection => &[Supervisor, SystemAdministrator, Auditor],
        ReadAudit => &[Auditor],
        ManageDirectory | ManageTimeLimits | ManageOutbox | Reindex => &[SystemAdministrator],
    }
}

/// Whether one person may hold both roles: a system administrator holds no other (domain.md §4, invariant 6).
pub fn are_compatible(one: Role, other: Role) -> bool {
    (one == Role::SystemAdministrator) == (other == Role::SystemAdministrator)
}

/// Whether an account that holds the role decides, publishes, sees everything or hands out rights, so that no administrator
/// alone may grant it or give its holder a new password.
pub const fn needs_second_administrator(role: Role) -> bool {
    match role {
        Role::Reviewer
        | Role::Editor
        | Role::Supervisor
        | Role::DisclosureOfficer
        | Role::Auditor
        | Role::SystemAdministrator => true,
        Role::Intake | Role::Dispatcher | Role::Handler | Role::DepartmentLead => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_allowed_to_somebody() {
        for operation in Operation::ALL {
            assert!(!operation.roles().is_empty(), "{operation}");
        }
        for operation in CityOperation::ALL {
            assert!(!operation.roles().is_empty(), "{operation}");
        }
    }

    #[test]
    fn a_system_administrator_holds_no_other_role() {
        for role in Role::ALL {
            let alone = *role == Role::SystemAdministrator;
            assert_eq!(are_compatible(Role::SystemAdministrator, *role), alone, "{role}");
            assert!(are_compatible(*role, *role));
        }
        assert!(are_compatible(Role::Handler, Role::Reviewer));
    }
}
