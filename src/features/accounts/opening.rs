//! Sessions are opened: their rows, and the refresh tokens that lead from one to the next.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{PgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};

use super::error::AccountsError;
use super::session_store::{self, NewSessionRow};
use super::store::CredentialsRow;
use crate::platform::auth::caller::{SessionId, StaffId};
use crate::platform::auth::settings::AuthSettings;
use crate::platform::crypto::random_bytes;

/// A refresh token and what is kept of it.
pub(super) struct RefreshToken {
    pub(super) text: String,
    pub(super) hash: [u8; 32],
}

impl RefreshToken {
    pub(super) fn generate() -> RefreshToken {
        let text = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        RefreshToken { hash: hash_of(&text), text }
    }
}

/// 256 random bits cannot be guessed, so a fast hash without a salt is enough.
pub(super) fn hash_of(refresh_token: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"huiyin.refresh-token.v1\0").chain_update(refresh_token).finalize().into()
}

/// A session as its tokens are made from it.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    pub(super) staff: StaffId,
    pub(super) session: SessionId,
    pub(super) refresh_expires_at: DateTime<Utc>,
}

/// Opens a session of this account.
pub(super) fn open_session(
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
pub(super) fn refresh_end(
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
