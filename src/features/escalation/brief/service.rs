//! The leader's brief: made once on every working day, sent to its readers, and kept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::PgConnection;
use tracing::info;

use super::figures::FiguresOfDays;
use super::notice::notice;
use super::requests::ListMorningBriefs;
use super::store::{self, BriefRow};
use super::views::{
    BriefAlarm, BriefContent, BriefDepartment, BriefFigures, BriefOrder, BriefRepeated, MorningBriefView,
};
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::recipients::{Recipients, Sources};
use crate::features::escalation::settings::EscalationSettings;
use crate::features::escalation::store::alarms::{self, TopAlarmRow};
use crate::features::escalation::supervision::{LateOrder, list_late};
use crate::features::notices::Notice;
use crate::features::tickets::{
    OverdueDepartment, Repeated, Rulebook, Tickets, list_overdue, list_repeated, list_titles,
};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;
use crate::platform::http::pagination::Page;
use crate::platform::jobs::notify::Notifier;
use crate::platform::jobs::outbox;
use crate::rules::permissions::CityOperation;
use crate::rules::vocabulary::AlarmLevel;

/// How many items a list of the brief has at most.
const LONGEST_LIST: usize = 50;

/// What the briefs stand on.
#[derive(Clone)]
pub struct BriefParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: SharedClock,
    /// What is told of.
    pub tickets: Tickets,
    /// Who reads it.
    pub accounts: Accounts,
    /// The worker's notifier, told of the notices.
    pub notifier: Notifier,
    /// Who reads it, by name.
    pub settings: Arc<EscalationSettings>,
    /// What came in and what was answered.
    pub figures: Arc<dyn FiguresOfDays>,
}

/// The leader's briefs. Cheap to clone.
#[derive(Clone)]
pub struct Briefs {
    parts: BriefParts,
}

impl Briefs {
    /// Assembles the service.
    pub fn new(parts: BriefParts) -> Briefs {
        Briefs { parts }
    }

    /// Makes the brief of the day on which it is due and the notices that carry it, unless the day is off or it was made before.
    /// Tells whether it was made now.
    pub async fn make(&self, due_at: DateTime<Utc>) -> Result<bool, EscalationError> {
        let (parts, rules) = (self.parts.clone(), self.parts.tickets.rulebook());
        let day = rules.day(due_at);
        if !rules.calendar.is_working_day(day) {
            return Ok(false);
        }
        let now = self.parts.clock.now();
        let made = self
            .parts
            .db
            .transaction(move |conn| make_within(conn, &parts, &rules, day, due_at, now))
            .await?;
        if made {
            self.parts.notifier.notify();
            info!(brief.day = %day, "Made the brief of {day}");
        }
        Ok(made)
    }

    /// The briefs, the newest first. `before` is the cursor's key.
    pub async fn list(
        &self,
        caller: &StaffCaller,
        query: &ListMorningBriefs,
        before: Option<NaiveDate>,
    ) -> Result<Page<MorningBriefView>, EscalationError> {
        self.authorise(caller)?;
        let (before, limit) = (before.unwrap_or(NaiveDate::MAX), query.limit.with_one_more());
        // PostgreSQL's last day lies before chrono's.
        let before = before.min(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default());
        let rows =
            self.parts.db.read(move |conn| Ok::<_, EscalationError>(store::list(conn, before, limit)?));
        let page = Page::new(rows.await?, query.limit, |row| row.brief_on);
        let next_cursor = page.next_cursor;
        let data = page.data.into_iter().map(view).collect::<Result<_, _>>()?;
        Ok(Page { data, next_cursor })
    }

    /// The brief of one day.
    pub async fn get(
        &self,
        caller: &StaffCaller,
        day: NaiveDate,
    ) -> Result<MorningBriefView, EscalationError> {
        self.authorise(caller)?;
        let row = self.parts.db.read(move |conn| Ok::<_, EscalationError>(store::find(conn, day)?)).await?;
        view(row.ok_or(EscalationError::NotFound)?)
    }

    /// Supervisors of the whole city read it, and whoever is named as a reader.
    fn authorise(&self, caller: &StaffCaller) -> Result<(), EscalationError> {
        let is_reader = self.parts.settings.brief_readers.contains(&caller.username);
        if is_reader || caller.may_city_wide(CityOperation::ReadBriefs) {
            return Ok(());
        }
        Err(EscalationError::Forbidden)
    }
}

fn make_within(
    conn: &mut PgConnection,
    parts: &BriefParts,
    rules: &Rulebook,
    day: NaiveDate,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, EscalationError> {
    let last = store::list(conn, day, 1)?.pop();
    let last_on = last.as_ref().map(|last| last.brief_on);
    let since = last.map_or(DateTime::UNIX_EPOCH, |last| last.until);
    let digest = Digest { rules, today: rules.day(now) };
    let content = BriefContent {
        figures: Some(figures(conn, parts, day, last_on)?),
        ..gather(conn, &digest, since, due_at, now)?
    };
    let json =
        serde_json::to_value(&content).map_err(|error| EscalationError::Internal(error.to_string()))?;
    let row = BriefRow { brief_on: day, since, until: due_at, content: json, made_at: now };
    if store::insert(conn, &row)? == 0 {
        return Ok(false);
    }
    let sources = Sources {
        accounts: &parts.accounts,
        directory: &rules.directory,
        brief_readers: &parts.settings.brief_readers,
    };
    let readers = Recipients::of(sources, conn, day, &[])?.readers(conn)?;
    let told = notice(&rules.directory, day, &content);
    let to = |reader: &StaffContact| Notice::to_staff(reader.id.0, told.clone()).into_message(now);
    outbox::enqueue(conn, &readers.iter().map(to).collect::<Vec<_>>())?;
    Ok(true)
}

/// The days from that of the last brief to yesterday.
fn figures(
    conn: &mut PgConnection,
    parts: &BriefParts,
    day: NaiveDate,
    last_on: Option<NaiveDate>,
) -> Result<BriefFigures, EscalationError> {
    let to_on = day.pred_opt().unwrap_or(day);
    let from_on = last_on.unwrap_or(to_on).min(to_on);
    Ok(BriefFigures { from_on, to_on, figures: parts.figures.of(conn, from_on, to_on)? })
}

fn gather(
    conn: &mut PgConnection,
    digest: &Digest<'_>,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<BriefContent, EscalationError> {
    let letters = letters(alarms::list_fired(conn, AlarmLevel::L3, since, until)?);
    let new_count = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let letters: Vec<TopAlarmRow> = letters.into_iter().take(LONGEST_LIST).collect();
    let titles = list_titles(conn, &letters.iter().map(|row| row.reference.as_str()).collect::<Vec<_>>())?;
    let overdue = list_overdue(conn, now)?;
    let repeated = list_repeated(conn, since, until)?;
    let late = list_late(conn, now)?;
    Ok(BriefContent {
        figures: None,
        new_count,
        new: letters.into_iter().map(|row| digest.alarm(row, &titles)).collect(),
        overdue_count: overdue.iter().map(|department| department.count).sum(),
        overdue: overdue.into_iter().map(|found| digest.department(&found)).collect(),
        repeated_count: i64::try_from(repeated.len()).unwrap_or(i64::MAX),
        repeated: repeated.into_iter().take(LONGEST_LIST).map(|found| digest.repeated(found)).collect(),
        late_order_count: i64::try_from(late.len()).unwrap_or(i64::MAX),
        late_orders: late.into_iter().take(LONGEST_LIST).filter_map(|order| digest.order(order)).collect(),
    })
}

/// One row a letter: the alarm of the promise that was due first. The rows come the oldest due first.
fn letters(fired: Vec<TopAlarmRow>) -> Vec<TopAlarmRow> {
    let mut known = HashSet::new();
    fired.into_iter().filter(|row| known.insert(row.reference.clone())).collect()
}

/// Turns what was found into what the brief tells, as of a day.
struct Digest<'a> {
    rules: &'a Rulebook,
    today: NaiveDate,
}

impl Digest<'_> {
    fn alarm(&self, row: TopAlarmRow, titles: &HashMap<String, String>) -> BriefAlarm {
        BriefAlarm {
            title: titles.get(&row.reference).cloned().unwrap_or_default(),
            working_days_late: self.working_days_since(row.due_on),
            department: self.code(row.department_id),
            reference: row.reference,
            metric: row.metric,
            due_on: row.due_on,
        }
    }

    fn department(&self, found: &OverdueDepartment) -> BriefDepartment {
        BriefDepartment {
            department: self.code(found.department_id),
            count: found.count,
            // The instant is the end of the due day.
            oldest_due_on: self.rules.day(found.oldest_due_at - TimeDelta::microseconds(1)),
        }
    }

    fn repeated(&self, found: Repeated) -> BriefRepeated {
        BriefRepeated {
            department: self.code(found.department_id),
            reference: found.reference,
            extensions: found.extensions,
            reopenings: found.reopenings,
        }
    }

    fn order(&self, order: LateOrder) -> Option<BriefOrder> {
        let due_on = order.due_on?;
        Some(BriefOrder {
            working_days_late: self.working_days_since(due_on),
            department: self.code(Some(order.department_id)),
            reference: order.reference,
            due_on,
        })
    }

    fn working_days_since(&self, day: NaiveDate) -> i64 {
        self.rules.calendar.working_days_between(day, self.today)
    }

    fn code(&self, department_id: Option<i32>) -> Option<String> {
        let department = department_id.and_then(|id| self.rules.directory.department(id));
        department.map(|department| department.code.clone())
    }
}

fn view(row: BriefRow) -> Result<MorningBriefView, EscalationError> {
    let content =
        serde_json::from_value(row.content).map_err(|error| EscalationError::Internal(error.to_string()))?;
    Ok(MorningBriefView { brief_on: row.brief_on, since: row.since, until: row.until, content })
}
