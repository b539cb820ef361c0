//! What was written to and fro with a citizen, and what happened meanwhile, as they are shown it.

use diesel::PgConnection;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{MessageKind, TicketId};
use crate::features::tickets::read::citizen_views::{CitizenReply, TimelineEntry};
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::timeline::{timeline_entry, timeline_kinds};
use crate::features::tickets::read::views::MessageView;
use crate::features::tickets::store::{events, messages, replies};

/// The most steps a citizen is shown: the newest.
const TIMELINE_STEPS: i64 = 1_000;

/// Replies, messages and steps.
pub struct Correspondence {
    /// The replies that were sent.
    pub replies: Vec<CitizenReply>,
    /// Questions, answers and additions.
    pub messages: Vec<MessageView>,
    /// The newest steps, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Whether those are all.
    pub timeline_is_whole: bool,
}

/// The correspondence of a ticket.
pub fn correspondence(
    conn: &mut PgConnection,
    id: TicketId,
    present: &Presentation,
) -> Result<Correspondence, TicketError> {
    let messages = messages::list(conn, id)?.into_iter().filter(|row| row.kind != MessageKind::Note);
    let mut steps = events::list_newest(conn, id, &timeline_kinds(), TIMELINE_STEPS + 1)?;
    let left_out = steps.len().saturating_sub(usize::try_from(TIMELINE_STEPS).unwrap_or(usize::MAX));
    steps.drain(..left_out);
    let replies = replies::list(conn, id)?.into_iter().filter_map(presentation::citizen_reply).collect();
    Ok(Correspondence {
        replies,
        messages: messages.map(presentation::message).collect(),
        timeline: steps.iter().map(|event| timeline_entry(event, present.locale)).collect(),
        timeline_is_whole: left_out == 0,
    })
}
