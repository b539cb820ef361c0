//! What the departments are told when clocks have moved: one mail each, to those who lead it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;

use super::error::RecalculationError;
use super::model::RecalculationId;
use super::store::{self, DepartmentMoves};
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::tickets::Rulebook;
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::platform::mail::{MailLanguage, MailRequest, Template};
use crate::rules::vocabulary::Role;

/// How many references a mail names.
const SHOWN: i32 = 20;

/// Writes the mails of a recalculation that put its version in force on `since_on`. Returns how many.
pub(super) fn tell_departments(
    conn: &mut PgConnection,
    accounts: &Accounts,
    rules: &Rulebook,
    id: RecalculationId,
    since_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<usize, RecalculationError> {
    let mut mails = Vec::new();
    for moves in store::summarise_moves(conn, id, SHOWN)? {
        let role = if moves.department_id.is_some() { Role::DepartmentLead } else { Role::Dispatcher };
        let leads = accounts.recipients(conn, role, moves.department_id)?;
        mails.extend(leads.iter().map(|lead| mail(rules, &moves, lead, since_on, now)));
    }
    outbox::enqueue(conn, &mails)?;
    Ok(mails.len())
}

fn mail(
    rules: &Rulebook,
    moves: &DepartmentMoves,
    lead: &StaffContact,
    since_on: NaiveDate,
    now: DateTime<Utc>,
) -> NewMessage {
    let language = MailLanguage::from(lead.locale);
    let hidden = moves.moved > i64::from(SHOWN);
    let references = moves.references.join(", ") + if hidden { ", …" } else { "" };
    MailRequest::to_staff(lead.id.0, Template::RecalculationDigest, language)
        .value("department", department_name(rules, moves.department_id, language))
        .value("moved", moves.moved.to_string())
        .value("later", moves.later.to_string())
        .value("earlier", (moves.moved - moves.later).to_string())
        .value("references", references)
        .day("since_on", since_on)
        .into_message(now)
}

/// What the department is called in a mail; before the dispatch, the desk.
fn department_name(rules: &Rulebook, department_id: Option<i32>, language: MailLanguage) -> String {
    let department = department_id.and_then(|id| rules.directory.department(id));
    match (department, language) {
        (Some(department), MailLanguage::ZhCn) => department.name.clone(),
        (Some(department), MailLanguage::En) => department.name_en.clone(),
        (None, MailLanguage::ZhCn) => "受理台".to_owned(),
        (None, MailLanguage::En) => "Intake desk".to_owned(),
    }
}
