//! What can be read of tickets, by whom. What a caller may not see is not there.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::perform::allowed_actions;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{MessageId, Submitter, TicketId};
use crate::features::tickets::read::clock_views::ExplainedClock;
use crate::features::tickets::read::presentation::{self, Presentation};
use crate::features::tickets::read::views::{
    ApprovalView, EventView, MessageView, ReplyView, StaffTicketView, SubmitterView, WorkOrderView,
};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::tickets::TicketTextRow;
use crate::features::tickets::store::{
    approvals, clocks, events, joined, messages, replies, submitters, tickets, work_orders,
};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::clock::new_id;
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
        self.read_as_staff(caller, Operation::ReadTicket, reference, move |case, text| {
            let mut view = present.staff_ticket(&case.ticket, text);
            if let Some(root) = case.ticket.merged_into {
                view.joined_with = joined::find_reference(case.conn, root)?;
            }
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
            Ok(Page::new(rows, limit, |row| (row.sent_at, row.id)).map(presentation::message))
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
