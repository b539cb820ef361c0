//! Work lists: pages of open tickets, within what the caller may read.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, QueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::features::accounts::{People, Person, StaffRef};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::read::presentation::Presentation;
use crate::features::tickets::read::views::Named;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::work_lists::{self, After, AssignedTo, ListRow};
use crate::features::tickets::store::work_orders;
use crate::platform::auth::caller::{Ownership, StaffCaller, StaffId};
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Cursor, Limit, Page};
use crate::platform::http::problem::Problem;
use crate::rules::lifecycle::State;
use crate::rules::permissions::Operation;
use crate::rules::vocabulary::{Kind, Priority};

/// A line of a work list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkListItem {
    /// The public number.
    pub reference: String,
    /// What sort of matter.
    pub kind: Kind,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// How urgent it is.
    pub priority: Priority,
    /// Its category.
    pub category: Named,
    /// The lead department.
    pub department: Option<Named>,
    /// Who handles it there.
    pub assignee: Option<Person>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The last day of the citizen's promise.
    pub due_on: Option<NaiveDate>,
    /// The instant at which it is broken.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub is_overdue: bool,
    /// How often the citizen asked to hurry.
    pub urges: i16,
    /// The version, as in the ETag.
    pub version: i32,
}

/// Which open tickets.
#[derive(Debug, Clone)]
pub enum WorkList {
    /// Received and accepted ones that no department has yet.
    Desk,
    /// Those a department and what is below it lead, perhaps in one state or with one person only.
    Department(String, Option<State>, Option<Assignee>),
    /// Those a department and what is below it assist.
    Assists(String),
    /// All, or those of one priority or with one person.
    Open(Option<Priority>, Option<Assignee>),
}

/// Whose tickets are listed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Assignee {
    /// `me`: the caller's.
    Me,
    /// Somebody's, by user name or identifier.
    Named(StaffRef),
}

impl TryFrom<String> for Assignee {
    type Error = <StaffRef as TryFrom<String>>::Error;
    fn try_from(typed: String) -> Result<Assignee, Self::Error> {
        if typed == "me" { Ok(Assignee::Me) } else { typed.try_into().map(Assignee::Named) }
    }
}

/// Where a page of a work list begins.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct WorkListKey(i64, Uuid);

impl Tickets {
    /// A page of a work list within what the caller may read.
    pub async fn list_work(
        &self,
        caller: &StaffCaller,
        locale: Locale,
        list: WorkList,
        after: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<WorkListItem>, Problem> {
        let key: Option<WorkListKey> = after.map(|cursor| cursor.decode()).transpose()?;
        let after = key.map_or_else(beginning, WorkListKey::after);
        let (query, staff) = (self.query(caller, list)?, caller.clone());
        let (rows, handlers) = self
            .db
            .read(move |conn| {
                let rows = query.load(conn, &staff, after, limit.with_one_more())?;
                let handlers = Handlers::of(conn, &rows)?;
                Ok::<_, TicketError>((rows, handlers))
            })
            .await?;
        let present = self.presentation(locale);
        Ok(Page::new(rows, limit, WorkListKey::of).map(|row| item(&present, &handlers, row)))
    }

    fn query(&self, caller: &StaffCaller, list: WorkList) -> Result<Query, TicketError> {
        if !caller.may_somewhere(Operation::ReadTicket) {
            return Err(TicketError::Forbidden);
        }
        Ok(match list {
            WorkList::Desk => Query::Desk(readable_kinds(caller, &[]).ok_or(TicketError::Forbidden)?),
            WorkList::Open(priority, None) => {
                Query::Open(priority, readable_kinds(caller, &[]).ok_or(TicketError::Forbidden)?)
            }
            WorkList::Open(priority, Some(who)) => {
                Query::Assigned(who, Assigned { priority, ..Assigned::default() })
            }
            WorkList::Department(code, state, who) => {
                let (departments, kind) = self.within(caller, &code)?;
                match who {
                    None => Query::Departments(departments, state, kind),
                    Some(who) => Query::Assigned(
                        who,
                        Assigned { departments: Some(departments), state, priority: None },
                    ),
                }
            }
            WorkList::Assists(code) => {
                let (departments, kind) = self.within(caller, &code)?;
                Query::Assists(departments, kind)
            }
        })
    }

    /// A department and what is below it, if the caller may read there, and the kind of matter they may read there.
    fn within(&self, caller: &StaffCaller, code: &str) -> Result<(Vec<i32>, Option<Kind>), TicketError> {
        let directory = self.rulebook().directory;
        let id = directory.department_by_code(code).map(|department| department.id);
        let (id, kind) = id
            .and_then(|id| Some((id, readable_kinds(caller, &[id])?)))
            .ok_or_else(|| TicketError::invalid("?department", "unknown_department"))?;
        let mut ids: Vec<i32> = directory.subtree(id).iter().copied().collect();
        ids.sort_unstable();
        Ok((ids, kind))
    }
}

/// Of what kind of matter the caller may read those that these departments have; `Some(None)`: of every kind.
fn readable_kinds(caller: &StaffCaller, departments: &[i32]) -> Option<Option<Kind>> {
    if caller.may(Operation::ReadTicket, departments) {
        return Some(None);
    }
    let may_read = |kind: &Kind| {
        let of = Ownership { kind: *kind, departments: departments.to_vec(), assignees: Vec::new() };
        caller.may_on(Operation::ReadTicket, &of)
    };
    caller.only_kinds(Operation::ReadTicket).into_iter().find(may_read).map(Some)
}

/// Which of the tickets that somebody handles.
#[derive(Debug, Clone, Default)]
struct Assigned {
    departments: Option<Vec<i32>>,
    state: Option<State>,
    priority: Option<Priority>,
}

#[derive(Clone)]
enum Query {
    Desk(Option<Kind>),
    Departments(Vec<i32>, Option<State>, Option<Kind>),
    Assists(Vec<i32>, Option<Kind>),
    Open(Option<Priority>, Option<Kind>),
    Assigned(Assignee, Assigned),
}

impl Query {
    fn load(
        &self,
        conn: &mut PgConnection,
        caller: &StaffCaller,
        after: After,
        limit: i64,
    ) -> Result<Vec<ListRow>, TicketError> {
        Ok(match self {
            Query::Desk(kind) => work_lists::list_desk(conn, *kind, after, limit)?,
            Query::Departments(ids, state, kind) => {
                work_lists::list_departments(conn, ids, (*state, *kind), after, limit)?
            }
            Query::Assists(ids, kind) => work_lists::list_assists(conn, ids, *kind, after, limit)?,
            Query::Open(None, kind) => work_lists::list_open(conn, *kind, after, limit)?,
            Query::Open(Some(priority), kind) => {
                work_lists::list_of_priority(conn, (*priority, *kind), after, limit)?
            }
            Query::Assigned(who, wanted) => {
                let staff_id = match who {
                    Assignee::Me => Some(caller.id),
                    Assignee::Named(named) => named.find(conn)?,
                };
                let staff_id = staff_id.ok_or_else(|| TicketError::invalid("?assignee", "unknown_staff"))?;
                work_lists::list_assigned(conn, &assigned_to(caller, staff_id, wanted), after, limit)?
            }
        })
    }
}

/// What of the tickets that somebody handles the caller may read: of their own all that lies in their departments, of
/// others' what they may read as well.
fn assigned_to(caller: &StaffCaller, staff_id: StaffId, wanted: &Assigned) -> AssignedTo {
    let all_kinds = caller.scope_for(Operation::ReadTicket);
    let (scope, kind) = match caller.only_kinds(Operation::ReadTicket).first() {
        Some(kind) if staff_id == caller.id => (caller.scope_on(Operation::ReadTicket, *kind), None),
        Some(kind) if all_kinds.is_nowhere() => (caller.scope_on(Operation::ReadTicket, *kind), Some(*kind)),
        _ => (all_kinds, None),
    };
    let departments = match (&wanted.departments, scope.departments()) {
        (None, mine) => mine,
        (Some(asked), None) => Some(asked.clone()),
        (Some(asked), Some(mine)) => Some(asked.iter().copied().filter(|id| mine.contains(id)).collect()),
    };
    AssignedTo { staff_id, departments, kind, state: wanted.state, priority: wanted.priority }
}

/// Who handles the tickets of a page.
struct Handlers {
    of: HashMap<TicketId, StaffId>,
    people: People,
}

impl Handlers {
    fn of(conn: &mut PgConnection, rows: &[ListRow]) -> QueryResult<Handlers> {
        let ids: Vec<TicketId> = rows.iter().map(|row| row.id).collect();
        let of: HashMap<TicketId, StaffId> =
            work_orders::list_lead_assignees(conn, &ids)?.into_iter().collect();
        let people = People::find(conn, of.values().copied())?;
        Ok(Handlers { of, people })
    }

    fn handler(&self, id: TicketId) -> Option<Person> {
        self.people.perhaps(self.of.get(&id).copied())
    }
}

impl WorkListKey {
    fn of(row: &ListRow) -> WorkListKey {
        WorkListKey(row.due_at.map(|due_at| due_at.timestamp_micros()).unwrap_or_default(), row.id.0)
    }

    fn after(self) -> After {
        After { due_at: DateTime::from_timestamp_micros(self.0).unwrap_or_default(), id: TicketId(self.1) }
    }
}

/// Before every ticket: nothing was due before 1970.
fn beginning() -> After {
    After { due_at: DateTime::UNIX_EPOCH, id: TicketId(Uuid::nil()) }
}

fn item(present: &Presentation, handlers: &Handlers, row: ListRow) -> WorkListItem {
    WorkListItem {
        assignee: handlers.handler(row.id),
        reference: row.reference,
        kind: row.kind,
        title: row.title,
        state: row.state,
        priority: row.priority,
        category: present.category(row.category_id),
        department: row.department_id.map(|id| present.department(id)),
        received_at: row.received_at,
        due_on: present.due_on(row.due_at),
        due_at: row.due_at,
        is_overdue: present.is_overdue(row.state, row.due_at),
        urges: row.urges,
        version: row.version,
    }
}
