//! The tables as diesel sees them, by what they are about; the migrations are the truth.
#![allow(missing_docs)]

mod accounts;
mod directory;
mod escalation;
mod imports;
mod jobs;
mod publications;
mod routing;
mod rules;
mod statistics;
mod tickets;

pub use accounts::*;
pub use directory::*;
pub use escalation::*;
pub use imports::*;
pub use jobs::*;
pub use publications::*;
pub use routing::*;
pub use rules::*;
pub use statistics::*;
pub use tickets::*;
