//! A ticket's history: what an event is, how events are chained, and how replaying them gives the ticket back.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::rules::transitions::{Command, State, next};
use crate::rules::vocabulary::Priority;

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
    }
}

impl EventKind {
    /// The transition this event records; `None` for events that leave the state alone.
    pub const fn command(self) -> Option<Command> {
        match self {
            EventKind::Accepted => Some(Command::Accept),
            EventKind::Declined => Some(Command::Decline),
            EventKind::CitizenAsked => Some(Command::AskCitizen),
            EventKind::CitizenAnswered => Some(Command::Answer),
            EventKind::ClosedUnanswered => Some(Command::NoAnswer),
            EventKind::TransferredOut => Some(Command::TransferOut),
            EventKind::Dispatched => Some(Command::Dispatch),
            EventKind::Arbitrated => Some(Command::Arbitrate),
            EventKind::Signed => Some(Command::Sign),
            EventKind::Refused => Some(Command::Refuse),
            EventKind::Recalled => Some(Command::Recall),
            EventKind::ReplySubmitted => Some(Command::SubmitReply),
            EventKind::ReplyReturned => Some(Command::ReturnReply),
            EventKind::ReplySent => Some(Command::SendReply),
            EventKind::Confirmed => Some(Command::Confirm),
            EventKind::AutoClosed => Some(Command::AutoClose),
            EventKind::Reopened => Some(Command::Reopen),
            EventKind::Withdrawn => Some(Command::Withdraw),
            EventKind::Merged => Some(Command::Merge),
            EventKind::Held => Some(Command::Hold),
            EventKind::Released => Some(Command::Release),
            EventKind::MarkedSpam => Some(Command::MarkSpam),
            EventKind::Restored => Some(Command::Restore),
            EventKind::Submitted
            | EventKind::Imported
            | EventKind::DeclineRequested
            | EventKind::DeclineRejected
            | EventKind::Assigned
            | EventKind::AssistFinished
            | EventKind::AssistWaived
            | EventKind::InterimReplySent
            | EventKind::SupplementSent
            | EventKind::ExtensionRequested
            | EventKind::ExtensionGranted
            | EventKind::ExtensionRejected
            | EventKind::Urged
            | EventKind::MergedIn
            | EventKind::Reclassified
            | EventKind::AlarmFired
            | EventKind::Supervised
            | EventKind::Breached
            | EventKind::BreachReversed
            | EventKind::DueRecalculated
            | EventKind::PublicationObjected => None,
        }
    }
}

/// The hash that starts every chain.
pub const GENESIS: [u8; 32] = [0; 32];

/// What goes into an event's hash besides the one before it.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// 1 for the first event.
    pub sequence: i32,
    /// What happened.
    pub kind: EventKind,
    /// When, to the microsecond.
    pub occurred_at: DateTime<Utc>,
    /// Who, as `kind:id`.
    pub actor: &'a str,
    /// The particulars.
    pub data: &'a Value,
}

/// The hash of an event: SHA-256 over the hash before it and the event's own fields, each behind its length.
pub fn chain(previous: &[u8], link: Link<'_>) -> [u8; 32] {
    let sequence = link.sequence.to_string();
    let occurred_at = link.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let data = canonical(link.data);
    let mut hasher = Sha256::new();
    hasher.update(previous);
    for field in [&sequence, link.kind.as_str(), &occurred_at, link.actor, &data] {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().into()
}

/// JSON with sorted keys, so that a database that reorders them does not change the hash.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort();
            let inner: Vec<String> = keys
                .into_iter()
                .map(|key| {
                    format!(
                        "{}:{}",
                        Value::from(key.as_str()),
                        members.get(key).map(canonical).unwrap_or_default()
                    )
                })
                .collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// What a ticket's events say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Where it stands.
    pub state: State,
    /// Where it returns to from an aside.
    pub resume: Option<State>,
    /// Which handling this is.
    pub cycle: i16,
    /// Refusals in this cycle.
    pub refusals: i16,
    /// How often the citizen asked to hurry.
    pub urges: i16,
    /// The lead department, by code.
    pub department: Option<String>,
    /// The category, by code.
    pub category: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
}

/// Why a history does not give a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The first event is neither a submission nor an import.
    #[error("the history does not begin with a submission")]
    NoBeginning,
    /// The event of this number, from 1, records a transition that was not possible.
    #[error("event {0} is not possible where it stands")]
    Impossible(usize),
}

/// Replays a history, oldest event first.
pub fn replay<'a>(events: impl IntoIterator<Item = (EventKind, &'a Value)>) -> Result<Replayed, ReplayError> {
    let mut events = events.into_iter().enumerate();
    let Some((_, (first, data))) = events.next() else { return Err(ReplayError::NoBeginning) };
    let mut ticket = begin(first, data).ok_or(ReplayError::NoBeginning)?;
    for (index, (kind, data)) in events {
        apply(&mut ticket, kind, data).ok_or(ReplayError::Impossible(index + 1))?;
    }
    Ok(ticket)
}

fn begin(first: EventKind, data: &Value) -> Option<Replayed> {
    let state = match first {
        EventKind::Submitted => State::Received,
        EventKind::Imported => State::Closed,
        _ => return None,
    };
    Some(Replayed {
        state,
        resume: None,
        cycle: 1,
        refusals: 0,
        urges: 0,
        department: word(data, "department"),
        category: word(data, "category"),
        priority: Priority::Normal,
    })
}

fn apply(ticket: &mut Replayed, kind: EventKind, data: &Value) -> Option<()> {
    if let Some(command) = kind.command() {
        let from = ticket.state;
        ticket.state = next(from, command, ticket.resume)?;
        ticket.resume = command.sets_aside().then_some(from);
    }
    match kind {
        EventKind::Urged => ticket.urges = ticket.urges.saturating_add(1),
        EventKind::Dispatched | EventKind::Arbitrated => ticket.department = word(data, "department"),
        EventKind::Refused => {
            ticket.refusals = ticket.refusals.saturating_add(1);
            ticket.department = None;
        }
        EventKind::Recalled => ticket.department = None,
        EventKind::Reclassified => {
            ticket.category = word(data, "category");
            ticket.priority = word(data, "priority")?.parse().ok()?;
        }
        EventKind::Reopened => {
            ticket.cycle = ticket.cycle.saturating_add(1);
            ticket.refusals = 0;
            ticket.department = None;
        }
        _ => {}
    }
    Some(())
}

fn word(data: &Value, name: &str) -> Option<String> {
    data.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_chain_depends_on_every_field_and_not_on_the_order_of_keys() {
        let at = DateTime::from_timestamp(1_780_000_000, 0).expect("in range");
        let (one, other) =
            (json!({"a": 1, "b": [2, {"d": 3, "c": 4}]}), json!({"b": [2, {"c": 4, "d": 3}], "a": 1}));
        let link =
            Link { sequence: 1, kind: EventKind::Submitted, occurred_at: at, actor: "citizen:", data: &one };
        let hash = chain(&GENESIS, link);
        assert_eq!(hash, chain(&GENESIS, Link { data: &other, ..link }));
        assert_ne!(hash, chain(&hash, link));
        assert_ne!(hash, chain(&GENESIS, Link { sequence: 2, ..link }));
        assert_ne!(hash, chain(&GENESIS, Link { actor: "system:", ..link }));
    }

    #[test]
    fn category_and_priority_are_those_of_the_last_change() {
        let submitted = json!({"kind": "complaint", "channel": "web", "category": "heating"});
        let changed = json!({"category": "parks", "category_before": "heating", "priority": "urgent"});
        let before = replay([(EventKind::Submitted, &submitted)]).expect("it begins");
        assert_eq!((before.category.as_deref(), before.priority), (Some("heating"), Priority::Normal));
        let after = replay([(EventKind::Submitted, &submitted), (EventKind::Reclassified, &changed)]);
        let after = after.expect("it may be reclassified");
        assert_eq!((after.category.as_deref(), after.priority), (Some("parks"), Priority::Urgent));
        assert_eq!(after.state, State::Received);
    }

    #[test]
    fn a_history_that_skips_a_step_is_refused() {
        let nothing = json!({});
        let history = [(EventKind::Submitted, &nothing), (EventKind::Signed, &nothing)];
        assert_eq!(replay(history), Err(ReplayError::Impossible(2)), "the second event");
        assert_eq!(replay([(EventKind::Signed, &nothing)]), Err(ReplayError::NoBeginning));
    }
}
