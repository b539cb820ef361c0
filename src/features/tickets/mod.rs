//! Tickets: what citizens submit, with everything one command changes in one transaction (events, work orders, clocks,
//! replies, messages, outbox). Routing, publication, figures and alarms stand above and are told through the outbox.

mod action;
mod alarms;
mod answered;
mod breaches;
mod briefing;
mod case;
mod chronicle;
mod citizen_session;
mod clocks;
mod commands;
mod correspondence;
mod error;
mod explanation;
mod explanation_views;
mod figures;
mod following;
pub mod handlers;
mod joining;
mod matter;
mod model;
mod numbers;
mod presentation;
mod reads;
mod recalculation;
mod rehearsal;
mod replaying;
mod requests;
mod rulebook;
mod service;
mod store;
mod views;

pub use action::Action;
pub use alarms::{AlarmCursor, Claim, DueAlarm, claim_due_alarms, record_fired};
pub use answered::{AnsweredMatter, SentReply};
pub use briefing::{
    ClockStanding, OverdueDepartment, Repeated, list_overdue, list_repeated, list_standing, oldest_due_alarm,
    oldest_open,
};
pub use chronicle::HeldTicket;
pub use commands::import::ImportedLetter;
pub use error::{SAME_PERSON, TicketError};
pub use figures::Overdue;
pub use matter::{TicketMatter, find_matter, list_matters};
pub use model::{
    ANSWERED_TOPIC, ARBITRATED_TOPIC, ApprovalId, ClockId, FACT_TOPIC, Fact, MessageId, OBJECTED_TOPIC,
    ReplyId, ReplyKind, SUBMITTED_TOPIC, Submitter, TicketId, TicketNews, TicketState, WorkOrderId,
};
pub use reads::WorkList;
pub use recalculation::{Handful, Movement, RulesChange, foresee, move_clocks};
pub use rehearsal::{Rehearsed, Sighting};
pub use replaying::{PastCursor, PastPromise, ProposedRules, beginning_at, replay_promises};
pub use requests::*;
pub use rulebook::Rulebook;
pub use service::{Context, Submission, TicketParts, Tickets};
