//! A letter comes in: parsed, sealed, numbered and written in as few statements as possible.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use crate::features::directory::{Category, Snapshot};
use crate::features::notices::{Notice, NoticeContent};
use crate::features::tickets::announcements::message;
use crate::features::tickets::announcements::{FACT_TOPIC, Fact, SUBMITTED_TOPIC, TicketNews};
use crate::features::tickets::clock::rulebook::{Due, Handling, Rulebook};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::history::{NewEvent, begin};
use crate::features::tickets::letter::codes::NewCode;
use crate::features::tickets::letter::requests::{Receipt, Submission, SubmitTicket, SubmitterInput};
use crate::features::tickets::model::{Submitter, TicketId};
use crate::features::tickets::store::clocks::{self, ClockRow};
use crate::features::tickets::store::events::{self, EventRow};
use crate::features::tickets::store::limit_key::LimitKey;
use crate::features::tickets::store::submitters::{self, SubmitterRow};
use crate::features::tickets::store::tickets::{self, NewTicketRow};
use crate::platform::crypto::Sealer;
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::rules::form::{self, FormError};
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::State;
use crate::rules::reference::Reference;
use crate::rules::sla::{Anchor, Terms};
use crate::rules::texts::Sentence;
use crate::rules::time_limits::TimeLimit;
use crate::rules::vocabulary::{Kind, Metric, Priority};

/// A letter ready to be written: everything is decided, nothing is in the database yet.
#[derive(Clone)]
pub struct Letter {
    ticket: NewTicketRow,
    submitter: Option<SubmitterRow>,
    clock: ClockRow,
    event: EventRow,
    outbox: Vec<NewMessage>,
    pub receipt: Receipt,
}

/// Checks a letter against the directory and makes everything that will be written.
pub fn prepare(
    rules: &Rulebook,
    sealer: &Sealer,
    submission: Submission,
    reference: &Reference,
    now: DateTime<Utc>,
) -> Result<Letter, TicketError> {
    let Submission { caller, channel, locale, letter: request, .. } = submission;
    let category = check(&rules.directory, &request)?;
    let id = TicketId::new(now);
    let access = NewCode::make(sealer);
    let submitter = seal(sealer, id, request.submitter)?;
    let key = LimitKey {
        kind: request.kind,
        channel,
        priority: Priority::Normal,
        category_id: category.id,
        department_id: None,
    };
    let (limit, anchor, due) = promise(rules, Metric::Accept, &key, now)?;
    let clock = ClockRow::started(rules, Handling { ticket_id: id, cycle: 1 }, limit, anchor, due, now);
    let data = json!({"kind": request.kind, "channel": channel, "category": category.code});
    let event = begin(id, &caller, NewEvent { kind: EventKind::Submitted, occurred_at: now, data });
    let reference = reference.to_string();
    let mut outbox = news(id, now, &fact(rules.day(now), request.kind, category.id));
    let (_, _, reply_due) = promise(rules, Metric::Reply, &key, now)?;
    if submitter.as_ref().is_some_and(|row| row.mail_index.is_some()) {
        let content =
            NoticeContent::Receipt { reference: reference.clone(), reply_due_on: Some(reply_due.on) };
        outbox.push(Notice::to_submitter(id.0, content).into_message(now));
    }
    let receipt = Receipt {
        reference: reference.clone(),
        access_code: access.code.expose(),
        state: State::Received,
        received_at: now,
        due_on: Some(clock.due_on),
        due_at: Some(clock.due_at),
        reply_due_on: Some(reply_due.on),
        reply_due_at: Some(reply_due.at),
        version: 1,
    };
    let ticket = NewTicketRow {
        id,
        reference,
        access_code_hash: access.kept.to_vec(),
        kind: request.kind,
        channel,
        category_id: category.id,
        district_code: request.district,
        title: request.title.into_string(),
        body: request.body.into_string(),
        form: Value::Object(request.form),
        locale,
        state: State::Received,
        outcome: None,
        department_id: None,
        citizen_clock_id: Some(clock.id),
        due_at: Some(clock.due_at),
        publication_refused: request.publication_refused,
        source: None,
        source_reference: None,
        received_at: now,
        answered_at: None,
        ended_at: None,
        event_count: 1,
        event_hash: event.hash.clone(),
    };
    Ok(Letter { ticket, submitter, clock, event, outbox, receipt })
}

/// Writes the letter. Inside the caller's transaction.
pub fn write(conn: &mut PgConnection, letter: &Letter) -> Result<(), TicketError> {
    tickets::insert(conn, std::slice::from_ref(&letter.ticket))?;
    if let Some(submitter) = &letter.submitter {
        submitters::insert(conn, submitter)?;
    }
    clocks::insert(conn, &letter.clock)?;
    events::insert(conn, std::slice::from_ref(&letter.event))?;
    outbox::enqueue(conn, &letter.outbox)?;
    Ok(())
}

/// Seals who wrote; `None` when nobody said.
pub fn seal(
    sealer: &Sealer,
    id: TicketId,
    input: SubmitterInput,
) -> Result<Option<SubmitterRow>, TicketError> {
    let submitter = Submitter {
        name: input.name.map(|name| name.into_string()),
        phone: input.phone.map(|phone| phone.into_string()),
        mail: input.mail.map(|mail| mail.into_string()),
        identity_number: input.identity_number.map(|number| number.into_string()),
        address: input.address.map(|address| address.into_string()),
    };
    if submitter == Submitter::default() {
        return Ok(None);
    }
    seal_known(sealer, id, &submitter).map(Some)
}

/// Seals who wrote, with the blind indexes of what they can be reached by. The values are in their normal forms.
pub fn seal_known(sealer: &Sealer, id: TicketId, submitter: &Submitter) -> Result<SubmitterRow, TicketError> {
    let plain = serde_json::to_vec(submitter).map_err(|error| TicketError::Internal(error.to_string()))?;
    let sealed =
        sealer.seal(&plain, id.0.as_bytes()).map_err(|error| TicketError::Internal(error.to_string()))?;
    let index = |domain: &str, value: &Option<String>| {
        value.as_deref().map(|value| sealer.blind_index(domain, value).to_vec())
    };
    Ok(SubmitterRow {
        ticket_id: id,
        sealed,
        phone_index: index("phone", &submitter.phone),
        mail_index: index("mail", &submitter.mail),
    })
}

/// The category of that code, if it and all above it are open and it takes letters of the kind; `at_fault` is the field to
/// change if it does not.
pub fn find_category<'a>(
    directory: &'a Snapshot,
    code: &str,
    kind: Kind,
    at_fault: &'static str,
) -> Result<&'a Category, TicketError> {
    let Some(category) =
        directory.category_by_code(code).filter(|category| directory.takes_letters(category))
    else {
        return Err(TicketError::invalid("/category", "unknown_category"));
    };
    if category.kinds.is_empty() || category.kinds.contains(&kind) {
        return Ok(category);
    }
    Err(TicketError::invalid(at_fault, "kind_not_in_category"))
}

/// The category, or everything that is wrong with what the letter names and with its form.
fn check<'a>(directory: &'a Snapshot, request: &SubmitTicket) -> Result<&'a Category, TicketError> {
    let category = find_category(directory, &request.category, request.kind, "/kind");
    let form = directory.category_by_code(&request.category).filter(|category| category.is_active);
    let mut faults = form.map_or_else(Vec::new, |category| form::validate(&category.form, &request.form));
    if request.district.as_deref().is_some_and(|code| !directory.district_takes_letters(code)) {
        let message = Sentence::of("field", "unknown_district");
        faults.push(FormError { pointer: "/district".to_owned(), code: "unknown_district", message });
    }
    match category {
        Ok(category) if faults.is_empty() => Ok(category),
        Ok(_) => Err(TicketError::Form(faults)),
        Err(TicketError::Invalid { pointer, code, message }) => {
            faults.push(FormError { pointer: pointer.to_owned(), code, message });
            Err(TicketError::Form(faults))
        }
        Err(error) => Err(error),
    }
}

/// The limit that must exist, what it counts from and when it falls due for a letter that comes in now.
fn promise<'a>(
    rules: &'a Rulebook,
    metric: Metric,
    key: &LimitKey,
    now: DateTime<Utc>,
) -> Result<(&'a TimeLimit, Anchor, Due), TicketError> {
    let limit = rules
        .limit(metric, key)
        .ok_or_else(|| TicketError::Internal(format!("no time limit for {metric}")))?;
    let anchor = Anchor::of(&rules.calendar, limit, key.channel, now);
    Ok((limit, anchor, rules.due(limit, &Terms::of(limit, anchor), None, now)))
}

fn fact(on: NaiveDate, kind: Kind, category_id: i32) -> Fact {
    Fact {
        event: EventKind::Submitted,
        on,
        kind,
        category_id,
        received_on: on,
        category_before: None,
        department_before: None,
        department_id: None,
        is_on_time: None,
        working_days: None,
        was_open: false,
        is_open: true,
    }
}

fn news(id: TicketId, now: DateTime<Utc>, fact: &Fact) -> Vec<NewMessage> {
    let submitted = TicketNews { ticket_id: id, cycle: 1 };
    vec![message(now, SUBMITTED_TOPIC, id, &submitted), message(now, FACT_TOPIC, id, fact)]
}
