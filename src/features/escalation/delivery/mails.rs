//! Turns the notices whose hour has come into mails: one each, or one digest for a person who has many.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::PgConnection;
use metrics::counter;
use uuid::Uuid;

use super::round::Round;
use crate::features::accounts::StaffContact;
use crate::features::escalation::due_rows::DueRows;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::store::notices::{self, DueNotice, NoticeKey, Told};
use crate::features::notices::{AlarmItem, DepartmentName, Notice, NoticeContent};
use crate::features::tickets::{ClockId, list_standing, list_titles};
use crate::platform::auth::caller::StaffId;
use crate::platform::jobs::isolation::Isolation;
use crate::platform::jobs::outbox::{self, NewMessage};

/// Notices taken in one transaction.
const BATCH: i64 = 5_000;

/// Alarms that one digest lists at most; further ones stand in a further mail.
const LONGEST_DIGEST: usize = 500;

/// Writes the mails of the notices whose hour has come.
pub(in crate::features::escalation) const DELIVER: DueRows<NoticeKey> =
    DueRows { name: "deliver_notices", claim, work: deliver };

fn claim(
    conn: &mut PgConnection,
    round: &Round<'_>,
    isolation: Isolation,
) -> Result<Option<Vec<NoticeKey>>, EscalationError> {
    let except = isolation.resting(conn)?;
    Ok(Some(notices::lock_due(conn, round.now, &except, BATCH)?))
}

/// Tells how many mails it wrote.
fn deliver(conn: &mut PgConnection, round: &Round<'_>, keys: &[NoticeKey]) -> Result<usize, EscalationError> {
    let due = notices::list(conn, keys)?;
    let (wanted, moot) = wanted(conn, &due)?;
    let staff: Vec<StaffId> = wanted.keys().copied().collect();
    let contacts = round.accounts.contacts(conn, &staff)?;
    let references: Vec<&str> = wanted.values().flatten().map(|notice| notice.reference.as_str()).collect();
    let desk = Desk { round, titles: list_titles(conn, &references)? };
    let mut told: Vec<Told<'_>> = moot.into_iter().map(|notice| (notice, None)).collect();
    let mut mails = Vec::new();
    for (staff_id, notices) in &wanted {
        match contacts.get(staff_id) {
            Some(contact) => desk.write(contact, notices, &mut mails, &mut told),
            None => told.extend(notices.iter().map(|notice| (*notice, None))),
        }
    }
    notices::mark_delivered(conn, &told, round.now)?;
    outbox::enqueue(conn, &mails)?;
    counter!("huiyin_alarm_mails_total").increment(mails.len() as u64);
    Ok(mails.len())
}

/// Notices by the person they are for.
type ByPerson<'a> = BTreeMap<StaffId, Vec<&'a DueNotice>>;

/// The notices by person, and those that need nobody any more: acknowledged before the hour came, or the clock has ended.
fn wanted<'a>(
    conn: &mut PgConnection,
    due: &'a [DueNotice],
) -> Result<(ByPerson<'a>, Vec<&'a DueNotice>), EscalationError> {
    let clocks: HashSet<ClockId> = due.iter().map(|notice| notice.clock_id).collect();
    let clocks: Vec<ClockId> = clocks.into_iter().collect();
    let standing = list_standing(conn, &clocks)?.into_iter().filter(|clock| clock.is_live());
    let live: HashSet<ClockId> = standing.map(|clock| clock.id).collect();
    let is_wanted = |notice: &&DueNotice| notice.is_open && live.contains(&notice.clock_id);
    let (wanted, moot): (Vec<&DueNotice>, Vec<&DueNotice>) = due.iter().partition(is_wanted);
    let mut by_person = ByPerson::new();
    for notice in wanted {
        by_person.entry(notice.staff_id).or_default().push(notice);
    }
    Ok((by_person, moot))
}

/// What the mails are written with.
struct Desk<'a> {
    round: &'a Round<'a>,
    titles: HashMap<String, String>,
}

impl Desk<'_> {
    fn write<'a>(
        &self,
        contact: &StaffContact,
        notices: &[&'a DueNotice],
        mails: &mut Vec<NewMessage>,
        told: &mut Vec<Told<'a>>,
    ) {
        let is_many = notices.len() > usize::try_from(self.round.settings.digest_above).unwrap_or(usize::MAX);
        for part in notices.chunks(if is_many { LONGEST_DIGEST } else { 1 }) {
            let notice = match part {
                [one] => self.single(contact, one),
                many => self.digest(contact, many),
            };
            let message = notice.into_message(self.round.now);
            let id: Uuid = message.id();
            told.extend(part.iter().map(|notice| (*notice, Some(id))));
            mails.push(message);
        }
    }

    fn single(&self, contact: &StaffContact, notice: &DueNotice) -> Notice {
        let content = NoticeContent::Alarm(self.item(notice));
        Notice::to_staff(contact.id.0, content).about(notice.ticket_id.0)
    }

    fn digest(&self, contact: &StaffContact, notices: &[&DueNotice]) -> Notice {
        let items = notices.iter().map(|notice| self.item(notice)).collect();
        Notice::to_staff(contact.id.0, NoticeContent::AlarmDigest { items })
    }

    fn item(&self, notice: &DueNotice) -> AlarmItem {
        AlarmItem {
            reference: notice.reference.clone(),
            title: self.titles.get(&notice.reference).cloned(),
            level: notice.level,
            due_on: notice.due_on,
            department: DepartmentName::of(&self.round.rules.directory, notice.department_id),
            step: notice.step,
        }
    }
}
