//! Who is told of an order: of a step by mail at the next working hour, and of its clock by the sweep, each alarm once.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::clock::{OrderAlarm, come_due};
use super::model::OrderId;
use super::store::{self, OrderRow};
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::escalation::EscalationError;
use crate::features::escalation::delivery::{Round, delivery_at};
use crate::features::escalation::due_rows::DueRows;
use crate::features::escalation::roster::Roster;
use crate::features::escalation::settings::EscalationSettings;
use crate::features::notices::{DepartmentName, Notice, NoticeContent, OrderNews};
use crate::features::tickets::Rulebook;
use crate::platform::auth::caller::StaffId;
use crate::platform::jobs::isolation::Isolation;
use crate::platform::jobs::outbox;
use crate::rules::permissions::Operation;
use crate::rules::vocabulary::Role;

/// Orders taken in one transaction.
const BATCH: i64 = 200;

/// Who hears of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// The leads of the department that has the order.
    Department,
    /// Whoever issued it.
    Issuer,
    /// Both.
    Everybody,
}

/// Writes the mails about orders.
pub(super) struct Post<'a> {
    /// Who is told.
    pub accounts: &'a Accounts,
    /// The rules in force.
    pub rules: &'a Rulebook,
    /// When mails go out.
    pub settings: &'a EscalationSettings,
    /// The instant of the command or sweep.
    pub now: DateTime<Utc>,
}

/// Tells of the orders whose alarm has come due.
pub(in crate::features::escalation) const TELL_ORDERS: DueRows<OrderId> =
    DueRows { name: "tell_orders", claim, work: tell_due };

fn claim(
    conn: &mut PgConnection,
    round: &Round<'_>,
    isolation: Isolation,
) -> Result<Option<Vec<OrderId>>, EscalationError> {
    let except: Vec<OrderId> = isolation.resting_ids(conn)?.into_iter().map(OrderId).collect();
    Ok(Some(store::lock_due(conn, round.now, &except, BATCH)?))
}

fn tell_due(
    conn: &mut PgConnection,
    round: &Round<'_>,
    orders: &[OrderId],
) -> Result<usize, EscalationError> {
    let rows = store::list_these(conn, orders)?;
    let (accounts, rules, settings, now) = (round.accounts, round.rules, round.settings, round.now);
    let post = Post { accounts, rules, settings, now };
    for row in &rows {
        let Some(due_on) = row.due_on else { continue };
        let (alarm, next) = come_due(&rules.calendar, due_on, now);
        let (news, audience) = match alarm {
            OrderAlarm::Reminder => (OrderNews::Reminder, Audience::Department),
            OrderAlarm::Overdue => (OrderNews::Overdue, Audience::Everybody),
        };
        post.tell(conn, row, audience, news)?;
        let told = OrderRow { last_alarm: Some(alarm), next_alarm_at: next, ..row.clone() };
        store::update(conn, &told)?;
    }
    Ok(rows.len())
}

impl Post<'_> {
    /// Writes the mails; they go out at the next working hour, to who is there then or stands in.
    pub fn tell(
        &self,
        conn: &mut PgConnection,
        row: &OrderRow,
        audience: Audience,
        step: OrderNews,
    ) -> Result<(), EscalationError> {
        let Some(due_on) = row.due_on else { return Ok(()) };
        let deliver_at = delivery_at(&self.rules.calendar, self.settings, self.now);
        let roster = Roster::on(conn, self.accounts, self.rules.day(deliver_at))?;
        let people = self.present(conn, &roster, row, audience)?;
        let mail = |contact: &StaffContact| {
            let department = DepartmentName::of(&self.rules.directory, Some(row.department_id));
            let content =
                NoticeContent::Supervision { reference: row.reference.clone(), department, due_on, step };
            let notice = Notice::to_staff(contact.id.0, content).about(row.ticket_id.0);
            notice.into_message(self.now).available_at(deliver_at)
        };
        let mails: Vec<_> = people.iter().map(mail).collect();
        Ok(outbox::enqueue(conn, &mails)?)
    }

    /// Whom of them it reaches: those who can open the order, or who stands in for them and can; else the supervisors.
    fn present(
        &self,
        conn: &mut PgConnection,
        roster: &Roster,
        row: &OrderRow,
        audience: Audience,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        let people = self.people(conn, row, audience)?;
        let present = roster.present(&people);
        let ids: Vec<StaffId> = people.iter().chain(&present).map(|contact| contact.id).collect();
        let powers = Accounts::powers(conn, &self.rules.directory, &ids)?;
        let can_open =
            |contact: &StaffContact| powers.may_in(contact.id, Operation::ReadSupervision, row.department_id);
        for mut candidates in [present, people] {
            candidates.retain(can_open);
            if !candidates.is_empty() {
                return Ok(candidates);
            }
        }
        let supervisors = self.accounts.recipients(conn, Role::Supervisor, Some(row.department_id))?;
        Ok(roster.present_or_all(supervisors))
    }

    fn people(
        &self,
        conn: &mut PgConnection,
        row: &OrderRow,
        audience: Audience,
    ) -> Result<Vec<StaffContact>, EscalationError> {
        let mut people = Vec::new();
        if audience != Audience::Issuer {
            people.extend(self.accounts.recipients(conn, Role::DepartmentLead, Some(row.department_id))?);
        }
        if audience != Audience::Department
            && let Some(issuer) = row.issued_by
        {
            people.extend(self.accounts.contacts(conn, &[issuer])?.into_values());
        }
        Ok(people)
    }
}
