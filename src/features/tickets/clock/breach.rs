//! Promises that broke, and those that a change made whole again: the events of the history, and what figures learn.
//!
//! Where the figures counted a breach stands in its event, so that exactly that is taken back, whoever has the ticket by
//! then and whatever it is about by then.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, QueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::features::tickets::announcements::{FACT_TOPIC, Fact};
use crate::features::tickets::announcements::{Standing, message};
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::history::{NewEvent, append};
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::clocks::ClockRow;
use crate::features::tickets::store::events::{self, BreachRow, EventRow};
use crate::features::tickets::store::tickets::TicketRow;
use crate::platform::auth::caller::Caller;
use crate::platform::jobs::outbox::NewMessage;
use crate::rules::lifecycle::EventKind;
use crate::rules::vocabulary::{Kind, Metric};

/// What made a broken promise whole again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// More time was granted.
    Extension,
    /// The days on which the citizen was waited for do not count.
    Pause,
    /// This recalculation moved the clock to other rules.
    Recalculation(Uuid),
    /// The ticket came back from spam when other rules were in force.
    Restoring,
}

/// The breach of a clock that a change made whole: when the promise had broken, and where figures counted that.
#[derive(Debug)]
pub struct Healed {
    broken_at: DateTime<Utc>,
    counted: Option<Counted>,
}

/// Where figures count a broken promise: on its due day, for the department that had the ticket. In codes, as everywhere
/// in a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    on: NaiveDate,
    kind: Kind,
    category: String,
    department: Option<String>,
}

/// The event of a broken promise, dated by the instant at which it broke and not by that of who found it; and, of a
/// promise to the citizen, what the figures learn.
pub fn breach(
    rules: &Rulebook,
    ticket: &mut TicketRow,
    stands: Standing,
    clock: &mut ClockRow,
    now: DateTime<Utc>,
) -> (EventRow, Option<NewMessage>) {
    clock.breached_at = Some(clock.due_at);
    let counted = Counted::of(rules, ticket, stands, clock);
    let data = json!({"metric": clock.metric, "due_at": clock.due_at, "counted": counted});
    let event = NewEvent { kind: EventKind::Breached, occurred_at: clock.due_at, data };
    let event = append(ticket, &Caller::System, event);
    let fact = counted.and_then(|counted| counted.fact(EventKind::Breached, rules, ticket));
    (event, fact.map(|fact| message(now, FACT_TOPIC, ticket.id, &fact)))
}

impl Healed {
    /// Finds the breach of a clock among those of its ticket, oldest first. `None`: it stands in the history of a joined
    /// ticket, whose promise passed on when it had broken, and there it stays.
    pub fn among(breaches: &[BreachRow], clock: &ClockRow, broken_at: DateTime<Utc>) -> Option<Healed> {
        let is_it = |row: &&BreachRow| {
            let metric = row.data.get("metric").and_then(Value::as_str);
            row.ticket_id == clock.ticket_id
                && row.occurred_at == broken_at
                && metric == Some(clock.metric.as_str())
        };
        let data = &breaches.iter().rev().find(is_it)?.data;
        let counted = data.get("counted").and_then(|counted| Counted::deserialize(counted).ok());
        Some(Healed { broken_at, counted })
    }

    /// The particulars of the event that takes the breach back.
    pub fn particulars(&self, clock: &ClockRow, cause: Cause) -> Value {
        let (cause, recalculation_id) = match cause {
            Cause::Extension => ("extension", None),
            Cause::Pause => ("pause", None),
            Cause::Recalculation(id) => ("recalculation", Some(id)),
            Cause::Restoring => ("restoring", None),
        };
        json!({
            "metric": clock.metric, "breached_at": self.broken_at, "due_at": clock.due_at, "cause": cause,
            "recalculation_id": recalculation_id, "counted": self.counted,
        })
    }

    /// What the figures learn; `None`: they had not counted it.
    pub fn fact(&self, rules: &Rulebook, ticket: &TicketRow, now: DateTime<Utc>) -> Option<NewMessage> {
        let fact = self.counted.as_ref()?.fact(EventKind::BreachReversed, rules, ticket)?;
        Some(message(now, FACT_TOPIC, ticket.id, &fact))
    }
}

impl Counted {
    /// `None`: nothing that was promised to the citizen, so figures leave it out.
    fn of(rules: &Rulebook, ticket: &TicketRow, stands: Standing, clock: &ClockRow) -> Option<Counted> {
        let department = stands.department_id.and_then(|id| rules.directory.department(id));
        let category = rules.directory.category(ticket.category_id)?;
        matches!(clock.metric, Metric::Accept | Metric::Reply).then(|| Counted {
            on: clock.due_on,
            kind: ticket.kind,
            category: category.code.clone(),
            department: department.map(|department| department.code.clone()),
        })
    }

    /// The ticket itself stays where it is: only the count of broken promises changes.
    fn fact(&self, event: EventKind, rules: &Rulebook, ticket: &TicketRow) -> Option<Fact> {
        let code = self.department.as_deref();
        let department = code.and_then(|code| rules.directory.department_by_code(code)).map(|found| found.id);
        Some(Fact {
            event,
            on: self.on,
            kind: self.kind,
            category_id: rules.directory.category_by_code(&self.category)?.id,
            received_on: rules.day(ticket.received_at),
            category_before: None,
            department_before: department,
            department_id: department,
            is_on_time: None,
            working_days: None,
            was_open: ticket.state.is_open(),
            is_open: ticket.state.is_open(),
        })
    }
}

/// The breaches in the histories of these tickets, oldest first.
pub fn list_breaches(conn: &mut PgConnection, tickets: &[TicketId]) -> QueryResult<Vec<BreachRow>> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    events::list_breaches(conn, tickets)
}
