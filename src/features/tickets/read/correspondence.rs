//! What was written to and fro with a citizen, and what happened meanwhile, as they are shown it.

use diesel::PgConnection;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::read::citizen_views::{CitizenMessage, CitizenReply, TimelineEntry};
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::timeline::{timeline_entry, timeline_kinds};
use crate::features::tickets::store::{events, messages, replies};

/// The most steps a citizen is shown: the newest.
const TIMELINE_STEPS: i64 = 1_000;

/// The most messages that are shown with a ticket: the newest.
const MESSAGES: i64 = 20;

/// Replies, messages and steps.
pub struct Correspondence {
    /// The replies that were sent.
    pub replies: Vec<CitizenReply>,
    /// The newest questions, answers and additions, oldest first.
    pub messages: Vec<CitizenMessage>,
    /// Whether those are all.
    pub messages_are_whole: bool,
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
    let mut messages = messages::list_newest_for_citizen(conn, id, MESSAGES + 1)?;
    let earlier = messages.len().saturating_sub(usize::try_from(MESSAGES).unwrap_or(usize::MAX));
    messages.drain(..earlier);
    let mut steps = events::list_newest(conn, id, &timeline_kinds(), TIMELINE_STEPS + 1)?;
    let left_out = steps.len().saturating_sub(usize::try_from(TIMELINE_STEPS).unwrap_or(usize::MAX));
    steps.drain(..left_out);
    let replies = replies::list(conn, id)?.into_iter().filter_map(presentation::citizen_reply).collect();
    Ok(Correspondence {
        replies,
        messages: messages.into_iter().map(presentation::citizen_message).collect(),
        messages_are_whole: earlier == 0,
        timeline: steps.iter().map(|event| timeline_entry(event, present.locale)).collect(),
        timeline_is_whole: left_out == 0,
    })
}
