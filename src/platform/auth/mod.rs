//! Who is asking and what they may do. It knows roles and operations, and no feature.

pub mod caller;
pub mod failed_tries;
pub mod password;
pub mod settings;
pub mod token;
