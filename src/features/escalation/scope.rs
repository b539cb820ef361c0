//! Which departments a list of escalation shows a caller.

use std::collections::HashSet;

use super::error::EscalationError;
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::Scope;

/// The departments asked for that lie within the scope; `None`: everything, the desk's too.
pub(super) fn wanted(
    directory: &Snapshot,
    scope: &Scope,
    code: Option<&str>,
) -> Result<Option<Vec<i32>>, EscalationError> {
    let Some(code) = code else { return Ok(scope.departments()) };
    let department = directory.department_by_code(code).ok_or(EscalationError::UnknownDepartment)?;
    let below: &HashSet<i32> = &directory.subtree(department.id);
    let mut within: Vec<i32> = below.iter().copied().filter(|id| scope.covers(*id)).collect();
    within.sort_unstable();
    Ok(Some(within))
}
