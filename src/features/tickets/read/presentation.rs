//! Rows become views: codes get their names in the caller's language, clocks their legal source and their days.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::features::accounts::People;
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::model::{ClockId, ClockStatus};
use crate::features::tickets::read::citizen_views::{CitizenClock, CitizenMessage, CitizenReply};
use crate::features::tickets::read::clock_views::{ClockView, ExplainedClock, PauseView};
use crate::features::tickets::read::views::{
    ApprovalView, EventView, MessageView, Named, ReplyView, StaffTicketView, WorkOrderView,
};
use crate::features::tickets::store::approvals::ApprovalRow;
use crate::features::tickets::store::clocks::{ClockRow, PauseRow};
use crate::features::tickets::store::events::EventRow;
use crate::features::tickets::store::messages::MessageRow;
use crate::features::tickets::store::replies::ReplyRow;
use crate::features::tickets::store::tickets::{TicketRow, TicketTextRow};
use crate::features::tickets::store::work_orders::WorkOrderRow;
use crate::platform::auth::caller::{CallerKind, StaffId};
use crate::platform::http::locale::Locale;
use crate::rules::lifecycle::State;
use crate::rules::sla::{self, Pause};
use crate::rules::time_limits::DueMoment;
use crate::rules::vocabulary::Metric;

/// How rows become views for one caller.
#[derive(Clone)]
pub struct Presentation {
    pub rules: Rulebook,
    pub locale: Locale,
    pub now: DateTime<Utc>,
}

impl Presentation {
    pub fn department(&self, id: i32) -> Named {
        self.rules.directory.department(id).map_or_else(unnamed, |d| self.named(&d.code, &d.name, &d.name_en))
    }

    pub fn category(&self, id: i32) -> Named {
        self.rules.directory.category(id).map_or_else(unnamed, |c| self.named(&c.code, &c.name, &c.name_en))
    }

    pub fn district(&self, code: &str) -> Option<Named> {
        self.rules.directory.district(code).map(|d| self.named(&d.code, &d.name, &d.name_en))
    }

    fn named(&self, code: &str, zh: &str, en: &str) -> Named {
        let name = if self.locale == Locale::En && !en.is_empty() { en } else { zh };
        Named { code: code.to_owned(), name: name.to_owned() }
    }

    /// The ticket without its lists.
    pub fn staff_ticket(&self, ticket: &TicketRow, text: TicketTextRow) -> StaffTicketView {
        StaffTicketView {
            reference: ticket.reference.clone(),
            kind: ticket.kind,
            channel: ticket.channel,
            priority: ticket.priority,
            category: self.category(ticket.category_id),
            district: text.district_code.and_then(|code| self.district(&code)),
            title: text.title,
            body: text.body,
            form: text.form,
            state: ticket.state,
            outcome: ticket.outcome,
            cycle: ticket.cycle,
            refusals: ticket.refusals,
            department: ticket.department_id.map(|id| self.department(id)),
            received_at: ticket.received_at,
            due_on: self.due_on(ticket.due_at),
            due_at: ticket.due_at,
            is_overdue: self.is_overdue(ticket.state, ticket.due_at),
            answered_at: ticket.answered_at,
            urges: ticket.urges,
            publication_refused: ticket.publication_refused,
            satisfaction: ticket.satisfaction,
            source: text.source,
            source_reference: text.source_reference,
            joined_with: None,
            version: ticket.version,
            work_orders: Vec::new(),
            clocks: Vec::new(),
            allowed_actions: Vec::new(),
        }
    }

    /// The last day of a promise.
    pub fn due_on(&self, due_at: Option<DateTime<Utc>>) -> Option<NaiveDate> {
        due_at.map(|due_at| self.rules.due_day(due_at))
    }

    /// Whether the promise to the citizen of a ticket is broken now. One that waits is not late.
    pub fn is_overdue(&self, state: State, due_at: Option<DateTime<Utc>>) -> bool {
        !state.waits() && due_at.is_some_and(|due_at| sla::is_broken(Metric::Reply, due_at, self.now))
    }

    pub fn work_order(&self, row: WorkOrderRow, people: &People) -> WorkOrderView {
        WorkOrderView {
            id: row.id,
            cycle: row.cycle,
            department: self.department(row.department_id),
            role: row.role,
            status: row.status,
            is_final: row.is_final,
            instruction: row.instruction,
            assignee: people.perhaps(row.assignee_id),
            contribution: row.contribution,
            contributed_by: people.perhaps(row.contributed_by),
            issued_at: row.issued_at,
            signed_at: row.signed_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            proposed_department: row.proposed_department_id.map(|id| self.department(id)),
        }
    }

    /// The rules that a clock names. For the seconds in which this instance may not have read them yet, those in force.
    pub fn rules_of(&self, row: &ClockRow) -> Rulebook {
        self.rules.of_clock(row).unwrap_or_else(|_| self.rules.clone())
    }

    pub fn clock(&self, row: &ClockRow) -> ClockView {
        let measured_at = row.ended_at.unwrap_or(self.now);
        ClockView {
            id: row.id,
            metric: row.metric,
            cycle: row.cycle,
            status: row.status,
            anchor_on: row.anchor_on,
            amount: row.amount,
            unit: row.unit,
            extension: row.extension,
            due_on: row.due_on,
            due_at: row.due_at,
            is_provisional: row.is_provisional,
            is_overdue: row.status != ClockStatus::Paused && row.is_broken(measured_at),
            breached_at: row.breached_at,
            ended_at: row.ended_at,
            calendar: format!("{} v{}", row.calendar_code, row.calendar_version),
            policy: format!("{}/{} v{}", row.policy_code, row.limit_code, row.policy_version),
            source: self.rules_of(row).limits.by_code(&row.limit_code).and_then(|limit| limit.source.clone()),
        }
    }

    /// A clock as the citizen of the ticket with this reference sees it.
    pub fn citizen_clock(&self, row: &ClockRow, reference: &str) -> CitizenClock {
        let clock = self.clock(row);
        CitizenClock {
            id: clock.id,
            metric: clock.metric,
            cycle: clock.cycle,
            status: clock.status,
            due_on: clock.due_on,
            due_at: clock.due_at,
            is_provisional: clock.is_provisional,
            is_overdue: clock.is_overdue,
            ended_at: clock.ended_at,
            explanation: format!("/v1/me/tickets/{reference}/clocks/{}/explanation", clock.id),
        }
    }

    /// The clock with each of its days, given the pauses of several clocks.
    pub fn explained(&self, row: &ClockRow, pauses: &[PauseRow]) -> ExplainedClock {
        let mine: Vec<&PauseRow> = pauses.iter().filter(|pause| pause.clock_id == row.id).collect();
        let rules = self.rules_of(row);
        let closed: Vec<Pause> =
            mine.iter().map(|pause| rules.pause(pause.paused_at, pause.resumed_at)).collect();
        let limit = rules.limits.by_code(&row.limit_code);
        let moment = limit.map_or(DueMoment::EndOfDay, |limit| limit.due);
        ExplainedClock {
            clock: self.clock(row),
            pauses: pause_views(row, &mine),
            days: sla::explain(&rules.calendar, &row.terms(moment, &closed)),
        }
    }

    pub fn explained_all(&self, rows: &[ClockRow], pauses: &[PauseRow]) -> Vec<ExplainedClock> {
        rows.iter().map(|row| self.explained(row, pauses)).collect()
    }
}

/// What a name is when the directory has never heard of it, which foreign keys rule out.
fn unnamed() -> Named {
    Named { code: String::new(), name: String::new() }
}

fn pause_views(row: &ClockRow, closed: &[&PauseRow]) -> Vec<PauseView> {
    let closed = closed.iter().map(|pause| PauseView {
        cause: pause.cause.clone(),
        paused_at: pause.paused_at,
        resumed_at: Some(pause.resumed_at),
    });
    let open = row.paused_at.map(|paused_at| PauseView {
        cause: row.pause_cause.clone().unwrap_or_default(),
        paused_at,
        resumed_at: None,
    });
    closed.chain(open).collect()
}

pub fn ids(clocks: &[ClockRow]) -> Vec<ClockId> {
    clocks.iter().map(|clock| clock.id).collect()
}

pub fn reply(row: ReplyRow, people: &People) -> ReplyView {
    ReplyView {
        id: row.id,
        kind: row.kind,
        status: row.status,
        cycle: row.cycle,
        content_digest: hex::encode(&row.content_digest),
        body: row.body,
        outcome: row.outcome,
        authors: people.all(&row.author_ids),
        reviewer: people.perhaps(row.reviewer_id),
        return_reason: row.return_reason,
        created_at: row.created_at,
        submitted_at: row.submitted_at,
        sent_at: row.sent_at,
    }
}

/// The reply as the citizen sees it; `None` until it is sent.
pub fn citizen_reply(row: ReplyRow) -> Option<CitizenReply> {
    let sent_at = row.sent_at?;
    Some(CitizenReply { kind: row.kind, body: row.body, outcome: row.outcome, sent_at })
}

pub fn message(row: MessageRow, people: &People) -> MessageView {
    MessageView {
        id: row.id,
        kind: row.kind,
        body: row.body,
        author: row.author_kind,
        person: people.perhaps(row.author_id),
        sent_at: row.sent_at,
    }
}

/// The message as the citizen sees it, without who of the staff wrote it.
pub fn citizen_message(row: MessageRow) -> CitizenMessage {
    let MessageRow { id, kind, body, author_kind, sent_at, .. } = row;
    CitizenMessage { id, kind, body, author: author_kind, sent_at }
}

pub fn event(row: EventRow, people: &People) -> EventView {
    EventView {
        sequence: row.sequence,
        actor: people.perhaps(actor(&row)),
        people: people.all(&named(&row)),
        kind: row.kind,
        occurred_at: row.occurred_at,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        data: row.data,
        hash: hex::encode(&row.hash),
    }
}

/// The member of staff who did it.
pub fn actor(row: &EventRow) -> Option<StaffId> {
    let id = row.actor_id.as_deref().filter(|_| row.actor_kind == CallerKind::Staff);
    id.and_then(|id| id.parse().ok()).map(StaffId)
}

/// The members of staff whom its particulars name.
pub fn named(row: &EventRow) -> Vec<StaffId> {
    let id = row.data.get("staff_id").and_then(Value::as_str);
    id.and_then(|id| id.parse().ok()).map(StaffId).into_iter().collect()
}

pub fn approval(row: ApprovalRow, people: &People) -> ApprovalView {
    ApprovalView {
        id: row.id,
        kind: row.kind,
        status: row.status,
        amount: row.amount,
        unit: row.unit,
        ground: row.ground,
        advice: row.advice,
        requested_by: people.person(row.requested_by),
        requested_at: row.requested_at,
        decided_by: people.perhaps(row.decided_by),
        decided_at: row.decided_at,
    }
}

/// Whether a clock measures what the citizen may do, and not what we owe them.
pub const fn is_citizens_own(metric: Metric) -> bool {
    matches!(metric, Metric::Clarification | Metric::Rating)
}

/// Whether a clock measures something that was promised to the citizen, or asked of them.
pub const fn concerns_citizen(metric: Metric) -> bool {
    match metric {
        Metric::Accept
        | Metric::Reply
        | Metric::Clarification
        | Metric::Rating
        | Metric::Correction
        | Metric::ThirdParty => true,
        Metric::Sign
        | Metric::WorkOrder
        | Metric::Refuse
        | Metric::ReviewBeforePublication
        | Metric::ConsultationOutcome => false,
    }
}
