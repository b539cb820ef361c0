//! Mail: how its words are set, how it is composed, and how it leaves. What is told it does not know.

mod address;
mod compose;
mod folder;
mod mailer;
mod rendered;
mod settings;
mod smtp;

pub use address::{InvalidMailAddress, MailAddress};
pub use mailer::{Mailer, OutgoingMail, open_mailer};
pub use rendered::{MailWords, RenderedMail};
pub use settings::{MailSettings, MailSettingsError, MailTransport, SmtpSecurity, SmtpSettings};
