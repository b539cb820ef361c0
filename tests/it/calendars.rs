//! Calendars and time limits as versioned data, over the running server and straight on the database.

pub mod importing;
mod isolating;
mod made_whole;
pub mod recalculations;
mod simulating;
mod versions;
