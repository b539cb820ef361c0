//! What a citizen reads of their own ticket.

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::allowed_actions;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::read::citizen_views::CitizenTicketView;
use crate::features::tickets::read::correspondence::{Correspondence, correspondence};
use crate::features::tickets::read::joined::joined_with;
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::clocks::ClockRow;
use crate::features::tickets::store::tickets::TicketTextRow;
use crate::features::tickets::store::{clocks, tickets};
use crate::platform::auth::caller::Caller;
use crate::platform::http::locale::Locale;

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
    let Correspondence { replies, messages, timeline, timeline_is_whole } =
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
