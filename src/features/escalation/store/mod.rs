//! The statements on alarms and notices, which several modules of escalation share, one a function.

pub(super) mod alarms;
pub(super) mod notices;
