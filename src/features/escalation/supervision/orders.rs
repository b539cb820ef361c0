//! The commands on supervision orders: each is one transaction, and each that the department sees is an event of the ticket.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::json;
use uuid::Uuid;

use super::clock::{due, first_alarm_at};
use super::due::{Audience, Post};
use super::lifecycle::{OrderStatus, OrderStep};
use super::model::OrderId;
use super::requests::{AnswerOrder, CloseOrder, IssueNewOrder, IssueOrder, ListOrders, ReturnOrder};
use super::store::{self, OrderRow};
use super::views::{OrderView, named};
use crate::features::accounts::People;
use crate::features::directory::Snapshot;
use crate::features::escalation::EscalationError;
use crate::features::escalation::scope::wanted;
use crate::features::escalation::sweep_parts::SweepParts;
use crate::features::notices::OrderNews;
use crate::features::tickets::{HeldTicket, NewEvent, Rulebook};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::pagination::Page;
use crate::rules::lifecycle::EventKind;
use crate::rules::permissions::Operation;
use crate::rules::reference::Reference;
use crate::rules::text::{Body, Reason};

/// Supervision orders. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    parts: SweepParts,
    clock: SharedClock,
    sealer: Sealer,
}

/// Who issues a new order, under which key.
#[derive(Debug, Clone)]
pub struct IssueContext {
    /// Who.
    pub caller: StaffCaller,
    /// The request's key.
    pub idempotency: Idempotency,
}

/// A command on an order that stands.
#[derive(Debug, Clone)]
pub struct OrderCommand {
    /// Who.
    pub caller: StaffCaller,
    /// Which order.
    pub id: OrderId,
    /// The version they saw.
    pub version: i32,
    /// The request's key.
    pub idempotency: Idempotency,
}

/// What one transaction works with.
struct Desk<'a> {
    rules: &'a Rulebook,
    parts: &'a SweepParts,
    caller: &'a StaffCaller,
    now: DateTime<Utc>,
}

impl Orders {
    /// Assembles the service on what the sweep stands on.
    pub fn new(parts: SweepParts, clock: SharedClock, sealer: Sealer) -> Orders {
        Orders { parts, clock, sealer }
    }

    /// A page of the orders that the caller may see, the newest first. `before` is the cursor's key.
    pub async fn list(
        &self,
        caller: &StaffCaller,
        query: &ListOrders,
        before: Option<OrderId>,
    ) -> Result<Page<OrderView>, EscalationError> {
        let scope = caller.scope_for(Operation::ReadSupervision);
        if scope.is_nowhere() {
            return Err(EscalationError::Forbidden);
        }
        let (directory, now) = (self.parts.tickets.rulebook().directory, self.clock.now());
        let departments = wanted(&directory, &scope, query.department.as_deref())?;
        let (status, limit) = (query.status, query.limit.with_one_more());
        let before = before.unwrap_or(OrderId(Uuid::max()));
        let found = self.parts.db.read(move |conn| {
            let rows = store::list(conn, status, departments.as_deref(), before, limit)?;
            let people = People::find(conn, rows.iter().flat_map(named))?;
            Ok::<_, EscalationError>((rows, people))
        });
        let (rows, people) = found.await?;
        let page = Page::new(rows, query.limit, |row| row.id);
        Ok(page.map(|row| OrderView::new(&directory, &people, row, now)))
    }

    /// One order.
    pub async fn get(&self, caller: &StaffCaller, id: OrderId) -> Result<OrderView, EscalationError> {
        let (caller, directory) = (caller.clone(), self.parts.tickets.rulebook().directory);
        let now = self.clock.now();
        let found = self.parts.db.read(move |conn| {
            let row = store::find(conn, id)?.ok_or(EscalationError::NotFound)?;
            if !caller.may(Operation::ReadSupervision, &[row.department_id]) {
                return Err(EscalationError::NotFound);
            }
            Ok(view(conn, &directory, row, now)?)
        });
        found.await
    }

    /// Issues an order about a ticket, in the place of one that is only proposed.
    pub async fn issue_new(
        &self,
        context: IssueContext,
        reference: Reference,
        entry: IssueNewOrder,
    ) -> Result<Once<OrderView>, EscalationError> {
        let (reference, IssueContext { caller, idempotency }) = (reference.to_string(), context);
        self.run(caller, idempotency, move |conn, desk| {
            let ticket = HeldTicket::lock_by_reference(conn, &reference)?.ok_or(EscalationError::NotFound)?;
            // Whoever may not see a ticket does not learn that it exists, and writes nothing into its history.
            if !desk.caller.may_on(Operation::ReadTicket, &ticket.ownership(conn)?) {
                return Err(EscalationError::NotFound);
            }
            if !desk.caller.may_somewhere(Operation::IssueSupervision) {
                return Err(EscalationError::Forbidden);
            }
            issue_about(conn, desk, ticket, &entry)
        })
        .await
    }

    /// Issues an order that was proposed.
    pub async fn issue(
        &self,
        command: OrderCommand,
        entry: IssueOrder,
    ) -> Result<Once<OrderView>, EscalationError> {
        self.step(command, OrderStep::Issue, move |desk, row| {
            start(desk, row, entry.working_days);
            (row.issued_by, row.issued_at) = (Some(desk.caller.id), Some(desk.now));
            row.instruction = Some(entry.instruction.as_str().to_owned());
        })
        .await
    }

    /// Does not take a proposal up.
    pub async fn dismiss(
        &self,
        command: OrderCommand,
        why: CloseOrder,
    ) -> Result<Once<OrderView>, EscalationError> {
        self.step(command, OrderStep::Dismiss, move |desk, row| end(desk, row, &why.reason)).await
    }

    /// The department takes notice.
    pub async fn acknowledge(&self, command: OrderCommand) -> Result<Once<OrderView>, EscalationError> {
        self.step(command, OrderStep::Acknowledge, notice).await
    }

    /// The department gives feedback; its clock stops.
    pub async fn answer(
        &self,
        command: OrderCommand,
        answer: AnswerOrder,
    ) -> Result<Once<OrderView>, EscalationError> {
        self.step(command, OrderStep::Answer, move |desk, row| {
            notice(desk, row);
            row.feedback = Some(answer.feedback.as_str().to_owned());
            (row.answered_by, row.answered_at) = (Some(desk.caller.id), Some(desk.now));
            row.next_alarm_at = None;
        })
        .await
    }

    /// The feedback does not suffice; the department answers anew.
    pub async fn send_back(
        &self,
        command: OrderCommand,
        wish: ReturnOrder,
    ) -> Result<Once<OrderView>, EscalationError> {
        self.step(command, OrderStep::Return, move |desk, row| {
            start(desk, row, wish.working_days);
            row.times_returned = row.times_returned.saturating_add(1);
            row.remark = Some(wish.reason.as_str().to_owned());
        })
        .await
    }

    /// The supervisor is content.
    pub async fn close(
        &self,
        command: OrderCommand,
        why: CloseOrder,
    ) -> Result<Once<OrderView>, EscalationError> {
        self.step(command, OrderStep::Close, move |desk, row| end(desk, row, &why.reason)).await
    }

    /// One step of an order: the ticket is locked before the order, as every command does.
    async fn step<W>(
        &self,
        command: OrderCommand,
        step: OrderStep,
        change: W,
    ) -> Result<Once<OrderView>, EscalationError>
    where
        W: Fn(&Desk<'_>, &mut OrderRow) + Clone + Send + 'static,
    {
        let OrderCommand { caller, id, version, idempotency } = command;
        self.run(caller, idempotency, move |conn, desk| {
            let known = store::find(conn, id)?.ok_or(EscalationError::NotFound)?;
            authorise(desk.caller, step, known.department_id)?;
            let ticket = HeldTicket::lock(conn, known.ticket_id)?.ok_or(EscalationError::NotFound)?;
            let mut row = store::lock(conn, id)?.ok_or(EscalationError::NotFound)?;
            if row.version != version {
                return Err(EscalationError::Stale);
            }
            row.status = row.status.after(step).ok_or(EscalationError::OrderStep)?;
            change(desk, &mut row);
            row.version = row.version.saturating_add(1);
            store::update(conn, &row)?;
            record(conn, desk, ticket, &row, step)?;
            Ok(row)
        })
        .await
    }

    async fn run<W>(
        &self,
        caller: StaffCaller,
        idempotency: Idempotency,
        work: W,
    ) -> Result<Once<OrderView>, EscalationError>
    where
        W: Fn(&mut PgConnection, &Desk<'_>) -> Result<OrderRow, EscalationError> + Clone + Send + 'static,
    {
        let (now, sealer) = (self.clock.now(), self.sealer.clone());
        let (parts, rules) = (self.parts.clone(), self.parts.tickets.rulebook());
        let notifier = parts.notifier.clone();
        let done = self
            .parts
            .db
            .transaction(move |conn| {
                let desk = Desk { rules: &rules, parts: &parts, caller: &caller, now };
                once(conn, &idempotency, &sealer, now, |conn| {
                    let row = work(conn, &desk)?;
                    Ok::<_, EscalationError>(view(conn, &rules.directory, row, now)?)
                })
            })
            .await?;
        notifier.notify();
        Ok(done)
    }
}

/// What may not be seen is not there; what may be seen and not done is forbidden.
fn authorise(caller: &StaffCaller, step: OrderStep, department_id: i32) -> Result<(), EscalationError> {
    let operation = match step {
        OrderStep::Acknowledge | OrderStep::Answer => Operation::AnswerSupervision,
        OrderStep::Issue | OrderStep::Dismiss | OrderStep::Return | OrderStep::Close => {
            Operation::IssueSupervision
        }
    };
    if caller.may(operation, &[department_id]) {
        return Ok(());
    }
    let may_see = caller.may(Operation::ReadSupervision, &[department_id]);
    Err(if may_see { EscalationError::Forbidden } else { EscalationError::NotFound })
}

fn issue_about(
    conn: &mut PgConnection,
    desk: &Desk<'_>,
    ticket: HeldTicket,
    entry: &IssueNewOrder,
) -> Result<OrderRow, EscalationError> {
    let named = entry.department.as_deref().map(|code| desk.rules.directory.department_by_code(code));
    let department_id = match named {
        Some(found) => found.map(|department| department.id),
        None => ticket.department_id(),
    };
    let department_id = department_id.ok_or(EscalationError::UnknownDepartmentIn("/department"))?;
    if !desk.caller.may(Operation::IssueSupervision, &[department_id]) {
        return Err(EscalationError::Forbidden);
    }
    let open = store::find_open(conn, ticket.id(), department_id)?;
    let is_new = open.is_none();
    let mut row = open.unwrap_or_else(|| proposed(desk, &ticket, department_id));
    row.status = row.status.after(OrderStep::Issue).ok_or(EscalationError::OrderStep)?;
    start(desk, &mut row, entry.working_days);
    (row.issued_by, row.issued_at) = (Some(desk.caller.id), Some(desk.now));
    row.instruction = Some(Body::as_str(&entry.instruction).to_owned());
    if is_new {
        store::insert(conn, &row)?;
    } else {
        row.version = row.version.saturating_add(1);
        store::update(conn, &row)?;
    }
    record(conn, desk, ticket, &row, OrderStep::Issue)?;
    Ok(row)
}

fn proposed(desk: &Desk<'_>, ticket: &HeldTicket, department_id: i32) -> OrderRow {
    OrderRow {
        id: OrderId::new(desk.now),
        ticket_id: ticket.id(),
        reference: ticket.reference().to_owned(),
        department_id,
        status: OrderStatus::Proposed,
        alarm_id: None,
        instruction: None,
        due_on: None,
        due_at: None,
        created_at: desk.now,
        issued_by: None,
        issued_at: None,
        acknowledged_by: None,
        acknowledged_at: None,
        feedback: None,
        answered_by: None,
        answered_at: None,
        times_returned: 0,
        remark: None,
        ended_by: None,
        ended_at: None,
        last_alarm: None,
        next_alarm_at: None,
        version: 1,
    }
}

/// Starts the clock, anew when the order was sent back.
fn start(desk: &Desk<'_>, row: &mut OrderRow, working_days: i64) {
    let (due_on, due_at) = due(&desk.rules.calendar, desk.now, working_days);
    (row.due_on, row.due_at, row.last_alarm) = (Some(due_on), Some(due_at), None);
    row.next_alarm_at = Some(first_alarm_at(&desk.rules.calendar, due_on, desk.now));
}

fn notice(desk: &Desk<'_>, row: &mut OrderRow) {
    if row.acknowledged_at.is_none() {
        (row.acknowledged_by, row.acknowledged_at) = (Some(desk.caller.id), Some(desk.now));
    }
}

fn end(desk: &Desk<'_>, row: &mut OrderRow, reason: &Reason) {
    row.next_alarm_at = None;
    row.remark = Some(reason.as_str().to_owned());
    (row.ended_by, row.ended_at) = (Some(desk.caller.id), Some(desk.now));
}

/// Writes the step into the ticket's history and tells whoever goes on. A proposal that is dismissed concerns neither.
fn record(
    conn: &mut PgConnection,
    desk: &Desk<'_>,
    mut ticket: HeldTicket,
    row: &OrderRow,
    step: OrderStep,
) -> Result<(), EscalationError> {
    if step == OrderStep::Dismiss {
        return Ok(());
    }
    let department = desk.rules.directory.department(row.department_id);
    let data = json!({
        "step": step, "department": department.map(|found| found.code.as_str()), "due_on": row.due_on,
    });
    let caller = Caller::Staff(desk.caller.clone());
    ticket.record(conn, &caller, NewEvent { kind: EventKind::Supervised, occurred_at: desk.now, data })?;
    let (news, audience) = match step {
        OrderStep::Issue => (OrderNews::Issued, Audience::Department),
        OrderStep::Answer => (OrderNews::Answered, Audience::Issuer),
        OrderStep::Return => (OrderNews::Returned, Audience::Department),
        OrderStep::Close => (OrderNews::Closed, Audience::Department),
        OrderStep::Acknowledge | OrderStep::Dismiss => return Ok(()),
    };
    let (accounts, settings) = (&desk.parts.accounts, &*desk.parts.settings);
    let post = Post { accounts, rules: desk.rules, settings, now: desk.now };
    post.tell(conn, row, audience, news)
}

fn view(
    conn: &mut PgConnection,
    directory: &Snapshot,
    row: OrderRow,
    now: DateTime<Utc>,
) -> QueryResult<OrderView> {
    let people = People::find(conn, named(&row))?;
    Ok(OrderView::new(directory, &people, row, now))
}
