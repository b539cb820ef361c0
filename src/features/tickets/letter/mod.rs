//! How letters come in: written by citizens, entered by staff, taken over from another system.

pub mod access;
pub mod codes;
pub mod contacts;
pub mod import;
pub mod numbers;
pub mod preview;
pub mod requests;
pub mod submit;
pub mod submitter;
