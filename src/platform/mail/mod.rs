//! Mail: what to tell whom, in which words, and how it leaves. The address is only known at sending time.

mod address;
mod compose;
mod folder;
mod mailer;
mod request;
mod settings;
mod smtp;
mod template;

pub use address::{InvalidMailAddress, MailAddress};
pub use mailer::{Mailer, OutgoingMail, open_mailer};
pub use request::{MAIL_TOPIC, MailRequest, Recipient};
pub use settings::{MailSettings, MailSettingsError, MailTransport, SmtpSecurity, SmtpSettings};
pub use template::{MailLanguage, RenderedMail, Site, Template, TemplateError, Templates};
