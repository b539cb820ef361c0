//! A ticket's history: how events are chained, and how replaying them gives the ticket back.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::rules::commands::next;
use crate::rules::lifecycle::{EventKind, State};
use crate::rules::vocabulary::Priority;

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
        let step = next(ticket.state, command, ticket.resume)?;
        (ticket.state, ticket.resume) = (step.state, step.resume);
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
