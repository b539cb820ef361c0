//! Letters that were joined: what their writers see of the ticket that goes on, and what its staff see of them.

use std::collections::HashMap;

use diesel::PgConnection;
use serde_json::{Map, Value};

use crate::features::accounts::People;
use crate::features::tickets::command::authorise::Sight;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::allowed_actions;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::read::citizen_views::JoinedWith;
use crate::features::tickets::read::correspondence::{Correspondence, correspondence};
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::views::JoinedLetterView;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::{joined, messages, tickets};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Limit, Page};
use crate::rules::commands::Command;
use crate::rules::reference::Reference;

impl Tickets {
    /// A page of the letters that were joined to a ticket, for whoever may read it; in the order in which they came.
    pub async fn list_joined_letters(
        &self,
        caller: StaffCaller,
        locale: Locale,
        reference: &Reference,
        after: Option<TicketId>,
        limit: Limit,
    ) -> Result<Page<JoinedLetterView>, TicketError> {
        let present = self.presentation(locale);
        self.read_in_sight(caller, reference, move |case, _, sight| {
            let all = joined::list_joined_ids(case.conn, case.ticket.id)?.into_iter();
            let wanted = usize::try_from(limit.with_one_more()).unwrap_or(usize::MAX);
            let ids: Vec<TicketId> =
                all.filter(|id| after.is_none_or(|after| *id > after)).take(wanted).collect();
            let mut written = messages_of(case.conn, &ids)?;
            let authors = written.values().flatten().filter_map(|row| row.author_id);
            let people = People::find(case.conn, authors)?;
            let page = Page::new(joined::list_letters(case.conn, &ids)?, limit, |row| row.id);
            Ok(page.map(|row| JoinedLetterView {
                category: present.category(row.category_id),
                messages: written
                    .remove(&row.id)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|row| presentation::message(row, &people))
                    .collect(),
                reference: row.reference,
                kind: row.kind,
                title: row.title,
                body: row.body,
                // Whoever is only told of the matter sees nothing of the person.
                form: if sight == Sight::Matter { Value::Object(Map::new()) } else { row.form },
                received_at: row.received_at,
            }))
        })
        .await
    }
}

fn messages_of(
    conn: &mut PgConnection,
    ids: &[TicketId],
) -> Result<HashMap<TicketId, Vec<messages::MessageRow>>, TicketError> {
    let mut by_letter: HashMap<TicketId, Vec<messages::MessageRow>> = HashMap::new();
    for row in messages::list_of(conn, ids)? {
        by_letter.entry(row.ticket_id).or_default().push(row);
    }
    Ok(by_letter)
}

/// The ticket that goes on for a citizen's own letter, and what they may do there; `None`: it was not joined to another.
pub fn joined_with(
    conn: &mut PgConnection,
    own: TicketId,
    present: &Presentation,
) -> Result<Option<(JoinedWith, Vec<Command>)>, TicketError> {
    let Some(root) = joined::find_root(conn, own)?.filter(|root| *root != own) else { return Ok(None) };
    let (ticket, _) = tickets::find(conn, root)?.ok_or(TicketError::NotFound)?;
    let caller = Caller::Citizen { ticket_id: root.0 };
    let case = Case::open(conn, ticket, &present.rules, &caller, present.now)?;
    let possible = allowed_actions(&case).into_iter().filter(|command| command.spec().is_by_joined).collect();
    let Case { conn, ticket, .. } = case;
    let Correspondence { replies, messages, timeline, .. } = correspondence(conn, root, present)?;
    let view = JoinedWith {
        reference: ticket.reference,
        state: ticket.state,
        outcome: ticket.outcome,
        department: ticket.department_id.map(|id| present.department(id)),
        due_on: present.due_on(ticket.due_at),
        due_at: ticket.due_at,
        answered_at: ticket.answered_at,
        replies,
        messages,
        timeline,
    };
    Ok(Some((view, possible)))
}
