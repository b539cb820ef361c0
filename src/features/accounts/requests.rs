//! What callers ask of accounts.

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::model::{DisplayName, MailAddress, Username};
use crate::platform::auth::password::Password;
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::rules::bounds::{at_most, few};
use crate::rules::vocabulary::Role;

/// User name and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// As it is typed; a name that cannot exist is refused like one that does not.
    #[serde(deserialize_with = "at_most::<100, _, _>")]
    #[schema(max_length = 100, example = "zhang.wei")]
    pub username: String,
    /// The password.
    pub password: Password,
    /// The `device_token` of this device's last sign-in with this name. Whoever sends it does not wait behind strangers who
    /// try this name; one that is unknown or old is passed over.
    #[schema(value_type = Option<String>)]
    pub device_token: Option<secrecy::SecretString>,
}

/// A refresh token to be exchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    /// The token that came with the last sign-in or refresh. It is good once.
    #[serde(deserialize_with = "short_secret")]
    #[schema(value_type = String, max_length = 100)]
    pub refresh_token: secrecy::SecretString,
}

/// A one-time code and the password it shall set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Activate {
    /// Whose code it is.
    #[serde(deserialize_with = "at_most::<100, _, _>")]
    #[schema(max_length = 100, example = "zhang.wei")]
    pub username: String,
    /// The code.
    #[serde(deserialize_with = "short_secret")]
    #[schema(value_type = String, max_length = 100)]
    pub code: secrecy::SecretString,
    /// The new password: 12 to 128 characters that are not easy to guess.
    pub password: Password,
}

/// A change of one's own password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    pub current_password: Password,
    /// The new password: 12 to 128 characters that are not easy to guess.
    pub new_password: Password,
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
    /// The language the person reads; the city's when absent.
    pub locale: Option<Locale>,
    /// Code of the person's department.
    #[serde(deserialize_with = "at_most::<64, _, _>")]
    #[schema(max_length = 64)]
    pub department: String,
    /// What the person is granted at once.
    #[serde(default, deserialize_with = "few::<20, _, _>")]
    #[schema(max_items = 20)]
    pub grants: Vec<GrantRole>,
}

/// A role to be granted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRole {
    /// The role.
    pub role: Role,
    /// Code of the department it shall hold in and below; absent: everywhere.
    #[serde(default, deserialize_with = "at_most::<64, _, _>", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub department: Option<String>,
}

/// A secret of at most 100 characters.
fn short_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    at_most::<100, String, D>(deserializer).map(SecretString::from)
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

/// A list without filters.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

/// Looking for colleagues.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListColleagues {
    /// Code of a department: only its people and those below it.
    pub department: Option<String>,
    /// Part of a name or of a user name, in whatever case.
    #[param(value_type = Option<String>, max_length = 50)]
    pub name: Option<DisplayName>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

/// An action without arguments: `{}` or no body.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoArguments {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show_in_debug() {
        let body = r#"{"username": "zhang.wei", "code": "7QK2-M0XA", "password": "violet-harbour-27"}"#;
        let shown = format!("{:?}", serde_json::from_str::<Activate>(body).unwrap());
        assert!(!shown.contains("7QK2") && !shown.contains("violet"), "{shown}");
    }
}
