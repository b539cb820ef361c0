//! The alarms that fired, for those who were told: listed by scope, acknowledged or left to rest one by one.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::delivery::longest_snooze_on;
use super::error::EscalationError;
use super::model::AlarmId;
use super::requests::{ListAlarms, SnoozeAlarm};
use super::scope::wanted;
use super::store::alarms::{self as store, AlarmRow, ListKey, ListPage};
use super::store::notices::{self, SnoozeRow};
use super::views::AlarmView;
use crate::features::accounts::People;
use crate::features::directory::Snapshot;
use crate::features::escalation::settings::EscalationSettings;
use crate::features::tickets::Tickets;
use crate::platform::auth::caller::{Ownership, StaffCaller, StaffId};
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::Db;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::pagination::Page;
use crate::rules::permissions::Operation;
use crate::rules::vocabulary::{AlarmLevel, Kind};

/// The alarms that fired. Cheap to clone.
#[derive(Clone)]
pub struct Alarms {
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    tickets: Tickets,
    settings: Arc<EscalationSettings>,
}

/// A command on one alarm.
#[derive(Debug, Clone)]
pub struct AlarmCommand {
    /// Who.
    pub caller: StaffCaller,
    /// Which alarm.
    pub id: AlarmId,
    /// The version they saw.
    pub version: i32,
    /// The request's key.
    pub idempotency: Idempotency,
}

impl Alarms {
    /// Assembles the service.
    pub fn new(
        db: Db,
        clock: SharedClock,
        sealer: Sealer,
        tickets: Tickets,
        settings: Arc<EscalationSettings>,
    ) -> Alarms {
        Alarms { db, clock, sealer, tickets, settings }
    }

    /// The alarms that the caller may see: the unacknowledged first, then the newest. `after` is the cursor's key.
    pub async fn list(
        &self,
        caller: &StaffCaller,
        query: &ListAlarms,
        after: Option<ListKey>,
    ) -> Result<Page<AlarmView>, EscalationError> {
        if !caller.may_somewhere(Operation::ReadAlarms) {
            return Err(EscalationError::Forbidden);
        }
        let directory = self.tickets.rulebook().directory;
        let reaches = reaches(caller, &directory, query)?;
        let levels = query.level.map_or_else(|| AlarmLevel::ALL.to_vec(), |level| vec![level]);
        let (after, limit) = (after.unwrap_or_else(first), query.limit.with_one_more());
        let page = ListPage { levels, after, limit };
        let (rows, people) = self
            .db
            .read(move |conn| {
                let rows = merged(conn, &reaches, &page)?;
                let people = People::find(conn, rows.iter().filter_map(|row| row.acknowledged_by))?;
                Ok::<_, EscalationError>((rows, people))
            })
            .await?;
        let page = Page::new(rows, query.limit, key);
        Ok(page.map(|row| view(&directory, &people, row)))
    }

    /// Notes that the caller has taken notice. Whoever waited for that waits no more, and a snooze is over.
    pub async fn acknowledge(&self, command: AlarmCommand) -> Result<Once<AlarmView>, EscalationError> {
        let now = self.clock.now();
        self.on_alarm(command, move |conn, row, caller| match row.is_open {
            true => Ok(store::acknowledge(conn, row.id, caller.id, now)?),
            false => Ok(row),
        })
        .await
    }

    /// Lets an alarm rest for a while, at the wish of somebody who was told of it.
    pub async fn snooze(
        &self,
        command: AlarmCommand,
        snooze: SnoozeAlarm,
    ) -> Result<Once<AlarmView>, EscalationError> {
        let (now, rules) = (self.clock.now(), self.tickets.rulebook());
        let last_day = longest_snooze_on(&rules.calendar, &self.settings, now);
        let last = rules.calendar.end_of_day(last_day);
        self.on_alarm(command, move |conn, row, caller| {
            if !row.is_open {
                return Err(EscalationError::Acknowledged);
            }
            if row.level == AlarmLevel::L3 {
                return Err(EscalationError::LeaderDoesNotRest);
            }
            if snooze.until <= now || snooze.until > last {
                return Err(EscalationError::SnoozeTooLong(last_day));
            }
            if !notices::list_told(conn, &[row.id])?.iter().any(|(_, staff)| *staff == caller.id) {
                return Err(EscalationError::Forbidden);
            }
            let row = store::snooze(conn, row.id, snooze.until)?;
            let (alarm_id, number, staff_id) = (row.id, row.snoozes, caller.id);
            let (reason, ends_at) = (snooze.reason.as_str(), snooze.until);
            let kept = SnoozeRow { alarm_id, number, staff_id, reason, snoozed_at: now, ends_at };
            notices::insert_snooze(conn, &kept)?;
            Ok(row)
        })
        .await
    }

    /// One transaction on one alarm, which the caller may see and has seen as it is now.
    async fn on_alarm<W>(&self, command: AlarmCommand, work: W) -> Result<Once<AlarmView>, EscalationError>
    where
        W: Fn(&mut PgConnection, AlarmRow, &StaffCaller) -> Result<AlarmRow, EscalationError>
            + Clone
            + Send
            + 'static,
    {
        let (now, sealer, rules) = (self.clock.now(), self.sealer.clone(), self.tickets.rulebook());
        self.db
            .transaction(move |conn| {
                once(conn, &command.idempotency, &sealer, now, |conn| {
                    let row = store::lock(conn, command.id)?.ok_or(EscalationError::NotFound)?;
                    authorise(conn, &command.caller, &row)?;
                    if row.version != command.version {
                        return Err(EscalationError::Stale);
                    }
                    let row = work(conn, row, &command.caller)?;
                    let people = People::find(conn, row.acknowledged_by)?;
                    Ok(view(&rules.directory, &people, row))
                })
            })
            .await
    }
}

/// What the caller may not see is not there. What they were told of is theirs.
fn authorise(conn: &mut PgConnection, caller: &StaffCaller, row: &AlarmRow) -> Result<(), EscalationError> {
    let told = notices::list_told(conn, &[row.id])?;
    let of = Ownership {
        kind: row.kind,
        departments: row.department_id.into_iter().collect(),
        assignees: told.into_iter().map(|(_, staff)| staff).collect(),
    };
    if !caller.may_on(Operation::ReadAlarms, &of) {
        return Err(EscalationError::NotFound);
    }
    if !caller.may_on(Operation::AcknowledgeAlarm, &of) {
        return Err(EscalationError::Forbidden);
    }
    Ok(())
}

/// Alarms that a caller may see.
#[derive(Clone)]
enum Reach {
    /// Of matters of one kind or of all, in these departments or, `None`, everywhere.
    Of(Option<Vec<i32>>, Option<Kind>),
    /// Of what they were told.
    Told(StaffId),
}

/// What the list is made of: roles for every kind of matter show those of their departments; roles for one kind show that
/// kind, and what their holder was told of.
fn reaches(
    caller: &StaffCaller,
    directory: &Snapshot,
    query: &ListAlarms,
) -> Result<Vec<Reach>, EscalationError> {
    let (code, mut reaches) = (query.department.as_deref(), Vec::new());
    let scope = caller.scope_for(Operation::ReadAlarms);
    if !scope.is_nowhere() {
        reaches.push(Reach::Of(wanted(directory, &scope, code)?, None));
    }
    for kind in caller.only_kinds(Operation::ReadAlarms) {
        let scope = caller.scope_on(Operation::ReadAlarms, kind);
        reaches.push(Reach::Of(wanted(directory, &scope, code)?, Some(kind)));
        if code.is_none() {
            reaches.push(Reach::Told(caller.id));
        }
    }
    Ok(reaches)
}

/// One page of all that the caller may see, each alarm once.
fn merged(conn: &mut PgConnection, reaches: &[Reach], page: &ListPage) -> QueryResult<Vec<AlarmRow>> {
    let mut rows = Vec::new();
    for reach in reaches {
        rows.extend(match reach {
            Reach::Of(None, kind) => store::list_everywhere(conn, *kind, page)?,
            Reach::Of(Some(these), kind) => store::list_of_departments(conn, these, *kind, page)?,
            Reach::Told(staff) => store::list_told_to(conn, *staff, page)?,
        });
    }
    rows.sort_unstable_by_key(|row| Reverse(key(row)));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    Ok(rows)
}

fn key(row: &AlarmRow) -> ListKey {
    (row.is_open, row.fired_at, row.id)
}

/// Before every alarm.
fn first() -> ListKey {
    (true, DateTime::<Utc>::from_timestamp(253_402_300_799, 0).unwrap_or_default(), AlarmId(Uuid::max()))
}

fn view(directory: &Snapshot, people: &People, row: AlarmRow) -> AlarmView {
    let department = row.department_id.and_then(|id| directory.department(id));
    AlarmView {
        id: row.id,
        reference: row.reference,
        clock_id: row.clock_id,
        metric: row.metric,
        level: row.level,
        due_on: row.due_on,
        fire_at: row.fire_at,
        fired_at: row.fired_at,
        department: department.map(|department| department.code.clone()),
        acknowledged_at: row.acknowledged_at,
        acknowledged_by: people.perhaps(row.acknowledged_by),
        acknowledge_by: row.acknowledge_by,
        raised_at: row.raised_at,
        snoozed_until: row.snoozed_until,
        version: row.version,
    }
}
