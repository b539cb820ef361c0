//! Notifications: sends the mails that other features wrote into the outbox, and lets an operator see and replay what
//! could not be delivered. It decides nothing about tickets; who has which address it asks through [`Recipients`].

mod address_book;
mod dead_letters;
mod error;
pub mod handlers;
mod jobs;

pub use address_book::AddressBook;
pub use dead_letters::DeadLetters;
pub use error::NotificationError;
pub use jobs::{MailConsumer, Recipients};
