//! What a citizen reads of their own ticket.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::allowed_actions;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{MessageId, MessageKind, TicketId};
use crate::features::tickets::read::citizen_views::{CitizenMessage, CitizenTicketView, TimelineEntry};
use crate::features::tickets::read::correspondence::{Correspondence, correspondence};
use crate::features::tickets::read::joined::joined_with;
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::timeline::{timeline_entry, timeline_kinds};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::clocks::ClockRow;
use crate::features::tickets::store::tickets::TicketTextRow;
use crate::features::tickets::store::{clocks, events, messages, tickets};
use crate::platform::auth::caller::Caller;
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Limit, Page};
use crate::rules::reference::Reference;

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

    /// A page of the messages that the citizen may see, the oldest first.
    pub async fn list_messages_for_citizen(
        &self,
        id: TicketId,
        reference: &Reference,
        after: Option<(DateTime<Utc>, MessageId)>,
        limit: Limit,
    ) -> Result<Page<CitizenMessage>, TicketError> {
        self.read_as_citizen(id, reference, move |conn| {
            let wanted = limit.with_one_more();
            let rows = messages::list(conn, id, Some(MessageKind::Note), after, wanted)?;
            Ok(Page::new(rows, limit, |row| (row.sent_at, row.id)).map(presentation::citizen_message))
        })
        .await
    }

    /// A page of what happened, as far as the citizen is shown it, the oldest first.
    pub async fn list_timeline(
        &self,
        id: TicketId,
        reference: &Reference,
        after: i32,
        limit: Limit,
        locale: Locale,
    ) -> Result<Page<TimelineEntry>, TicketError> {
        self.read_as_citizen(id, reference, move |conn| {
            let rows = events::list_of_kinds(conn, id, &timeline_kinds(), after, limit.with_one_more())?;
            let page = Page::new(rows, limit, |row| row.sequence);
            Ok(page.map(|row| timeline_entry(&row, locale)))
        })
        .await
    }

    /// Reads of the ticket that the citizen's token shows; another reference in the address is not found.
    async fn read_as_citizen<T, W>(
        &self,
        id: TicketId,
        reference: &Reference,
        work: W,
    ) -> Result<T, TicketError>
    where
        T: Send + 'static,
        W: Fn(&mut PgConnection) -> Result<T, TicketError> + Clone + Send + 'static,
    {
        let reference = reference.to_string();
        self.db
            .read(move |conn| {
                let (ticket, _) = tickets::find(conn, id)?.ok_or(TicketError::NotFound)?;
                if ticket.reference == reference { work(conn) } else { Err(TicketError::NotFound) }
            })
            .await
    }
}

fn citizen_view(
    case: Case<'_>,
    text: TicketTextRow,
    present: &Presentation,
) -> Result<CitizenTicketView, TicketError> {
    let mut allowed_actions = allowed_actions(&case);
    let Case { conn, ticket, .. } = case;
    let all = clocks::list(conn, ticket.id)?;
    let concerning = all.iter().filter(|clock| presentation::concerns_citizen(clock.metric));
    let (own_limits, promises): (Vec<_>, Vec<_>) =
        concerning.partition(|clock| presentation::is_citizens_own(clock.metric));
    let shown = |clocks: Vec<&ClockRow>| {
        clocks.into_iter().map(|clock| present.citizen_clock(clock, &ticket.reference)).collect()
    };
    let (own_limits, promises) = (shown(own_limits), shown(promises));
    let Correspondence { replies, messages, messages_are_whole, timeline, timeline_is_whole } =
        correspondence(conn, ticket.id, present)?;
    let joined_with = match ticket.merged_into {
        Some(_) => joined_with(conn, ticket.id, present)?,
        None => None,
    };
    let joined_with = joined_with.map(|(view, possible)| {
        allowed_actions.extend(possible);
        view
    });
    Ok(CitizenTicketView {
        category: present.category(ticket.category_id),
        department: ticket.department_id.map(|id| present.department(id)),
        joined_with,
        replies,
        messages,
        messages_are_whole,
        timeline,
        timeline_is_whole,
        promises,
        own_limits,
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
