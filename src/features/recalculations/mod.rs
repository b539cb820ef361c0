//! Recalculations: another version of a calendar or of time limits comes into force, and the promises that run move to
//! it. Planned and counted first, approved by a second person, carried out in batches by whichever instance is there,
//! and told to citizens and departments. What would have been is tried on past answers. It knows what moves; how a clock is computed is the tickets' matter.

mod digest;
mod error;
mod handlers;
mod model;
mod planning;
mod requests;
mod runner;
mod service;
mod simulation;
mod store;
mod views;

pub use error::RecalculationError;
pub use handlers::configure;
pub use model::{Counts, Plan, RecalculationId, RecalculationStatus, Sample};
pub use requests::{ListRecalculations, PlanRecalculation};
pub use runner::{Recalculator, RecalculatorParts, Step};
pub use service::{Decision, RecalculationParts, Recalculations};
pub use simulation::{Compared, Outcome, Simulation, simulate};
pub use views::RecalculationView;
