//! The table of commands. Each has one row, from which follow its word, who may give it, where it is possible and where it
//! leads, what it leaves in the history, what of that the citizen is shown and what figures count.

use crate::rules::lifecycle::{EventKind, State};
use crate::rules::permissions::{DepartmentPermission, Permission};
use crate::rules::vocabulary::Role;

/// Declares the commands: the enum of their words, and [`Command::spec`].
macro_rules! commands {
    ($($(#[$meta:meta])* $command:ident = $word:tt, $spec:expr;)+) => {
        text_enum! {
            /// What can be done to a ticket, as `allowed_actions` says it. What changes the state is given at the address
            /// `…/actions/{word}`.
            pub enum Command { $($(#[$meta])* $command = $word),+ }
        }

        impl Command {
            /// Its row in the table.
            pub const fn spec(self) -> Spec {
                use EventKind as E;
                use Role::*;
                use State::*;
                use Target::*;
                match self { $(Command::$command => $spec),+ }
            }
        }
    };
}

commands! {
    /// Take it on.
    Accept = "accept", staff("accept_ticket", &[Intake], &[Received], To(Accepted))
        .for_rules().event(E::Accepted).shown();
    /// Propose to refuse it on a legal ground.
    Decline = "decline", staff("decline_ticket", &[Intake], &[Received], Stays).event(E::DeclineRequested);
    /// Decide, as the second person, on refusing it.
    DecideDecline = "decide-decline", staff("decide_decline", &[Intake, Supervisor], &[Received], To(Declined))
        .event(E::Declined).shown().counted();
    /// Put a question to the citizen.
    AskCitizen = "ask-citizen", staff("ask_citizen", &[Intake, Handler, DepartmentLead, DisclosureOfficer],
        &[Received, InProgress], Aside(AwaitingCitizen)).event(E::CitizenAsked).shown();
    /// Answer the open question.
    Answer = "answer", citizen(&[AwaitingCitizen], Back).by_joined().event(E::CitizenAnswered).shown();
    /// Close for want of an answer.
    NoAnswer = "no-answer", staff("confirm_no_answer", &[Intake], &[AwaitingCitizen], To(Closed))
        .event(E::ClosedUnanswered).shown().counted();
    /// Hand to a body outside this system.
    TransferOut = "transfer-out", staff("transfer_out", &[Dispatcher], &[Received, Accepted], To(TransferredOut))
        .event(E::TransferredOut).shown().counted();
    /// Give to a lead department.
    Dispatch = "dispatch", staff("dispatch_ticket", &[Dispatcher], &[Accepted], To(Dispatched))
        .for_rules().event(E::Dispatched).shown().counted();
    /// Designate the lead department finally.
    Arbitrate = "arbitrate", staff("arbitrate_ticket", &[Supervisor], &[Accepted], To(Dispatched))
        .event(E::Arbitrated).shown().counted();
    /// The lead department signs for it.
    Sign = "sign", lead("sign_work_order", HANDLERS, &[Dispatched], To(InProgress)).event(E::Signed).shown();
    /// The lead department hands it back.
    Refuse = "refuse", lead("refuse_work_order", &[DepartmentLead], &[Dispatched], To(Accepted))
        .event(E::Refused).counted();
    /// The dispatcher takes it back.
    Recall = "recall", staff("recall_work_order", &[Dispatcher, Supervisor], &[Dispatched, InProgress], To(Accepted))
        .event(E::Recalled).counted();
    /// The lead department names a handler.
    Assign = "assign", lead("assign_work_order", &[DepartmentLead], WITH_DEPARTMENT, Stays).event(E::Assigned);
    /// An assisting department delivers its part.
    FinishAssist = "finish-assist", assist("finish_assist", HANDLERS, WITH_DEPARTMENT, Stays).event(E::AssistFinished);
    /// Go on without an assisting department's part.
    WaiveAssist = "waive-assist", lead("waive_assist", &[DepartmentLead, Supervisor], WITH_DEPARTMENT, Stays)
        .event(E::AssistWaived);
    /// Draft a reply, or change a draft.
    DraftReply = "draft-reply", lead("draft_reply", HANDLERS, &[InProgress, InReview, Answered, Closed], Stays);
    /// Hand a final reply to the reviewer.
    SubmitReply = "submit-reply", lead("submit_reply", HANDLERS, &[InProgress], To(InReview)).event(E::ReplySubmitted);
    /// The reviewer hands it back to the author.
    ReturnReply = "return-reply", lead("return_reply", &[Reviewer], &[InReview], To(InProgress))
        .event(E::ReplyReturned);
    /// The reviewer sends the final reply.
    SendReply = "send-reply", lead("send_reply", &[Reviewer], &[InReview], To(Answered))
        .event(E::ReplySent).shown().counted();
    /// Hand an interim reply to the reviewer, who sends it.
    InterimReply = "interim-reply", lead("submit_reply", HANDLERS, &[InProgress, InReview], Stays)
        .event(E::InterimReplySent).shown();
    /// Hand a supplement to, or a correction of, a sent reply to the reviewer, who sends it.
    Supplement = "supplement", lead("submit_reply", HANDLERS, &[Answered, Closed], Stays)
        .event(E::SupplementSent).shown();
    /// Ask for more time.
    RequestExtension = "request-extension", lead("request_extension", &[DepartmentLead], DISPATCHED, Stays)
        .event(E::ExtensionRequested);
    /// Grant or reject more time.
    DecideExtension = "decide-extension", staff("decide_extension", &[Supervisor], DISPATCHED, Stays)
        .event(E::ExtensionGranted).shown();
    /// The citizen is content.
    Confirm = "confirm", citizen(&[Answered], To(Closed)).by_joined().event(E::Confirmed).shown();
    /// The rating window has passed.
    AutoClose = "auto-close", system(&[Answered], To(Closed)).event(E::AutoClosed).shown();
    /// Take up again in a new cycle.
    Reopen = "reopen", staff("reopen_ticket", &[Supervisor], &[Answered, Closed], To(Accepted))
        .for_citizen().by_joined().event(E::Reopened).shown().counted();
    /// Ask to hurry.
    Urge = "urge", citizen(IN_HAND, Stays).by_joined().event(E::Urged).shown();
    /// The citizen takes it back.
    Withdraw = "withdraw", citizen(State::OPEN, To(Withdrawn)).event(E::Withdrawn).shown().counted();
    /// Join to another ticket of the same submitter.
    Merge = "merge", staff("merge_tickets", &[Intake, Dispatcher], IN_HAND, To(Merged))
        .event(E::Merged).shown().counted();
    /// Change category or priority.
    Reclassify = "reclassify", staff("reclassify_ticket", &[Intake, Dispatcher, Supervisor], State::OPEN, Stays)
        .event(E::Reclassified).counted();
    /// Put on legal hold.
    Hold = "hold", staff("hold_ticket", &[Supervisor], &[Accepted, Dispatched, InProgress, InReview], Aside(OnHold))
        .event(E::Held).shown();
    /// Release from legal hold.
    Release = "release", staff("hold_ticket", &[Supervisor], &[OnHold], Back).event(E::Released).shown();
    /// Put aside as spam.
    MarkSpam = "mark-spam", staff("mark_spam", &[Intake], &[Received, Accepted], Aside(Spam))
        .event(E::MarkedSpam).counted();
    /// Bring back from spam.
    Restore = "restore", staff("restore_ticket", &[Intake, Supervisor], &[Spam], Back).event(E::Restored).counted();
    /// Give the citizen, who lost theirs, a new access code.
    ReissueAccessCode = "reissue-access-code", staff("reissue_access_code", &[Intake], State::ALL, Stays)
        .event(E::AccessCodeReissued).shown();
    /// Write a note among staff.
    AddNote = "add-note", staff("add_note", EVERYBODY_WHO_WORKS, State::ALL, Stays);
    /// The citizen adds something unasked.
    AddMessage = "add-message", citizen(State::OPEN, Stays).by_joined();
    /// The citizen objects to publication.
    ObjectToPublication = "object-publication", citizen(State::ALL, Stays).event(E::PublicationObjected).shown();
}

/// Refusals a lead department may make in one cycle before a supervisor designates finally.
pub const REFUSALS_PER_CYCLE: i16 = 2;

/// All there is to know of a command, whoever carries it out.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// What a member of staff must be allowed to do; `None`: not for staff.
    pub staff: Option<StaffPermission>,
    /// Which of a ticket's departments that permission must cover.
    pub department: Department,
    /// Whether the citizen may give it on their own ticket.
    pub is_for_citizen: bool,
    /// Whether the writer of a letter that was joined to another gives it on that one, which goes on.
    pub is_by_joined: bool,
    /// Whether a routing rule may give it.
    pub is_for_rules: bool,
    /// The states in which it is possible.
    pub from: &'static [State],
    /// Where it leads.
    pub to: Target,
    /// What it leaves in the history; `None`: nothing.
    pub event: Option<EventKind>,
    /// Whether the citizen is shown that event.
    pub is_shown: bool,
    /// Whether figures count that event.
    pub is_counted: bool,
}

/// A permission of staff: the word for it, and the roles that have it. Commands may share one.
#[derive(Debug, Clone, Copy)]
pub struct StaffPermission {
    /// As `GET /v1/auth/me` says it.
    pub word: &'static str,
    /// Who has it.
    pub roles: &'static [Role],
}

/// Which of a ticket's departments a permission must cover; the rest of them may only look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Department {
    /// Any that works on the ticket; one that is only told of it does not. A ticket that no department has takes a grant for
    /// everywhere.
    Any,
    /// The one that leads.
    Lead,
    /// The one whose contribution it is.
    Assist,
}

/// Where a command leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The ticket stays where it is.
    Stays,
    /// On to this state.
    To(State),
    /// Aside to this state, from which it returns to where it was.
    Aside(State),
    /// Back to where it was put aside from.
    Back,
}

impl Permission for Command {
    fn roles(self) -> &'static [Role] {
        self.spec().staff.map_or(&[], |staff| staff.roles)
    }
}

impl DepartmentPermission for Command {}

/// A ticket's place after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where it stands.
    pub state: State,
    /// Where it returns to, once it is put aside.
    pub resume: Option<State>,
}

/// Where a command leads. `resume` is the state from which the ticket was put aside. `None`: it is not possible in this
/// state.
pub fn next(state: State, command: Command, resume: Option<State>) -> Option<Step> {
    let spec = command.spec();
    if !spec.from.contains(&state) {
        return None;
    }
    Some(match spec.to {
        Target::Stays => Step { state, resume },
        Target::To(to) => Step { state: to, resume: None },
        Target::Aside(to) => Step { state: to, resume: Some(state) },
        Target::Back => Step { state: resume?, resume: None },
    })
}

/// The commands that are possible in a state, whoever gives them.
pub fn commands_in(state: State) -> impl Iterator<Item = Command> {
    Command::ALL.iter().copied().filter(move |command| command.spec().from.contains(&state))
}

impl EventKind {
    /// The transition this event records; `None` for events that leave the state alone.
    pub fn command(self) -> Option<Command> {
        self.commands().find(|command| command.spec().to != Target::Stays)
    }

    /// Whether figures are made of it.
    pub fn is_counted(self) -> bool {
        self.commands().any(|command| command.spec().is_counted)
    }

    /// Whether the citizen is shown it; what happens inside the house is left out.
    pub fn is_shown(self) -> bool {
        let is_of_no_command = matches!(
            self,
            EventKind::Submitted | EventKind::Imported | EventKind::MergedIn | EventKind::DueRecalculated
        );
        is_of_no_command || self.commands().any(|command| command.spec().is_shown)
    }

    fn commands(self) -> impl Iterator<Item = Command> {
        Command::ALL.iter().copied().filter(move |command| command.spec().event == Some(self))
    }
}

/// The states in which we, and nobody else, are to do something.
const IN_HAND: &[State] =
    &[State::Received, State::Accepted, State::Dispatched, State::InProgress, State::InReview];

/// The states in which a department works on it.
const DISPATCHED: &[State] = &[State::Dispatched, State::InProgress, State::InReview];

/// The states in which a department may have it.
const WITH_DEPARTMENT: &[State] =
    &[State::Dispatched, State::InProgress, State::InReview, State::AwaitingCitizen, State::OnHold];

/// Those who work on a department's tickets.
const HANDLERS: &[Role] = &[Role::Handler, Role::DepartmentLead, Role::DisclosureOfficer];

/// Those who work on tickets at all.
const EVERYBODY_WHO_WORKS: &[Role] = &[
    Role::Intake,
    Role::Dispatcher,
    Role::Handler,
    Role::DepartmentLead,
    Role::Reviewer,
    Role::Supervisor,
    Role::DisclosureOfficer,
];

/// A command that nobody gives but the system.
const fn system(from: &'static [State], to: Target) -> Spec {
    Spec {
        staff: None,
        department: Department::Any,
        is_for_citizen: false,
        is_by_joined: false,
        is_for_rules: false,
        from,
        to,
        event: None,
        is_shown: false,
        is_counted: false,
    }
}

const fn citizen(from: &'static [State], to: Target) -> Spec {
    Spec { is_for_citizen: true, ..system(from, to) }
}

const fn staff(word: &'static str, roles: &'static [Role], from: &'static [State], to: Target) -> Spec {
    Spec { staff: Some(StaffPermission { word, roles }), ..system(from, to) }
}

const fn lead(word: &'static str, roles: &'static [Role], from: &'static [State], to: Target) -> Spec {
    Spec { department: Department::Lead, ..staff(word, roles, from, to) }
}

const fn assist(word: &'static str, roles: &'static [Role], from: &'static [State], to: Target) -> Spec {
    Spec { department: Department::Assist, ..staff(word, roles, from, to) }
}

impl Spec {
    const fn for_citizen(self) -> Spec {
        Spec { is_for_citizen: true, ..self }
    }

    const fn by_joined(self) -> Spec {
        Spec { is_by_joined: true, ..self }
    }

    const fn for_rules(self) -> Spec {
        Spec { is_for_rules: true, ..self }
    }

    const fn event(self, event: EventKind) -> Spec {
        Spec { event: Some(event), ..self }
    }

    const fn shown(self) -> Spec {
        Spec { is_shown: true, ..self }
    }

    const fn counted(self) -> Spec {
        Spec { is_counted: true, ..self }
    }
}

#[cfg(test)]
#[path = "commands_tests.rs"]
mod tests;
