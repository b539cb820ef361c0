//! Why a clock falls due when it does: what was counted from, every day, pauses, extensions, and the law behind it, for
//! the staff who may see the ticket and for the citizen whose ticket it is; and the due date as a calendar entry.

use chrono::Datelike;
use diesel::PgConnection;

use crate::features::accounts::{People, Person};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::{ApprovalKind, ApprovalStatus, ClockId, ClockStatus, TicketId};
use crate::features::tickets::read::clock_views::{
    AnchorView, CalendarView, ClockExplanation, DayView, ExtensionView, PolicyView,
};
use crate::features::tickets::read::presentation::{Presentation, concerns_citizen};
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::approvals::{self, ApprovalRow};
use crate::features::tickets::store::clocks::{self, ClockRow};
use crate::features::tickets::store::joined;
use crate::features::tickets::store::tickets::{self, TicketRow};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::http::icalendar::{Event, EventTime};
use crate::platform::http::locale::Locale;
use crate::rules::calendar::Calendar;
use crate::rules::commands::Command;
use crate::rules::permissions::Permission;
use crate::rules::reference::Reference;
use crate::rules::sla::ExplainedDay;
use crate::rules::texts::Sentence;
use crate::rules::vocabulary::{Metric, Role, Unit};

impl Tickets {
    /// Why a clock of a ticket falls due when it does, for staff who may read the ticket.
    pub async fn explain_clock(
        &self,
        caller: StaffCaller,
        locale: Locale,
        reference: &Reference,
        id: ClockId,
    ) -> Result<ClockExplanation, TicketError> {
        let present = self.presentation(locale);
        self.read_in_sight(caller, reference, move |case, _, _| {
            let ticket = case.ticket.clone();
            let clock = find(case.conn, ticket.id, id)?;
            let granted = granted(case.conn, &clock)?;
            let people = People::find(case.conn, granted.iter().filter_map(|approval| approval.decided_by))?;
            let by = |approval: &ApprovalRow| people.perhaps(approval.decided_by);
            let extensions = granted.iter().map(|row| extension(&clock, row, by(row))).collect();
            explain(case.conn, &present, &ticket, &clock, extensions)
        })
        .await
    }

    /// The same for the citizen of this ticket: the promises made to them, and who granted more time by role alone.
    pub async fn explain_clock_to_citizen(
        &self,
        ticket_id: TicketId,
        locale: Locale,
        id: ClockId,
    ) -> Result<ClockExplanation, TicketError> {
        let present = self.presentation(locale);
        self.db
            .read(move |conn| {
                let (ticket, _) = tickets::find(conn, ticket_id)?.ok_or(TicketError::NotFound)?;
                let clock = find(conn, ticket_id, id)?;
                if !concerns_citizen(clock.metric) {
                    return Err(TicketError::NotFound);
                }
                let granted = granted(conn, &clock)?;
                let extensions = granted.iter().map(|row| extension(&clock, row, None)).collect();
                explain(conn, &present, &ticket, &clock, extensions)
            })
            .await
    }
}

impl ClockExplanation {
    /// The due date as an entry in the citizen's calendar: what is due, and by which law.
    pub fn to_citizen_event(&self, locale: Locale) -> Event {
        self.event(locale, [Some(self.summary.clone()), self.law(), None, None])
    }

    /// The same for staff, with the versions of the rules; the same clock and due date always make the same file.
    pub fn to_event(&self, locale: Locale) -> Event {
        let rules = (self.clock.policy.clone(), self.clock.calendar.clone());
        self.event(locale, [Some(self.summary.clone()), self.law(), Some(rules.0), Some(rules.1)])
    }

    fn law(&self) -> Option<String> {
        let law = self.policy.source.as_ref()?;
        Some(format!("{} {}", law.title, law.article.as_deref().unwrap_or_default()).trim_end().to_owned())
    }

    fn event(&self, locale: Locale, lines: [Option<String>; 4]) -> Event {
        let clock = &self.clock;
        let time = match clock.unit {
            Unit::WorkingMinutes => EventTime::Instant(clock.due_at),
            Unit::WorkingDays | Unit::CalendarDays | Unit::Months => EventTime::Day(clock.due_on),
        };
        let name = locale.say(&Sentence::of("metric_name", clock.metric.as_str()));
        Event {
            uid: format!("{}-{}@huiyin", clock.id, self.arming),
            stamped_at: self.started_at,
            time,
            summary: format!("{} {name}", self.reference),
            description: lines.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        }
    }
}

fn find(conn: &mut PgConnection, ticket_id: TicketId, id: ClockId) -> Result<ClockRow, TicketError> {
    let found = clocks::list(conn, ticket_id)?.into_iter().find(|clock| clock.id == id);
    found.ok_or(TicketError::NotFound)
}

/// What was granted on top of a clock, or on top of the promise before it took that over. A department's clock is extended
/// with the citizen's, by one decision.
fn granted(conn: &mut PgConnection, clock: &ClockRow) -> Result<Vec<ApprovalRow>, TicketError> {
    if clock.metric != Metric::WorkOrder {
        let line = joined::list_line(conn, clock)?;
        return Ok(approvals::list_granted(conn, &line)?);
    }
    let is_here = |row: &ApprovalRow| {
        row.decided_at
            .is_some_and(|at| clock.started_at <= at && clock.ended_at.is_none_or(|ended_at| at <= ended_at))
    };
    let mut rows = approvals::list(conn, clock.ticket_id)?;
    rows.retain(|row| {
        row.kind == ApprovalKind::Extension && row.status == ApprovalStatus::Granted && is_here(row)
    });
    Ok(rows)
}

fn extension(clock: &ClockRow, row: &ApprovalRow, granted_by: Option<Person>) -> ExtensionView {
    let role = Command::DecideExtension.roles().first().copied();
    ExtensionView {
        amount: row.amount.unwrap_or_default(),
        unit: row.unit.unwrap_or(clock.unit),
        reason: row.ground.clone(),
        granted_at: row.decided_at,
        role: role.unwrap_or(Role::Supervisor),
        granted_by,
    }
}

fn explain(
    conn: &mut PgConnection,
    present: &Presentation,
    ticket: &TicketRow,
    clock: &ClockRow,
    extensions: Vec<ExtensionView>,
) -> Result<ClockExplanation, TicketError> {
    let rules = present.rules_of(clock);
    let explained = present.explained(clock, &clocks::list_pauses(conn, &[clock.id])?);
    let limit = rules.limits.by_code(&clock.limit_code);
    let taken_over_from = match clock.joined_ticket_id {
        Some(id) => joined::find_reference(conn, id)?,
        None => None,
    };
    let counts_minutes = clock.unit == Unit::WorkingMinutes;
    Ok(ClockExplanation {
        reference: ticket.reference.clone(),
        arming: clock.arming,
        started_at: clock.started_at,
        summary: present.locale.say(&summary(clock, explained.pauses.len())),
        taken_over_from,
        anchor: AnchorView {
            on: clock.anchor_on,
            at: clock.anchor_at.filter(|_| counts_minutes),
            rule: limit.map(|limit| limit.anchor_rule(ticket.channel)),
            text: present.locale.choose(&rules.calendar.label(clock.anchor_on).text),
        },
        policy: PolicyView {
            code: clock.policy_code.clone(),
            version: clock.policy_version,
            limit_code: clock.limit_code.clone(),
            amount: clock.amount,
            unit: clock.unit,
            due: limit.map(|limit| limit.due).filter(|_| !counts_minutes),
            source: limit.and_then(|limit| limit.source.clone()),
        },
        calendar: calendar_view(&rules.calendar, clock),
        days: explained.days.into_iter().map(|day| day_view(day, present.locale)).collect(),
        pauses: explained.pauses,
        clock: explained.clock,
        extensions,
    })
}

fn calendar_view(calendar: &Calendar, clock: &ClockRow) -> CalendarView {
    let years = clock.anchor_on.year()..=clock.due_on.year();
    CalendarView {
        code: clock.calendar_code.clone(),
        version: clock.calendar_version,
        last_official_on: calendar.last_official_day(),
        notices: years.flat_map(|year| calendar.notices(year)).cloned().collect(),
    }
}

fn day_view(day: ExplainedDay, locale: Locale) -> DayView {
    DayView {
        on: day.on,
        ordinal: day.ordinal,
        working_minutes: day.working_minutes,
        is_provisional: day.is_provisional,
        note: day.note,
        kind: day.label.kind,
        text: locale.choose(&day.label.text),
    }
}

/// The whole in one sentence.
fn summary(clock: &ClockRow, pauses: usize) -> Sentence {
    let unit = Sentence::of("unit_name", clock.unit.as_str());
    let mut said = Sentence::new("clock-counted")
        .with("anchor", clock.anchor_on)
        .with("amount", clock.amount)
        .with("unit", unit.clone());
    if clock.joined_ticket_id.is_some() {
        said = Sentence::new("clock-taken_over").with("said", said);
    }
    if clock.extension > 0 {
        said = Sentence::new("clock-extended").with("said", said);
        said = said.with("extension", clock.extension).with("unit", unit);
    }
    if pauses > 0 {
        said = Sentence::new("clock-paused").with("said", said).with("times", pauses);
    }
    match clock.status {
        ClockStatus::Paused => Sentence::new("clock-waits").with("said", said),
        ClockStatus::Running | ClockStatus::Stopped | ClockStatus::Cancelled => {
            Sentence::new("clock-due").with("said", said).with("due", clock.due_on)
        }
    }
}
