//! What a citizen sees of their own ticket. A row is never serialised.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::features::tickets::model::{ClockId, ClockStatus, MessageId, MessageKind, ReplyKind};
use crate::features::tickets::read::views::Named;
use crate::platform::auth::caller::CallerKind;
use crate::platform::http::versioned::Versioned;
use crate::rules::commands::Command;
use crate::rules::lifecycle::{EventKind, Outcome, State};
use crate::rules::vocabulary::{Kind, Metric};

/// A citizen's own ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitizenTicketView {
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
    /// Where it stands.
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Which handling this is.
    pub cycle: i16,
    /// The department that answers.
    pub department: Option<Named>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The last day of the promise.
    pub due_on: Option<NaiveDate>,
    /// The instant at which it is broken.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether publication is refused.
    pub publication_refused: bool,
    /// The version, as in the ETag.
    pub version: i32,
    /// The letter that goes on for this one, when it was joined to another; `null`: it was not.
    pub joined_with: Option<JoinedWith>,
    /// The replies that were sent.
    pub replies: Vec<CitizenReply>,
    /// Questions, answers and additions: the newest 20, oldest first. The rest is at `…/messages`.
    pub messages: Vec<CitizenMessage>,
    /// Whether those are all; `false`: earlier ones are left out.
    pub messages_are_whole: bool,
    /// What happened, without who: the newest 1,000 steps, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Whether those are all; `false`: earlier ones are left out.
    pub timeline_is_whole: bool,
    /// What we promised you, one after the other.
    pub promises: Vec<CitizenClock>,
    /// By when you may answer our question, or rate our answer.
    pub own_limits: Vec<CitizenClock>,
    /// The commands you may give now.
    pub allowed_actions: Vec<Command>,
}

/// The letter that goes on for a citizen's own, which was joined to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JoinedWith {
    /// The public number.
    pub reference: String,
    /// Where it stands.
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The department that answers.
    pub department: Option<Named>,
    /// The last day of the promise.
    pub due_on: Option<NaiveDate>,
    /// The instant at which it is broken.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// The replies that were sent.
    pub replies: Vec<CitizenReply>,
    /// Questions, answers and additions: the newest 20, oldest first.
    pub messages: Vec<CitizenMessage>,
    /// What happened, without who: the newest 1,000 steps, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// A time limit that concerns the citizen.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitizenClock {
    /// Its id.
    pub id: ClockId,
    /// What it measures.
    pub metric: Metric,
    /// The handling it belongs to.
    pub cycle: i16,
    /// Whether it runs.
    pub status: ClockStatus,
    /// Its last day.
    pub due_on: NaiveDate,
    /// The instant at which it is over.
    pub due_at: DateTime<Utc>,
    /// Whether that day lies past the last official calendar year and may still move.
    pub is_provisional: bool,
    /// Whether it was, or is, late.
    pub is_overdue: bool,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Where each of its days is explained.
    pub explanation: String,
}

/// A message as its citizen sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitizenMessage {
    /// Its id.
    pub id: MessageId,
    /// What it is.
    pub kind: MessageKind,
    /// The words.
    pub body: String,
    /// Who wrote it, by sort.
    pub author: CallerKind,
    /// When.
    pub sent_at: DateTime<Utc>,
}

/// A reply as the citizen sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitizenReply {
    /// What sort of reply.
    pub kind: ReplyKind,
    /// The text.
    pub body: String,
    /// How the matter ended, for a final reply.
    pub outcome: Option<Outcome>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

/// A step of a citizen's ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What was written for you with it; `null`: nothing.
    pub explanation: Option<StepExplanation>,
}

/// What was written for the citizen with a step. What does not belong to the step is `null`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepExplanation {
    /// The legal ground, and the reason with it.
    pub ground: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// Where to turn instead.
    pub advice: Option<String>,
    /// The body that has the matter now.
    pub recipient: Option<String>,
    /// How to reach it.
    pub contact: Option<String>,
    /// The day by whose end an answer is promised now.
    pub due_on: Option<NaiveDate>,
    /// The public number of the letter that this one was joined with.
    pub joined_with: Option<String>,
}

impl Versioned for CitizenTicketView {
    fn version(&self) -> i32 {
        self.version
    }
}
