//! Staff accounts: signing in, sessions, one-time codes, and what each member of staff was granted.
//!
//! An account exists only because an administrator made it, the first one on the command line. Sessions and grants are
//! rows read with every request, so that signing out, disabling and a change of roles take effect at once. It stands on
//! the directory, whose tree says how far a grant reaches, and knows no ticket.

mod admin_handlers;
mod administration;
mod attempts;
mod error;
pub mod handlers;
mod model;
mod new_account;
mod requests;
mod service;
mod session;
mod session_store;
mod sign_in;
mod staff_plan;
mod store;
mod views;

pub use administration::{AccountCommand, create_administrator, is_anybody_enrolled};
pub use error::AccountsError;
pub use model::{DisplayName, GrantId, MailAddress, OneTimeCode, StaffContact, Username};
pub use requests::{CreateStaffAccount, GrantRole};
pub use service::{Accounts, AccountsParts};
pub use staff_plan::{StaffEntry, StaffWriting, staff_entries};
