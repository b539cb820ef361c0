//! What the departments are told when clocks have moved: one notice each, to those who lead it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;

use super::error::RecalculationError;
use super::model::RecalculationId;
use super::store::{self, DepartmentMoves};
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::notices::{DepartmentName, Notice, NoticeContent};
use crate::features::tickets::Rulebook;
use crate::platform::jobs::outbox;
use crate::rules::vocabulary::Role;

/// How many references a notice names.
const SHOWN: i32 = 20;

/// Writes the notices of a recalculation that put its version in force on `since_on`. Returns how many.
pub(super) fn tell_departments(
    conn: &mut PgConnection,
    accounts: &Accounts,
    rules: &Rulebook,
    id: RecalculationId,
    since_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<usize, RecalculationError> {
    let mut messages = Vec::new();
    for moves in store::summarise_moves(conn, id, SHOWN)? {
        let role = if moves.department_id.is_some() { Role::DepartmentLead } else { Role::Dispatcher };
        let leads = accounts.recipients(conn, role, moves.department_id)?;
        let content = notice(rules, &moves, since_on);
        let to = |lead: &StaffContact| Notice::to_staff(lead.id.0, content.clone()).into_message(now);
        messages.extend(leads.iter().map(to));
    }
    outbox::enqueue(conn, &messages)?;
    Ok(messages.len())
}

fn notice(rules: &Rulebook, moves: &DepartmentMoves, since_on: NaiveDate) -> NoticeContent {
    NoticeContent::RecalculationDigest {
        department: DepartmentName::of(&rules.directory, moves.department_id),
        moved: moves.moved,
        later: moves.later,
        earlier: moves.moved - moves.later,
        references: moves.references.clone(),
        has_more: moves.moved > i64::from(SHOWN),
        since_on,
    }
}
