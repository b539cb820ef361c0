//! The statements of the tickets feature, one a function. No rule lives here.

pub(super) mod alarms;
pub(super) mod approvals;
pub(super) mod briefing;
pub(super) mod clocks;
pub(super) mod events;
pub(super) mod figures;
pub(super) mod joined;
pub(super) mod lists;
pub(super) mod matters;
pub(super) mod recalculation;
pub(super) mod replaying;
pub(super) mod replies;
pub(super) mod submitters;
pub(super) mod tickets;
pub(super) mod work_orders;
