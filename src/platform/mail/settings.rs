//! How mail leaves: settings, and which of them are refused.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

use crate::text_enum;

text_enum! {
    /// The way out.
    pub enum MailTransport {
        /// A relay that speaks SMTP.
        Smtp = "smtp",
        /// One `.eml` file a mail in a folder, for trying out.
        Folder = "folder",
    }
}

text_enum! {
    /// How the way to the relay is protected.
    pub enum SmtpSecurity {
        /// Encrypted from the first byte (port 465).
        Tls = "tls",
        /// Upgraded before anything is said (port 587); refused when the relay cannot.
        Starttls = "starttls",
        /// Not at all: only to this very machine.
        None = "none",
    }
}

/// The settings of mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The way out.
    pub transport: MailTransport,
    /// The sender, such as `回音 <noreply@example.gov.cn>`. Its domain ends every Message-ID.
    pub from: String,
    /// Where mails are put when the transport is `folder`.
    pub folder: PathBuf,
    /// The relay, when the transport is `smtp`.
    pub smtp: SmtpSettings,
    /// Mails that may go to one address within an hour, whoever causes them; 0 = no limit. The rest waits.
    pub most_per_hour_and_address: u32,
}

/// The settings of the relay.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Host name; the certificate must bear it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the way is protected.
    pub security: SmtpSecurity,
    /// The user name, when the relay wants one.
    pub username: Option<String>,
    /// The password, from the environment or a file.
    pub password: Option<SecretString>,
    /// How long one exchange with the relay may take, in seconds.
    pub timeout_seconds: u64,
    /// Connections to the relay at most.
    pub max_connections: u32,
}

/// Settings that cannot work, or must not.
#[derive(Debug, thiserror::Error)]
pub enum MailSettingsError {
    /// The sender is not an address.
    #[error("mail.from is not a mail address")]
    From,
    /// An unprotected way to another machine.
    #[error("mail.smtp.security = none is only for a relay on this machine")]
    Unprotected,
    /// A user name without a password, or the other way round.
    #[error("mail.smtp.username and mail.smtp.password go together")]
    Credentials,
    /// TLS cannot be prepared for this host.
    #[error("mail.smtp: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The folder cannot be made or written.
    #[error("mail.folder: {0}")]
    Folder(#[from] std::io::Error),
}
