//! Who is fit to handle a letter.

use crate::features::accounts::Powers;
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::{Ownership, StaffId};
use crate::rules::commands::Command;
use crate::rules::vocabulary::Kind;

/// Whether somebody handles letters of this kind for a department: for the one in charge today, if it is dissolved.
pub fn may_handle(
    powers: &Powers,
    directory: &Snapshot,
    staff_id: StaffId,
    (kind, department_id): (Kind, i32),
) -> bool {
    let in_charge = directory.department_in_charge(department_id).map_or(department_id, |found| found.id);
    let of = Ownership { kind, departments: vec![in_charge], assignees: vec![staff_id] };
    powers.may(staff_id, Command::DraftReply, &of)
}
