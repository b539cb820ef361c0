//! The one table of who may do what: every operation of staff, and the roles that allow it (domain.md §3 and §7).
//! Where a role holds is the grant's matter, and what state allows the operation is the rule's.

use crate::rules::vocabulary::Role;
use crate::text_enum;

text_enum! {
    /// Everything a member of staff can do through the interface.
    pub enum Operation {
        /// See tickets and work lists, without the submitter's data.
        ReadTicket = "read_ticket",
        /// See the submitter's name, phone, mail address, identity number and address.
        ReadSubmitter = "read_submitter",
        /// See the events of a ticket.
        ReadEvents = "read_events",
        /// Enter a ticket that came by letter, at a counter or by telephone.
        EnterTicket = "enter_ticket",
        /// Accept a ticket.
        AcceptTicket = "accept_ticket",
        /// Propose to decline a ticket.
        DeclineTicket = "decline_ticket",
        /// Decide, as the second person, on a proposal to decline.
        DecideDecline = "decide_decline",
        /// Ask the citizen to clarify.
        AskCitizen = "ask_citizen",
        /// Send a ticket to a lead department and assists.
        DispatchTicket = "dispatch_ticket",
        /// Designate the lead finally.
        ArbitrateTicket = "arbitrate_ticket",
        /// Hand a ticket to a body outside.
        TransferOut = "transfer_out",
        /// Merge tickets of the same submitter.
        MergeTickets = "merge_tickets",
        /// Change a ticket's category or priority.
        ReclassifyTicket = "reclassify_ticket",
        /// Put a ticket on legal hold, and release it.
        HoldTicket = "hold_ticket",
        /// Put a ticket aside as spam.
        MarkSpam = "mark_spam",
        /// Take a ticket back from the spam.
        RestoreTicket = "restore_ticket",
        /// Open an answered ticket again.
        ReopenTicket = "reopen_ticket",
        /// Confirm that the citizen did not answer and close.
        ConfirmNoAnswer = "confirm_no_answer",
        /// Write an internal note.
        AddNote = "add_note",
        /// Sign for a work order.
        SignWorkOrder = "sign_work_order",
        /// Hand a work order back as not competent.
        RefuseWorkOrder = "refuse_work_order",
        /// Give a work order to a member of the department.
        AssignWorkOrder = "assign_work_order",
        /// Take a work order back from a department.
        RecallWorkOrder = "recall_work_order",
        /// Finish an assisting department's part.
        FinishAssist = "finish_assist",
        /// Go on without an assisting department's part.
        WaiveAssist = "waive_assist",
        /// Ask for more time.
        RequestExtension = "request_extension",
        /// Grant or refuse more time.
        DecideExtension = "decide_extension",
        /// Write a reply.
        DraftReply = "draft_reply",
        /// Hand a reply to the reviewer.
        SubmitReply = "submit_reply",
        /// Return a reply to its author.
        ReturnReply = "return_reply",
        /// Send a reviewed reply to the citizen.
        SendReply = "send_reply",
        /// Try where a letter would go.
        PreviewRouting = "preview_routing",
        /// Change routing rules.
        ManageRouting = "manage_routing",
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
        /// See, pause and resume the sweep for alarms.
        ManageSweep = "manage_sweep",
        /// Read the leader's brief.
        ReadBriefs = "read_briefs",
        /// See internal figures.
        ReadStatistics = "read_statistics",
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
        /// Create, disable and enable accounts.
        ManageStaff = "manage_staff",
        /// Grant and take away roles.
        ManageGrants = "manage_grants",
        /// See dead letters and send them again.
        ManageOutbox = "manage_outbox",
        /// Build the search index anew.
        Reindex = "reindex",
    }
}

/// Whether a role allows an operation.
pub fn allows(role: Role, operation: Operation) -> bool {
    allowed_roles(operation).contains(&role)
}

/// The roles that allow an operation. This table is the permission model; nothing else decides.
pub const fn allowed_roles(operation: Operation) -> &'static [Role] {
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
        EnterTicket | AcceptTicket | DeclineTicket | MarkSpam | ConfirmNoAnswer => &[Intake],
        DecideDecline | RestoreTicket => &[Intake, Supervisor],
        AskCitizen => &[Intake, Handler, DepartmentLead, DisclosureOfficer],
        DispatchTicket | TransferOut => &[Dispatcher],
        MergeTickets => &[Intake, Dispatcher],
        ReclassifyTicket => &[Intake, Dispatcher, Supervisor],
        ArbitrateTicket | ReopenTicket | DecideExtension | HoldTicket | ImportTickets => &[Supervisor],
        AddNote => &[Intake, Dispatcher, Handler, DepartmentLead, Reviewer, Supervisor, DisclosureOfficer],
        SignWorkOrder | FinishAssist | DraftReply | SubmitReply => {
            &[Handler, DepartmentLead, DisclosureOfficer]
        }
        RefuseWorkOrder | AssignWorkOrder | RequestExtension => &[DepartmentLead],
        RecallWorkOrder => &[Dispatcher, Supervisor],
        WaiveAssist => &[DepartmentLead, Supervisor],
        ReturnReply | SendReply | ReviewPublication => &[Reviewer],
        PreviewRouting => &[Intake, Dispatcher, Supervisor, SystemAdministrator],
        ManageRouting => &[Supervisor, SystemAdministrator],
        ReadPublication | WithdrawPublication => &[Reviewer, Editor, Supervisor],
        EditPublication => &[Editor],
        ReadAlarms | AcknowledgeAlarm => {
            &[Intake, Dispatcher, Handler, DepartmentLead, Supervisor, DisclosureOfficer]
        }
        ManageAbsences | ManageSupervisionDuties | ReadBriefs | IssueSupervision => &[Supervisor],
        ManageSweep => &[Supervisor, SystemAdministrator],
        ReadSupervision => &[Handler, DepartmentLead, Supervisor],
        AnswerSupervision => &[DepartmentLead],
        ManageDuties => &[DepartmentLead, Supervisor],
        ReadStatistics => &[Dispatcher, DepartmentLead, Supervisor, Auditor],
        ReadInspection => &[Supervisor, SystemAdministrator, Auditor],
        ReadAudit => &[Auditor],
        ManageDirectory | ManageTimeLimits | ManageStaff | ManageGrants | ManageOutbox | Reindex => {
            &[SystemAdministrator]
        }
    }
}

/// Whether one person may hold both roles: a system administrator holds no other (domain.md §4, invariant 6).
pub fn are_compatible(one: Role, other: Role) -> bool {
    (one == Role::SystemAdministrator) == (other == Role::SystemAdministrator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations_of(role: Role) -> Vec<&'static str> {
        Operation::ALL.iter().filter(|o| allows(role, **o)).map(|o| o.as_str()).collect()
    }

    /// The same table read by role, so that a change has to be made twice and knowingly.
    fn expected(role: Role) -> &'static str {
        match role {
            Role::Intake => {
                "read_ticket read_submitter read_events enter_ticket accept_ticket decline_ticket \
                 decide_decline ask_citizen merge_tickets reclassify_ticket mark_spam restore_ticket confirm_no_answer add_note \
                 preview_routing read_alarms acknowledge_alarm"
            }
            Role::Dispatcher => {
                "read_ticket read_events dispatch_ticket transfer_out merge_tickets reclassify_ticket add_note recall_work_order \
                 preview_routing read_alarms acknowledge_alarm read_statistics"
            }
            Role::Handler => {
                "read_ticket read_submitter read_events ask_citizen add_note sign_work_order finish_assist \
                 draft_reply submit_reply read_alarms acknowledge_alarm read_supervision"
            }
            Role::DepartmentLead => {
                "read_ticket read_submitter read_events ask_citizen add_note sign_work_order refuse_work_order \
                 assign_work_order finish_assist waive_assist request_extension draft_reply submit_reply \
                 read_alarms acknowledge_alarm manage_duties read_supervision answer_supervision \
                 read_statistics"
            }
            Role::Reviewer => {
                "read_ticket read_events add_note return_reply send_reply read_publication review_publication \
                 withdraw_publication"
            }
            Role::Editor => "read_ticket read_publication edit_publication withdraw_publication",
            Role::Supervisor => {
                "read_ticket read_events decide_decline arbitrate_ticket reclassify_ticket hold_ticket restore_ticket reopen_ticket add_note \
                 recall_work_order waive_assist decide_extension preview_routing manage_routing \
                 read_publication withdraw_publication read_alarms acknowledge_alarm manage_absences \
                 manage_duties manage_supervision_duties read_supervision issue_supervision manage_sweep read_briefs read_statistics read_inspection import_tickets"
            }
            Role::DisclosureOfficer => {
                "read_ticket read_submitter read_events ask_citizen add_note sign_work_order finish_assist \
                 draft_reply submit_reply read_alarms acknowledge_alarm"
            }
            Role::SystemAdministrator => {
                "preview_routing manage_routing manage_sweep read_inspection manage_directory manage_time_limits manage_staff manage_grants \
                 manage_outbox reindex"
            }
            Role::Auditor => "read_events read_statistics read_inspection read_audit",
        }
    }

    #[test]
    fn every_operation_is_allowed_to_exactly_the_roles_of_the_domain() {
        for role in Role::ALL {
            let expected: Vec<&str> = expected(*role).split_whitespace().collect();
            assert_eq!(operations_of(*role), expected, "{role}");
        }
    }

    #[test]
    fn every_operation_is_allowed_to_somebody() {
        for operation in Operation::ALL {
            assert!(!allowed_roles(*operation).is_empty(), "{operation}");
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
