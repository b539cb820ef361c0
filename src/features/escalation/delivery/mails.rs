//! Turns the notices whose hour has come into mails: one each, or one digest for a person who has many.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::PgConnection;
use metrics::counter;
use uuid::Uuid;

use super::round::Round;
use crate::features::accounts::StaffContact;
use crate::features::directory::Snapshot;
use crate::features::escalation::due_rows::DueRows;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::notice::Step;
use crate::features::escalation::store::notices::{self, DueNotice, NoticeKey, Told};
use crate::features::tickets::{ClockId, list_standing};
use crate::platform::auth::caller::StaffId;
use crate::platform::jobs::isolation::Isolation;
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::platform::mail::{MailLanguage, MailRequest, Template};

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
    let mut told: Vec<Told<'_>> = moot.into_iter().map(|notice| (notice, None)).collect();
    let mut mails = Vec::new();
    for (staff_id, notices) in &wanted {
        match contacts.get(staff_id) {
            Some(contact) => write(contact, notices, round, &mut mails, &mut told),
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

fn write<'a>(
    contact: &StaffContact,
    notices: &[&'a DueNotice],
    round: &Round<'_>,
    mails: &mut Vec<NewMessage>,
    told: &mut Vec<Told<'a>>,
) {
    let directory = &round.rules.directory;
    let is_many = notices.len() > usize::try_from(round.settings.digest_above).unwrap_or(usize::MAX);
    for part in notices.chunks(if is_many { LONGEST_DIGEST } else { 1 }) {
        let request = match part {
            [one] => single(contact, one, directory),
            many => digest(contact, many, directory),
        };
        let message = request.into_message(round.now);
        let id: Uuid = message.id();
        told.extend(part.iter().map(|notice| (*notice, Some(id))));
        mails.push(message);
    }
}

fn single(contact: &StaffContact, notice: &DueNotice, directory: &Snapshot) -> MailRequest {
    let language = MailLanguage::from(contact.locale);
    let request = MailRequest::to_staff(contact.id.0, Template::Alarm, language)
        .about(notice.ticket_id.0)
        .value("reference", notice.reference.as_str())
        .value("level", notice.level.as_str())
        .value("department", department_name(directory, notice.department_id, language))
        .day("due_on", notice.due_on);
    match notice.step {
        Step::Fired => request,
        Step::Raised | Step::SnoozeEnded => request.value("step", notice.step.as_str()),
    }
}

fn digest(contact: &StaffContact, notices: &[&DueNotice], directory: &Snapshot) -> MailRequest {
    let language = MailLanguage::from(contact.locale);
    let mut names: HashMap<Option<i32>, String> = HashMap::new();
    let mut lines: Vec<String> = Vec::with_capacity(notices.len());
    for notice in notices {
        let name = names
            .entry(notice.department_id)
            .or_insert_with(|| department_name(directory, notice.department_id, language));
        let (reference, level, due_on, step) = (&notice.reference, notice.level, notice.due_on, notice.step);
        lines.push(format!("{reference}|{level}|{due_on}|{name}|{step}"));
    }
    MailRequest::to_staff(contact.id.0, Template::AlarmDigest, language)
        .value("count", notices.len().to_string())
        .value("items", lines.join("\n"))
}

/// What the department is called in a mail; before the dispatch, the desk.
pub(in crate::features::escalation) fn department_name(
    directory: &Snapshot,
    department_id: Option<i32>,
    language: MailLanguage,
) -> String {
    let department = department_id.and_then(|id| directory.department(id));
    match (department, language) {
        (Some(department), MailLanguage::ZhCn) => department.name.clone(),
        (Some(department), MailLanguage::En) => department.name_en.clone(),
        (None, MailLanguage::ZhCn) => "受理台".to_owned(),
        (None, MailLanguage::En) => "Intake desk".to_owned(),
    }
}
