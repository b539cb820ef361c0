//! Turns the notices whose hour has come into mails: one each, or one digest for a person who has many.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::PgConnection;
use metrics::counter;
use uuid::Uuid;

use super::round::Round;
use crate::features::accounts::StaffContact;
use crate::features::escalation::due_rows::DueRows;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::notice::{NewNotice, Step};
use crate::features::escalation::recipients::{Recipients, Subject, Subjects};
use crate::features::escalation::store::alarms;
use crate::features::escalation::store::notices::{self, DueNotice, NoticeKey, Told};
use crate::features::notices::{AlarmItem, DepartmentName, Notice, NoticeContent};
use crate::features::tickets::{ClockId, list_titles};
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
    let mut recipients = round.recipients(conn, &[])?;
    let sorted = Sorted::of(conn, round, &mut recipients, &due)?;
    let references: Vec<&str> = due.iter().map(|notice| notice.reference.as_str()).collect();
    let desk = Desk { round, titles: list_titles(conn, &references)? };
    let mut told: Vec<Told<'_>> = sorted.moot.into_iter().map(|notice| (notice, None)).collect();
    let mut mails = Vec::new();
    for (contact, notices) in sorted.wanted.values() {
        desk.write(contact, notices, &mut mails, &mut told);
    }
    // They are delivered next: whoever is told now can open it.
    notices::insert(conn, &sorted.instead)?;
    notices::mark_delivered(conn, &told, round.now)?;
    outbox::enqueue(conn, &mails)?;
    counter!("huiyin_alarm_mails_total").increment(mails.len() as u64);
    Ok(mails.len())
}

/// What becomes of the notices whose hour has come.
#[derive(Default)]
struct Sorted<'a> {
    /// By the person they are for.
    wanted: BTreeMap<StaffId, (StaffContact, Vec<&'a DueNotice>)>,
    /// Those that need nobody any more: acknowledged before the hour came, or the clock has ended; and those whose person
    /// cannot open it any more, or is no longer reached.
    moot: Vec<&'a DueNotice>,
    /// Who is told in the place of the latter.
    instead: Vec<NewNotice>,
}

impl<'a> Sorted<'a> {
    fn of(
        conn: &mut PgConnection,
        round: &Round<'_>,
        recipients: &mut Recipients<'_>,
        due: &'a [DueNotice],
    ) -> Result<Sorted<'a>, EscalationError> {
        let clocks: HashSet<ClockId> = due.iter().map(|notice| notice.clock_id).collect();
        let subjects = Subjects::of(conn, &clocks.into_iter().collect::<Vec<_>>())?;
        let staff: HashSet<StaffId> = due.iter().map(|notice| notice.staff_id).collect();
        let contacts = round.accounts.contacts(conn, &staff.into_iter().collect::<Vec<_>>())?;
        let mut sorted = Sorted::default();
        for notice in due {
            let clock = subjects.clock(notice.clock_id).filter(|clock| clock.is_live());
            let Some(clock) = clock.filter(|_| notice.is_open) else {
                sorted.moot.push(notice);
                continue;
            };
            let subject = subjects.subject(clock, notice.metric);
            let contact = contacts.get(&notice.staff_id).cloned();
            match recipients.able(conn, subject, contact.into_iter().collect())?.pop() {
                Some(contact) => {
                    let of_them = sorted.wanted.entry(contact.id).or_insert((contact, Vec::new()));
                    of_them.1.push(notice);
                }
                None => sorted.replace(conn, round, recipients, (notice, subject))?,
            }
        }
        Ok(sorted)
    }

    /// The notice is not for its person any more: whoever would be told today is.
    fn replace(
        &mut self,
        conn: &mut PgConnection,
        round: &Round<'_>,
        recipients: &mut Recipients<'_>,
        (notice, subject): (&'a DueNotice, Subject),
    ) -> Result<(), EscalationError> {
        self.moot.push(notice);
        if notice.department_id != subject.department_id {
            alarms::move_to(conn, notice.alarm_id, subject.department_id)?;
        }
        let found = match notice.step {
            Step::Raised => recipients.find_above(conn, subject, notice.level, &[])?,
            Step::Fired | Step::SnoozeEnded => recipients.find(conn, subject, notice.level)?,
        };
        self.instead.extend(found.iter().map(|contact| NewNotice {
            alarm_id: notice.alarm_id,
            step: notice.step,
            number: notice.number,
            staff_id: contact.id,
            deliver_at: round.now,
        }));
        Ok(())
    }
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
