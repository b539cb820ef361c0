//! The inspection sentinel: countdowns to what inspections of government sites punish, for monitoring and for staff, and a
//! letter that tries the channel and leaves nothing behind. It only reads; every question is the first entry of an index.

mod error;
mod handlers;
mod service;
mod settings;
mod views;

pub use error::InspectionError;
pub use handlers::configure;
pub use service::{Inspector, InspectorParts};
pub use settings::InspectionSettings;
pub use views::{CheckView, InspectionView, ProbeStep, ProbeView};
