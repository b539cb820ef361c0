//! What can be refused, and how the caller is told.

use crate::platform::auth::password::{PasswordError, PolicyError};
use crate::platform::auth::token::TokenError;
use crate::platform::db::DbError;
use crate::platform::http::idempotency::IdempotencyError;
use crate::platform::http::problem::{
    FORBIDDEN, INTERNAL, PRECONDITION_FAILED, Problem, ProblemKind, Sentence, TOO_MANY_ATTEMPTS,
    UNAUTHENTICATED, UNAVAILABLE,
};

/// Wrong user name or password, or an account that may not be used: all the same to the caller.
pub(super) const LOGIN_REFUSED: ProblemKind = ProblemKind::new(401, "login_refused");
/// The one-time code is wrong, used or expired, or there is no such account.
pub(super) const ACTIVATION_REFUSED: ProblemKind = ProblemKind::new(401, "activation_refused");
/// The refresh token is unknown, used or expired, or its session has ended.
pub(super) const SESSION_ENDED: ProblemKind = ProblemKind::new(401, "session_ended");
/// The password until now is wrong.
pub(super) const WRONG_PASSWORD: ProblemKind = ProblemKind::new(422, "wrong_password");
/// Somebody has this user name.
pub(super) const USERNAME_TAKEN: ProblemKind = ProblemKind::new(409, "username_taken");
/// A system administrator holds no other role.
pub(super) const INCOMPATIBLE_ROLES: ProblemKind = ProblemKind::new(409, "incompatible_roles");
/// The person has this grant already.
pub(super) const ALREADY_GRANTED: ProblemKind = ProblemKind::new(409, "already_granted");
/// The same waits for a second administrator already.
pub(super) const ALREADY_REQUESTED: ProblemKind = ProblemKind::new(409, "already_requested");
/// Nobody approves what they asked for themselves, or what is asked for their own account.
pub(super) const SECOND_ADMINISTRATOR_NEEDED: ProblemKind =
    ProblemKind::new(409, "second_administrator_needed");
/// The account has no mail address to which a code could go; the command line makes one for an administrator.
pub(super) const NO_MAIL_ADDRESS: ProblemKind = ProblemKind::new(409, "no_mail_address");
/// The account is closed.
pub(super) const ACCOUNT_DISABLED: ProblemKind = ProblemKind::new(409, "account_disabled");
/// Nobody administers their own account.
pub(super) const OWN_ACCOUNT: ProblemKind = ProblemKind::new(403, "own_account");

/// Why an operation on accounts was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// Sign in first.
    #[error("not signed in")]
    Unauthenticated,
    /// Wrong name or password, disabled.
    #[error("sign-in refused")]
    LoginRefused,
    /// The one-time code does not help.
    #[error("one-time code refused")]
    ActivationRefused,
    /// The refresh token does not help.
    #[error("refresh token refused")]
    SessionEnded,
    /// Come back after this many seconds.
    #[error("too many attempts")]
    TooManyAttempts(u64),
    /// Too many passwords are being hashed.
    #[error("too many passwords are being checked")]
    Busy,
    /// The current password is wrong.
    #[error("wrong current password")]
    WrongPassword,
    /// The new password, at this pointer, is not good enough.
    #[error("the password {1}")]
    Policy(&'static str, PolicyError),
    /// The caller may not do this.
    #[error("not permitted")]
    Forbidden,
    /// No such account, or not within the caller's scope.
    #[error("no such account")]
    NotFound,
    /// No department has the code at this pointer.
    #[error("no such department at {0}")]
    UnknownDepartment(String),
    /// The user name is taken.
    #[error("the user name is taken")]
    UsernameTaken,
    /// A system administrator holds no other role.
    #[error("the roles are not compatible")]
    IncompatibleRoles,
    /// Granted already.
    #[error("the role is granted already")]
    AlreadyGranted,
    /// Waits already.
    #[error("the same waits for a second administrator")]
    AlreadyRequested,
    /// Another administrator has to approve it.
    #[error("a second administrator has to approve it")]
    SecondAdministratorNeeded,
    /// No mail address.
    #[error("the account has no mail address")]
    NoMailAddress,
    /// The account is closed.
    #[error("the account is disabled")]
    Disabled,
    /// One's own account.
    #[error("nobody administers their own account")]
    OwnAccount,
    /// Somebody changed the account meanwhile.
    #[error("the account has another version")]
    VersionMismatch,
    /// The request's idempotency key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The database.
    #[error(transparent)]
    Database(DbError),
    /// A defect of ours.
    #[error("{0}")]
    Internal(String),
}

impl From<DbError> for AccountsError {
    /// The constraints that hold an invariant when two requests meet tell the same as the checks before them.
    fn from(error: DbError) -> AccountsError {
        match error {
            DbError::Unique(name) if name == "staff_username_unique" => AccountsError::UsernameTaken,
            DbError::Unique(name) if name == "staff_grant_unique" => AccountsError::AlreadyGranted,
            DbError::Unique(name) if name == "account_request_pending" => AccountsError::AlreadyRequested,
            // An administrator made on the command line has no department and no mail address, and so no other role.
            DbError::Constraint(name)
                if matches!(
                    name.as_str(),
                    "staff_grant_roles_compatible" | "staff_has_department" | "staff_has_mail"
                ) =>
            {
                AccountsError::IncompatibleRoles
            }
            DbError::Constraint(name) if name == "staff_grant_not_to_oneself" => AccountsError::OwnAccount,
            other => AccountsError::Database(other),
        }
    }
}

impl From<diesel::result::Error> for AccountsError {
    fn from(error: diesel::result::Error) -> AccountsError {
        DbError::from(error).into()
    }
}

impl From<TokenError> for AccountsError {
    fn from(error: TokenError) -> AccountsError {
        match error {
            TokenError::Invalid | TokenError::Time => AccountsError::Unauthenticated,
            TokenError::Unsigned => AccountsError::Internal(error.to_string()),
        }
    }
}

impl AccountsError {
    /// A password that could not be hashed; `pointer` is where the request has it.
    pub(super) fn of_password(pointer: &'static str) -> impl Fn(PasswordError) -> AccountsError {
        move |error| match error {
            PasswordError::Policy(policy) => AccountsError::Policy(pointer, policy),
            PasswordError::Busy => AccountsError::Busy,
            PasswordError::Failed => AccountsError::Internal(error.to_string()),
        }
    }
}

impl From<AccountsError> for Problem {
    fn from(error: AccountsError) -> Problem {
        match error {
            AccountsError::Unauthenticated => Problem::new(UNAUTHENTICATED),
            AccountsError::LoginRefused => Problem::new(LOGIN_REFUSED),
            AccountsError::ActivationRefused => Problem::new(ACTIVATION_REFUSED),
            AccountsError::SessionEnded => Problem::new(SESSION_ENDED),
            AccountsError::TooManyAttempts(seconds) => Problem::new(TOO_MANY_ATTEMPTS).retry_after(seconds),
            AccountsError::Busy => Problem::new(UNAVAILABLE).retry_after(2).because(error),
            AccountsError::WrongPassword => Problem::new(WRONG_PASSWORD),
            AccountsError::Policy(pointer, policy) => {
                Problem::invalid(pointer, policy.code(), policy_sentence(policy))
            }
            AccountsError::Forbidden => Problem::new(FORBIDDEN),
            AccountsError::NotFound => Problem::not_found(),
            AccountsError::UnknownDepartment(pointer) => Problem::invalid(
                pointer,
                "unknown_department",
                Sentence::new("field-unknown_department-of_account"),
            ),
            AccountsError::UsernameTaken => Problem::new(USERNAME_TAKEN),
            AccountsError::IncompatibleRoles => Problem::new(INCOMPATIBLE_ROLES),
            AccountsError::AlreadyGranted => Problem::new(ALREADY_GRANTED),
            AccountsError::AlreadyRequested => Problem::new(ALREADY_REQUESTED),
            AccountsError::SecondAdministratorNeeded => Problem::new(SECOND_ADMINISTRATOR_NEEDED),
            AccountsError::NoMailAddress => Problem::new(NO_MAIL_ADDRESS),
            AccountsError::Disabled => Problem::new(ACCOUNT_DISABLED),
            AccountsError::OwnAccount => Problem::new(OWN_ACCOUNT),
            AccountsError::VersionMismatch => Problem::new(PRECONDITION_FAILED),
            AccountsError::Idempotency(error) => error.into(),
            AccountsError::Database(error) => error.into(),
            AccountsError::Internal(cause) => Problem::new(INTERNAL).because(cause),
        }
    }
}

fn policy_sentence(policy: PolicyError) -> Sentence {
    Sentence::new(match policy {
        PolicyError::TooShort => "password-too_short",
        PolicyError::TooLong => "password-too_long",
        PolicyError::ContainsUsername => "password-contains_username",
        PolicyError::Guessable => "password-guessable",
    })
}
