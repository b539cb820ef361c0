//! What readers see of a ticket: one type an audience. A row is never serialised.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::features::accounts::Person;
use crate::features::tickets::letter::requests::Receipt;
use crate::features::tickets::model::{
    ApprovalId, ApprovalKind, ApprovalStatus, MessageId, MessageKind, ReplyId, ReplyKind, ReplyStatus,
    TicketState, WorkOrderId, WorkOrderRole, WorkOrderStatus,
};
use crate::features::tickets::read::clock_views::ClockView;
use crate::platform::auth::caller::CallerKind;
use crate::platform::http::versioned::Versioned;
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::{Outcome, State};
use crate::rules::vocabulary::{Channel, Kind, Priority, Unit};

/// A code and its name in the caller's language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
}

/// A token that shows one ticket for a short time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitizenToken {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The ticket it shows.
    pub reference: String,
}

/// A ticket as the staff who work on it see it. The submitter's data is apart, at `…/submitter`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StaffTicketView {
    /// The public number.
    pub reference: String,
    /// What sort of matter.
    pub kind: Kind,
    /// How it came in.
    pub channel: Channel,
    /// How urgent it is.
    pub priority: Priority,
    /// Its category.
    pub category: Named,
    /// Its district.
    pub district: Option<Named>,
    /// What it is about.
    pub title: String,
    /// The letter.
    pub body: String,
    /// The category's form, filled in; empty for a department that is only told of the ticket.
    #[schema(value_type = Object)]
    pub form: Value,
    /// Where it stands.
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Which handling this is.
    pub cycle: i16,
    /// How often departments handed it back in this cycle.
    pub refusals: i16,
    /// The lead department.
    pub department: Option<Named>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The last day of the citizen's promise.
    pub due_on: Option<NaiveDate>,
    /// The instant at which it is broken.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub is_overdue: bool,
    /// When the final reply was sent.
    pub answered_at: Option<DateTime<Utc>>,
    /// How often the citizen asked to hurry.
    pub urges: i16,
    /// Whether the submitter refuses publication.
    pub publication_refused: bool,
    /// How content the citizen was, 1 to 5.
    pub satisfaction: Option<i16>,
    /// The system it came from.
    pub source: Option<String>,
    /// Its number there.
    pub source_reference: Option<String>,
    /// The public number of the ticket that goes on for this one, when it was joined to another.
    pub joined_with: Option<String>,
    /// The version, as in the ETag.
    pub version: i32,
    /// The open work orders.
    pub work_orders: Vec<WorkOrderView>,
    /// The clocks that run or are paused.
    pub clocks: Vec<ClockView>,
    /// The commands the caller may give now.
    pub allowed_actions: Vec<Command>,
}

/// A department's part in a ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkOrderView {
    /// Its id.
    pub id: WorkOrderId,
    /// The cycle it belongs to.
    pub cycle: i16,
    /// The department.
    pub department: Named,
    /// What the department is to the ticket.
    pub role: WorkOrderRole,
    /// Where it stands.
    pub status: WorkOrderStatus,
    /// Whether it was designated finally and cannot be handed back.
    pub is_final: bool,
    /// What is expected.
    pub instruction: Option<String>,
    /// Who handles it.
    pub assignee: Option<Person>,
    /// What an assisting department contributed.
    pub contribution: Option<String>,
    /// Who delivered that.
    pub contributed_by: Option<Person>,
    /// When it was given.
    pub issued_at: DateTime<Utc>,
    /// When it was signed for.
    pub signed_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was handed back, recalled or waived.
    pub end_reason: Option<String>,
    /// The department that was proposed instead.
    pub proposed_department: Option<Named>,
}

/// A reply as staff see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplyView {
    /// Its id.
    pub id: ReplyId,
    /// What sort of reply.
    pub kind: ReplyKind,
    /// Where it stands.
    pub status: ReplyStatus,
    /// The cycle it belongs to.
    pub cycle: i16,
    /// The text.
    pub body: String,
    /// How the matter ended, for a final reply.
    pub outcome: Option<Outcome>,
    /// Everybody who wrote some of it or handed it in, the last one last; none when imported. None of them can review it.
    pub authors: Vec<Person>,
    /// Who reviewed and sent it.
    pub reviewer: Option<Person>,
    /// Why it was returned to its authors.
    pub return_reason: Option<String>,
    /// SHA-256 of the text, in hexadecimal: what a reviewer names when sending.
    pub content_digest: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it went to review.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A message as staff see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// What it is.
    pub kind: MessageKind,
    /// The words.
    pub body: String,
    /// Who wrote it, by sort.
    pub author: CallerKind,
    /// Which member of staff wrote it.
    pub person: Option<Person>,
    /// When.
    pub sent_at: DateTime<Utc>,
}

/// An event of a ticket's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventView {
    /// Its number, from 1 without gaps.
    pub sequence: i32,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Who, by sort.
    pub actor_kind: CallerKind,
    /// Which one.
    pub actor_id: Option<String>,
    /// Who that is, when it is a member of staff.
    pub actor: Option<Person>,
    /// The particulars.
    #[schema(value_type = Object)]
    pub data: Value,
    /// The members of staff whom the particulars name.
    pub people: Vec<Person>,
    /// The hash that chains it to the one before, in hexadecimal.
    pub hash: String,
}

/// A decision that takes two people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalView {
    /// Its id.
    pub id: ApprovalId,
    /// What is decided.
    pub kind: ApprovalKind,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// For more time: how much.
    pub amount: Option<i32>,
    /// For more time: of what; the promise is counted in the same.
    pub unit: Option<Unit>,
    /// Why.
    pub ground: String,
    /// For declining: where the citizen can go instead.
    pub advice: Option<String>,
    /// Who proposed it.
    pub requested_by: Person,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Who decided.
    pub decided_by: Option<Person>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
}

/// A letter that was joined to a ticket, as its writer wrote it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JoinedLetterView {
    /// The public number.
    pub reference: String,
    /// What sort of matter.
    pub kind: Kind,
    /// Its category.
    pub category: Named,
    /// What it is about.
    pub title: String,
    /// The letter.
    pub body: String,
    /// The category's form, filled in.
    #[schema(value_type = Object)]
    pub form: Value,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// What was written to and fro before it was joined, notes included.
    pub messages: Vec<MessageView>,
}

impl Versioned for TicketState {
    fn version(&self) -> i32 {
        self.version
    }
}

impl Versioned for Receipt {
    fn version(&self) -> i32 {
        self.version
    }
}

impl Versioned for StaffTicketView {
    fn version(&self) -> i32 {
        self.version
    }
}
