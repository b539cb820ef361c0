//! What can be read of tickets, by whom. What a caller may not see is not there; a department that is only told of a ticket
//! sees the matter without the person.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use serde_json::{Map, Value};

use crate::features::accounts::People;
use crate::features::tickets::command::authorise::{Sight, sight};
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::allowed_actions;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{MessageId, ReplyStatus, Submitter, TicketId};
use crate::features::tickets::read::clock_views::ExplainedClock;
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::views::{
    ApprovalView, EventView, MessageView, ReplyView, StaffTicketView, WorkOrderView,
};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::tickets::TicketTextRow;
use crate::features::tickets::store::work_orders::WorkOrderRow;
use crate::features::tickets::store::{
    approvals, clocks, events, joined, messages, replies, submitters, tickets, work_orders,
};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::http::locale::Locale;
use crate::platform::http::pagination::{Limit, Page};
use crate::rules::permissions::Operation;
use crate::rules::reference::Reference;

impl Tickets {
    /// A ticket for staff.
    pub async fn get_for_staff(
        &self,
        caller: StaffCaller,
        locale: Locale,
        reference: &Reference,
    ) -> Result<StaffTicketView, TicketError> {
        let present = self.presentation(locale);
        self.read_in_sight(caller, reference, move |case, text, sight| {
            let mut view = present.staff_ticket(&case.ticket, text);
            if let Some(root) = case.ticket.merged_into {
                view.joined_with = joined::find_reference(case.conn, root)?;
            }
            if sight == Sight::Matter {
                view.form = Value::Object(Map::new());
            }
            view.allowed_actions = allowed_actions(case);
            view.clocks = case.clocks.iter().map(|clock| present.clock(clock)).collect();
            let orders = case.work_orders.clone();
            view.work_orders = work_order_views(case.conn, &present, orders)?;
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
        self.read_in_sight(caller, reference, move |case, _, _| {
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
        self.read_in_sight(caller, reference, move |case, _, _| {
            let rows = work_orders::list(case.conn, case.ticket.id)?;
            Ok(work_order_views(case.conn, &present, rows)?)
        })
        .await
    }

    /// All replies of a ticket; those that were sent, for a department that is only told of it.
    pub async fn list_replies(
        &self,
        caller: StaffCaller,
        reference: &Reference,
    ) -> Result<Vec<ReplyView>, TicketError> {
        self.read_in_sight(caller, reference, |case, _, sight| {
            let mut rows = replies::list(case.conn, case.ticket.id)?;
            rows.retain(|row| sight == Sight::Whole || row.status == ReplyStatus::Sent);
            let hands = rows.iter().flat_map(|row| row.author_ids.iter().copied().chain(row.reviewer_id));
            let people = People::find(case.conn, hands)?;
            Ok(rows.into_iter().map(|row| presentation::reply(row, &people)).collect())
        })
        .await
    }

    /// A page of a ticket's messages, notes included, the oldest first.
    pub async fn list_messages(
        &self,
        caller: StaffCaller,
        reference: &Reference,
        after: Option<(DateTime<Utc>, MessageId)>,
        limit: Limit,
    ) -> Result<Page<MessageView>, TicketError> {
        self.read_as_staff(caller, Operation::ReadTicket, reference, move |case, _| {
            let rows = messages::list(case.conn, case.ticket.id, None, after, limit.with_one_more())?;
            let people = People::find(case.conn, rows.iter().filter_map(|row| row.author_id))?;
            let page = Page::new(rows, limit, |row| (row.sent_at, row.id));
            Ok(page.map(|row| presentation::message(row, &people)))
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
            let rows = approvals::list(case.conn, case.ticket.id)?;
            let two = rows.iter().flat_map(|row| std::iter::once(row.requested_by).chain(row.decided_by));
            let people = People::find(case.conn, two)?;
            Ok(rows.into_iter().map(|row| presentation::approval(row, &people)).collect())
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
            let named = rows
                .iter()
                .flat_map(|row| presentation::actor(row).into_iter().chain(presentation::named(row)));
            let people = People::find(case.conn, named)?;
            let page = Page::new(rows, limit, |row| row.sequence);
            Ok(page.map(|row| presentation::event(row, &people)))
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

    pub(in crate::features::tickets) fn presentation(&self, locale: Locale) -> Presentation {
        Presentation { rules: self.rulebook(), locale, now: self.clock.now() }
    }

    /// Reads what only those see who work on the ticket and may do this.
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
        let staff = caller.clone();
        self.read(caller, reference, move |case, text| {
            if staff.may_on(operation, &case.ownership()) {
                return work(case, text);
            }
            Err(if sight(&staff, case).is_some() { TicketError::Forbidden } else { TicketError::NotFound })
        })
        .await
    }

    /// Reads what all see who may see anything of the ticket, each as much of it as they may.
    pub(in crate::features::tickets) async fn read_in_sight<T, W>(
        &self,
        caller: StaffCaller,
        reference: &Reference,
        work: W,
    ) -> Result<T, TicketError>
    where
        T: Send + 'static,
        W: Fn(&mut Case<'_>, TicketTextRow, Sight) -> Result<T, TicketError> + Clone + Send + 'static,
    {
        let staff = caller.clone();
        self.read(caller, reference, move |case, text| {
            let sight = sight(&staff, case).ok_or(TicketError::NotFound)?;
            work(case, text, sight)
        })
        .await
    }

    async fn read<T, W>(&self, caller: StaffCaller, reference: &Reference, work: W) -> Result<T, TicketError>
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
                work(&mut case, text)
            })
            .await
    }
}

fn work_order_views(
    conn: &mut PgConnection,
    present: &Presentation,
    rows: Vec<WorkOrderRow>,
) -> QueryResult<Vec<WorkOrderView>> {
    let hands = rows.iter().flat_map(|row| row.assignee_id.into_iter().chain(row.contributed_by));
    let people = People::find(conn, hands)?;
    Ok(rows.into_iter().map(|row| present.work_order(row, &people)).collect())
}
