//! The sweep: what fires the alarms, passes on what nobody acknowledged, brakes in a storm, and those who look after it.

mod brake;
mod control;
mod firing;
mod handlers;
mod raising;
mod requests;
mod service;
mod store;
mod views;

pub use control::SweepControl;
pub(super) use handlers::configure;
pub use requests::ControlSweep;
pub use service::{Sweep, Swept};
pub use views::{SetAsideView, SweepActionView, SweepVerb, SweepView};
