//! The command line's way to an administrator's account: for administrators alone, written down, and told to all of them.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use tracing::warn;

use crate::features::accounts::codes;
use crate::features::accounts::error::AccountsError;
use crate::features::accounts::history::Deed;
use crate::features::accounts::model::{AccountEventKind, OneTimeCode, Username};
use crate::features::accounts::store::{self, GrantRow, NewStaffRow};
use crate::features::notices::{Notice, NoticeContent};
use crate::platform::auth::caller::StaffId;
use crate::platform::http::locale::Locale;
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::rules::vocabulary::Role;

/// For how long the code of an administrator made on the command line is good.
const CODE_HOURS: u32 = 24;

/// Makes a system administrator without a password, or gives an existing one a new code: for the command line, whose
/// user has the database anyway. `locale` is the language of a new one. The code sets a password once, within 24 hours. Nobody else's account is touched, and
/// every administrator is told.
pub fn create_administrator(
    conn: &mut PgConnection,
    username: &Username,
    locale: Locale,
    now: DateTime<Utc>,
) -> Result<OneTimeCode, AccountsError> {
    let (id, kind) = match store::find_staff_by_username(conn, username.as_str())? {
        Some(row) if row.is_administrator => (row.id, AccountEventKind::CodeIssuedOnCommandLine),
        Some(_) => return Err(AccountsError::UsernameTaken),
        None => (make(conn, username, locale, now)?, AccountEventKind::MadeOnCommandLine),
    };
    let code = codes::make(conn, id, CODE_HOURS, now)?;
    Deed::new(id, kind).record(conn, now)?;
    tell_administrators(conn, username, now)?;
    warn!(account.id = %id, "A one-time code of an administrator was made on the command line");
    Ok(code)
}

fn make(
    conn: &mut PgConnection,
    username: &Username,
    locale: Locale,
    now: DateTime<Utc>,
) -> Result<StaffId, AccountsError> {
    let id = StaffId::new(now);
    let row = NewStaffRow {
        id,
        username: username.as_str(),
        display_name: username.as_str(),
        mail: None,
        locale,
        department_id: None,
        is_administrator: true,
        password_hash: None,
        created_at: now,
    };
    store::insert_staff(conn, &row)?;
    store::insert_grants(conn, &[GrantRow::new(id, (Role::SystemAdministrator, None), None, now)])?;
    Ok(id)
}

fn tell_administrators(
    conn: &mut PgConnection,
    username: &Username,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let content = NoticeContent::BreakGlass { username: username.as_str().to_owned() };
    let told: Vec<NewMessage> = store::list_all_holders(conn, Role::SystemAdministrator)?
        .into_iter()
        .map(|id| Notice::to_staff(id.0, content.clone()).into_message(now))
        .collect();
    Ok(outbox::enqueue(conn, &told)?)
}
