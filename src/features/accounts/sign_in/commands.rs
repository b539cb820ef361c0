//! Signing in and out, refreshing tokens, setting passwords.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use metrics::counter;
use secrecy::{ExposeSecret, SecretString};
use tracing::info;

use crate::features::accounts::error::AccountsError;
use crate::features::accounts::history::Deed;
use crate::features::accounts::model::{AccountEventKind, Username};
use crate::features::accounts::requests::{Activate, ChangePassword, Login};
use crate::features::accounts::service::Accounts;
use crate::features::accounts::sign_in::attempt::{Attempt, refuse_who_waits};
use crate::features::accounts::sign_in::device::{Device, KnownDevice, Origin};
use crate::features::accounts::sign_in::opening::{Opened, RefreshToken, hash_of, refresh_end};
use crate::features::accounts::sign_in::session_store::{self, RefreshableRow};
use crate::features::accounts::store::{self, CredentialsRow};
use crate::features::accounts::views::SessionView;
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::auth::password::{Lane, Password, check_policy};
use crate::platform::auth::settings::AuthSettings;
use crate::rules::secret_code::ActivationCode;

/// What came of a refresh token. A refusal commits too: it may have ended a session.
enum Refreshed {
    Opened(Opened),
    Refused,
}

impl Accounts {
    /// Where a sign-in comes from: from a device that is known by its token, or just from a network.
    pub fn origin(&self, login: &Login, network: Option<IpAddr>) -> Origin {
        let token = login.device_token.as_ref().map(|token| token.expose_secret());
        let days = self.settings.known_device_days;
        let device = token.and_then(|token| {
            Device::recognise(&self.sealer, &login.username, token, days, self.clock.now())
        });
        device.map_or(Origin::Network(network), |device| Origin::Known(KnownDevice { device, network }))
    }

    /// Signs in. Unknown user, wrong password and disabled get the same answer after the same work; whoever failed too often
    /// is told to wait, whether or not anybody has the name.
    pub async fn login(&self, login: Login, origin: Origin) -> Result<SessionView, AccountsError> {
        match origin.device() {
            Some(device) => self.attempts.count_device(device.id)?,
            None => self.attempts.count_stranger(&login.username)?,
        }
        let (found, origin) = self.look_up(&login.username, origin).await?;
        let hash = found.as_ref().and_then(|row| row.password_hash.as_deref());
        let matches = self.matches(&login.password, hash, origin.lane()).await?;
        let (now, refresh) = (self.clock.now(), RefreshToken::generate());
        let attempt = Attempt {
            tried: origin.tried(&self.sealer, &login.username),
            refresh_hash: refresh.hash,
            settings: self.settings.clone(),
            origin,
            found,
            matches,
            now,
        };
        let opened = self.db.transaction(move |conn| attempt.conclude(conn)).await?;
        let Some(opened) = opened else {
            counter!("huiyin_logins_refused_total").increment(1);
            // It may have been told.
            self.notifier.notify();
            return Err(AccountsError::LoginRefused);
        };
        info!(staff.id = %opened.staff, session.id = %opened.session, "A member of staff signed in");
        let device = Device::renewed(origin.device(), now).token(&self.sealer, &login.username);
        Ok(SessionView { device_token: Some(device), ..self.tokens_of(opened, refresh.text, now)? })
    }

    /// The account of that name, and where the sign-in comes from after a look at it. Whoever has to wait is told so before
    /// anything is hashed.
    async fn look_up(
        &self,
        username: &str,
        origin: Origin,
    ) -> Result<(Option<CredentialsRow>, Origin), AccountsError> {
        // A name that cannot exist costs the same look-up as one that does not.
        let name = username.parse::<Username>().map_or(String::new(), |name| name.as_str().to_owned());
        let (sealer, typed) = (self.sealer.clone(), username.to_owned());
        let (delays, now) = (self.settings.delays(), self.clock.now());
        let (found, origin, was_forgotten) = self
            .db
            .read(move |conn| {
                let found = store::find_credentials(conn, &name)?;
                let since = found.as_ref().and_then(|row| row.known_devices_since);
                let forgotten = |device: Device| since.is_some_and(|since| device.known_at < since);
                let was_forgotten = origin.device().is_some_and(forgotten);
                let origin = if was_forgotten { origin.as_stranger() } else { origin };
                refuse_who_waits(conn, &origin.tried(&sealer, &typed), &delays, now)?;
                Ok::<_, AccountsError>((found, origin, was_forgotten))
            })
            .await?;
        if was_forgotten {
            self.attempts.count_stranger(username)?;
        }
        Ok((found, origin))
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

    /// Ends every session of the caller, this one too, and forgets their devices.
    pub async fn logout_everywhere(&self, caller: &StaffCaller) -> Result<(), AccountsError> {
        let (staff, now) = (caller.id, self.clock.now());
        self.db
            .transaction(move |conn| {
                store::update_known_devices(conn, staff, now)?;
                Ok::<_, AccountsError>(store::revoke_sessions(conn, staff, None, now)?)
            })
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
        self.attempts.count_owner(id)?;
        let row = self.db.read(move |conn| Ok::<_, AccountsError>(store::get_credentials(conn, id)?)).await?;
        let hash = row.password_hash.as_deref();
        if !self.matches(&change.current_password, hash, Lane::Known).await? {
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

    /// Sets a password with a one-time code, which is used up, and ends every session of that account. Tries are counted by
    /// address alone: nobody guesses 130 bits, and strangers must not keep the owner of a code out.
    pub async fn activate(&self, activate: Activate) -> Result<(), AccountsError> {
        let username: Username = activate.username.parse().map_err(|_| AccountsError::ActivationRefused)?;
        check_policy(&activate.password, username.as_str())
            .map_err(|policy| AccountsError::Policy("/password", policy))?;
        let code: ActivationCode =
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

    async fn matches(
        &self,
        password: &Password,
        hash: Option<&str>,
        lane: Lane,
    ) -> Result<bool, AccountsError> {
        self.passwords.verify(password, hash, lane).await.map_err(AccountsError::of_password("/password"))
    }

    pub(in crate::features::accounts) async fn hash(
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
            device_token: None,
        })
    }
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
    store::update_known_devices(conn, owner, now)?;
    store::revoke_sessions(conn, owner, None, now)?;
    Deed::new(owner, AccountEventKind::PasswordSet).record(conn, now)
}
