//! What accounts are made of: names that parse, one-time codes, and how somebody is reached.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::platform::auth::caller::StaffId;
use crate::platform::http::locale::Locale;
use crate::rules::secret_code::ActivationCode;
use crate::rules::text::fold;
use crate::{id_type, sql_text_enum, text_enum};

/// The name of a person at work: 1 to 50 characters on one line.
pub type DisplayName = crate::rules::text::PersonName;

id_type! {
    /// One role granted to one member of staff.
    GrantId,
    /// Something that waits for a second administrator.
    AccountRequestId,
    /// Something that was done to an account.
    AccountEventId,
}

text_enum! {
    /// What was done to an account.
    pub enum AccountEventKind {
        /// It was made.
        Made = "made",
        /// An administrator was made on the command line.
        MadeOnCommandLine = "made_on_command_line",
        /// It was closed.
        Disabled = "disabled",
        /// It was opened again.
        Enabled = "enabled",
        /// A one-time code was asked for; a second administrator decides.
        CodeRequested = "code_requested",
        /// A one-time code went to its owner's mail, and its sessions ended.
        CodeIssued = "code_issued",
        /// A one-time code was shown on the command line, and its sessions ended.
        CodeIssuedOnCommandLine = "code_issued_on_command_line",
        /// A role was asked for; a second administrator decides.
        GrantRequested = "grant_requested",
        /// A role was granted.
        Granted = "granted",
        /// A role was taken away.
        Revoked = "revoked",
        /// A request was rejected or taken back.
        RequestRejected = "request_rejected",
        /// A password was set with a one-time code.
        PasswordSet = "password_set",
    }
}

sql_text_enum!(AccountEventKind);

/// Why a name or an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not a user name.
    #[error(
        "must be 3 to 32 characters of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit"
    )]
    Username,
    /// Not a mail address.
    #[error("must be a mail address")]
    MailAddress,
}

/// What somebody signs in with: 3 to 32 characters of `a-z 0-9 . _ -`, in whatever case and width it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9][a-z0-9._-]{2,31}$", example = "zhang.wei")]
pub struct Username(String);

impl Username {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Username {
    type Err = NameError;
    fn from_str(typed: &str) -> Result<Username, NameError> {
        let name = fold(typed.trim());
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = (3..=32).contains(&name.len())
            && name.starts_with(is_plain)
            && name.chars().all(|c| is_plain(c) || matches!(c, '.' | '_' | '-'));
        if fits { Ok(Username(name)) } else { Err(NameError::Username) }
    }
}

impl TryFrom<String> for Username {
    type Error = NameError;
    fn try_from(typed: String) -> Result<Username, NameError> {
        typed.parse()
    }
}

/// A mail address at work, at most 254 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, format = Email, max_length = 254)]
pub struct MailAddress(String);

impl MailAddress {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MailAddress {
    type Error = NameError;
    fn try_from(typed: String) -> Result<MailAddress, NameError> {
        let address = typed.trim();
        let fits = address.len() <= 254 && address.parse::<lettre::Address>().is_ok();
        if fits { Ok(MailAddress(address.to_owned())) } else { Err(NameError::MailAddress) }
    }
}

/// A code that sets a password once, and until when it is good. Shown to whoever asked for it, kept as a hash.
pub struct OneTimeCode {
    /// The code.
    pub code: ActivationCode,
    /// When it stops being good.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OneTimeCode(until {})", self.expires_at)
    }
}

/// Whom to tell about something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffContact {
    /// Who.
    pub id: StaffId,
    /// Their address at work.
    pub mail: String,
    /// The language they read.
    pub locale: Locale,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_folded_and_plain() {
        assert_eq!("ＺＨＡＮＧ.Wei ".parse::<Username>().unwrap().as_str(), "zhang.wei");
        for refused in ["", "ab", ".abc", "张伟", "a b c", "a@b", &"a".repeat(33), "abc\0"] {
            assert_eq!(refused.parse::<Username>().unwrap_err(), NameError::Username, "{refused}");
        }
    }

    #[test]
    fn a_mail_address_parses() {
        assert_eq!(
            MailAddress::try_from(" a.b@city.gov.cn ".to_owned()).unwrap().as_str(),
            "a.b@city.gov.cn"
        );
        for refused in ["", "a", "a@", "a b@c.cn", "a@b\r\nBcc: c@d.cn"] {
            assert!(MailAddress::try_from(refused.to_owned()).is_err(), "{refused}");
        }
    }
}
