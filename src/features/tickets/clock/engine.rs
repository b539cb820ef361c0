//! A ticket's clocks under a command: started, stopped, paused, resumed, extended. The arithmetic is `rules::sla`'s.

use chrono::{DateTime, Utc};

use crate::features::tickets::clock::breach::{Cause, Healed, list_breaches};
use crate::features::tickets::clock::rulebook::{Due, Handling, Rulebook};
use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{ClockId, ClockStatus, WorkOrderId, WorkOrderStatus};
use crate::features::tickets::store::clocks::{self, ClockRow, PauseRow};
use crate::features::tickets::store::limit_key::LimitKey;
use crate::features::tickets::store::{approvals, replies, work_orders};
use crate::rules::lifecycle::EventKind;
use crate::rules::lifecycle::Outcome;
use crate::rules::sla::{self, Anchor, Deadline, Pause, Terms};
use crate::rules::time_limits::{Amount, DueMoment, OnPause, TimeLimit};
use crate::rules::vocabulary::Metric;

/// Why clocks are paused while a ticket is on legal hold.
pub const LEGAL_HOLD: &str = "legal_hold";
/// Why clocks end when a ticket is put aside as spam.
pub const SPAM: &str = "spam";

impl Case<'_> {
    /// Starts a clock that counts from an instant, or from where the limit's anchor rule puts it. Without a limit for such
    /// a ticket nothing is promised and nothing starts.
    pub fn start_clock(
        &mut self,
        metric: Metric,
        since: DateTime<Utc>,
        work_order: Option<(WorkOrderId, i32)>,
    ) -> Result<(), TicketError> {
        let key = self.limit_key(work_order.map(|(_, department)| department));
        let of = self.handling();
        let Some(mut row) = self.rules.new_clock(metric, &key, of, since, self.now) else {
            return missing_limit(metric);
        };
        row.work_order_id = work_order.map(|(id, _)| id);
        row.department_id = work_order.map(|(_, department)| department);
        self.insert_clock(row)
    }

    /// Writes a new clock, which belongs to the case from now on.
    pub fn insert_clock(&mut self, row: ClockRow) -> Result<(), TicketError> {
        clocks::insert(self.conn, &row)?;
        self.clocks.push(row);
        Ok(())
    }

    /// Stops a clock: what it measured has happened now.
    pub fn stop_clock(&mut self, metric: Metric) -> Result<(), TicketError> {
        if let Some(mut clock) = self.take_clock(metric) {
            if metric == Metric::Reply {
                self.promise_kept = Some(!clock.is_broken(self.now));
            }
            self.end(&mut clock, ClockStatus::Stopped, None)?;
        }
        Ok(())
    }

    /// Cancels one clock: what it measured will not happen.
    pub fn cancel_clock(&mut self, metric: Metric, cause: &str) -> Result<(), TicketError> {
        match self.take_clock(metric) {
            Some(mut clock) => self.end(&mut clock, ClockStatus::Cancelled, Some(cause)),
            None => Ok(()),
        }
    }

    /// Cancels every live clock.
    pub fn cancel_clocks(&mut self, cause: &str) -> Result<(), TicketError> {
        for mut clock in std::mem::take(&mut self.clocks) {
            self.end(&mut clock, ClockStatus::Cancelled, Some(cause))?;
        }
        Ok(())
    }

    /// Ends whatever is still going on with a ticket that ends here.
    pub fn conclude(&mut self, outcome: Outcome, cause: &'static str) -> Result<(), TicketError> {
        self.cancel_clocks(cause)?;
        work_orders::end_open(self.conn, self.ticket.id, WorkOrderStatus::Recalled, Some(cause), self.now)?;
        approvals::void_pending(self.conn, self.ticket.id, self.now)?;
        replies::discard_unsent(self.conn, self.ticket.id, None)?;
        self.ticket.lead_work_order_id = None;
        self.ticket.outcome = Some(outcome);
        Ok(())
    }

    /// Pauses the promises while somebody else is waited for. Alarms wait.
    pub fn pause_clocks(&mut self, cause: &str) -> Result<(), TicketError> {
        for clock in self.clocks.iter_mut().filter(|clock| clock.status == ClockStatus::Running) {
            clock.status = ClockStatus::Paused;
            clock.paused_at = Some(self.now);
            clock.pause_cause = Some(cause.to_owned());
            clock.next_alarm_at = None;
            clocks::update(self.conn, clock)?;
        }
        Ok(())
    }

    /// Resumes what was paused. Promises that a question to the citizen restarts begin anew today; a legal hold restarts none.
    pub fn resume_clocks(&mut self) -> Result<(), TicketError> {
        let paused: Vec<ClockRow> =
            self.clocks.iter().filter(|clock| clock.status == ClockStatus::Paused).cloned().collect();
        let pauses =
            clocks::list_pauses(self.conn, &paused.iter().map(|clock| clock.id).collect::<Vec<_>>())?;
        for clock in paused {
            let earlier: Vec<PauseRow> =
                pauses.iter().filter(|pause| pause.clock_id == clock.id).cloned().collect();
            let rules = self.rules.of_clock(&clock)?;
            if restarts(&rules, &clock)? {
                self.restart(clock)?;
            } else {
                self.resume(clock, &earlier)?;
            }
        }
        Ok(())
    }

    /// The present handling of the ticket.
    pub fn handling(&self) -> Handling {
        Handling { ticket_id: self.ticket.id, cycle: self.ticket.cycle }
    }

    /// What the limits of this ticket are chosen by; the department is that of the work order, or the one in charge.
    pub fn limit_key(&self, department_id: Option<i32>) -> LimitKey {
        LimitKey::from(&self.ticket).of_department(department_id)
    }

    /// Gives a clock more time, in its own unit.
    pub fn extend_clock(&mut self, id: ClockId, more: i32) -> Result<(), TicketError> {
        let Some(mut clock) = self.clocks.iter().find(|clock| clock.id == id).cloned() else {
            return Err(TicketError::Guard(crate::features::tickets::error::EXTENSION_NOT_POSSIBLE));
        };
        let pauses = clocks::list_pauses(self.conn, &[id])?;
        clock.extension = clock.extension.saturating_add(more);
        self.recompute(&mut clock, &pauses, Cause::Extension)?;
        self.put_back(clock)
    }

    fn resume(&mut self, mut clock: ClockRow, earlier: &[PauseRow]) -> Result<(), TicketError> {
        let Some(pause) = self.open_pause(&clock, earlier) else { return Ok(()) };
        (clock.paused_at, clock.pause_cause) = (None, None);
        clocks::insert_pauses(self.conn, std::slice::from_ref(&pause))?;
        let mut all = earlier.to_vec();
        all.push(pause);
        clock.status = ClockStatus::Running;
        self.recompute(&mut clock, &all, Cause::Pause)?;
        self.put_back(clock)
    }

    /// The pause a clock is in, as it would be written if it ended now, behind those before it.
    pub fn open_pause(&self, clock: &ClockRow, earlier: &[PauseRow]) -> Option<PauseRow> {
        let paused_at = clock.paused_at?;
        let resumed_at = self.now.max(paused_at);
        Some(PauseRow {
            clock_id: clock.id,
            number: i16::try_from(earlier.len()).unwrap_or(i16::MAX).saturating_add(1),
            cause: clock.pause_cause.clone().unwrap_or_default(),
            paused_at,
            resumed_at,
            paused_on: self.rules.day(paused_at),
            resumed_on: self.rules.day(resumed_at),
        })
    }

    fn restart(&mut self, mut clock: ClockRow) -> Result<(), TicketError> {
        self.clocks.retain(|other| other.id != clock.id);
        let work_order = clock.work_order_id.zip(clock.department_id);
        self.end(&mut clock, ClockStatus::Cancelled, Some("restarted"))?;
        self.start_clock(clock.metric, self.now, work_order)
    }

    /// Works the due day out anew. `cause`: what makes the promise whole, should it have broken.
    pub fn recompute(
        &mut self,
        clock: &mut ClockRow,
        pauses: &[PauseRow],
        cause: Cause,
    ) -> Result<(), TicketError> {
        self.retime(clock, pauses)?;
        match clock.breached_at.take_if(|_| !sla::is_broken(clock.metric, clock.due_at, self.now)) {
            Some(broken_at) => self.take_breach_back(clock, broken_at, cause),
            None => Ok(()),
        }
    }

    /// Works the due day out anew, by the rules that the clock names. Alarms are armed again only when it moved; else
    /// those that fired stay fired.
    pub fn retime(&self, clock: &mut ClockRow, pauses: &[PauseRow]) -> Result<(), TicketError> {
        let rules = self.rules.of_clock(clock)?;
        let pauses: Vec<Pause> =
            pauses.iter().map(|pause| rules.pause(pause.paused_at, pause.resumed_at)).collect();
        let limit = limit_of(&rules, clock)?;
        let terms = clock.terms(limit.due, &pauses);
        let fired = clock.last_alarm.filter(|_| sla::due_at(&rules.calendar, &terms) == clock.due_at);
        let due = rules.due(limit, &terms, fired, self.now);
        if due.at != clock.due_at {
            clock.arming = clock.arming.saturating_add(1);
        }
        clock.last_alarm = fired;
        clock.due_on = due.on;
        clock.due_at = due.at;
        clock.is_provisional = due.is_provisional;
        clock.next_alarm_at = due.next_alarm_at.filter(|_| clock.status == ClockStatus::Running);
        Ok(())
    }

    /// What had broken is whole again: the history says so, and figures forget the breach.
    fn take_breach_back(
        &mut self,
        clock: &ClockRow,
        broken_at: DateTime<Utc>,
        cause: Cause,
    ) -> Result<(), TicketError> {
        let breaches = list_breaches(self.conn, &[self.ticket.id])?;
        let Some(healed) = Healed::among(&breaches, clock, broken_at) else { return Ok(()) };
        self.record(EventKind::BreachReversed, healed.particulars(clock, cause));
        if let Some(fact) = healed.fact(self.rules, &self.ticket, self.now) {
            self.send(fact);
        }
        Ok(())
    }

    /// Ends a clock that was taken out of the case.
    pub fn end(
        &mut self,
        clock: &mut ClockRow,
        status: ClockStatus,
        cause: Option<&str>,
    ) -> Result<(), TicketError> {
        clock.status = status;
        clock.paused_at = None;
        clock.next_alarm_at = None;
        clock.ended_at = Some(self.now);
        clock.end_cause = cause.map(str::to_owned);
        clocks::update(self.conn, clock)?;
        Ok(())
    }

    /// Takes the live clock of a metric out of the case.
    pub fn take_clock(&mut self, metric: Metric) -> Option<ClockRow> {
        let index = self.clocks.iter().position(|clock| clock.metric == metric)?;
        Some(self.clocks.swap_remove(index))
    }

    /// Writes a changed clock, which belongs to the case again.
    pub fn put_back(&mut self, clock: ClockRow) -> Result<(), TicketError> {
        clocks::update(self.conn, &clock)?;
        self.clocks.retain(|other| other.id != clock.id);
        self.clocks.push(clock);
        Ok(())
    }
}

impl ClockRow {
    /// The terms the clock runs on, given the moment of the day at which its limit ends and its closed pauses.
    pub fn terms<'a>(&self, due: DueMoment, pauses: &'a [Pause]) -> Terms<'a> {
        let anchor = Anchor { on: self.anchor_on, at: self.anchor_at.unwrap_or(self.started_at) };
        let limit = Amount { value: self.amount, unit: self.unit };
        Terms { anchor, limit, extension: self.extension, due, pauses }
    }

    /// When the promise ends, with what its alarms are measured by.
    pub fn deadline(&self) -> Deadline {
        let value = self.amount.saturating_add(self.extension);
        let promised = Amount { value, unit: self.unit };
        Deadline { on: self.due_on, at: self.due_at, anchor_on: self.anchor_on, promised }
    }

    /// Whether what it measures was not done in time and should have been.
    pub fn is_broken(&self, at: DateTime<Utc>) -> bool {
        sla::is_broken(self.metric, self.due_at, at)
    }

    /// Whether it ran until it broke and nobody has written that down yet.
    pub fn has_unseen_breach(&self, now: DateTime<Utc>) -> bool {
        self.status == ClockStatus::Running && self.breached_at.is_none() && self.is_broken(now)
    }

    /// Follows another limit from now on: its code, and how much it promises of what.
    pub fn follow(&mut self, limit: &TimeLimit) {
        self.limit_code.clone_from(&limit.code);
        self.amount = limit.amount.value;
        self.unit = limit.amount.unit;
    }

    /// A running clock of a ticket's cycle.
    pub fn started(
        rules: &Rulebook,
        of: Handling,
        limit: &TimeLimit,
        anchor: Anchor,
        due: Due,
        now: DateTime<Utc>,
    ) -> ClockRow {
        ClockRow {
            id: ClockId::new(now),
            ticket_id: of.ticket_id,
            work_order_id: None,
            department_id: None,
            cycle: of.cycle,
            metric: limit.metric,
            limit_code: limit.code.clone(),
            policy_code: rules.limits.code().to_owned(),
            policy_version: rules.limits.version(),
            calendar_code: rules.calendar.code().to_owned(),
            calendar_version: rules.calendar.version(),
            amount: limit.amount.value,
            unit: limit.amount.unit,
            extension: 0,
            anchor_on: anchor.on,
            anchor_at: Some(anchor.at),
            due_on: due.on,
            due_at: due.at,
            is_provisional: due.is_provisional,
            status: ClockStatus::Running,
            started_at: now,
            paused_at: None,
            pause_cause: None,
            ended_at: None,
            end_cause: None,
            breached_at: None,
            arming: 1,
            last_alarm: None,
            next_alarm_at: due.next_alarm_at,
            joined_ticket_id: None,
        }
    }
}

/// The limit of a clock in the rules that it names ([`Rulebook::of_clock`]).
pub fn limit_of<'a>(rules: &'a Rulebook, clock: &ClockRow) -> Result<&'a TimeLimit, TicketError> {
    rules
        .limits
        .by_code(&clock.limit_code)
        .ok_or_else(|| TicketError::Internal(format!("the time limit {} is gone", clock.limit_code)))
}

/// When a clock falls due by the rules that it names, with these closed pauses; and its first alarm after now.
pub fn due_of(
    rules: &Rulebook,
    clock: &ClockRow,
    pauses: &[PauseRow],
    now: DateTime<Utc>,
) -> Result<Due, TicketError> {
    let named = rules.of_clock(clock)?;
    let closed: Vec<Pause> =
        pauses.iter().map(|pause| named.pause(pause.paused_at, pause.resumed_at)).collect();
    let limit = limit_of(&named, clock)?;
    Ok(named.due(limit, &clock.terms(limit.due, &closed), None, now))
}

/// Whether a paused clock begins anew when it goes on. `rules`: those that it names ([`Rulebook::of_clock`]).
pub fn restarts(rules: &Rulebook, clock: &ClockRow) -> Result<bool, TicketError> {
    let is_held = clock.pause_cause.as_deref() == Some(LEGAL_HOLD);
    Ok(!is_held && limit_of(rules, clock)?.on_pause == OnPause::Restart)
}

/// The citizen's promises must exist; the others may be absent.
pub fn missing_limit(metric: Metric) -> Result<(), TicketError> {
    match metric {
        Metric::Accept | Metric::Reply => Err(TicketError::Internal(format!("no time limit for {metric}"))),
        Metric::Sign
        | Metric::WorkOrder
        | Metric::Refuse
        | Metric::Clarification
        | Metric::Rating
        | Metric::Correction
        | Metric::ThirdParty
        | Metric::ReviewBeforePublication
        | Metric::ConsultationOutcome => Ok(()),
    }
}
