//! Storms of wrong passwords: the owner of the account is told, once a day.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use crate::features::accounts::error::AccountsError;
use crate::features::accounts::sign_in::storm_store;
use crate::features::notices::{Notice, NoticeContent};
use crate::platform::auth::caller::StaffId;
use crate::platform::jobs::outbox;

/// Wrong passwords of strangers within [`WINDOW`] that are a storm: as many as one user name may try in a minute.
const FAILURES: i32 = 10;
const WINDOW: TimeDelta = TimeDelta::minutes(10);
const TOLD_AGAIN_AFTER: TimeDelta = TimeDelta::hours(24);

/// Counts a stranger's wrong password. `owner`: whose account it is, if it is anybody's who may use it.
pub(in crate::features::accounts) fn count(
    conn: &mut PgConnection,
    account: &[u8],
    owner: Option<(StaffId, &str)>,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let storm = storm_store::count(conn, account, now, now - WINDOW)?;
    let was_told = storm.told_at.is_some_and(|told_at| now < told_at + TOLD_AGAIN_AFTER);
    let Some((owner, username)) = owner.filter(|_| storm.failures >= FAILURES && !was_told) else {
        return Ok(());
    };
    storm_store::update_told(conn, account, now)?;
    let content = NoticeContent::SignInStorm { username: username.to_owned(), failures: storm.failures };
    outbox::enqueue(conn, &[Notice::to_staff(owner.0, content).into_message(now)])?;
    Ok(())
}
