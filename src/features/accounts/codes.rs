//! One-time codes: made, and handed to the owner of the account alone.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::error::AccountsError;
use super::history::Deed;
use super::model::{AccountEventKind, OneTimeCode};
use super::store::{self, StaffRow};
use crate::features::notices::{Notice, NoticeContent, Recipient, SealedCode};
use crate::platform::auth::caller::StaffId;
use crate::platform::crypto::{Sealer, random_bytes};
use crate::platform::jobs::outbox;
use crate::rules::secret_code::ActivationCode;

/// Makes a new code; an earlier one is void, and every session of the account ends.
pub(super) fn make(
    conn: &mut PgConnection,
    of: StaffId,
    hours: u32,
    now: DateTime<Utc>,
) -> Result<OneTimeCode, AccountsError> {
    let code = ActivationCode::from_random(random_bytes());
    let expires_at = now + TimeDelta::hours(hours.into());
    store::replace_code(conn, of, &code.hash(), now, expires_at)?;
    store::revoke_sessions(conn, of, None, now)?;
    Ok(OneTimeCode { code, expires_at })
}

/// How codes reach their owners.
#[derive(Clone)]
pub(super) struct CodeMail {
    /// Seals the code as long as it waits to be sent.
    pub(super) sealer: Sealer,
    /// For how long a code is good.
    pub(super) hours: u32,
}

impl CodeMail {
    /// Makes a new code and sends it to the account's own mail address. Returns when it ends.
    pub(super) fn send(
        &self,
        conn: &mut PgConnection,
        owner: &StaffRow,
        by: StaffId,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, AccountsError> {
        if owner.mail.is_none() {
            return Err(AccountsError::NoMailAddress);
        }
        let made = make(conn, owner.id, self.hours, now)?;
        let recipient = Recipient::Staff(owner.id.0);
        let code = SealedCode::seal(&self.sealer, recipient, &made.code.expose())
            .map_err(|error| AccountsError::Internal(error.to_string()))?;
        let username = owner.username.clone();
        let content = NoticeContent::ActivationCode { username, code, hours: self.hours };
        outbox::enqueue(conn, &[Notice::to_staff(owner.id.0, content).into_message(now)])?;
        Deed::new(owner.id, AccountEventKind::CodeIssued).by(by).record(conn, now)?;
        Ok(made.expires_at)
    }
}
