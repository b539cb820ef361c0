//! Storey 0: the rules of the house as pure functions. Nothing here knows a database, a request or the time of day.

#[macro_use]
mod text_enum;

pub mod bounds;
pub mod calendar;
pub mod characters;
pub mod check_digits;
pub mod commands;
pub mod contact;
pub mod form;
pub mod history;
pub mod inspection;
pub mod legal_hold;
pub mod lifecycle;
pub mod permissions;
pub mod personal_data;
pub mod reference;
pub mod routing;
pub mod secret_code;
pub mod sla;
pub mod text;
pub mod texts;
pub mod time_limits;
pub mod vocabulary;
