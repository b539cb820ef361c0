//! A ticket under one command: locked, changed in memory and in its rows, and saved with its events and outbox rows.
//!
//! Everything a command does goes through here, so that no command can forget the event, the clocks or the version.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use crate::features::notices::NoticeContent;
use crate::features::tickets::announcements::{ANSWERED_TOPIC, FACT_TOPIC, Fact, OBJECTED_TOPIC, TicketNews};
use crate::features::tickets::announcements::{Standing, message};
use crate::features::tickets::clock::breach::breach;
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::error::{NOT_ALLOWED_NOW, TicketError};
use crate::features::tickets::history::{NewEvent, append};
use crate::features::tickets::model::{WorkOrderId, WorkOrderRole};
use crate::features::tickets::recipients::notices_to_writers;
use crate::features::tickets::store::clocks::ClockRow;
use crate::features::tickets::store::events::EventRow;
use crate::features::tickets::store::tickets::TicketRow;
use crate::features::tickets::store::work_orders::WorkOrderRow;
use crate::features::tickets::store::{approvals, clocks, events, tickets, work_orders};
use crate::platform::auth::caller::{Caller, Ownership};
use crate::platform::jobs::outbox::{self, NewMessage, Topic};
use crate::rules::commands::{Command, Step, next};
use crate::rules::lifecycle::EventKind;
use crate::rules::texts::Sentence;
use crate::rules::vocabulary::Metric;

/// A locked ticket, who acts on it, and what the command has gathered so far.
pub struct Case<'a> {
    pub conn: &'a mut PgConnection,
    pub now: DateTime<Utc>,
    pub rules: &'a Rulebook,
    pub caller: &'a Caller,
    pub ticket: TicketRow,
    /// The clocks that run or are paused.
    pub clocks: Vec<ClockRow>,
    /// The work orders some department still has.
    pub work_orders: Vec<WorkOrderRow>,
    /// What the command made, for the answer.
    pub created_id: Option<Uuid>,
    /// The new access code that the command made, for the answer.
    pub access_code: Option<String>,
    /// Whether the reply clock that this command stopped was stopped in time.
    pub promise_kept: Option<bool>,
    before: Standing,
    drafts: Vec<NewEvent>,
    told: Vec<NoticeContent>,
    outbox: Vec<NewMessage>,
}

impl<'a> Case<'a> {
    /// Takes up a locked ticket. `rules` and `caller` stay the same for the whole command.
    pub fn open(
        conn: &'a mut PgConnection,
        ticket: TicketRow,
        rules: &'a Rulebook,
        caller: &'a Caller,
        now: DateTime<Utc>,
    ) -> Result<Case<'a>, TicketError> {
        let clocks = clocks::list_live(conn, ticket.id)?;
        let work_orders = work_orders::list_open(conn, ticket.id)?;
        let before = Standing::of(&ticket);
        Ok(Case {
            conn,
            now,
            rules,
            caller,
            ticket,
            clocks,
            work_orders,
            created_id: None,
            access_code: None,
            promise_kept: None,
            before,
            drafts: Vec::new(),
            told: Vec::new(),
            outbox: Vec::new(),
        })
    }

    /// Makes the transition, or says that it is not possible.
    pub fn transition(&mut self, command: Command) -> Result<(), TicketError> {
        let was_terminal = self.ticket.state.is_terminal();
        let step = next(self.ticket.state, command, self.ticket.resume_state);
        let Step { state, resume } = step.ok_or(TicketError::Guard(NOT_ALLOWED_NOW))?;
        (self.ticket.state, self.ticket.resume_state) = (state, resume);
        match (was_terminal, state.is_terminal()) {
            (false, true) => self.ticket.ended_at = Some(self.now),
            (_, false) => self.ticket.ended_at = None,
            // What is told after the end leaves the end where it was.
            (true, true) => {}
        }
        Ok(())
    }

    /// Says no unless the command, which makes no transition, is possible now.
    pub fn require(&self, command: Command) -> Result<(), TicketError> {
        let is_possible = command.spec().from.contains(&self.ticket.state);
        if is_possible { Ok(()) } else { Err(TicketError::Guard(NOT_ALLOWED_NOW)) }
    }

    /// Adds an event to the history.
    pub fn record(&mut self, kind: EventKind, data: Value) {
        self.drafts.push(NewEvent { kind, occurred_at: self.now, data });
    }

    /// Writes down the promises that broke before this command and that the sweep has not seen yet, at the instants at
    /// which they did. Whatever the command does to a clock then, no breach is lost.
    pub fn record_unseen_breaches(&mut self) -> Result<(), TicketError> {
        let Case { conn, rules, ticket, clocks, outbox, .. } = self;
        for clock in clocks.iter_mut().filter(|clock| clock.has_unseen_breach(self.now)) {
            let (event, fact) = breach(rules, ticket, self.before, clock, self.now);
            events::insert(conn, std::slice::from_ref(&event))?;
            clocks::update(conn, clock)?;
            outbox.extend(fact);
        }
        Ok(())
    }

    /// Adds a message to the outbox.
    pub fn send(&mut self, message: NewMessage) {
        self.outbox.push(message);
    }

    /// Today in the city's zone.
    pub fn today(&self) -> NaiveDate {
        self.rules.day(self.now)
    }

    /// The live clock of a metric, if there is one.
    pub fn live_clock(&self, metric: Metric) -> Option<&ClockRow> {
        self.clocks.iter().find(|clock| clock.metric == metric)
    }

    /// The code of a department, for events.
    pub fn department_code(&self, id: i32) -> String {
        self.rules.directory.department(id).map(|department| department.code.clone()).unwrap_or_default()
    }

    /// The id of an active department that takes work, by its code.
    pub fn find_department(&self, pointer: &'static str, code: &str) -> Result<i32, TicketError> {
        let department = self.rules.directory.department_by_code(code);
        let department = department.filter(|department| department.is_active && department.is_dispatchable);
        department.map(|department| department.id).ok_or_else(|| {
            TicketError::invalid_saying(
                pointer,
                "unknown_department",
                Sentence::new("field-unknown_department-work"),
            )
        })
    }

    /// Who has the ticket now.
    pub fn ownership(&self) -> Ownership {
        self.ticket.ownership(&self.work_orders)
    }

    /// The departments that are only told of it.
    pub fn informed(&self) -> Ownership {
        self.ticket.informed(&self.work_orders)
    }

    /// The department an open work order was given to.
    pub fn assisting_department(&self, id: WorkOrderId) -> Option<i32> {
        self.work_orders.iter().find(|order| order.id == id).map(|order| order.department_id)
    }

    /// The departments that still owe a contribution.
    pub fn assisting_departments(&self) -> Vec<i32> {
        let assists = self.work_orders.iter().filter(|order| order.role == WorkOrderRole::Assist);
        assists.map(|order| order.department_id).collect()
    }

    /// Writes a changed work order.
    pub fn update_work_order(&mut self, row: WorkOrderRow) -> Result<(), TicketError> {
        work_orders::update(self.conn, &row)?;
        self.work_orders.retain(|order| order.id != row.id);
        if row.status.is_open() {
            self.work_orders.push(row);
        }
        Ok(())
    }

    /// Nobody will decide on more time any more.
    pub fn void_extension_request(&mut self) -> Result<(), TicketError> {
        approvals::void_pending(self.conn, self.ticket.id, self.now)?;
        Ok(())
    }

    /// Tells the submitter what happened, and the writers of letters that were joined to this one; nothing personal.
    pub fn tell_submitter(&mut self, content: NoticeContent) {
        self.told.push(content);
    }

    /// The ticket's public number, for a notice.
    pub fn reference(&self) -> String {
        self.ticket.reference.clone()
    }

    /// The day a live clock falls due.
    pub fn due_on(&self, metric: Metric) -> Option<NaiveDate> {
        self.live_clock(metric).map(|clock| clock.due_on)
    }

    /// Writes the ticket, its events and its messages. The last step of every command.
    pub fn save(mut self) -> Result<Saved, TicketError> {
        self.mirror_citizen_clock();
        self.gather_facts();
        self.write_notices()?;
        let rows = self.chain_events();
        self.ticket.version = self.ticket.version.saturating_add(1);
        tickets::update(self.conn, &self.ticket)?;
        events::insert(self.conn, &rows)?;
        outbox::enqueue(self.conn, &self.outbox)?;
        Ok(Saved { ticket: self.ticket, created_id: self.created_id, access_code: self.access_code })
    }

    fn write_notices(&mut self) -> Result<(), TicketError> {
        let told = std::mem::take(&mut self.told);
        if !told.is_empty() {
            let told: Vec<_> = told.into_iter().map(|content| (self.ticket.id, content)).collect();
            let notices = notices_to_writers(self.conn, &told)?.into_iter();
            self.outbox.extend(notices.map(|notice| notice.into_message(self.now)));
        }
        Ok(())
    }

    /// The ticket names its citizen clock and that clock's due instant, for the constraint and the work lists.
    fn mirror_citizen_clock(&mut self) {
        let clock = self.citizen_clock().filter(|_| self.ticket.state.is_open());
        let (id, due_at) = (clock.map(|clock| clock.id), clock.map(|clock| clock.due_at));
        self.ticket.citizen_clock_id = id;
        self.ticket.due_at = due_at;
    }

    fn chain_events(&mut self) -> Vec<EventRow> {
        let drafts = std::mem::take(&mut self.drafts).into_iter();
        drafts.map(|event| append(&mut self.ticket, self.caller, event)).collect()
    }

    /// The first fact tells how it was before the command; what follows in the same command finds it changed already.
    fn gather_facts(&mut self) {
        let counted = self.drafts.iter().map(|event| event.kind).filter(|kind| kind.is_counted());
        for kind in counted.collect::<Vec<_>>() {
            let fact = self.fact(kind);
            self.before = Standing::of(&self.ticket);
            self.outbox.push(message(self.now, FACT_TOPIC, self.ticket.id, &fact));
        }
    }

    fn fact(&self, event: EventKind) -> Fact {
        let answered = event == EventKind::ReplySent;
        let received_on = self.rules.day(self.ticket.received_at);
        let taken = self.rules.calendar.working_days_between(received_on, self.today());
        Fact {
            event,
            on: self.today(),
            kind: self.ticket.kind,
            category_id: self.ticket.category_id,
            received_on,
            category_before: Some(self.before.category_id).filter(|id| *id != self.ticket.category_id),
            department_before: self.before.department_id,
            department_id: self.ticket.department_id,
            is_on_time: self.promise_kept.filter(|_| answered),
            working_days: answered.then_some(taken),
            was_open: self.before.is_open,
            is_open: self.ticket.state.is_open(),
        }
    }

    /// Tells whoever turns answered tickets into publications.
    pub fn announce_answer(&mut self) {
        self.announce(ANSWERED_TOPIC);
    }

    /// Tells whoever shows publications that the submitter objects.
    pub fn announce_objection(&mut self) {
        self.announce(OBJECTED_TOPIC);
    }

    fn announce(&mut self, topic: Topic) {
        let news = TicketNews { ticket_id: self.ticket.id, cycle: self.ticket.cycle };
        self.outbox.push(message(self.now, topic, self.ticket.id, &news));
    }
}

/// What a saved command leaves behind.
pub struct Saved {
    pub ticket: TicketRow,
    pub created_id: Option<Uuid>,
    pub access_code: Option<String>,
}
