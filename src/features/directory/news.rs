//! What the directory tells the features above, through the outbox.

use chrono::{DateTime, Utc};

use crate::platform::jobs::outbox::{NewMessage, Topic};

/// The topic of departments that were moved, dissolved or otherwise changed. The receiver looks what is so now.
pub const DEPARTMENT_CHANGED_TOPIC: Topic = Topic::new("department_changed", &["assignments"]);

/// The message about a department that was changed.
pub(super) fn department_changed(at: DateTime<Utc>, code: &str) -> NewMessage {
    NewMessage::new(at, DEPARTMENT_CHANGED_TOPIC, None, serde_json::json!({"code": code}))
}
