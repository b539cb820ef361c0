//! The sweep: what fires the alarms, passes on what nobody acknowledged, brakes in a storm, and those who look after it.

mod brake;
mod control;
mod handlers;
mod raising;
mod service;
mod store;
mod views;

pub use control::SweepControl;
pub(super) use handlers::configure;
pub use service::{Sweep, Swept};
pub use views::{ControlSweep, SweepActionView, SweepVerb, SweepView};
