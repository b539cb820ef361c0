//! What accounts tell the features above, through the outbox.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::platform::auth::caller::StaffId;
use crate::platform::jobs::outbox::{NewMessage, Topic};

/// The topic of people who may do less than before: a grant was taken away, an account was closed. Payload: [`AccessLost`].
pub const ACCESS_LOST_TOPIC: Topic = Topic::new("staff_access_lost", &["assignments"]);

/// Somebody may do less than before; the receiver looks what they still may.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct AccessLost {
    /// Who.
    pub staff_id: StaffId,
}

impl AccessLost {
    /// The message that tells it.
    pub(super) fn into_message(self, at: DateTime<Utc>) -> NewMessage {
        NewMessage::new(at, ACCESS_LOST_TOPIC, None, serde_json::to_value(self).unwrap_or_default())
    }
}
