//! What accounts are made of: names that parse, and the bodies and views of the interface.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id_type;
use crate::platform::auth::caller::StaffId;
use crate::platform::auth::password::Password;
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::platform::http::versioned::Versioned;
use crate::rules::reference::AccessCode;
use crate::rules::text::fold;
use crate::rules::vocabulary::Role;

/// The name of a person at work: 1 to 50 characters on one line.
pub type DisplayName = crate::rules::text::PersonName;

id_type! {
    /// One role granted to one member of staff.
    GrantId,
}

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
    pub code: AccessCode,
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

/// User name and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// As it is typed; a name that cannot exist is refused like one that does not.
    #[schema(max_length = 100, example = "zhang.wei")]
    pub username: String,
    /// The password.
    pub password: Password,
}

/// A refresh token to be exchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    /// The token that came with the last sign-in or refresh. It is good once.
    #[schema(value_type = String, max_length = 100)]
    pub refresh_token: secrecy::SecretString,
}

/// A one-time code and the password it shall set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Activate {
    /// Whose code it is.
    #[schema(max_length = 100, example = "zhang.wei")]
    pub username: String,
    /// The code.
    #[schema(value_type = String, max_length = 100)]
    pub code: secrecy::SecretString,
    /// The new password: at least 12 characters that are not easy to guess.
    pub password: Password,
}

/// A change of one's own password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    pub current_password: Password,
    /// The new password: at least 12 characters that are not easy to guess.
    pub new_password: Password,
}

/// The tokens of a session.
#[derive(Clone, Serialize, ToSchema)]
pub struct SessionView {
    /// Sent as `Authorization: Bearer …` with every request.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// When the access token stops being good.
    pub expires_at: DateTime<Utc>,
    /// Exchanged for the next tokens; good once.
    pub refresh_token: String,
    /// When the refresh token stops being good.
    pub refresh_expires_at: DateTime<Utc>,
}

/// Who is signed in, and what they may do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeView {
    /// Who.
    pub id: StaffId,
    /// The name they sign in with.
    pub username: String,
    /// Their name.
    pub display_name: String,
    /// Code of their department; `null` for an administrator who belongs to none.
    pub department: Option<String>,
    /// What they were granted.
    pub grants: Vec<MyGrantView>,
    /// The words of all operations and commands that some grant allows, such as `read_ticket`, `dispatch_ticket`.
    pub operations: BTreeSet<&'static str>,
}

/// A role and where it holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyGrantView {
    /// The role.
    pub role: Role,
    /// Code of the department it holds in and below; `null`: everywhere.
    pub department: Option<String>,
}

/// An account to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStaffAccount {
    /// The name to sign in with.
    pub username: Username,
    /// The person's name.
    #[schema(value_type = String, max_length = 50, example = "张伟")]
    pub display_name: DisplayName,
    /// The person's mail address at work.
    pub mail: MailAddress,
    /// The language the person reads.
    #[serde(default = "simplified_chinese")]
    pub locale: Locale,
    /// Code of the person's department.
    #[schema(max_length = 64)]
    pub department: String,
    /// What the person is granted at once.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub grants: Vec<GrantRole>,
}

fn simplified_chinese() -> Locale {
    Locale::ZhCn
}

/// A role to be granted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRole {
    /// The role.
    pub role: Role,
    /// Code of the department it shall hold in and below; absent: everywhere.
    #[schema(max_length = 64)]
    pub department: Option<String>,
}

/// The list of accounts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListStaffAccounts {
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
    /// Code of a department: only its people and those below it.
    pub department: Option<String>,
}

/// An account as its administrators see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StaffAccountView {
    /// Identifier.
    pub id: StaffId,
    /// The name to sign in with.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// The person's mail address at work; `null` for an administrator made on the command line.
    pub mail: Option<String>,
    /// The language the person reads.
    pub locale: Locale,
    /// Code of the person's department; `null` for an administrator who belongs to none.
    pub department: Option<String>,
    /// Whether the account may be used.
    pub is_enabled: bool,
    /// Whether a password was ever set.
    pub is_activated: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What the person was granted.
    pub grants: Vec<GrantView>,
    /// Counted up with every change; the number in the `ETag`.
    pub version: i32,
}

impl Versioned for StaffAccountView {
    fn version(&self) -> i32 {
        self.version
    }
}

/// A grant as administrators see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GrantView {
    /// Identifier.
    pub id: GrantId,
    /// The role.
    pub role: Role,
    /// Code of the department it holds in and below; `null`: everywhere.
    pub department: Option<String>,
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
}

/// An account and the one-time code with which its owner sets a password. The code is shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ActivationView {
    /// The account.
    pub account: StaffAccountView,
    /// The one-time code.
    pub activation_code: String,
    /// When the code stops being good.
    pub activation_expires_at: DateTime<Utc>,
}

impl Versioned for ActivationView {
    fn version(&self) -> i32 {
        self.account.version
    }
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

    #[test]
    fn secrets_do_not_show_in_debug() {
        let body = r#"{"username": "zhang.wei", "code": "7QK2-M0XA", "password": "violet-harbour-27"}"#;
        let shown = format!("{:?}", serde_json::from_str::<Activate>(body).unwrap());
        assert!(!shown.contains("7QK2") && !shown.contains("violet"), "{shown}");
    }
}
