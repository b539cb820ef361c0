//! Notifications: turns notices into what people read, by every channel that reaches them and in their language, and lets an
//! operator see and replay what could not be delivered. It decides nothing about tickets.

mod address_book;
mod allowance;
mod allowance_store;
mod channel;
mod dead_letters;
mod error;
pub mod handlers;
mod jobs;
mod mail;
mod mail_texts;
mod site;

pub use address_book::AddressBook;
pub use allowance::MailAllowance;
pub use channel::{Channel, Contact, Delivery};
pub use dead_letters::DeadLetters;
pub use error::NotificationError;
pub use jobs::{Contacts, NoticeConsumer};
pub use mail::MailChannel;
pub use mail_texts::MailTexts;
pub use site::{Pages, REFERENCE, Site};
