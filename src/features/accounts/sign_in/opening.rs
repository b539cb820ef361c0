//! Sessions are opened: their rows, and the refresh tokens that lead from one to the next.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{PgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};

use crate::features::accounts::error::AccountsError;
use crate::features::accounts::sign_in::session_store::{self, NewSessionRow};
use crate::features::accounts::store::CredentialsRow;
use crate::platform::auth::caller::{SessionId, StaffId};
use crate::platform::auth::settings::AuthSettings;
use crate::platform::crypto::random_bytes;

/// A refresh token and what is kept of it.
pub(in crate::features::accounts) struct RefreshToken {
    pub(in crate::features::accounts) text: String,
    pub(in crate::features::accounts) hash: [u8; 32],
}

impl RefreshToken {
    pub(in crate::features::accounts) fn generate() -> RefreshToken {
        let text = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        RefreshToken { hash: hash_of(&text), text }
    }
}

/// 256 random bits cannot be guessed, so a fast hash without a salt is enough.
pub(in crate::features::accounts) fn hash_of(refresh_token: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"huiyin.refresh-token.v1\0").chain_update(refresh_token).finalize().into()
}

/// A session as its tokens are made from it.
#[derive(Clone, Copy)]
pub(in crate::features::accounts) struct Opened {
    pub(in crate::features::accounts) staff: StaffId,
    pub(in crate::features::accounts) session: SessionId,
    pub(in crate::features::accounts) refresh_expires_at: DateTime<Utc>,
}

/// Opens a session of this account.
pub(in crate::features::accounts) fn open_session(
    conn: &mut PgConnection,
    row: &CredentialsRow,
    settings: &AuthSettings,
    refresh_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Opened, AccountsError> {
    // The session must outlive a crash: its tokens are on their way as soon as this commits.
    diesel::sql_query("SET LOCAL synchronous_commit TO on").execute(conn)?;
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

/// When a refresh token ends that is issued now.
pub(in crate::features::accounts) fn refresh_end(
    settings: &AuthSettings,
    session_end: DateTime<Utc>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    session_end.min(now + TimeDelta::hours(settings.refresh_idle_hours.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_is_random_and_kept_as_a_hash() {
        let (one, other) = (RefreshToken::generate(), RefreshToken::generate());
        assert_ne!(one.text, other.text);
        assert_eq!(one.text.len(), 43);
        assert_eq!(one.hash, hash_of(&one.text));
    }
}
