//! Words between the desk and the citizen, and notes among staff.

use serde_json::json;

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::desk;
use crate::features::tickets::command::requests::{AskCitizen, WriteMessage};
use crate::features::tickets::error::{NOT_ALLOWED_NOW, STILL_WAITING, TicketError};
use crate::features::tickets::model::{MessageId, MessageKind};
use crate::features::tickets::store::messages::{self, MessageRow};
use crate::platform::mail::Template;
use crate::rules::history::EventKind;
use crate::rules::sla;
use crate::rules::text::Body;
use crate::rules::transitions::{Command, Outcome};
use crate::rules::vocabulary::Metric;

/// Puts a question and pauses the promises. The citizen is told in the same transaction, or nothing pauses.
pub fn ask_citizen(case: &mut Case<'_>, request: &AskCitizen) -> Result<(), TicketError> {
    case.transition(Command::AskCitizen)?;
    write(case, MessageKind::Question, &request.question)?;
    case.pause_clocks("awaiting_citizen")?;
    case.start_clock(Metric::Clarification, case.now, None)?;
    case.record(EventKind::CitizenAsked, json!({}));
    let answer_by_on = case.due_on(Metric::Clarification);
    case.tell_submitter(Template::Question, &[("answer_by_on", &answer_by_on)]);
    Ok(())
}

/// Takes the answer and lets the promises run on (or start anew, where the law says so).
pub fn answer(case: &mut Case<'_>, request: &WriteMessage) -> Result<(), TicketError> {
    case.transition(Command::Answer)?;
    write(case, MessageKind::Answer, &request.body)?;
    case.stop_clock(Metric::Clarification)?;
    case.resume_clocks()?;
    case.record(EventKind::CitizenAnswered, json!({}));
    Ok(())
}

/// Closes for want of an answer, once the time for it has passed.
pub fn close_unanswered(case: &mut Case<'_>) -> Result<(), TicketError> {
    let is_waiting =
        case.live_clock(Metric::Clarification).is_some_and(|clock| !sla::is_over(clock.due_at, case.now));
    case.transition(Command::NoAnswer)?;
    if is_waiting {
        return Err(TicketError::Guard(STILL_WAITING));
    }
    desk::end(case, Outcome::NoAnswer, "no_answer")?;
    case.record(EventKind::ClosedUnanswered, json!({}));
    case.tell_submitter(Template::NoAnswer, &[]);
    Ok(())
}

pub fn add_note(case: &mut Case<'_>, note: &WriteMessage) -> Result<(), TicketError> {
    write(case, MessageKind::Note, &note.body)
}

/// The citizen adds something while the matter is open.
pub fn add_message(case: &mut Case<'_>, message: &WriteMessage) -> Result<(), TicketError> {
    if !case.ticket.state.is_open() {
        return Err(TicketError::Guard(NOT_ALLOWED_NOW));
    }
    write(case, MessageKind::Addition, &message.body)
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
