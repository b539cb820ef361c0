//! Accounts and sessions as callers see them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::GrantId;
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
