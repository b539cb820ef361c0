//! The words of the domain that more than one rule needs.

/// A word that is not in the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not one of the known words")]
pub struct UnknownWord;

text_enum! {
    /// What sort of matter a ticket is.
    pub enum Kind {
        /// 领导信箱: a letter to the mayor or another leader.
        MayorLetter = "mayor_letter",
        /// 咨询: a question.
        Inquiry = "inquiry",
        /// 投诉: a complaint.
        Complaint = "complaint",
        /// 建议: a suggestion.
        Suggestion = "suggestion",
        /// 纠错: an error on a government site.
        ErrorReport = "error_report",
        /// 依申请公开: an application for government information.
        InformationRequest = "information_request",
    }
}

text_enum! {
    /// The way a ticket came in.
    pub enum Channel {
        /// The portal in a browser.
        Web = "web",
        /// A mobile application.
        Mobile = "mobile",
        /// A call taken by a hotline.
        Hotline = "hotline",
        /// A letter on paper or by electronic mail.
        Mail = "mail",
        /// In person at a counter.
        Counter = "counter",
        /// An Open311 client.
        Open311 = "open311",
        /// Passed down by a higher portal.
        Upstream = "upstream",
        /// Taken over from another system.
        Import = "import",
    }
}

text_enum! {
    /// How urgent a matter is, as the desk judges it. The public does not see it.
    pub enum Priority {
        /// 一般.
        Normal = "normal",
        /// 紧急: somebody suffers harm if it waits its turn.
        Urgent = "urgent",
        /// 特急: life, health or public safety.
        Critical = "critical",
    }
}

text_enum! {
    /// What a clock measures.
    pub enum Metric {
        /// From receipt until intake accepts, declines or transfers the ticket.
        Accept = "accept",
        /// From dispatch until the lead department signs for its work order.
        Sign = "sign",
        /// From dispatch until the lead department's reply is sent.
        WorkOrder = "work_order",
        /// From receipt until the citizen is answered: the promise.
        Reply = "reply",
        /// From dispatch: how long a department may hand the work order back.
        Refuse = "refuse",
        /// From a question to the citizen until the ticket may be closed for want of an answer.
        Clarification = "clarification",
        /// From the answer until the ticket closes by itself.
        Rating = "rating",
        /// 补正告知: from receipt of an application for information until its submitter is told what is missing. Started by
        /// the disclosure feature's receipt of an application; no command starts it yet.
        Correction = "correction",
        /// 征求第三方意见: from asking a third party whose rights an application touches until its answer or silence. Started
        /// by the disclosure feature's consultation of a third party; no command starts it yet.
        ThirdParty = "third_party",
        /// From the proposal of a publication until it is reviewed. Started by the publication feature's proposal of what
        /// is to be published; no command starts it yet.
        ReviewBeforePublication = "review_before_publication",
        /// From the end of a public consultation until its outcome is published. Started by the close of a public
        /// consultation; no command starts it yet.
        ConsultationOutcome = "consultation_outcome",
    }
}

impl Metric {
    /// Whether a promise to a citizen or a duty of ours is broken when it is over. What somebody else may do within a time,
    /// such as to rate, to answer a question, to object, or to hand a work order back, lapses instead.
    pub const fn can_be_broken(self) -> bool {
        match self {
            Metric::Accept
            | Metric::Sign
            | Metric::WorkOrder
            | Metric::Reply
            | Metric::Correction
            | Metric::ReviewBeforePublication
            | Metric::ConsultationOutcome => true,
            Metric::Refuse | Metric::Clarification | Metric::Rating | Metric::ThirdParty => false,
        }
    }
}

text_enum! {
    /// What a time limit is counted in.
    pub enum Unit {
        /// Days that the calendar says are worked; the day after the anchor is the first.
        WorkingDays = "working_days",
        /// All days; a last day on which nobody works moves to the next working day.
        CalendarDays = "calendar_days",
        /// Months by date, the last day of a shorter month; moves like calendar days.
        Months = "months",
        /// Minutes in which the calendar's hours are open, from the instant of the anchor.
        WorkingMinutes = "working_minutes",
    }
}

text_enum! {
    /// A rung of the escalation ladder.
    pub enum AlarmLevel {
        /// Reminder to the handler.
        L0 = "l0",
        /// The department lead, when due.
        L1 = "l1",
        /// The supervisor.
        L2 = "l2",
        /// The leader's brief.
        L3 = "l3",
    }
}

text_enum! {
    /// What a member of staff may be (domain.md §7). A grant may be limited to a department's subtree.
    pub enum Role {
        /// Receives, accepts, declines, asks.
        Intake = "intake",
        /// Sends tickets to departments.
        Dispatcher = "dispatcher",
        /// Works on tickets and drafts replies.
        Handler = "handler",
        /// Leads a department: refuses, assigns, asks for extensions.
        DepartmentLead = "department_lead",
        /// Reviews and sends replies written by others, and reviews publications.
        Reviewer = "reviewer",
        /// Redacts and edits what is to be published.
        Editor = "editor",
        /// Supervises deadlines, arbitrates, grants extensions, reopens.
        Supervisor = "supervisor",
        /// Handles applications for information, and what is assigned to them.
        DisclosureOfficer = "disclosure_officer",
        /// Manages accounts and settings, and holds no content role.
        SystemAdministrator = "system_administrator",
        /// Reads the trail, changes nothing.
        Auditor = "auditor",
    }
}

impl Role {
    /// The only kind of matter that the role is for; `None`: it is for all of them.
    pub const fn only_kind(self) -> Option<Kind> {
        match self {
            Role::DisclosureOfficer => Some(Kind::InformationRequest),
            Role::Intake
            | Role::Dispatcher
            | Role::Handler
            | Role::DepartmentLead
            | Role::Reviewer
            | Role::Editor
            | Role::Supervisor
            | Role::SystemAdministrator
            | Role::Auditor => None,
        }
    }
}
