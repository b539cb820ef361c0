//! Work lists: pages of open tickets, within what the caller may read.

use chrono::DateTime;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::read::presentation::Presentation;
use crate::features::tickets::read::views::WorkListItem;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::work_lists::{self, After, ListRow};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::db::DbError;
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Cursor, Limit, Page};
use crate::platform::http::problem::Problem;
use crate::rules::lifecycle::State;
use crate::rules::permissions::Operation;
use crate::rules::vocabulary::Priority;

/// Which open tickets.
#[derive(Debug, Clone)]
pub enum WorkList {
    /// Received and accepted ones that no department has yet.
    Desk,
    /// Those a department and what is below it lead, perhaps in one state only.
    Department(String, Option<State>),
    /// Those a department and what is below it assist.
    Assists(String),
    /// All, or those of one priority.
    Open(Option<Priority>),
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
        let query = self.query(caller, list)?;
        let rows = self
            .db
            .read(move |conn| query.load(conn, after, limit.with_one_more()).map_err(DbError::from))
            .await?;
        let present = self.presentation(locale);
        Ok(Page::new(rows, limit, WorkListKey::of).map(|row| item(&present, row)))
    }

    fn query(&self, caller: &StaffCaller, list: WorkList) -> Result<Query, TicketError> {
        if !caller.may_somewhere(Operation::ReadTicket) {
            return Err(TicketError::Forbidden);
        }
        match list {
            WorkList::Desk | WorkList::Open(_) if !caller.may(Operation::ReadTicket, &[]) => {
                Err(TicketError::Forbidden)
            }
            WorkList::Desk => Ok(Query::Desk),
            WorkList::Open(priority) => Ok(Query::Open(priority)),
            WorkList::Department(code, state) => Ok(Query::Departments(self.within(caller, &code)?, state)),
            WorkList::Assists(code) => Ok(Query::Assists(self.within(caller, &code)?)),
        }
    }

    /// A department and what is below it, if the caller may read there.
    fn within(&self, caller: &StaffCaller, code: &str) -> Result<Vec<i32>, TicketError> {
        let directory = self.rulebook().directory;
        let id = directory.department_by_code(code).map(|department| department.id);
        let id = id
            .filter(|id| caller.may(Operation::ReadTicket, &[*id]))
            .ok_or_else(|| TicketError::invalid("?department", "unknown_department"))?;
        let mut ids: Vec<i32> = directory.subtree(id).iter().copied().collect();
        ids.sort_unstable();
        Ok(ids)
    }
}

#[derive(Clone)]
enum Query {
    Desk,
    Departments(Vec<i32>, Option<State>),
    Assists(Vec<i32>),
    Open(Option<Priority>),
}

impl Query {
    fn load(&self, conn: &mut PgConnection, after: After, limit: i64) -> diesel::QueryResult<Vec<ListRow>> {
        match self {
            Query::Desk => work_lists::list_desk(conn, after, limit),
            Query::Departments(ids, state) => work_lists::list_departments(conn, ids, *state, after, limit),
            Query::Assists(ids) => work_lists::list_assists(conn, ids, after, limit),
            Query::Open(None) => work_lists::list_open(conn, after, limit),
            Query::Open(Some(priority)) => work_lists::list_of_priority(conn, *priority, after, limit),
        }
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

fn item(present: &Presentation, row: ListRow) -> WorkListItem {
    WorkListItem {
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
