//! Which version is in force, for the recalculation above that was approved. The database refuses every other change.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::error::CalendarsError;
use super::model::RulesKind;
use super::store;
use crate::platform::auth::caller::StaffId;

/// The version in force, which stays so until the transaction ends. `None`: nothing of this code is.
pub fn lock_in_force(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
) -> Result<Option<i32>, CalendarsError> {
    store::lock_change(conn)?;
    let in_force = store::list_in_force(conn)?;
    Ok(in_force.iter().find(|row| row.kind == kind && row.code == code).map(|row| row.version))
}

/// Who handed a version in. `None`: it came with the program, or there is none.
pub fn find_version_author(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
    version: i32,
) -> Result<Option<StaffId>, CalendarsError> {
    Ok(store::find_version(conn, (kind, code, version))?.and_then(|row| row.created_by))
}

/// Puts a version in force, at the instant at which a recalculation to it was approved in the same transaction.
pub fn put_in_force(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
    version: i32,
    approved_at: DateTime<Utc>,
) -> Result<(), CalendarsError> {
    store::update_in_force(conn, kind, code, version, approved_at)?;
    Ok(())
}
