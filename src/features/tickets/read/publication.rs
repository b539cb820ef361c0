//! What publication needs to know of a ticket: letter, sent replies, and the submitter's own data to look for.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{ReplyKind, ReplyStatus, Submitter, TicketId};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::replies::{self, ReplyRow};
use crate::features::tickets::store::tickets::{self, TicketRow, TicketTextRow};
use crate::platform::auth::caller::StaffId;
use crate::rules::lifecycle::State;
use crate::rules::vocabulary::Kind;

/// A ticket as publication sees it. It holds personal data: never show or log it.
#[derive(Clone)]
pub struct AnsweredMatter {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number.
    pub reference: String,
    /// What sort of matter.
    pub kind: Kind,
    /// Its category.
    pub category_id: i32,
    /// The department that answered. `None`: nobody in particular.
    pub department_id: Option<i32>,
    /// The letter's title.
    pub title: String,
    /// The letter.
    pub body: String,
    /// The final reply of the newest answered cycle and what was sent after it, in order.
    pub replies: Vec<SentReply>,
    /// Who wrote, opened for this purpose. `None`: nobody said.
    pub submitter: Option<Submitter>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When the final reply was sent; `None` before.
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether it is answered now, and not in another cycle again or put aside.
    pub is_answered: bool,
    /// Whether the submitter refuses publication.
    pub publication_refused: bool,
}

/// A reply that the citizen has.
#[derive(Clone)]
pub struct SentReply {
    /// What sort of reply; never interim.
    pub kind: ReplyKind,
    /// The words.
    pub body: String,
    /// Everybody who wrote some of them; empty when they were imported.
    pub author_ids: Vec<StaffId>,
}

impl Tickets {
    /// What publication needs to know of a ticket. `None`: there is no such ticket.
    pub fn published_matter(
        &self,
        conn: &mut PgConnection,
        id: TicketId,
    ) -> Result<Option<AnsweredMatter>, TicketError> {
        let Some((ticket, text)) = tickets::find(conn, id)? else { return Ok(None) };
        let replies = replies::list(conn, id)?;
        let submitter = self.unseal_submitter(conn, id)?;
        Ok(Some(matter(ticket, text, replies, submitter)))
    }

    /// Whether the submitter of a ticket refuses publication, now.
    pub fn refuses_publication(&self, conn: &mut PgConnection, id: TicketId) -> Result<bool, TicketError> {
        Ok(tickets::find(conn, id)?.is_none_or(|(ticket, _)| ticket.publication_refused))
    }
}

fn matter(
    ticket: TicketRow,
    text: TicketTextRow,
    replies: Vec<ReplyRow>,
    submitter: Option<Submitter>,
) -> AnsweredMatter {
    AnsweredMatter {
        ticket_id: ticket.id,
        reference: ticket.reference,
        kind: ticket.kind,
        category_id: ticket.category_id,
        department_id: ticket.department_id,
        title: text.title,
        body: text.body,
        replies: newest_answer(replies),
        submitter,
        received_at: ticket.received_at,
        answered_at: ticket.answered_at,
        is_answered: matches!(ticket.state, State::Answered | State::Closed) && ticket.answered_at.is_some(),
        publication_refused: ticket.publication_refused,
    }
}

/// The last final reply that was sent, and what was sent after it in the same cycle.
fn newest_answer(replies: Vec<ReplyRow>) -> Vec<SentReply> {
    let mut sent: Vec<ReplyRow> = replies
        .into_iter()
        .filter(|reply| reply.status == ReplyStatus::Sent && reply.kind != ReplyKind::Interim)
        .collect();
    let finals = sent.iter().filter(|reply| reply.kind == ReplyKind::Final);
    let Some(cycle) = finals.map(|reply| reply.cycle).max() else { return Vec::new() };
    sent.retain(|reply| reply.cycle == cycle);
    sent.sort_by_key(|reply| reply.sent_at);
    let shown =
        |reply: ReplyRow| SentReply { kind: reply.kind, body: reply.body, author_ids: reply.author_ids };
    sent.into_iter().map(shown).collect()
}
