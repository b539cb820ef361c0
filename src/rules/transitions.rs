//! A ticket's life: which command is possible in which state, and where it leads (domain.md §3).
//!
//! Overdue is no state: it is computed from the clock when somebody looks.

text_enum! {
    /// Where a ticket stands.
    pub enum State {
        /// Handed in, nobody has looked at it yet.
        Received = "received",
        /// Ours to answer; no department has it yet.
        Accepted = "accepted",
        /// A lead department has it and has not signed.
        Dispatched = "dispatched",
        /// The lead department works on it.
        InProgress = "in_progress",
        /// A reply waits for its reviewer.
        InReview = "in_review",
        /// A question to the citizen is open.
        AwaitingCitizen = "awaiting_citizen",
        /// Its matter is before a court or another authority; the promises wait.
        OnHold = "on_hold",
        /// The final reply was sent; the rating window is open.
        Answered = "answered",
        /// Done.
        Closed = "closed",
        /// Refused on a legal ground.
        Declined = "declined",
        /// Handed to a body outside this system.
        TransferredOut = "transferred_out",
        /// Taken back by the citizen.
        Withdrawn = "withdrawn",
        /// Joined to another ticket of the same submitter.
        Merged = "merged",
        /// Not a letter. Can be restored.
        Spam = "spam",
    }
}

text_enum! {
    /// What can be done to a ticket. The word is the verb in the address: `POST …/actions/{verb}`.
    pub enum Command {
        /// Take it on.
        Accept = "accept",
        /// Refuse it on a legal ground; a second person decides.
        Decline = "decline",
        /// Put a question to the citizen.
        AskCitizen = "ask-citizen",
        /// Answer the open question.
        Answer = "answer",
        /// Close for want of an answer.
        NoAnswer = "no-answer",
        /// Hand to a body outside this system.
        TransferOut = "transfer-out",
        /// Give to a lead department.
        Dispatch = "dispatch",
        /// Designate the lead department finally.
        Arbitrate = "arbitrate",
        /// The lead department signs for it.
        Sign = "sign",
        /// The lead department hands it back.
        Refuse = "refuse",
        /// The dispatcher takes it back.
        Recall = "recall",
        /// Hand a final reply to the reviewer.
        SubmitReply = "submit-reply",
        /// The reviewer hands it back to the author.
        ReturnReply = "return-reply",
        /// The reviewer sends the final reply.
        SendReply = "send-reply",
        /// Send an interim reply.
        InterimReply = "interim-reply",
        /// Send a supplement to, or a correction of, a sent reply.
        Supplement = "supplement",
        /// Ask for more time.
        RequestExtension = "request-extension",
        /// Grant or reject more time.
        DecideExtension = "decide-extension",
        /// The citizen is content.
        Confirm = "confirm",
        /// The rating window has passed.
        AutoClose = "auto-close",
        /// Take up again in a new cycle.
        Reopen = "reopen",
        /// Ask to hurry.
        Urge = "urge",
        /// The citizen takes it back.
        Withdraw = "withdraw",
        /// Join to another ticket of the same submitter.
        Merge = "merge",
        /// Change category or priority.
        Reclassify = "reclassify",
        /// Put on legal hold.
        Hold = "hold",
        /// Release from legal hold.
        Release = "release",
        /// Put aside as spam.
        MarkSpam = "mark-spam",
        /// Bring back from spam.
        Restore = "restore",
    }
}

text_enum! {
    /// How a ticket ended.
    pub enum Outcome {
        /// What was asked for was done.
        Resolved = "resolved",
        /// Done in part.
        PartlyResolved = "partly_resolved",
        /// Explained or answered; nothing was to be done.
        Explained = "explained",
        /// Cannot be done, with the reason.
        NotFeasible = "not_feasible",
        /// Refused on a legal ground.
        Declined = "declined",
        /// Handed to a body outside this system.
        TransferredOut = "transferred_out",
        /// Taken back by the citizen.
        Withdrawn = "withdrawn",
        /// Joined to another ticket.
        Merged = "merged",
        /// Closed because the citizen did not answer our question.
        NoAnswer = "no_answer",
    }
}

/// Refusals a lead department may make in one cycle before a supervisor designates finally.
pub const REFUSALS_PER_CYCLE: i16 = 2;

impl State {
    /// Whether somebody still owes the citizen something, so that a citizen clock must exist.
    pub const fn is_open(self) -> bool {
        match self {
            State::Received
            | State::Accepted
            | State::Dispatched
            | State::InProgress
            | State::InReview
            | State::AwaitingCitizen
            | State::OnHold => true,
            State::Answered
            | State::Closed
            | State::Declined
            | State::TransferredOut
            | State::Withdrawn
            | State::Merged
            | State::Spam => false,
        }
    }

    /// Whether nothing runs any more: no clock, no alarm.
    pub const fn is_terminal(self) -> bool {
        !self.is_open() && !matches!(self, State::Answered)
    }
}

/// The commands that are possible in a state, whoever gives them.
pub const fn commands_in(state: State) -> &'static [Command] {
    use Command as C;
    match state {
        State::Received => &[
            C::Accept,
            C::Decline,
            C::AskCitizen,
            C::TransferOut,
            C::Urge,
            C::Withdraw,
            C::Merge,
            C::MarkSpam,
            C::Reclassify,
        ],
        State::Accepted => &[
            C::Dispatch,
            C::Arbitrate,
            C::TransferOut,
            C::Urge,
            C::Withdraw,
            C::Merge,
            C::MarkSpam,
            C::Reclassify,
            C::Hold,
        ],
        State::Dispatched => &[
            C::Sign,
            C::Refuse,
            C::Recall,
            C::RequestExtension,
            C::DecideExtension,
            C::Urge,
            C::Withdraw,
            C::Merge,
            C::Reclassify,
            C::Hold,
        ],
        State::InProgress => &[
            C::AskCitizen,
            C::Recall,
            C::SubmitReply,
            C::InterimReply,
            C::RequestExtension,
            C::DecideExtension,
            C::Urge,
            C::Withdraw,
            C::Merge,
            C::Reclassify,
            C::Hold,
        ],
        State::InReview => &[
            C::ReturnReply,
            C::SendReply,
            C::InterimReply,
            C::RequestExtension,
            C::DecideExtension,
            C::Urge,
            C::Withdraw,
            C::Merge,
            C::Reclassify,
            C::Hold,
        ],
        State::AwaitingCitizen => &[C::Answer, C::NoAnswer, C::Withdraw, C::Reclassify],
        State::OnHold => &[C::Release, C::Withdraw, C::Reclassify],
        State::Answered => &[C::Confirm, C::AutoClose, C::Reopen, C::Supplement],
        State::Closed => &[C::Reopen, C::Supplement],
        State::Spam => &[C::Restore],
        State::Declined | State::TransferredOut | State::Withdrawn | State::Merged => &[],
    }
}

/// Where a command leads. `resume` is the state an aside (a question, spam) was entered from.
///
/// `None`: the command is not possible in this state.
pub fn next(state: State, command: Command, resume: Option<State>) -> Option<State> {
    if !commands_in(state).contains(&command) {
        return None;
    }
    match command {
        Command::Accept | Command::Refuse | Command::Recall | Command::Reopen => Some(State::Accepted),
        Command::Decline => Some(State::Declined),
        Command::AskCitizen => Some(State::AwaitingCitizen),
        Command::Hold => Some(State::OnHold),
        Command::Answer | Command::Release | Command::Restore => resume,
        Command::NoAnswer | Command::Confirm | Command::AutoClose => Some(State::Closed),
        Command::TransferOut => Some(State::TransferredOut),
        Command::Dispatch | Command::Arbitrate => Some(State::Dispatched),
        Command::Sign | Command::ReturnReply => Some(State::InProgress),
        Command::SubmitReply => Some(State::InReview),
        Command::SendReply => Some(State::Answered),
        Command::Withdraw => Some(State::Withdrawn),
        Command::Merge => Some(State::Merged),
        Command::MarkSpam => Some(State::Spam),
        Command::InterimReply
        | Command::Supplement
        | Command::RequestExtension
        | Command::DecideExtension
        | Command::Reclassify
        | Command::Urge => Some(state),
    }
}

impl Command {
    /// Whether it puts a ticket aside, to where it returns from again.
    pub const fn sets_aside(self) -> bool {
        matches!(self, Command::AskCitizen | Command::Hold | Command::MarkSpam)
    }
}

impl State {
    /// Whether the promises of a ticket wait.
    pub const fn waits(self) -> bool {
        matches!(self, State::AwaitingCitizen | State::OnHold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_possible_somewhere() {
        for command in Command::ALL {
            assert!(
                State::ALL.iter().any(|state| commands_in(*state).contains(command)),
                "{command} is never possible"
            );
        }
    }

    #[test]
    fn terminal_states_are_left_only_by_reopening_supplementing_or_restoring() {
        for state in State::ALL.iter().filter(|state| state.is_terminal()) {
            for command in commands_in(*state) {
                assert!(
                    matches!(command, Command::Reopen | Command::Supplement | Command::Restore),
                    "{state}: {command}"
                );
            }
        }
    }

    #[test]
    fn whatever_is_open_can_be_reclassified() {
        for state in State::ALL {
            assert_eq!(commands_in(*state).contains(&Command::Reclassify), state.is_open(), "{state}");
        }
    }

    #[test]
    fn the_road_of_an_ordinary_letter() {
        let road = [
            (Command::Accept, State::Accepted),
            (Command::Dispatch, State::Dispatched),
            (Command::Sign, State::InProgress),
            (Command::SubmitReply, State::InReview),
            (Command::ReturnReply, State::InProgress),
            (Command::SubmitReply, State::InReview),
            (Command::SendReply, State::Answered),
            (Command::Confirm, State::Closed),
            (Command::Reopen, State::Accepted),
        ];
        let mut state = State::Received;
        for (command, expected) in road {
            state = next(state, command, None).expect("the road is open");
            assert_eq!(state, expected);
        }
    }

    #[test]
    fn a_hold_returns_to_where_it_began_and_allows_nothing_but_to_end_it() {
        for from in [State::Accepted, State::Dispatched, State::InProgress, State::InReview] {
            assert_eq!(next(from, Command::Hold, None), Some(State::OnHold));
            assert_eq!(next(State::OnHold, Command::Release, Some(from)), Some(from));
        }
        assert_eq!(next(State::Received, Command::Hold, None), None, "nobody has taken it on");
        for command in [Command::Urge, Command::SendReply, Command::Merge, Command::AskCitizen, Command::Hold]
        {
            assert_eq!(next(State::OnHold, command, Some(State::InProgress)), None, "{command}");
        }
    }

    #[test]
    fn a_question_returns_to_where_it_was_asked() {
        for from in [State::Received, State::InProgress] {
            let asked = next(from, Command::AskCitizen, None);
            assert_eq!(asked, Some(State::AwaitingCitizen));
            assert_eq!(next(State::AwaitingCitizen, Command::Answer, Some(from)), Some(from));
        }
    }
}
