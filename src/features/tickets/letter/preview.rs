//! A letter that is handed in by the real code and then never was: whoever calls this rolls its transaction back, so that
//! no number, row, event, figure, list or message remains of it.

use chrono::TimeDelta;
use diesel::PgConnection;
use serde_json::{Map, Value};

use crate::features::directory::Category;
use crate::features::tickets::announcements::message;
use crate::features::tickets::announcements::{SUBMITTED_TOPIC, TicketNews};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::letter::requests::{Submission, SubmitTicket, SubmitterInput};
use crate::features::tickets::letter::submit;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::tickets;
use crate::features::tickets::store::work_lists::{self, After};
use crate::platform::auth::caller::Caller;
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::locale::Locale;
use crate::platform::jobs::outbox::Message;
use crate::rules::form;
use crate::rules::lifecycle::State;
use crate::rules::reference::Reference;
use crate::rules::vocabulary::{Channel, Kind};

/// What the number of such a letter begins with; no city's does.
const PREFIX: &str = "PROBE";

/// Kinds of letters, the one that asks least of its writer first.
const PREFERRED: [Kind; 6] = [
    Kind::Inquiry,
    Kind::Suggestion,
    Kind::Complaint,
    Kind::MayorLetter,
    Kind::ErrorReport,
    Kind::InformationRequest,
];

/// How many lines of a work list are looked through for it.
const LINES: i64 = 50;

/// A letter in a transaction that will be rolled back.
#[derive(Debug, Clone)]
pub struct PreviewLetter {
    /// The ticket.
    pub id: TicketId,
    /// Its number, which no other letter has.
    pub reference: String,
}

/// Where a preview letter was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewCheck {
    /// Where it stands: at the desk, or sent on by a rule.
    pub state: State,
    /// Whether it is found by its number.
    pub is_found: bool,
    /// Whether the work list of whoever has it shows it.
    pub is_listed: bool,
}

impl Tickets {
    /// Hands a letter in, by the same checks, sealing, clock, event and outbox as every letter. Roll the transaction back.
    pub fn submit_preview(&self, conn: &mut PgConnection) -> Result<PreviewLetter, TicketError> {
        let (now, rules) = (self.clock.now(), self.rulebook());
        let city = &rules.directory;
        let takers = city.categories().filter(|category| city.takes_letters(category));
        let simplest = takers.filter_map(simplest).min_by_key(|(_, form, _)| form.len());
        let (category, form, kind) = simplest.ok_or_else(|| internal("no category takes letters"))?;
        let letter = letter(&category.code, form, kind).map_err(internal)?;
        // A number of the day that no series hands out, different at every second.
        let number = (now - rules.calendar.end_of_day(rules.day(now)) + TimeDelta::days(2)).num_seconds();
        let number = u32::try_from(number).map_err(internal)?;
        let prefix = PREFIX.parse().map_err(internal)?;
        let reference = Reference::new(&prefix, rules.day(now), number).map_err(internal)?;
        let text = reference.to_string();
        let submission = Submission {
            caller: Caller::System,
            idempotency: Idempotency::none(),
            channel: Channel::Web,
            locale: Locale::ZhCn,
            letter,
        };
        let letter = submit::prepare(&rules, &self.sealer, submission, &reference, now)?;
        submit::write(conn, &letter)?;
        let id = tickets::find_access_hash(conn, &text)?.map(|(id, _)| id);
        Ok(PreviewLetter { id: id.ok_or(TicketError::NotFound)?, reference: text })
    }

    /// Looks for a preview letter as its staff would.
    pub fn check_preview(
        &self,
        conn: &mut PgConnection,
        letter: &PreviewLetter,
    ) -> Result<PreviewCheck, TicketError> {
        let (ticket, _) =
            tickets::find_by_reference(conn, &letter.reference)?.ok_or(TicketError::NotFound)?;
        let due_at = ticket.due_at.ok_or(TicketError::NotFound)?;
        // Many are due at the same instant: the page that begins right before it.
        let before = TicketId(uuid::Uuid::from_u128(letter.id.0.as_u128().saturating_sub(1)));
        let after = After { due_at, id: before };
        let lines = match ticket.department_id {
            None => work_lists::list_desk(conn, None, after, LINES)?,
            Some(department) => {
                work_lists::list_departments(conn, &[department], (None, None), after, LINES)?
            }
        };
        let is_listed = lines.iter().any(|line| line.id == letter.id);
        Ok(PreviewCheck { state: ticket.state, is_found: ticket.id == letter.id, is_listed })
    }
}

impl PreviewLetter {
    /// What routing is told of it.
    pub fn news(&self, tickets: &Tickets) -> Message {
        let now = tickets.clock.now();
        let news = TicketNews { ticket_id: self.id, cycle: 1 };
        let message = message(now, SUBMITTED_TOPIC, self.id, &news);
        Message {
            id: message.id(),
            topic: SUBMITTED_TOPIC.name().to_owned(),
            ticket_id: Some(self.id.0),
            payload: serde_json::to_value(news).unwrap_or_default(),
            created_at: now,
            attempts: 0,
        }
    }
}

/// What a category takes with the least ado, and its form filled in as far as it must be.
fn simplest(category: &Category) -> Option<(&Category, Map<String, Value>, Kind)> {
    let takes = |kind: &&Kind| category.kinds.is_empty() || category.kinds.contains(kind);
    let kind = PREFERRED.iter().find(takes)?;
    Some((category, form::specimen(&category.form), *kind))
}

fn letter(category: &str, form: Map<String, Value>, kind: Kind) -> Result<SubmitTicket, String> {
    let text = |text: &str| text.to_owned();
    Ok(SubmitTicket {
        kind,
        category: category.to_owned(),
        district: None,
        title: text("通道自检").try_into().map_err(|error| format!("{error}"))?,
        body: text("系统自动提交，用于检查来信通道，随即撤销。")
            .try_into()
            .map_err(|error| format!("{error}"))?,
        form,
        submitter: SubmitterInput::default(),
        channel: None,
        locale: None,
        publication_refused: true,
    })
}

fn internal(cause: impl std::fmt::Display) -> TicketError {
    TicketError::Internal(cause.to_string())
}
