//! Mail: how its words are made from templates, how it is composed, and how it leaves. What is told it does not know.

mod address;
mod compose;
mod folder;
mod mailer;
mod settings;
mod smtp;
mod templates;

pub use address::{InvalidMailAddress, MailAddress};
pub use mailer::{Mailer, OutgoingMail, open_mailer};
pub use settings::{MailSettings, MailSettingsError, MailTransport, SmtpSecurity, SmtpSettings};
pub use templates::{RenderedMail, Site, TemplateError, Templates, spoken};
