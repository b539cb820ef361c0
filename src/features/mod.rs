//! Storey 2: what the system does. Lower features first; a feature calls another's service, never its store or handlers.

pub mod directory;

pub mod notices;

pub mod accounts;

pub mod calendars;

pub mod tickets;

pub mod notifications;
pub mod recalculations;
pub mod routing;

pub mod escalation;
pub mod publication;

pub mod imports;
pub mod inspection;
pub mod knowledge;
pub mod statistics;
