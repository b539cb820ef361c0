//! Every command as one value: what it asks for, who may give it, and where it is carried out.

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::requests::{
    AskCitizen, Assign, Confirm, Decide, Dispatch, FinishAssist, GiveReason, Hold, Merge, Reclassify, Refuse,
    RequestDecline, RequestExtension, SendReply, TransferOut, WaiveAssist, WriteMessage, WriteReply,
};
use crate::features::tickets::command::{
    approvals, citizen, departments, desk, hold, messages, reclassify, replies,
};
use crate::features::tickets::error::{NOT_ALLOWED_NOW, TicketError};
use crate::features::tickets::model::ReplyId;
use crate::platform::auth::caller::Caller;
use crate::platform::auth::permissions::Operation;
use crate::rules::transitions::{Command, State, commands_in};

/// A command with what it needs.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Action {
    Accept,
    RequestDecline(RequestDecline),
    DecideDecline(Decide),
    AskCitizen(AskCitizen),
    Answer(WriteMessage),
    NoAnswer,
    TransferOut(TransferOut),
    Dispatch(Dispatch),
    Arbitrate(Dispatch),
    Sign,
    Refuse(Refuse),
    Recall(GiveReason),
    Assign(Assign),
    FinishAssist(FinishAssist),
    WaiveAssist(WaiveAssist),
    DraftReply(WriteReply),
    EditReply(ReplyId, WriteReply),
    SubmitReply(ReplyId),
    ReturnReply(ReplyId, GiveReason),
    SendReply(ReplyId, SendReply),
    RequestExtension(RequestExtension),
    DecideExtension(Decide),
    Confirm(Confirm),
    AutoClose,
    Reopen(GiveReason),
    Urge,
    Withdraw(GiveReason),
    Merge(Merge),
    Reclassify(Reclassify),
    Hold(Hold),
    Release(GiveReason),
    MarkSpam(GiveReason),
    Restore(GiveReason),
    AddNote(WriteMessage),
    AddMessage(WriteMessage),
    ObjectToPublication,
}

impl Action {
    /// What a member of staff must be allowed to do; `None`: not for staff.
    pub const fn operation(&self) -> Option<Operation> {
        Some(match self {
            Action::Accept => Operation::AcceptTicket,
            Action::RequestDecline(_) => Operation::DeclineTicket,
            Action::DecideDecline(_) => Operation::DecideDecline,
            Action::AskCitizen(_) => Operation::AskCitizen,
            Action::NoAnswer => Operation::ConfirmNoAnswer,
            Action::TransferOut(_) => Operation::TransferOut,
            Action::Dispatch(_) => Operation::DispatchTicket,
            Action::Arbitrate(_) => Operation::ArbitrateTicket,
            Action::Sign => Operation::SignWorkOrder,
            Action::Refuse(_) => Operation::RefuseWorkOrder,
            Action::Recall(_) => Operation::RecallWorkOrder,
            Action::Assign(_) => Operation::AssignWorkOrder,
            Action::FinishAssist(_) => Operation::FinishAssist,
            Action::WaiveAssist(_) => Operation::WaiveAssist,
            Action::DraftReply(_) | Action::EditReply(..) => Operation::DraftReply,
            Action::SubmitReply(_) => Operation::SubmitReply,
            Action::ReturnReply(..) => Operation::ReturnReply,
            Action::SendReply(..) => Operation::SendReply,
            Action::RequestExtension(_) => Operation::RequestExtension,
            Action::DecideExtension(_) => Operation::DecideExtension,
            Action::Reopen(_) => Operation::ReopenTicket,
            Action::Merge(_) => Operation::MergeTickets,
            Action::Reclassify(_) => Operation::ReclassifyTicket,
            Action::Hold(_) | Action::Release(_) => Operation::HoldTicket,
            Action::MarkSpam(_) => Operation::MarkSpam,
            Action::Restore(_) => Operation::RestoreTicket,
            Action::AddNote(_) => Operation::AddNote,
            Action::Answer(_)
            | Action::Confirm(_)
            | Action::AutoClose
            | Action::Urge
            | Action::Withdraw(_)
            | Action::AddMessage(_)
            | Action::ObjectToPublication => return None,
        })
    }

    /// Whether the citizen may give this command on their own ticket.
    const fn is_for_citizen(&self) -> bool {
        matches!(
            self,
            Action::Answer(_)
                | Action::Confirm(_)
                | Action::Reopen(_)
                | Action::Urge
                | Action::Withdraw(_)
                | Action::AddMessage(_)
                | Action::ObjectToPublication
        )
    }

    /// The departments one of which the permission must cover; the rest of the ticket's departments may only look.
    fn departments(&self, case: &Case<'_>) -> Vec<i32> {
        match self {
            Action::Sign
            | Action::Refuse(_)
            | Action::Assign(_)
            | Action::WaiveAssist(_)
            | Action::DraftReply(_)
            | Action::EditReply(..)
            | Action::SubmitReply(_)
            | Action::ReturnReply(..)
            | Action::SendReply(..)
            | Action::RequestExtension(_) => case.ticket.department_id.into_iter().collect(),
            Action::FinishAssist(assist) => {
                case.assisting_department(assist.work_order_id).into_iter().collect()
            }
            _ => case.departments(),
        }
    }
}

/// Says no unless the caller may see the ticket and give this command.
pub fn authorise(case: &Case<'_>, action: &Action) -> Result<(), TicketError> {
    let allowed = match case.caller {
        Caller::Citizen { ticket_id } if *ticket_id == case.ticket.id.0 => action.is_for_citizen(),
        Caller::Citizen { .. } => return Err(TicketError::NotFound),
        Caller::Staff(staff) => {
            if !staff.may(Operation::ReadTicket, &case.departments()) {
                return Err(TicketError::NotFound);
            }
            action.operation().is_some_and(|operation| staff.may(operation, &action.departments(case)))
        }
        Caller::Rule { .. } | Caller::System => true,
    };
    if allowed { Ok(()) } else { Err(TicketError::Forbidden) }
}

/// Carries the command out. A transition that is not possible is answered with those that are.
pub fn perform(case: &mut Case<'_>, action: &Action) -> Result<(), TicketError> {
    let state = case.ticket.state;
    let allowed = allowed_actions(case);
    match carry_out(case, action) {
        Err(TicketError::Guard(kind)) if kind == NOT_ALLOWED_NOW => {
            Err(TicketError::NotAllowed { state, allowed })
        }
        other => other,
    }
}

fn carry_out(case: &mut Case<'_>, action: &Action) -> Result<(), TicketError> {
    match action {
        Action::Accept => desk::accept(case),
        Action::RequestDecline(request) => approvals::request_decline(case, request),
        Action::DecideDecline(decision) => approvals::decide_decline(case, decision),
        Action::AskCitizen(request) => messages::ask_citizen(case, request),
        Action::Answer(answer) => messages::answer(case, answer),
        Action::NoAnswer => messages::close_unanswered(case),
        Action::TransferOut(request) => desk::transfer_out(case, request),
        Action::Dispatch(request) => departments::dispatch(case, request),
        Action::Arbitrate(request) => departments::arbitrate(case, request),
        Action::Sign => departments::sign(case),
        Action::Refuse(request) => departments::refuse(case, request),
        Action::Recall(request) => departments::recall(case, request),
        Action::Assign(request) => departments::assign(case, request),
        Action::FinishAssist(request) => departments::finish_assist(case, request),
        Action::WaiveAssist(request) => departments::waive_assist(case, request),
        Action::DraftReply(request) => replies::draft(case, request),
        Action::EditReply(id, request) => replies::edit(case, *id, request),
        Action::SubmitReply(id) => replies::submit(case, *id),
        Action::ReturnReply(id, request) => replies::return_to_author(case, *id, request),
        Action::SendReply(id, request) => replies::send(case, *id, request),
        Action::RequestExtension(request) => approvals::request_extension(case, request),
        Action::DecideExtension(decision) => approvals::decide_extension(case, decision),
        Action::Confirm(request) => citizen::confirm(case, request),
        Action::AutoClose => citizen::auto_close(case),
        Action::Reopen(request) => citizen::reopen(case, request),
        Action::Urge => citizen::urge(case),
        Action::Withdraw(request) => citizen::withdraw(case, request),
        Action::Merge(request) => desk::merge(case, request),
        Action::Reclassify(request) => reclassify::reclassify(case, request),
        Action::Hold(request) => hold::hold(case, request),
        Action::Release(request) => hold::release(case, request),
        Action::MarkSpam(request) => desk::mark_spam(case, request),
        Action::Restore(request) => desk::restore(case, request),
        Action::AddNote(note) => messages::add_note(case, note),
        Action::AddMessage(message) => messages::add_message(case, message),
        Action::ObjectToPublication => citizen::object_to_publication(case),
    }
}

/// The commands this caller may give now, for `allowed_actions`.
pub fn allowed_actions(case: &Case<'_>) -> Vec<Command> {
    let commands = commands_in(case.ticket.state).iter().copied();
    match case.caller {
        Caller::Citizen { .. } => commands.filter(|command| citizen::may_now(case, *command)).collect(),
        Caller::Staff(staff) => {
            let (all, lead) = (case.departments(), case.ticket.department_id.into_iter().collect::<Vec<_>>());
            let may = |command: &Command| {
                staff_operation(*command).is_some_and(|(operation, is_leads)| {
                    staff.may(operation, if is_leads { &lead } else { &all })
                })
            };
            commands.filter(may).filter(|command| departments::possible_now(case, *command)).collect()
        }
        Caller::Rule { .. } | Caller::System => commands.collect(),
    }
}

/// What staff must be allowed to do for a command, and whether it is the lead department's matter.
const fn staff_operation(command: Command) -> Option<(Operation, bool)> {
    Some(match command {
        Command::Accept => (Operation::AcceptTicket, false),
        Command::Decline => (Operation::DeclineTicket, false),
        Command::AskCitizen => (Operation::AskCitizen, false),
        Command::NoAnswer => (Operation::ConfirmNoAnswer, false),
        Command::TransferOut => (Operation::TransferOut, false),
        Command::Dispatch => (Operation::DispatchTicket, false),
        Command::Arbitrate => (Operation::ArbitrateTicket, false),
        Command::Sign => (Operation::SignWorkOrder, true),
        Command::Refuse => (Operation::RefuseWorkOrder, true),
        Command::Recall => (Operation::RecallWorkOrder, false),
        Command::SubmitReply | Command::InterimReply | Command::Supplement => (Operation::SubmitReply, true),
        Command::ReturnReply => (Operation::ReturnReply, true),
        Command::SendReply => (Operation::SendReply, true),
        Command::RequestExtension => (Operation::RequestExtension, true),
        Command::DecideExtension => (Operation::DecideExtension, false),
        Command::Reopen => (Operation::ReopenTicket, false),
        Command::Merge => (Operation::MergeTickets, false),
        Command::Reclassify => (Operation::ReclassifyTicket, false),
        Command::Hold | Command::Release => (Operation::HoldTicket, false),
        Command::MarkSpam => (Operation::MarkSpam, false),
        Command::Restore => (Operation::RestoreTicket, false),
        Command::Answer | Command::Confirm | Command::AutoClose | Command::Urge | Command::Withdraw => {
            return None;
        }
    })
}

/// Whether a reply can be drafted: in hand, or already sent and to be supplemented.
pub const fn may_draft(state: State) -> bool {
    matches!(state, State::InProgress | State::InReview | State::Answered | State::Closed)
}
