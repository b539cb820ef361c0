//! What routing does by itself: it sends new tickets on where a rule says so, and learns from final designations.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{Connection, PgConnection};
use tracing::{info, warn};

use super::error::RoutingError;
use super::precedents::{Arbitrated, add_precedent};
use super::service::Routing;
use crate::features::directory::Snapshot;
use crate::features::tickets::{
    ARBITRATED_TOPIC, Accept, Action, Dispatch, SUBMITTED_TOPIC, TicketError, TicketId, TicketMatter,
    TicketNews, Tickets, list_matters,
};
use crate::platform::auth::caller::Caller;
use crate::platform::jobs::consumer::{ConsumeError, TransactionalConsumer};
use crate::platform::jobs::outbox::{Message, Topic};
use crate::rules::calendar::Calendar;
use crate::rules::routing::{Matter, RoutingDecision};
use crate::rules::text::ShortText;
use crate::rules::texts::Language;

/// Few at a time, for their tickets stay locked until the batch is done.
const BATCH: i64 = 20;

/// Accepts and dispatches new tickets for which a rule decides without a person. All others wait at the desk.
#[derive(Clone)]
pub struct RouteSubmitted {
    routing: Routing,
    tickets: Tickets,
    calendar: Arc<Calendar>,
}

/// Leaves a precedent for every final designation.
#[derive(Clone)]
pub struct LearnFromArbitrations {
    routing: Routing,
    calendar: Arc<Calendar>,
}

impl RouteSubmitted {
    /// Acts on these tickets by these rules; the calendar tells the city's day.
    pub fn new(routing: Routing, tickets: Tickets, calendar: Arc<Calendar>) -> RouteSubmitted {
        RouteSubmitted { routing, tickets, calendar }
    }

    fn send_on(
        &self,
        conn: &mut PgConnection,
        on: NaiveDate,
        matter: &TicketMatter,
    ) -> Result<(), ConsumeError> {
        let city = self.routing.directory().snapshot();
        let decision = self.routing.decide(&looked_at(&city, matter).ok_or_else(unknown_category)?, on);
        let Some((number, dispatch)) = automatic(&city, &decision)? else { return Ok(()) };
        let actions = [&Accept {} as &dyn Action, &dispatch];
        // A savepoint, so that a ticket that cannot be dispatched is not left accepted.
        let done = conn
            .transaction(|conn| self.tickets.act_within(conn, &Caller::Rule { number }, matter.id, &actions));
        report(&matter.reference, number, done.map(drop))
    }
}

impl TransactionalConsumer for RouteSubmitted {
    fn topic(&self) -> Topic {
        SUBMITTED_TOPIC
    }

    fn name(&self) -> &'static str {
        "routing"
    }

    fn batch_limit(&self) -> i64 {
        BATCH
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError> {
        let on = self.calendar.local_day(now);
        // By the rules as they are, and not as this instance last saw them.
        self.routing.refresh_within(conn).map_err(|error| refused(error, "routing_unreadable"))?;
        let mut matters = matters(conn, messages)?;
        // All stay locked until the batch is done: in the order in which every command locks more than one.
        matters.sort_by_key(|matter| matter.id);
        for matter in matters {
            self.send_on(conn, on, &matter)?;
        }
        Ok(())
    }
}

impl LearnFromArbitrations {
    /// Writes these rules; the calendar tells the city's day.
    pub fn new(routing: Routing, calendar: Arc<Calendar>) -> LearnFromArbitrations {
        LearnFromArbitrations { routing, calendar }
    }
}

impl TransactionalConsumer for LearnFromArbitrations {
    fn topic(&self) -> Topic {
        ARBITRATED_TOPIC
    }

    fn name(&self) -> &'static str {
        "routing"
    }

    fn batch_limit(&self) -> i64 {
        BATCH
    }

    fn consume(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        messages: &[Message],
    ) -> Result<(), ConsumeError> {
        let directory = self.routing.directory();
        // The rules are not read here: this transaction may have written some already.
        let refreshed = directory.refresh_within(conn).map_err(RoutingError::from);
        refreshed.map_err(|error| refused(error, "directory_unreadable"))?;
        let (city, on) = (directory.snapshot(), self.calendar.local_day(now));
        for ticket in matters(conn, messages)? {
            // Without a department somebody took the ticket back meanwhile, and there is nothing to learn.
            let Some(department_id) = ticket.department_id else { continue };
            let matter = looked_at(&city, &ticket).ok_or_else(unknown_category)?;
            let arbitrated = Arbitrated { reference: &ticket.reference, matter, department_id, on };
            add_precedent(conn, &city, &arbitrated).map_err(|error| refused(error, "precedent_refused"))?;
        }
        Ok(())
    }
}

/// The tickets that the messages speak of, in the order of the messages, read with one statement.
fn matters(conn: &mut PgConnection, messages: &[Message]) -> Result<Vec<TicketMatter>, ConsumeError> {
    let news: Result<Vec<TicketNews>, _> =
        messages.iter().map(|message| serde_json::from_value(message.payload.clone())).collect();
    let ids: Vec<TicketId> = news
        .map_err(|_| ConsumeError::refused("unreadable_payload"))?
        .iter()
        .map(|news| news.ticket_id)
        .collect();
    let found = list_matters(conn, &ids)?.into_iter();
    let mut found: HashMap<TicketId, TicketMatter> = found.map(|matter| (matter.id, matter)).collect();
    // Two messages may speak of the same ticket; none speaks of one that is not there.
    let mut matters = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        match found.remove(id) {
            Some(matter) => matters.push(matter),
            None if ids.iter().take(place).any(|before| before == id) => {}
            None => return Err(ConsumeError::refused("ticket_not_found")),
        }
    }
    Ok(matters)
}

fn unknown_category() -> ConsumeError {
    ConsumeError::refused("unknown_category")
}

/// What routing looks at in a ticket; `None` for a category that this instance does not know.
pub(super) fn looked_at<'a>(city: &'a Snapshot, ticket: &'a TicketMatter) -> Option<Matter<'a>> {
    Some(Matter {
        kind: ticket.kind,
        channel: ticket.channel,
        category: &city.category(ticket.category_id)?.code,
        area: ticket.district_code.as_deref(),
        title: &ticket.title,
        body: &ticket.body,
    })
}

/// The rule and what it asks for, when it decides without a person.
fn automatic(city: &Snapshot, decision: &RoutingDecision) -> Result<Option<(i32, Dispatch)>, ConsumeError> {
    let Some(number) = decision.rule.filter(|_| decision.is_automatic) else { return Ok(None) };
    let code = |id: &i32| {
        let known = city.department(*id).map(|department| department.code.clone());
        known.ok_or_else(|| ConsumeError::refused("unknown_department"))
    };
    let department = decision.department_id.as_ref().map(code).transpose()?;
    let dispatch = Dispatch {
        department: department.ok_or_else(|| ConsumeError::refused("unknown_department"))?,
        assists: decision.assists.iter().map(code).collect::<Result<_, _>>()?,
        informs: Vec::new(),
        instruction: ShortText::try_from(decision.explanation.say(Language::Chinese).as_str()).ok(),
    };
    Ok(Some((number, dispatch)))
}

/// A ticket that a person was faster with stays where it is. A rule that cannot be carried out is tried again, for
/// somebody may mend it, and is an operator's business in the end; meanwhile the ticket waits at the desk.
fn report(reference: &str, number: i32, done: Result<(), TicketError>) -> Result<(), ConsumeError> {
    match done {
        Ok(()) => {
            info!(ticket.reference = %reference, rule = number, "Rule {number} dispatched {reference}");
            Ok(())
        }
        Err(TicketError::NotAllowed { .. }) => Ok(()),
        Err(TicketError::Database(error)) => Err(ConsumeError::Database(error)),
        Err(error) => {
            warn!(ticket.reference = %reference, rule = number, error = %error,
                  "Rule {number} could not dispatch {reference}; it waits at the desk");
            Err(ConsumeError::refused("dispatch_refused"))
        }
    }
}

fn refused(error: RoutingError, code: &'static str) -> ConsumeError {
    match error {
        RoutingError::Database(error) => ConsumeError::Database(error),
        _ => ConsumeError::refused(code),
    }
}
