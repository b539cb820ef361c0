//! Whether a caller may administer accounts, which, and what they may hand out.

use crate::features::accounts::error::AccountsError;
use crate::features::accounts::store::StaffRow;
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::StaffCaller;
use crate::rules::permissions::Operation;

/// Says no unless the caller may do this somewhere.
pub(in crate::features::accounts) fn authorise(
    caller: &StaffCaller,
    operation: Operation,
) -> Result<(), AccountsError> {
    if caller.may_somewhere(operation) { Ok(()) } else { Err(AccountsError::Forbidden) }
}

/// What is not the caller's to administer is not there.
pub(in crate::features::accounts) fn check_visible(
    caller: &StaffCaller,
    operation: Operation,
    row: &StaffRow,
) -> Result<(), AccountsError> {
    let may = caller.may(operation, row.department_id.as_slice());
    if may { Ok(()) } else { Err(AccountsError::NotFound) }
}

/// Nobody hands out what reaches farther than they do.
pub(in crate::features::accounts) fn check_grantable(
    caller: &StaffCaller,
    granted_for: Option<i32>,
) -> Result<(), AccountsError> {
    let may = caller.may(Operation::ManageGrants, granted_for.as_slice());
    if may { Ok(()) } else { Err(AccountsError::Forbidden) }
}

pub(in crate::features::accounts) fn resolve(
    directory: &Snapshot,
    code: Option<&str>,
    pointer: &str,
) -> Result<Option<i32>, AccountsError> {
    let Some(code) = code else { return Ok(None) };
    let department = directory.department_by_code(code);
    department.map(|d| Some(d.id)).ok_or_else(|| AccountsError::UnknownDepartment(pointer.to_owned()))
}
