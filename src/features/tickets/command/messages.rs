//! Words between the desk and the citizen, and notes among staff.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::notices::NoticeContent;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::WriteMessage;
use crate::features::tickets::error::{MESSAGES_FULL, STILL_WAITING, TicketError};
use crate::features::tickets::model::{MessageId, MessageKind};
use crate::features::tickets::quotas::QuotaSettings;
use crate::features::tickets::store::messages::{self, MessageRow};
use crate::rules::commands::Command;
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::Outcome;
use crate::rules::sla;
use crate::rules::text::Body;
use crate::rules::vocabulary::Metric;

/// A question to the citizen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskCitizen {
    /// The question.
    pub question: Body,
}

/// Answers the open question.
#[derive(Debug, Clone)]
pub struct Answer(pub WriteMessage);

/// Closes the ticket for want of an answer.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoAnswer {}

/// Writes a note among staff.
#[derive(Debug, Clone)]
pub struct AddNote(pub WriteMessage);

/// Adds something to the letter.
#[derive(Debug, Clone)]
pub struct AddMessage {
    /// What.
    pub message: WriteMessage,
    /// How much may be added.
    pub quotas: QuotaSettings,
}

impl Action for AskCitizen {
    fn command(&self) -> Command {
        Command::AskCitizen
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        ask_citizen(case, self)
    }
}

impl Action for Answer {
    fn command(&self) -> Command {
        Command::Answer
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        answer(case, &self.0)
    }
}

impl Action for NoAnswer {
    fn command(&self) -> Command {
        Command::NoAnswer
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        close_unanswered(case)
    }
}

impl Action for AddNote {
    fn command(&self) -> Command {
        Command::AddNote
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        add_note(case, &self.0)
    }
}

impl Action for AddMessage {
    fn command(&self) -> Command {
        Command::AddMessage
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        add_message(case, self)
    }
}

/// Puts a question and pauses the promises. The citizen is told in the same transaction, or nothing pauses.
fn ask_citizen(case: &mut Case<'_>, request: &AskCitizen) -> Result<(), TicketError> {
    case.transition(Command::AskCitizen)?;
    write(case, MessageKind::Question, &request.question)?;
    case.pause_clocks("awaiting_citizen")?;
    case.start_clock(Metric::Clarification, case.now, None)?;
    case.record(EventKind::CitizenAsked, json!({}));
    let answer_by_on = case.due_on(Metric::Clarification);
    let reference = case.reference();
    case.tell_submitter(NoticeContent::Question { reference, answer_by_on });
    Ok(())
}

/// Takes the answer and lets the promises run on (or start anew, where the law says so).
fn answer(case: &mut Case<'_>, request: &WriteMessage) -> Result<(), TicketError> {
    case.transition(Command::Answer)?;
    write(case, MessageKind::Answer, &request.body)?;
    case.stop_clock(Metric::Clarification)?;
    case.resume_clocks()?;
    case.record(EventKind::CitizenAnswered, json!({}));
    Ok(())
}

/// Closes for want of an answer, once the time for it has passed.
fn close_unanswered(case: &mut Case<'_>) -> Result<(), TicketError> {
    let is_waiting =
        case.live_clock(Metric::Clarification).is_some_and(|clock| !sla::is_over(clock.due_at, case.now));
    case.transition(Command::NoAnswer)?;
    if is_waiting {
        return Err(TicketError::Guard(STILL_WAITING));
    }
    case.conclude(Outcome::NoAnswer, "no_answer")?;
    case.record(EventKind::ClosedUnanswered, json!({}));
    let reference = case.reference();
    case.tell_submitter(NoticeContent::NoAnswer { reference });
    Ok(())
}

fn add_note(case: &mut Case<'_>, note: &WriteMessage) -> Result<(), TicketError> {
    write(case, MessageKind::Note, &note.body)
}

/// The citizen adds something while the matter is open, as much as fits into a day. An answer to our question is no addition,
/// and is always taken.
fn add_message(case: &mut Case<'_>, added: &AddMessage) -> Result<(), TicketError> {
    case.require(Command::AddMessage)?;
    let today = case.today();
    let begins_at = case.rules.begin_of(today);
    let (all, of_today) = messages::count_additions(case.conn, case.ticket.id, begins_at)?;
    if all >= i64::from(added.quotas.messages_per_ticket) {
        return Err(TicketError::Guard(MESSAGES_FULL));
    }
    if of_today >= i64::from(added.quotas.messages_per_ticket_and_day) {
        let tomorrow = case.rules.begin_of(today.succ_opt().unwrap_or(today));
        let seconds = u64::try_from((tomorrow - case.now).num_seconds()).unwrap_or(0);
        return Err(TicketError::MessagesUsedUp(seconds.saturating_add(1)));
    }
    write(case, MessageKind::Addition, &added.message.body)
}

fn write(case: &mut Case<'_>, kind: MessageKind, body: &Body) -> Result<(), TicketError> {
    let row = MessageRow {
        id: MessageId::new(case.now),
        ticket_id: case.ticket.id,
        kind,
        body: body.as_str().to_owned(),
        author_kind: case.caller.kind(),
        author_id: case.caller.staff_id(),
        sent_at: case.now,
    };
    messages::insert(case.conn, &row)?;
    case.created_id = Some(row.id.0);
    Ok(())
}
