//! Looks at what an inspection would punish, and tries the channel.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::error::InspectionError;
use super::views::{CheckView, InspectionView, ProbeStep, ProbeView};
use crate::features::notices::NOTICE_TOPIC;
use crate::features::publication::last_published_at;
use crate::features::routing::RouteSubmitted;
use crate::features::tickets::{FACT_TOPIC, SUBMITTED_TOPIC, Tickets, oldest_open};
use crate::platform::auth::caller::StaffCaller;
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;
use crate::platform::http::locale::Locale;
use crate::platform::jobs::consumer::TransactionalConsumer;
use crate::platform::jobs::outbox::oldest_due;
use crate::rules::calendar::Calendar;
use crate::rules::inspection::{Check, Severity, Threshold, Thresholds};
use crate::rules::permissions::CityOperation;
use crate::rules::vocabulary::Kind;

/// What the sentinel stands on.
#[derive(Clone)]
pub struct InspectorParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: SharedClock,
    /// Tickets.
    pub tickets: Tickets,
    /// What sends new tickets on.
    pub routing: RouteSubmitted,
    /// The thresholds.
    pub thresholds: Arc<Thresholds>,
}

/// The sentinel. Cheap to clone.
#[derive(Clone)]
pub struct Inspector {
    parts: InspectorParts,
}

/// Since when something lasts, and the letter it is about.
type Lasting = (Option<DateTime<Utc>>, Option<String>);

impl Inspector {
    /// Assembles the service.
    pub fn new(parts: InspectorParts) -> Inspector {
        Inspector { parts }
    }

    /// The countdowns, for staff.
    pub async fn get(&self, caller: &StaffCaller, locale: Locale) -> Result<InspectionView, InspectionError> {
        if !caller.may_city_wide(CityOperation::ReadInspection) {
            return Err(InspectionError::Forbidden);
        }
        self.inspect(locale).await
    }

    /// The countdowns.
    pub async fn inspect(&self, locale: Locale) -> Result<InspectionView, InspectionError> {
        let (now, thresholds) = (self.parts.clock.now(), Arc::clone(&self.parts.thresholds));
        let calendar = self.parts.tickets.rulebook().calendar;
        let checks: Vec<CheckView> = self
            .parts
            .db
            .read(move |conn| {
                let view = |threshold: &Threshold| {
                    let lasting = lasting(conn, threshold.check, now)?;
                    Ok::<_, InspectionError>(view(&calendar, threshold, lasting, locale, now))
                };
                thresholds.checks.iter().map(view).collect()
            })
            .await?;
        let level = checks.iter().map(|check| check.level).max().unwrap_or(Severity::Ok);
        Ok(InspectionView { inspected_at: now, level, checks })
    }

    /// Since when the oldest letter without an answer is here.
    pub async fn oldest_unanswered(&self) -> Result<Option<DateTime<Utc>>, InspectionError> {
        let oldest = self.parts.db.read(|conn| Ok::<_, InspectionError>(oldest_open(conn, None)?)).await?;
        Ok(oldest.map(|(_, since)| since))
    }

    /// Hands a letter in, lets routing decide about it, looks for it as staff do, and rolls all of it back: it never was.
    pub async fn probe(&self) -> Result<ProbeView, InspectionError> {
        let (parts, now, started) = (self.parts.clone(), self.parts.clock.now(), Instant::now());
        let tried: Result<(), InspectionError> = self
            .parts
            .db
            .transaction(move |conn| {
                let steps = steps(conn, &parts, now);
                let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                Err(InspectionError::RolledBack(Box::new(ProbeView { steps, milliseconds })))
            })
            .await;
        match tried {
            Err(InspectionError::RolledBack(probe)) => Ok(*probe),
            Err(error) => Err(error),
            Ok(()) => Ok(ProbeView { steps: Vec::new(), milliseconds: 0 }),
        }
    }
}

fn lasting(conn: &mut PgConnection, check: Check, now: DateTime<Utc>) -> Result<Lasting, InspectionError> {
    let letter = |found: Option<(String, DateTime<Utc>)>| {
        found.map_or((None, None), |(reference, since)| (Some(since), Some(reference)))
    };
    Ok(match check {
        Check::OldestUnanswered => letter(oldest_open(conn, None)?),
        Check::ErrorReport => letter(oldest_open(conn, Some(Kind::ErrorReport))?),
        Check::LastPublished => (last_published_at(conn)?, None),
        Check::Statistics => (oldest_due(conn, FACT_TOPIC, now)?, None),
        Check::Messages => {
            let (routing, mail) =
                (oldest_due(conn, SUBMITTED_TOPIC, now)?, oldest_due(conn, NOTICE_TOPIC, now)?);
            (routing.into_iter().chain(mail).min(), None)
        }
    })
}

/// Where there is nothing all is well, but for a site that has never published a reply.
fn view(
    calendar: &Calendar,
    threshold: &Threshold,
    (since, reference): Lasting,
    locale: Locale,
    now: DateTime<Utc>,
) -> CheckView {
    let deadline = since.map(|since| threshold.deadline(calendar, since));
    let without = if threshold.check == Check::LastPublished { Severity::Warn } else { Severity::Ok };
    let title = if locale == Locale::En { &threshold.title_en } else { &threshold.title };
    CheckView {
        check: threshold.check,
        title: title.clone(),
        level: deadline.map_or(without, |deadline| threshold.severity(deadline, now)),
        since,
        deadline,
        minutes_left: deadline.map(|deadline| (deadline - now).num_minutes()),
        reference,
        source: threshold.source.clone(),
    }
}

/// What was tried, up to the first thing that failed.
fn steps(conn: &mut PgConnection, parts: &InspectorParts, now: DateTime<Utc>) -> Vec<ProbeStep> {
    let mut steps = Vec::new();
    let letter = match parts.tickets.submit_preview(conn) {
        Ok(letter) => letter,
        Err(error) => return vec![failed("submit", &error)],
    };
    steps.push(ProbeStep { step: "submit", is_ok: true, detail: letter.reference.clone() });
    if let Err(error) = parts.routing.consume(conn, now, &[letter.news(&parts.tickets)]) {
        steps.push(failed("route", &error));
        return steps;
    }
    match parts.tickets.check_preview(conn, &letter) {
        Ok(seen) => {
            steps.push(ProbeStep { step: "route", is_ok: true, detail: seen.state.to_string() });
            let is_ok = seen.is_found && seen.is_listed;
            let detail =
                format!("by number: {}, in the work list: {}", yes(seen.is_found), yes(seen.is_listed));
            steps.push(ProbeStep { step: "find", is_ok, detail });
        }
        Err(error) => steps.push(failed("find", &error)),
    }
    steps
}

fn failed(step: &'static str, error: &impl std::fmt::Display) -> ProbeStep {
    ProbeStep { step, is_ok: false, detail: error.to_string() }
}

const fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
