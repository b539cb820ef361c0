//! Signing in and out, refreshing tokens, setting passwords.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{PgConnection, RunQueryDsl};
use metrics::counter;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tracing::info;

use super::error::AccountsError;
use super::model::Username;
use super::requests::{Activate, ChangePassword, Login};
use super::service::Accounts;
use super::session_store::{self, NewSessionRow, RefreshableRow};
use super::store::{self, CredentialsRow};
use super::views::SessionView;
use crate::platform::auth::caller::{SessionId, StaffCaller, StaffId};
use crate::platform::auth::password::{Password, check_policy};
use crate::platform::auth::settings::AuthSettings;
use crate::platform::crypto::random_bytes;
use crate::rules::reference::AccessCode;

/// A refresh token and what is kept of it.
struct RefreshToken {
    text: String,
    hash: [u8; 32],
}

impl RefreshToken {
    fn generate() -> RefreshToken {
        let text = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        RefreshToken { hash: hash_of(&text), text }
    }
}

/// 256 random bits cannot be guessed, so a fast hash without a salt is enough.
fn hash_of(refresh_token: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"huiyin.refresh-token.v1\0").chain_update(refresh_token).finalize().into()
}

/// A session as its tokens are made from it.
#[derive(Clone, Copy)]
struct Opened {
    staff: StaffId,
    session: SessionId,
    refresh_expires_at: DateTime<Utc>,
}

/// What came of a refresh token. A refusal commits too: it may have ended a session.
enum Refreshed {
    Opened(Opened),
    Refused,
}

impl Accounts {
    /// Signs in. Unknown user, wrong password, locked and disabled get the same answer after the same work.
    pub async fn login(&self, login: Login) -> Result<SessionView, AccountsError> {
        self.attempts.count(&login.username)?;
        let found = self.credentials(&login.username).await?;
        let hash = found.as_ref().and_then(|row| row.password_hash.as_deref());
        let matches = self.matches(&login.password, hash).await?;
        let (now, settings, refresh) = (self.clock.now(), self.settings.clone(), RefreshToken::generate());
        let hash = refresh.hash;
        let opened = self
            .db
            .transaction(move |conn| {
                // A lost count of failures costs nothing; a wait for the disk would tell known names from unknown ones.
                diesel::sql_query("SET LOCAL synchronous_commit TO off").execute(conn)?;
                let known = found.as_ref().map_or(StaffId(uuid::Uuid::nil()), |row| row.id);
                let row = store::lock_credentials(conn, known)?;
                let is_unchanged = row.as_ref().map(|row| &row.password_hash)
                    == found.as_ref().map(|row| &row.password_hash);
                let admitted = row.as_ref().filter(|row| matches && is_unchanged && may_sign_in(row, now));
                match admitted {
                    Some(row) => open_session(conn, row, &settings, &hash, now).map(Some),
                    None => count_failure(conn, row.as_ref(), &settings, now).map(|()| None),
                }
            })
            .await?;
        let opened = opened.ok_or_else(|| {
            counter!("huiyin_logins_refused_total").increment(1);
            AccountsError::LoginRefused
        })?;
        info!(staff.id = %opened.staff, session.id = %opened.session, "A member of staff signed in");
        self.tokens_of(opened, refresh.text, now)
    }

    /// Exchanges a refresh token for the next tokens. One that was used before ends its session, for one of its two
    /// bearers is a thief.
    pub async fn refresh(&self, token: SecretString) -> Result<SessionView, AccountsError> {
        let (now, settings, next) = (self.clock.now(), self.settings.clone(), RefreshToken::generate());
        let (old_hash, new_hash) = (hash_of(token.expose_secret()), next.hash);
        let refreshed = self
            .db
            .transaction(move |conn| match session_store::lock_refreshable(conn, &old_hash, now)? {
                Some(session) => rotate(conn, &session, &settings, &old_hash, &new_hash, now),
                None => end_if_spent(conn, &old_hash, now),
            })
            .await?;
        match refreshed {
            Refreshed::Opened(opened) => self.tokens_of(opened, next.text, now),
            Refreshed::Refused => Err(AccountsError::SessionEnded),
        }
    }

    /// Ends this session.
    pub async fn logout(&self, caller: &StaffCaller) -> Result<(), AccountsError> {
        let (session, now) = (caller.session_id, self.clock.now());
        self.db
            .transaction(move |conn| {
                Ok::<_, AccountsError>(session_store::revoke_session(conn, session, now)?)
            })
            .await?;
        Ok(())
    }

    /// Ends every session of the caller, this one too.
    pub async fn logout_everywhere(&self, caller: &StaffCaller) -> Result<(), AccountsError> {
        let (staff, now) = (caller.id, self.clock.now());
        self.db
            .transaction(move |conn| Ok::<_, AccountsError>(store::revoke_sessions(conn, staff, None, now)?))
            .await?;
        Ok(())
    }

    /// Changes the caller's own password and ends their other sessions.
    pub async fn change_password(
        &self,
        caller: &StaffCaller,
        change: ChangePassword,
    ) -> Result<(), AccountsError> {
        let (id, session, now) = (caller.id, caller.session_id, self.clock.now());
        self.attempts.count(&caller.username)?;
        let row = self.db.read(move |conn| Ok::<_, AccountsError>(store::get_credentials(conn, id)?)).await?;
        if !self.matches(&change.current_password, row.password_hash.as_deref()).await? {
            return Err(AccountsError::WrongPassword);
        }
        let hash = self.hash(&change.new_password, &caller.username, "/new_password").await?;
        self.db
            .transaction(move |conn| {
                let locked = store::lock_credentials(conn, id)?.ok_or(AccountsError::Unauthenticated)?;
                if locked.password_hash != row.password_hash {
                    return Err(AccountsError::WrongPassword);
                }
                store::update_password(conn, id, &hash)?;
                store::revoke_sessions(conn, id, Some(session.0), now)?;
                Ok(())
            })
            .await?;
        info!(staff.id = %id, "A member of staff changed their password");
        Ok(())
    }

    /// Sets a password with a one-time code, which is used up, and ends every session of that account.
    pub async fn activate(&self, activate: Activate) -> Result<(), AccountsError> {
        self.attempts.count(&activate.username)?;
        let username: Username = activate.username.parse().map_err(|_| AccountsError::ActivationRefused)?;
        check_policy(&activate.password, username.as_str())
            .map_err(|policy| AccountsError::Policy("/password", policy))?;
        let code: AccessCode =
            activate.code.expose_secret().parse().map_err(|_| AccountsError::ActivationRefused)?;
        let (code, now) = (code.hash(), self.clock.now());
        let name = username.as_str().to_owned();
        let owner = self
            .db
            .read(move |conn| Ok::<_, AccountsError>(store::find_code_owner(conn, &name, &code, now)?))
            .await?
            .ok_or(AccountsError::ActivationRefused)?;
        // Only now, so that nobody makes us hash without a code.
        let hash = self.hash(&activate.password, username.as_str(), "/password").await?;
        self.db.transaction(move |conn| set_first_password(conn, owner, &code, &hash, now)).await?;
        info!(staff.id = %owner, "A member of staff set a password with a one-time code");
        Ok(())
    }

    /// A name that cannot exist costs the same look-up as one that does not.
    async fn credentials(&self, username: &str) -> Result<Option<CredentialsRow>, AccountsError> {
        let username = username.parse::<Username>().map_or(String::new(), |name| name.as_str().to_owned());
        self.db.read(move |conn| Ok::<_, AccountsError>(store::find_credentials(conn, &username)?)).await
    }

    async fn matches(&self, password: &Password, hash: Option<&str>) -> Result<bool, AccountsError> {
        self.passwords.verify(password, hash).await.map_err(AccountsError::of_password("/password"))
    }

    pub(super) async fn hash(
        &self,
        password: &Password,
        username: &str,
        pointer: &'static str,
    ) -> Result<String, AccountsError> {
        self.passwords.hash(password, username).await.map_err(AccountsError::of_password(pointer))
    }

    fn tokens_of(
        &self,
        opened: Opened,
        refresh_token: String,
        now: DateTime<Utc>,
    ) -> Result<SessionView, AccountsError> {
        let access = self.tokens.issue_staff(opened.staff, opened.session, now)?;
        Ok(SessionView {
            access_token: access.token,
            token_type: "Bearer",
            expires_at: access.expires_at,
            refresh_token,
            refresh_expires_at: opened.refresh_expires_at,
        })
    }
}

fn may_sign_in(row: &CredentialsRow, now: DateTime<Utc>) -> bool {
    row.disabled_at.is_none() && !is_locked(row, now)
}

fn is_locked(row: &CredentialsRow, now: DateTime<Utc>) -> bool {
    row.locked_until.is_some_and(|until| until > now)
}

fn open_session(
    conn: &mut PgConnection,
    row: &CredentialsRow,
    settings: &AuthSettings,
    refresh_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Opened, AccountsError> {
    // The session must outlive a crash: its tokens are on their way as soon as this commits.
    diesel::sql_query("SET LOCAL synchronous_commit TO on").execute(conn)?;
    if row.failed_logins > 0 {
        store::update_failures(conn, row.id, 0, None)?;
    }
    let expires_at = now + TimeDelta::hours(settings.session_hours.into());
    let refresh_expires_at = refresh_end(settings, expires_at, now);
    let session = SessionId::new(now);
    let new = NewSessionRow {
        id: session,
        staff_id: row.id,
        created_at: now,
        expires_at,
        refresh_hash,
        refresh_expires_at,
    };
    session_store::insert_session(conn, &new)?;
    Ok(Opened { staff: row.id, session, refresh_expires_at })
}

fn refresh_end(settings: &AuthSettings, session_end: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    session_end.min(now + TimeDelta::hours(settings.refresh_idle_hours.into()))
}

/// Counts a wrong password and sets the delay. While a delay runs nothing is counted, so that nobody can keep an
/// account locked without waiting themselves.
fn count_failure(
    conn: &mut PgConnection,
    row: Option<&CredentialsRow>,
    settings: &AuthSettings,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let nobody = StaffId(uuid::Uuid::nil());
    let (id, before) = row.map_or((nobody, 0), |row| (row.id, row.failed_logins));
    let kept = row.filter(|row| is_locked(row, now));
    let failures = if kept.is_some() { before } else { before.saturating_add(1) };
    let until = match kept {
        Some(row) => row.locked_until,
        None => delay(settings, failures).map(|delay| now + delay),
    };
    Ok(store::update_failures(conn, id, failures, until)?)
}

/// How long no password is accepted after so many failures in a row: doubled with each, up to a longest.
fn delay(settings: &AuthSettings, failures: i32) -> Option<TimeDelta> {
    let doublings = failures.checked_sub(settings.failures_before_delay.into()).filter(|over| *over >= 0)?;
    let seconds = i64::from(settings.first_delay_seconds) << doublings.min(20);
    Some(TimeDelta::seconds(seconds.min(settings.longest_delay_seconds.into())))
}

fn rotate(
    conn: &mut PgConnection,
    session: &RefreshableRow,
    settings: &AuthSettings,
    old_hash: &[u8],
    new_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Refreshed, AccountsError> {
    let owner = store::find_staff(conn, session.staff_id)?;
    if owner.is_none_or(|owner| owner.disabled_at.is_some()) {
        return Ok(Refreshed::Refused);
    }
    let refresh_expires_at = refresh_end(settings, session.expires_at, now);
    session_store::insert_spent(conn, old_hash, session.id)?;
    session_store::update_refresh(conn, session.id, new_hash, refresh_expires_at)?;
    Ok(Refreshed::Opened(Opened { staff: session.staff_id, session: session.id, refresh_expires_at }))
}

fn end_if_spent(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Refreshed, AccountsError> {
    if let Some(session) = session_store::find_spent(conn, hash)?
        && session_store::revoke_session(conn, session, now)? > 0
    {
        tracing::warn!(session.id = %session, "A refresh token came twice; its session was ended");
    }
    Ok(Refreshed::Refused)
}

fn set_first_password(
    conn: &mut PgConnection,
    owner: StaffId,
    code: &[u8],
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let row = store::lock_staff(conn, owner)?;
    if row.is_none_or(|row| row.disabled_at.is_some()) || store::consume_code(conn, owner, code, now)? == 0 {
        return Err(AccountsError::ActivationRefused);
    }
    store::update_password(conn, owner, hash)?;
    store::revoke_sessions(conn, owner, None, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_the_longest() {
        let settings = AuthSettings::default();
        let seconds = |failures| delay(&settings, failures).map(|delay| delay.num_seconds());
        assert_eq!(seconds(4), None);
        assert_eq!([5, 6, 7, 9, 10, 40, i32::MAX].map(seconds), [30, 60, 120, 480, 900, 900, 900].map(Some));
    }

    #[test]
    fn a_refresh_token_is_random_and_kept_as_a_hash() {
        let (one, other) = (RefreshToken::generate(), RefreshToken::generate());
        assert_ne!(one.text, other.text);
        assert_eq!(one.text.len(), 43);
        assert_eq!(one.hash, hash_of(&one.text));
    }
}
