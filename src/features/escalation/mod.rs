//! Escalation: the sweep that fires the alarms of clocks, each once whatever the number of instances, and the list in
//! which those who were told acknowledge them. When a level is due is the clocks' matter (tickets); when the sweep runs,
//! the schedule's.

mod error;
mod handlers;
mod ladder;
mod model;
mod recipients;
mod service;
mod store;
mod sweep;

pub use error::EscalationError;
pub use handlers::configure;
pub use model::{AlarmId, AlarmView, ListAlarms};
pub use service::{AcknowledgeAlarm, Alarms};
pub use sweep::{Sweep, Swept};
