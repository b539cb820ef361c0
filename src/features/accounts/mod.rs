//! Staff accounts: signing in, sessions, one-time codes, and what each member of staff was granted.
//!
//! An account exists only because an administrator made it, the first one on the command line. Sessions and grants are
//! rows read with every request, so that signing out, disabling and a change of roles take effect at once. It stands on
//! the directory, whose tree says how far a grant reaches, and knows no ticket.
//!
//! No administrator alone becomes somebody else: codes go to the owner's mail, and what decides or publishes takes a second
//! administrator (`approvals`). Nor does a stranger keep anybody out: whoever fails waits, by account and address (`sign_in`),
//! and a known device (`device`) has a budget of its own.

mod administration;
mod codes;
mod colleagues;
mod error;
pub mod handlers;
mod history;
mod model;
mod news;
mod people;
mod powers;
mod request_store;
mod requests;
mod service;
mod sign_in;
mod store;
mod views;

pub use administration::approvals::Decision;
pub use administration::break_glass::create_administrator;
pub use administration::commands::{AccountCommand, is_anybody_enrolled};
pub use administration::staff_plan::{StaffEntry, StaffWriting, staff_entries};
pub use error::AccountsError;
pub use model::{
    AccountEventId, AccountEventKind, AccountRequestId, DisplayName, GrantId, MailAddress, OneTimeCode,
    StaffContact, Username,
};
pub use news::{ACCESS_LOST_TOPIC, AccessLost};
pub use people::{People, Person, StaffRef};
pub use powers::Powers;
pub use requests::{CreateStaffAccount, GrantRole};
pub use service::{Accounts, AccountsParts};
pub use sign_in::device::{KnownDevice, Origin};
