//! What can be read of tickets, by whom. What a caller may not see is not there.

use chrono::DateTime;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::allowed_actions;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{MessageKind, Submitter, TicketId};
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::views::{
    ApprovalView, CitizenTicketView, EventView, ExplainedClock, MessageView, ReplyView, StaffTicketView,
    SubmitterView, WorkListItem, WorkOrderView,
};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::tickets::TicketTextRow;
use crate::features::tickets::store::work_lists::{After, ListRow};
use crate::features::tickets::store::{
    approvals, clocks, events, messages, replies, submitters, tickets, work_lists, work_orders,
};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::clock::new_id;
use crate::platform::db::DbError;
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Cursor, Limit, Page};
use crate::platform::http::problem::Problem;
use crate::rules::permissions::Operation;
use crate::rules::reference::Reference;
use crate::rules::transitions::State;
use crate::rules::vocabulary::Priority;

/// The most steps a citizen is shown: the newest.
const TIMELINE_STEPS: i64 = 1_000;

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
    /// A ticket for staff.
    pub async fn get_for_staff(
        &self,
        caller: StaffCaller,
        locale: Locale,
        reference: &Reference,
    ) -> Result<StaffTicketView, TicketError> {
        let present = self.presentation(locale);
        self.read_as_staff(caller, Operation::ReadTicket, reference, move |case, text| {
            let mut view = present.staff_ticket(&case.ticket, text);
            view.allowed_actions = allowed_actions(case);
            view.clocks = case.clocks.iter().map(|clock| present.clock(clock)).collect();
            view.work_orders = case.work_orders.iter().cloned().map(|row| present.work_order(row)).collect();
            Ok(view)
        })
        .await
    }

    /// A ticket's clocks, each explained day by day.
    pub async fn list_clocks(
        &self,
        caller: StaffCaller,
        reference: &Reference,
    ) -> Result<Vec<ExplainedClock>, TicketError> {
        let present = self.presentation(Locale::ZhCn);
        self.read_as_staff(caller, Operation::ReadTicket, reference, move |case, _| {
            let rows = clocks::list(case.conn, case.ticket.id)?;
            let pauses = clocks::list_pauses(case.conn, &presentation::ids(&rows))?;
            Ok(present.explained_all(&rows, &pauses))
        })
        .await
    }

    /// All work orders of a ticket.
    pub async fn list_work_orders(
        &self,
        caller: StaffCaller,
        locale: Locale,
        reference: &Reference,
    ) -> Result<Vec<WorkOrderView>, TicketError> {
        let present = self.presentation(locale);
        self.read_as_staff(caller, Operation::ReadTicket, reference, move |case, _| {
            let rows = work_orders::list(case.conn, case.ticket.id)?;
            Ok(rows.into_iter().map(|row| present.work_order(row)).collect())
        })
        .await
    }

    /// All replies of a ticket.
    pub async fn list_replies(
        &self,
        caller: StaffCaller,
        reference: &Reference,
    ) -> Result<Vec<ReplyView>, TicketError> {
        self.read_as_staff(caller, Operation::ReadTicket, reference, |case, _| {
            Ok(replies::list(case.conn, case.ticket.id)?.into_iter().map(presentation::reply).collect())
        })
        .await
    }

    /// All messages of a ticket, notes included.
    pub async fn list_messages(
        &self,
        caller: StaffCaller,
        reference: &Reference,
    ) -> Result<Vec<MessageView>, TicketError> {
        self.read_as_staff(caller, Operation::ReadTicket, reference, |case, _| {
            Ok(messages::list(case.conn, case.ticket.id)?.into_iter().map(presentation::message).collect())
        })
        .await
    }

    /// All two-person decisions of a ticket.
    pub async fn list_approvals(
        &self,
        caller: StaffCaller,
        reference: &Reference,
    ) -> Result<Vec<ApprovalView>, TicketError> {
        self.read_as_staff(caller, Operation::ReadTicket, reference, |case, _| {
            Ok(approvals::list(case.conn, case.ticket.id)?.into_iter().map(presentation::approval).collect())
        })
        .await
    }

    /// A page of a ticket's history, oldest event first.
    pub async fn list_events(
        &self,
        caller: StaffCaller,
        reference: &Reference,
        after: i32,
        limit: Limit,
    ) -> Result<Page<EventView>, TicketError> {
        self.read_as_staff(caller, Operation::ReadEvents, reference, move |case, _| {
            let rows = events::list(case.conn, case.ticket.id, after, limit.with_one_more())?;
            Ok(Page::new(rows, limit, |row| row.sequence).map(presentation::event))
        })
        .await
    }

    /// Who wrote. The look is recorded before anything is shown.
    pub async fn get_submitter(
        &self,
        caller: StaffCaller,
        reference: &Reference,
    ) -> Result<SubmitterView, TicketError> {
        let (service, now, staff) = (self.clone(), self.clock.now(), caller.id);
        self.read_as_staff(caller, Operation::ReadSubmitter, reference, move |case, _| {
            submitters::insert_access(case.conn, new_id(now), case.ticket.id, staff, now)?;
            let submitter = service.unseal_submitter(case.conn, case.ticket.id)?.unwrap_or_default();
            Ok(SubmitterView {
                name: submitter.name,
                phone: submitter.phone,
                mail: submitter.mail,
                identity_number: submitter.identity_number,
                address: submitter.address,
            })
        })
        .await
    }

    /// The submitter of a ticket, unsealed; for features that work on the ticket. `None`: nobody said.
    pub fn unseal_submitter(
        &self,
        conn: &mut PgConnection,
        id: TicketId,
    ) -> Result<Option<Submitter>, TicketError> {
        let Some(row) = submitters::find(conn, id)? else { return Ok(None) };
        let plain = self
            .sealer
            .open(&row.sealed, id.0.as_bytes())
            .map_err(|error| TicketError::Internal(error.to_string()))?;
        serde_json::from_slice(&plain).map(Some).map_err(|error| TicketError::Internal(error.to_string()))
    }

    /// The citizen's own ticket.
    pub async fn get_for_citizen(
        &self,
        id: TicketId,
        locale: Locale,
    ) -> Result<CitizenTicketView, TicketError> {
        let (present, now) = (self.presentation(locale), self.clock.now());
        self.db
            .read(move |conn| {
                let (ticket, text) = tickets::find(conn, id)?.ok_or(TicketError::NotFound)?;
                let caller = Caller::Citizen { ticket_id: id.0 };
                let case = Case::open(conn, ticket, &present.rules, &caller, now)?;
                citizen_view(case, text, &present)
            })
            .await
    }

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
        let id = id.filter(|id| caller.may(Operation::ReadTicket, &[*id])).ok_or_else(|| {
            TicketError::invalid(
                "?department",
                "unknown_department",
                "没有这个部门",
                "there is no such department",
            )
        })?;
        let mut ids: Vec<i32> = directory.subtree(id).iter().copied().collect();
        ids.sort_unstable();
        Ok(ids)
    }

    pub(in crate::features::tickets) fn presentation(&self, locale: Locale) -> Presentation {
        Presentation { rules: self.rulebook(), locale, now: self.clock.now() }
    }

    pub(in crate::features::tickets) async fn read_as_staff<T, W>(
        &self,
        caller: StaffCaller,
        operation: Operation,
        reference: &Reference,
        work: W,
    ) -> Result<T, TicketError>
    where
        T: Send + 'static,
        W: Fn(&mut Case<'_>, TicketTextRow) -> Result<T, TicketError> + Clone + Send + 'static,
    {
        let (reference, rules, now) = (reference.to_string(), self.rulebook(), self.clock.now());
        let caller = Caller::Staff(caller);
        self.db
            .read(move |conn| {
                let (ticket, text) =
                    tickets::find_by_reference(conn, &reference)?.ok_or(TicketError::NotFound)?;
                let mut case = Case::open(conn, ticket, &rules, &caller, now)?;
                let departments = case.departments();
                match (caller.may(Operation::ReadTicket, &departments), caller.may(operation, &departments)) {
                    (_, true) => work(&mut case, text),
                    (true, false) => Err(TicketError::Forbidden),
                    (false, false) => Err(TicketError::NotFound),
                }
            })
            .await
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
        due_at: row.due_at,
        is_overdue: present.is_overdue(row.state, row.due_at),
        urges: row.urges,
        version: row.version,
    }
}

fn citizen_view(
    case: Case<'_>,
    text: TicketTextRow,
    present: &Presentation,
) -> Result<CitizenTicketView, TicketError> {
    let allowed_actions = allowed_actions(&case);
    let Case { conn, ticket, .. } = case;
    let all = clocks::list(conn, ticket.id)?;
    let promises: Vec<_> =
        all.into_iter().filter(|clock| presentation::is_promised_to_citizen(clock.metric)).collect();
    let pauses = clocks::list_pauses(conn, &presentation::ids(&promises))?;
    let messages = messages::list(conn, ticket.id)?.into_iter();
    let mut timeline =
        events::list_newest(conn, ticket.id, &presentation::timeline_kinds(), TIMELINE_STEPS + 1)?;
    let left_out = timeline.len().saturating_sub(usize::try_from(TIMELINE_STEPS).unwrap_or(usize::MAX));
    timeline.drain(..left_out);
    let timeline_is_whole = left_out == 0;
    Ok(CitizenTicketView {
        category: present.category(ticket.category_id),
        department: ticket.department_id.map(|id| present.department(id)),
        replies: replies::list(conn, ticket.id)?
            .into_iter()
            .filter_map(presentation::citizen_reply)
            .collect(),
        messages: messages.filter(|row| row.kind != MessageKind::Note).map(presentation::message).collect(),
        timeline: timeline.iter().map(presentation::timeline_entry).collect(),
        timeline_is_whole,
        clocks: present.explained_all(&promises, &pauses),
        allowed_actions,
        title: text.title,
        body: text.body,
        form: text.form,
        kind: ticket.kind,
        state: ticket.state,
        outcome: ticket.outcome,
        cycle: ticket.cycle,
        received_at: ticket.received_at,
        due_at: ticket.due_at,
        answered_at: ticket.answered_at,
        publication_refused: ticket.publication_refused,
        version: ticket.version,
        reference: ticket.reference,
    })
}
