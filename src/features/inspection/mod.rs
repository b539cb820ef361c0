//! The inspection sentinel: countdowns to what inspections of government sites punish, for monitoring and for staff, and a
//! letter that tries the channel and leaves nothing behind. It only reads; every question is the first entry of an index.

mod error;
mod handlers;
mod model;
mod service;

pub use error::InspectionError;
pub use handlers::configure;
pub use model::{CheckView, InspectionView, ProbeStep, ProbeView};
pub use service::{Inspector, InspectorParts};
