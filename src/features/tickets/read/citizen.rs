//! What a citizen reads of their own ticket.

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::allowed_actions;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{MessageKind, TicketId};
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::timeline::{timeline_entry, timeline_kinds};
use crate::features::tickets::read::views::CitizenTicketView;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::tickets::TicketTextRow;
use crate::features::tickets::store::{clocks, events, messages, replies, tickets};
use crate::platform::auth::caller::Caller;
use crate::platform::http::locale::Locale;

/// The most steps a citizen is shown: the newest.
const TIMELINE_STEPS: i64 = 1_000;

impl Tickets {
    /// The citizen's own ticket.
    pub async fn get_for_citizen(
        &self,
        id: TicketId,
        locale: Locale,
    ) -> Result<CitizenTicketView, TicketError> {
        let (present, now) = (self.presentation(locale), self.clock.now());
        self.db
            .read(move |conn| {
                let (ticket, text) = tickets::find(conn, id)?.ok_or(TicketError::NotFound)?;
                let caller = Caller::Citizen { ticket_id: id.0 };
                let case = Case::open(conn, ticket, &present.rules, &caller, now)?;
                citizen_view(case, text, &present)
            })
            .await
    }
}

fn citizen_view(
    case: Case<'_>,
    text: TicketTextRow,
    present: &Presentation,
) -> Result<CitizenTicketView, TicketError> {
    let allowed_actions = allowed_actions(&case);
    let Case { conn, ticket, .. } = case;
    let all = clocks::list(conn, ticket.id)?;
    let promises: Vec<_> =
        all.into_iter().filter(|clock| presentation::is_promised_to_citizen(clock.metric)).collect();
    let pauses = clocks::list_pauses(conn, &presentation::ids(&promises))?;
    let messages = messages::list(conn, ticket.id)?.into_iter();
    let mut timeline = events::list_newest(conn, ticket.id, &timeline_kinds(), TIMELINE_STEPS + 1)?;
    let left_out = timeline.len().saturating_sub(usize::try_from(TIMELINE_STEPS).unwrap_or(usize::MAX));
    timeline.drain(..left_out);
    let timeline_is_whole = left_out == 0;
    Ok(CitizenTicketView {
        category: present.category(ticket.category_id),
        department: ticket.department_id.map(|id| present.department(id)),
        replies: replies::list(conn, ticket.id)?
            .into_iter()
            .filter_map(presentation::citizen_reply)
            .collect(),
        messages: messages.filter(|row| row.kind != MessageKind::Note).map(presentation::message).collect(),
        timeline: timeline.iter().map(|event| timeline_entry(event, present.locale)).collect(),
        timeline_is_whole,
        clocks: present.explained_all(&promises, &pauses),
        allowed_actions,
        title: text.title,
        body: text.body,
        form: text.form,
        kind: ticket.kind,
        state: ticket.state,
        outcome: ticket.outcome,
        cycle: ticket.cycle,
        received_at: ticket.received_at,
        due_on: present.due_on(ticket.due_at),
        due_at: ticket.due_at,
        answered_at: ticket.answered_at,
        publication_refused: ticket.publication_refused,
        version: ticket.version,
        reference: ticket.reference,
    })
}
