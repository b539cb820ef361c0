//! Calendars and time limits as versioned data, over the running server and straight on the database.

mod importing;
mod versions;
