//! Tickets: what citizens submit, with everything one command changes in one transaction (events, work orders, clocks,
//! replies, messages, outbox). Features above are told through the outbox.
//!
//! The rooms, the lowest first; within one, files make no circle:
//! - `model` and `store`: words, rows and statements, one file a table; nothing of the rest.
//! - `history`, `announcements`: what every change leaves behind: chained events, messages to the features above.
//! - `clock`: promises. `rulebook` chooses limits, `engine` starts, pauses and ends clocks, `breach` says what broke, `promise`
//!   what a merge passes on, `alarms`, `recalculation` and `replay` work on many clocks at once.
//! - `command`: what can be done. The table of commands is [`crate::rules::commands`]; here each carries itself out
//!   (`action`), on a locked ticket (`case`), authorised in one place (`authorise`), from lock to answer in `perform`.
//! - `letter`: how letters come in. `read`: what is shown, to whom. `service`: the operations. `http`: their addresses.

mod announcements;
mod assignments;
mod clock;
mod command;
mod error;
mod history;
pub mod http;
mod letter;
mod model;
mod quotas;
mod read;
mod recipients;
mod service;
mod store;

pub use announcements::{
    ANSWERED_TOPIC, ARBITRATED_TOPIC, FACT_TOPIC, Fact, OBJECTED_TOPIC, SUBMITTED_TOPIC, TicketNews,
};
pub use assignments::{ReturnOfDepartments, ReturnOfPeople};
pub use clock::alarms::{
    AlarmCursor, Claim, DueAlarm, DueClock, DueClocks, claim_due_alarms, list_due_clocks, record_fired,
};
pub use clock::recalculation::{
    ClockBehind, Foreseen, MovedBatch, Movement, list_clocks_behind, move_clocks, preview_batch,
};
pub use clock::replay::{PastCursor, PastPromise, beginning_at, replay_promises};
pub use clock::rulebook::{ProposedRules, Rulebook};
pub use command::action::Action;
pub use command::approvals::{DecideDecline, DecideExtension, RequestDecline, RequestExtension};
pub use command::assists::{FinishAssist, WaiveAssist};
pub use command::citizen::{AutoClose, Confirm, ObjectToPublication, Reopen, Urge, Withdraw};
pub use command::departments::{Arbitrate, Assign, Dispatch, Recall, Refuse, Sign};
pub use command::desk::{Accept, MarkSpam, Restore, TransferOut};
pub use command::hold::{Hold, Release};
pub use command::merge::Merge;
pub use command::messages::{AddMessage, AddNote, Answer, AskCitizen, NoAnswer};
pub use command::perform::Target;
pub use command::reclassify::Reclassify;
pub use command::reissue::ReissueAccessCode;
pub use command::replies::{
    DraftReply, EditReply, ReturnReply, ReviewedReply, SendReply, SubmitReply, WriteReply,
};
pub use command::requests::{Decide, GiveReason, WriteMessage};
pub use error::{SAME_PERSON, TicketError};
pub use history::{HeldTicket, NewEvent};
pub use letter::contacts::RenewedContacts;
pub use letter::import::ImportedLetter;
pub use letter::preview::{PreviewCheck, PreviewLetter};
pub use letter::requests::{LookUpTicket, Receipt, ReissueByMail, Submission, SubmitTicket, SubmitterInput};
pub use letter::submitter::{SubmitterContact, opens_submitters};
pub use model::{
    ApprovalId, ClockId, MessageId, ReplyId, ReplyKind, Submitter, TicketId, TicketState, WorkOrderId,
};
pub use quotas::QuotaSettings;
pub use read::publication::{AnsweredMatter, SentReply};
pub use read::work_lists::WorkList;
pub use service::{Context, TicketParts, Tickets};
pub use store::alarm_context::{
    ClockStanding, OverdueDepartment, Repeated, list_overdue, list_repeated, list_standing, oldest_due_alarm,
    oldest_open,
};
pub use store::matters::{TicketMatter, find_matter, list_matters, list_titles};
pub use store::recalculation::{ClocksBehind, ClocksTouched, RulesChange};
pub use store::statistics::{Overdue, count_overdue};
pub use store::work_orders::list_lead_assignees;
