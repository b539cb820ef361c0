//! Letters that another system has answered already: they come in closed, with their answer, many in one transaction.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde_json::{Map, Value, json};

use crate::features::tickets::announcements::message;
use crate::features::tickets::announcements::{FACT_TOPIC, Fact};
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::history::{NewEvent, begin};
use crate::features::tickets::letter::requests::SubmitterInput;
use crate::features::tickets::letter::submit::seal;
use crate::features::tickets::model::{ReplyId, ReplyKind, ReplyStatus, Submitter, TicketId};
use crate::features::tickets::read::publication::{AnsweredMatter, SentReply};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::events::{self, EventRow};
use crate::features::tickets::store::limit_key::LimitKey;
use crate::features::tickets::store::reference_blocks;
use crate::features::tickets::store::replies::{self, NewReplyRow};
use crate::features::tickets::store::submitters::{self, SubmitterRow};
use crate::features::tickets::store::tickets::{self, NewTicketRow};
use crate::platform::auth::caller::Caller;
use crate::platform::crypto::{Sealer, random_bytes};
use crate::platform::http::locale::Locale;
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::{Outcome, State};
use crate::rules::reference::{Prefix, Reference};
use crate::rules::sla::{self, Anchor, Terms};
use crate::rules::text::{Body, PersonName, Title};
use crate::rules::vocabulary::{Channel, Kind, Metric, Priority};

/// A letter with its answer, as another system had it.
#[derive(Debug, Clone)]
pub struct ImportedLetter {
    /// What that system calls it; once a source.
    pub source_reference: String,
    /// What sort of matter.
    pub kind: Kind,
    /// An existing category.
    pub category_id: i32,
    /// The existing department that answered.
    pub department_id: i32,
    /// What it was about.
    pub title: Title,
    /// The letter.
    pub body: Body,
    /// The answer.
    pub reply: Body,
    /// When the letter came in.
    pub received_at: DateTime<Utc>,
    /// When it was answered, not before it came in.
    pub answered_at: DateTime<Utc>,
    /// The real name of who wrote, if that system says so.
    pub submitter: Option<PersonName>,
}

impl Tickets {
    /// Takes letters over in the caller's transaction, in a fixed number of statements: a few hundred at a time are
    /// best. Letters that the source has here already are left out. No two letters bear the same source reference.
    ///
    /// Returns the new tickets as publication sees them. Nobody is told: no mail, no routing, no proposal to publish. The figures count them on their own days.
    pub fn import_within(
        &self,
        conn: &mut PgConnection,
        source: &str,
        letters: &[&ImportedLetter],
    ) -> Result<Vec<AnsweredMatter>, TicketError> {
        let rules = self.rulebook();
        let new = list_new(conn, source, letters)?;
        let references = take_references(conn, self.prefix(), &rules, &new)?;
        let taking = Taking { rules: &rules, sealer: &self.sealer, source, now: self.clock.now() };
        let mut batch = Batch::default();
        for (letter, reference) in new.iter().zip(references) {
            batch.add(&taking, letter, &reference)?;
        }
        batch.write(conn)
    }
}

fn list_new<'a>(
    conn: &mut PgConnection,
    source: &str,
    letters: &[&'a ImportedLetter],
) -> Result<Vec<&'a ImportedLetter>, TicketError> {
    let references: Vec<String> = letters.iter().map(|letter| letter.source_reference.clone()).collect();
    let known: HashSet<String> =
        tickets::list_known_sources(conn, source, &references)?.into_iter().collect();
    Ok(letters.iter().copied().filter(|letter| !known.contains(&letter.source_reference)).collect())
}

/// A reference for each letter, of the day it came in: old letters do not use up the numbers of today.
fn take_references(
    conn: &mut PgConnection,
    prefix: &Prefix,
    rules: &Rulebook,
    letters: &[&ImportedLetter],
) -> Result<Vec<Reference>, TicketError> {
    let days: Vec<NaiveDate> = letters.iter().map(|letter| rules.day(letter.received_at)).collect();
    let mut sizes: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for day in &days {
        *sizes.entry(*day).or_default() += 1;
    }
    let mut next = reference_blocks::take_many(conn, &sizes)?;
    let mut reference = |day: &NaiveDate| {
        let number = next.get_mut(day).ok_or_else(|| internal("a day has no numbers"))?;
        *number += 1;
        let number = u32::try_from(*number - 1).map_err(internal)?;
        Reference::new(prefix, *day, number).map_err(internal)
    };
    days.iter().map(&mut reference).collect()
}

fn internal(error: impl ToString) -> TicketError {
    TicketError::Internal(error.to_string())
}

/// What all letters of a batch are taken over with.
struct Taking<'a> {
    rules: &'a Rulebook,
    sealer: &'a Sealer,
    source: &'a str,
    now: DateTime<Utc>,
}

/// The rows of many letters.
#[derive(Default)]
struct Batch<'a> {
    tickets: Vec<NewTicketRow>,
    submitters: Vec<SubmitterRow>,
    replies: Vec<NewReplyRow<'a>>,
    events: Vec<EventRow>,
    outbox: Vec<NewMessage>,
    matters: Vec<AnsweredMatter>,
}

impl<'a> Batch<'a> {
    fn add(
        &mut self,
        taking: &Taking<'_>,
        letter: &'a ImportedLetter,
        reference: &Reference,
    ) -> Result<(), TicketError> {
        let id = TicketId::new(taking.now);
        let data = event_data(taking, letter);
        let event = NewEvent { kind: EventKind::Imported, occurred_at: taking.now, data };
        let event = begin(id, &Caller::System, event);
        let input = SubmitterInput { name: letter.submitter.clone(), ..SubmitterInput::default() };
        self.submitters.extend(seal(taking.sealer, id, input)?);
        self.tickets.push(ticket(taking, letter, reference, &event));
        self.replies.push(reply(id, letter));
        self.outbox.push(message(taking.now, FACT_TOPIC, id, &fact(taking.rules, letter)));
        self.matters.push(matter(id, reference, letter));
        self.events.push(event);
        Ok(())
    }

    fn write(self, conn: &mut PgConnection) -> Result<Vec<AnsweredMatter>, TicketError> {
        tickets::insert(conn, &self.tickets)?;
        submitters::insert_all(conn, &self.submitters)?;
        replies::insert(conn, &self.replies)?;
        events::insert(conn, &self.events)?;
        outbox::enqueue(conn, &self.outbox)?;
        Ok(self.matters)
    }
}

fn event_data(taking: &Taking<'_>, letter: &ImportedLetter) -> Value {
    let city = &taking.rules.directory;
    json!({
        "kind": letter.kind,
        "channel": Channel::Import,
        "category": city.category(letter.category_id).map(|category| &category.code),
        "department": city.department(letter.department_id).map(|department| &department.code),
        "source": taking.source,
        "source_reference": letter.source_reference,
        "received_at": letter.received_at,
        "answered_at": letter.answered_at,
        "outcome": Outcome::Explained,
    })
}

/// Nobody is given the access code: whoever wrote was answered by the other system.
fn ticket(
    taking: &Taking<'_>,
    letter: &ImportedLetter,
    reference: &Reference,
    event: &EventRow,
) -> NewTicketRow {
    NewTicketRow {
        id: event.ticket_id,
        reference: reference.to_string(),
        access_code_hash: random_bytes::<32>().to_vec(),
        kind: letter.kind,
        channel: Channel::Import,
        category_id: letter.category_id,
        district_code: None,
        title: letter.title.as_str().to_owned(),
        body: letter.body.as_str().to_owned(),
        form: Value::Object(Map::new()),
        locale: Locale::ZhCn,
        state: State::Closed,
        outcome: Some(Outcome::Explained),
        department_id: Some(letter.department_id),
        citizen_clock_id: None,
        due_at: None,
        publication_refused: false,
        source: Some(taking.source.to_owned()),
        source_reference: Some(letter.source_reference.clone()),
        received_at: letter.received_at,
        answered_at: Some(letter.answered_at),
        ended_at: Some(letter.answered_at),
        event_count: 1,
        event_hash: event.hash.clone(),
    }
}

fn reply(ticket_id: TicketId, letter: &ImportedLetter) -> NewReplyRow<'_> {
    NewReplyRow {
        id: ReplyId::new(letter.answered_at),
        ticket_id,
        cycle: 1,
        kind: ReplyKind::Final,
        status: ReplyStatus::Sent,
        origin: "import",
        body: letter.reply.as_str(),
        outcome: Some(Outcome::Explained),
        author_ids: Vec::new(),
        created_at: letter.answered_at,
        sent_at: Some(letter.answered_at),
    }
}

fn matter(ticket_id: TicketId, reference: &Reference, letter: &ImportedLetter) -> AnsweredMatter {
    let name = letter.submitter.as_ref().map(|name| name.as_str().to_owned());
    AnsweredMatter {
        ticket_id,
        reference: reference.to_string(),
        kind: letter.kind,
        category_id: letter.category_id,
        department_id: Some(letter.department_id),
        title: letter.title.as_str().to_owned(),
        body: letter.body.as_str().to_owned(),
        replies: vec![sent_reply(letter)],
        submitter: name.map(|name| Submitter { name: Some(name), ..Submitter::default() }),
        received_at: letter.received_at,
        answered_at: Some(letter.answered_at),
        is_answered: true,
        publication_refused: false,
    }
}

/// Nobody here wrote it.
fn sent_reply(letter: &ImportedLetter) -> SentReply {
    SentReply { kind: ReplyKind::Final, body: letter.reply.as_str().to_owned(), author_ids: Vec::new() }
}

/// Whether the answer came in time is measured by the limits in force here.
fn fact(rules: &Rulebook, letter: &ImportedLetter) -> Fact {
    let (received_on, answered_on) = (rules.day(letter.received_at), rules.day(letter.answered_at));
    let key = LimitKey {
        kind: letter.kind,
        channel: Channel::Import,
        priority: Priority::Normal,
        category_id: letter.category_id,
        department_id: Some(letter.department_id),
    };
    let due = rules.limit(Metric::Reply, &key).map(|limit| {
        let anchor = Anchor::of(&rules.calendar, limit, Channel::Import, letter.received_at);
        sla::deadline(&rules.calendar, &Terms::of(limit, anchor))
    });
    Fact {
        event: EventKind::Imported,
        on: answered_on,
        kind: letter.kind,
        category_id: letter.category_id,
        received_on,
        category_before: None,
        department_before: None,
        department_id: Some(letter.department_id),
        is_on_time: due.map(|due| !sla::is_broken(Metric::Reply, due.at, letter.answered_at)),
        working_days: Some(rules.calendar.working_days_between(received_on, answered_on)),
        was_open: false,
        is_open: false,
    }
}
