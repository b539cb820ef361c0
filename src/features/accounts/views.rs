//! Accounts and sessions as callers see them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{AccountEventId, AccountEventKind, AccountRequestId, GrantId};
use crate::platform::auth::caller::StaffId;
use crate::platform::http::locale::Locale;
use crate::platform::http::versioned::Versioned;
use crate::rules::vocabulary::Role;

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
    /// After a sign-in: keep it on this device and send it with the next one. It opens nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
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

/// A member of staff as all others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ColleagueView {
    /// Identifier.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// The name they sign in with.
    pub username: String,
    /// Code of their department; `null` for an administrator who belongs to none.
    pub department: Option<String>,
}

/// A role and where it holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyGrantView {
    /// The role.
    pub role: Role,
    /// Code of the department it holds in and below; `null`: everywhere.
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
    /// What waits for a second administrator.
    #[serde(default)]
    pub requests: Vec<AccountRequestView>,
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

/// A request that waits for a second administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccountRequestView {
    /// Identifier.
    pub id: AccountRequestId,
    /// Whose account.
    pub staff_id: StaffId,
    /// The name of that account.
    pub username: String,
    /// The role to be granted; `null`: a one-time code is asked for.
    pub role: Option<Role>,
    /// Code of the department it shall hold in and below; `null`: everywhere.
    pub department: Option<String>,
    /// Who asks.
    pub requested_by: StaffId,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// When it is void.
    pub expires_at: DateTime<Utc>,
}

/// Something that was done to an account.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AccountEventView {
    /// Identifier.
    pub id: AccountEventId,
    /// What.
    pub kind: AccountEventKind,
    /// By whom; `null`: on the command line, or the owner with a one-time code.
    pub actor_id: Option<StaffId>,
    /// The role, for what is about one.
    pub role: Option<Role>,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

/// An account whose owner is to set a password. The one-time code goes to the account's mail address and is shown to nobody
/// else.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ActivationView {
    /// The account.
    pub account: StaffAccountView,
    /// When the code that was sent stops being good; `null`: a second administrator has to approve it first.
    pub activation_expires_at: Option<DateTime<Utc>>,
}

impl Versioned for ActivationView {
    fn version(&self) -> i32 {
        self.account.version
    }
}
