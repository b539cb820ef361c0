//! A sign-in after its password has been compared: a session is opened, or the failure is counted.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, RunQueryDsl};

use crate::features::accounts::error::AccountsError;
use crate::features::accounts::sign_in::device::Origin;
use crate::features::accounts::sign_in::opening::{Opened, open_session};
use crate::features::accounts::sign_in::storm;
use crate::features::accounts::store::{self, CredentialsRow};
use crate::platform::auth::failed_tries::{self, DelayPolicy, Tried};
use crate::platform::auth::settings::AuthSettings;

/// A sign-in whose password has been compared.
#[derive(Clone)]
pub(in crate::features::accounts) struct Attempt {
    pub(in crate::features::accounts) origin: Origin,
    pub(in crate::features::accounts) tried: Tried,
    pub(in crate::features::accounts) found: Option<CredentialsRow>,
    pub(in crate::features::accounts) matches: bool,
    pub(in crate::features::accounts) refresh_hash: [u8; 32],
    pub(in crate::features::accounts) settings: Arc<AuthSettings>,
    pub(in crate::features::accounts) now: DateTime<Utc>,
}

impl Attempt {
    /// Opens a session, or counts the failure.
    pub(in crate::features::accounts) fn conclude(
        &self,
        conn: &mut PgConnection,
    ) -> Result<Option<Opened>, AccountsError> {
        // A lost count of failures costs nothing; a wait for the disk would tell known names from unknown ones.
        diesel::sql_query("SET LOCAL synchronous_commit TO off").execute(conn)?;
        // Others may have failed from there while this one was compared.
        refuse_who_waits(conn, &self.tried, &self.settings.delays(), self.now)?;
        let Some(row) = self.admitted(conn)? else {
            return self.fail(conn).map(|()| None);
        };
        failed_tries::forget(conn, &self.tried)?;
        open_session(conn, &row, &self.settings, &self.refresh_hash, self.now).map(Some)
    }

    /// The account as it stands now, if the password is right and it may be used.
    fn admitted(&self, conn: &mut PgConnection) -> Result<Option<CredentialsRow>, AccountsError> {
        let Some(found) = self.found.as_ref().filter(|_| self.matches) else { return Ok(None) };
        let row = store::lock_credentials(conn, found.id)?;
        Ok(row.filter(|row| row.password_hash == found.password_hash && row.disabled_at.is_none()))
    }

    fn fail(&self, conn: &mut PgConnection) -> Result<(), AccountsError> {
        failed_tries::record(conn, &self.tried, self.now)?;
        if !self.origin.is_stranger() {
            return Ok(());
        }
        let owner = self.found.as_ref().filter(|row| row.disabled_at.is_none());
        let owner = owner.map(|row| (row.id, row.username.as_str()));
        storm::count(conn, &self.tried.subject, owner, self.now)
    }
}

/// Tells whoever has to wait how long.
pub(in crate::features::accounts) fn refuse_who_waits(
    conn: &mut PgConnection,
    tried: &Tried,
    delays: &DelayPolicy,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    match failed_tries::find_wait(conn, tried, delays, now)? {
        Some(seconds) => Err(AccountsError::TooManyAttempts(seconds)),
        None => Ok(()),
    }
}
