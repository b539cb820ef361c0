//! Tickets: what citizens submit, with everything one command changes in one transaction (events, work orders, clocks,
//! replies, messages, outbox). Routing, publication, figures and alarms stand above and are told through the outbox.

mod clock;
mod command;
mod error;
mod for_others;
pub mod http;
mod letter;
mod model;
mod read;
mod service;
mod store;

pub use clock::alarms::{AlarmCursor, Claim, DueAlarm, claim_due_alarms, record_fired};
pub use clock::recalculation::{Handful, Movement, RulesChange, foresee, move_clocks};
pub use clock::replay::{PastCursor, PastPromise, ProposedRules, beginning_at, replay_promises};
pub use clock::rulebook::Rulebook;
pub use command::perform::Action;
pub use command::requests::*;
pub use error::{SAME_PERSON, TicketError};
pub use for_others::escalation::{
    ClockStanding, OverdueDepartment, Repeated, list_overdue, list_repeated, list_standing, oldest_due_alarm,
    oldest_open,
};
pub use for_others::history::HeldTicket;
pub use for_others::publication::{AnsweredMatter, SentReply};
pub use for_others::routing::{TicketMatter, find_matter, list_matters};
pub use for_others::statistics::Overdue;
pub use letter::import::ImportedLetter;
pub use letter::preview::{Rehearsed, Sighting};
pub use model::{
    ANSWERED_TOPIC, ARBITRATED_TOPIC, ApprovalId, ClockId, FACT_TOPIC, Fact, MessageId, OBJECTED_TOPIC,
    ReplyId, ReplyKind, SUBMITTED_TOPIC, Submitter, TicketId, TicketNews, TicketState, WorkOrderId,
};
pub use read::staff::WorkList;
pub use service::{Context, Submission, TicketParts, Tickets};
