//! The words of a ticket that the database and the API share.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::{Outcome, State};
use crate::{id_type, sql_text_enum, text_enum};

id_type!(
    /// A ticket.
    TicketId,
    /// A work order.
    WorkOrderId,
    /// A clock.
    ClockId,
    /// A reply.
    ReplyId,
    /// A message between the citizen and the desk, or a note among staff.
    MessageId,
    /// A decision that takes two people.
    ApprovalId,
);

text_enum! {
    /// What a department is to a ticket.
    pub enum WorkOrderRole {
        /// 主办: answers.
        Lead = "lead",
        /// 协办: contributes.
        Assist = "assist",
        /// 阅知: is told.
        Inform = "inform",
    }
}

text_enum! {
    /// Where a work order stands.
    pub enum WorkOrderStatus {
        /// Given to the department.
        Issued = "issued",
        /// Signed for.
        Signed = "signed",
        /// The department's part is delivered; a lead's waits for review.
        Replied = "replied",
        /// The reviewer returned it.
        Returned = "returned",
        /// Done.
        Accepted = "accepted",
        /// Handed back.
        Refused = "refused",
        /// Taken back, waived, or void because the ticket ended.
        Recalled = "recalled",
    }
}

impl WorkOrderStatus {
    /// Whether the department still has it.
    pub const fn is_open(self) -> bool {
        match self {
            WorkOrderStatus::Issued
            | WorkOrderStatus::Signed
            | WorkOrderStatus::Replied
            | WorkOrderStatus::Returned => true,
            WorkOrderStatus::Accepted | WorkOrderStatus::Refused | WorkOrderStatus::Recalled => false,
        }
    }
}

text_enum! {
    /// What a reply is.
    pub enum ReplyKind {
        /// 阶段性答复: how things stand, before the final reply.
        Interim = "interim",
        /// 答复: the answer.
        Final = "final",
        /// 补充答复: adds to a sent answer.
        Supplement = "supplement",
        /// 更正: corrects a sent answer.
        Correction = "correction",
    }
}

text_enum! {
    /// Where a reply stands.
    pub enum ReplyStatus {
        /// Being written.
        Draft = "draft",
        /// With the reviewer.
        InReview = "in_review",
        /// With the citizen.
        Sent = "sent",
        /// Laid aside, because the ticket left the department that wrote it.
        Discarded = "discarded",
    }
}

text_enum! {
    /// Whether a clock runs.
    pub enum ClockStatus {
        /// It runs.
        Running = "running",
        /// It waits for the citizen, or for a court.
        Paused = "paused",
        /// What it measured has happened.
        Stopped = "stopped",
        /// What it measured will not happen.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// What a message is.
    pub enum MessageKind {
        /// We ask the citizen.
        Question = "question",
        /// The citizen answers.
        Answer = "answer",
        /// The citizen adds something unasked.
        Addition = "addition",
        /// Among staff; the citizen never sees it.
        Note = "note",
    }
}

text_enum! {
    /// What two people decide.
    pub enum ApprovalKind {
        /// Declining a ticket.
        Decline = "decline",
        /// More time.
        Extension = "extension",
    }
}

text_enum! {
    /// Where a two-person decision stands.
    pub enum ApprovalStatus {
        /// The second person has not decided.
        Pending = "pending",
        /// Granted.
        Granted = "granted",
        /// Rejected.
        Rejected = "rejected",
        /// Overtaken by events.
        Void = "void",
    }
}

sql_text_enum!(
    WorkOrderRole,
    WorkOrderStatus,
    ReplyKind,
    ReplyStatus,
    ClockStatus,
    MessageKind,
    ApprovalKind,
    ApprovalStatus,
    State,
    Outcome,
    EventKind,
);

/// What the outside may know of a person's letter at submission: sealed before it touches a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitter {
    /// How they want to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// An identity number, where the law asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    /// A postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What an outside reader may be told about where a ticket stands after a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TicketState {
    /// The public number.
    pub reference: String,
    /// Where it stands.
    pub state: State,
    /// How it ended, once it has.
    pub outcome: Option<Outcome>,
    /// Which handling this is; 1 is the first.
    pub cycle: i16,
    /// The last day of the citizen's promise; `null` once nothing is owed.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// The instant at which it is broken; for a promise to the end of a day, the midnight after that.
    pub due_at: Option<DateTime<Utc>>,
    /// The version, as in the ETag.
    pub version: i32,
    /// What the command made, if anything: a reply's, work order's or approval's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub created_id: Option<Uuid>,
    /// The new access code, if the command made one. It is not shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_code: Option<String>,
    /// The commands this caller may give now.
    pub allowed_actions: Vec<crate::rules::commands::Command>,
}
