//! The statements of escalation, one a function.

pub(super) mod alarms;
pub(super) mod briefs;
pub(super) mod notices;
pub(super) mod roster;
pub(super) mod sweeps;
