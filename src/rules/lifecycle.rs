//! A ticket's life: where it can stand, how it can end, and what can happen to it (domain.md §3). What can be done to it is the
//! table in [`crate::rules::commands`].
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

text_enum! {
    /// What happened to a ticket.
    pub enum EventKind {
        /// Handed in.
        Submitted = "submitted",
        /// Taken over, already answered, from another system.
        Imported = "imported",
        /// Taken on.
        Accepted = "accepted",
        /// Declining was proposed; a second person decides.
        DeclineRequested = "decline_requested",
        /// Declining was rejected by the second person.
        DeclineRejected = "decline_rejected",
        /// Declined.
        Declined = "declined",
        /// A question was put to the citizen.
        CitizenAsked = "citizen_asked",
        /// The citizen answered it.
        CitizenAnswered = "citizen_answered",
        /// Closed because the citizen did not answer.
        ClosedUnanswered = "closed_unanswered",
        /// Handed to an outside body.
        TransferredOut = "transferred_out",
        /// Given to a lead department.
        Dispatched = "dispatched",
        /// Given to a lead department finally.
        Arbitrated = "arbitrated",
        /// The lead department signed.
        Signed = "signed",
        /// The lead department handed it back.
        Refused = "refused",
        /// The dispatcher took it back.
        Recalled = "recalled",
        /// The work order was given to a handler.
        Assigned = "assigned",
        /// The handler may no longer handle it, and the work order is with the department again.
        AssignmentReturned = "assignment_returned",
        /// An assisting department delivered its part.
        AssistFinished = "assist_finished",
        /// An assisting department's part is not needed any more.
        AssistWaived = "assist_waived",
        /// A reply went to review.
        ReplySubmitted = "reply_submitted",
        /// The reviewer returned a reply.
        ReplyReturned = "reply_returned",
        /// The final reply was sent.
        ReplySent = "reply_sent",
        /// An interim reply was sent.
        InterimReplySent = "interim_reply_sent",
        /// A supplement or correction was sent.
        SupplementSent = "supplement_sent",
        /// More time was asked for.
        ExtensionRequested = "extension_requested",
        /// More time was granted.
        ExtensionGranted = "extension_granted",
        /// More time was rejected.
        ExtensionRejected = "extension_rejected",
        /// The citizen was content.
        Confirmed = "confirmed",
        /// The rating window passed.
        AutoClosed = "auto_closed",
        /// Taken up again in a new cycle.
        Reopened = "reopened",
        /// The citizen asked to hurry.
        Urged = "urged",
        /// Taken back by the citizen.
        Withdrawn = "withdrawn",
        /// Joined to another ticket.
        Merged = "merged",
        /// Another ticket was joined to this one.
        MergedIn = "merged_in",
        /// Category or priority changed.
        Reclassified = "reclassified",
        /// Put on legal hold.
        Held = "held",
        /// Released from legal hold.
        Released = "released",
        /// Put aside as spam.
        MarkedSpam = "marked_spam",
        /// Brought back from spam.
        Restored = "restored",
        /// A clock's alarm fired.
        AlarmFired = "alarm_fired",
        /// A step of a supervision order about it; the particulars say which.
        Supervised = "supervised",
        /// A clock passed its due instant.
        Breached = "breached",
        /// A change of the promise made whole what had broken; figures take the breach back.
        BreachReversed = "breach_reversed",
        /// A correction of the calendar or of the time limits moved a clock.
        DueRecalculated = "due_recalculated",
        /// The submitter objected to publication.
        PublicationObjected = "publication_objected",
        /// The ticket got a new access code, and the former one is void; the particulars say on which way and why.
        AccessCodeReissued = "access_code_reissued",
    }
}

impl State {
    /// The states in which somebody still owes the citizen something, so that a citizen clock must exist.
    pub const OPEN: &'static [State] = &[
        State::Received,
        State::Accepted,
        State::Dispatched,
        State::InProgress,
        State::InReview,
        State::AwaitingCitizen,
        State::OnHold,
    ];

    /// The states in which the promises of a ticket wait.
    pub const WAITING: &'static [State] = &[State::AwaitingCitizen, State::OnHold];

    /// Whether somebody still owes the citizen something.
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

    /// Whether the promises of a ticket wait.
    pub fn waits(self) -> bool {
        State::WAITING.contains(&self)
    }
}
