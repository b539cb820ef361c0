//! What is counted and measured: one table with the unit and the meaning of every metric, which a test compares with the
//! code, the alerts and the dashboard; and the figures of the business, read from the database when somebody asks.
//!
//! The figures cost the same whatever was ever received: sums over the counters of today and of what is open, and the heads
//! of indexes over open letters.

use std::sync::{Arc, Mutex, PoisonError};

use ::metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use chrono::{DateTime, TimeDelta, Utc};
use tracing::warn;

use super::build::build;
use super::state::AppState;
use crate::features::statistics::OverviewQuery;
use crate::platform::locale::Locale;

/// How long figures are good: whoever asks more often gets the same ones.
const GOOD_FOR: TimeDelta = TimeDelta::seconds(10);

/// How a metric behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Only grows, until the process ends.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Is observed again and again.
    Histogram,
}

/// One metric: its name, how it behaves, its unit, what it means.
pub type Metric = (&'static str, Sort, Unit, &'static str);

/// Every metric of the program.
pub const METRICS: &[Metric] = &[
    (
        "http_requests_total",
        Sort::Counter,
        Unit::Count,
        "Requests answered, by method, address pattern and status",
    ),
    ("http_request_duration_seconds", Sort::Histogram, Unit::Seconds, "Time from a request to its answer"),
    ("database_connections", Sort::Gauge, Unit::Count, "Connections to PostgreSQL that this instance holds"),
    ("database_connections_idle", Sort::Gauge, Unit::Count, "Connections among them that nobody uses"),
    ("database_requests_waiting", Sort::Gauge, Unit::Count, "Pieces of work that wait for a connection"),
    ("huiyin_build_info", Sort::Gauge, Unit::Count, "Always 1; the labels name version and commit"),
    ("huiyin_tickets_open", Sort::Gauge, Unit::Count, "Letters without a final answer"),
    ("huiyin_tickets_overdue", Sort::Gauge, Unit::Count, "Open letters past what was promised"),
    (
        "huiyin_tickets_received_today",
        Sort::Gauge,
        Unit::Count,
        "Letters received since midnight in the city's zone, without spam",
    ),
    (
        "huiyin_tickets_answered_today",
        Sort::Gauge,
        Unit::Count,
        "Final answers sent since midnight in the city's zone",
    ),
    (
        "huiyin_oldest_unanswered_seconds",
        Sort::Gauge,
        Unit::Seconds,
        "Age of the oldest open letter; 0 when there is none",
    ),
    (
        "huiyin_logins_refused_total",
        Sort::Counter,
        Unit::Count,
        "Sign-ins refused: unknown name, wrong password or a locked account",
    ),
    ("huiyin_outbox_pending_messages", Sort::Gauge, Unit::Count, "Messages that wait for a consumer"),
    (
        "huiyin_outbox_oldest_pending_seconds",
        Sort::Gauge,
        Unit::Seconds,
        "Age of the oldest message that waits for a consumer",
    ),
    ("huiyin_outbox_delivered_total", Sort::Counter, Unit::Count, "Messages consumed"),
    ("huiyin_outbox_failed_total", Sort::Counter, Unit::Count, "Attempts that failed and will be made again"),
    ("huiyin_outbox_dead_total", Sort::Counter, Unit::Count, "Messages given up: dead letters"),
    ("huiyin_outbox_lost_total", Sort::Counter, Unit::Count, "Leases lost to another instance"),
    (
        "huiyin_rows_set_aside_total",
        Sort::Counter,
        Unit::Count,
        "Rows that a job could not do and set aside, by kind of work",
    ),
    ("huiyin_rows_set_aside", Sort::Gauge, Unit::Count, "Rows that are set aside now"),
    (
        "huiyin_clocks_recalculated_total",
        Sort::Counter,
        Unit::Count,
        "Clocks moved to a new calendar or new time limits",
    ),
    (
        "huiyin_calendar_official_days_left",
        Sort::Gauge,
        Unit::Count,
        "Days until the calendar has no official days any more",
    ),
    ("huiyin_alarm_mails_total", Sort::Counter, Unit::Count, "Mails written about alarms"),
    ("huiyin_alarms_fired_total", Sort::Counter, Unit::Count, "Alarms fired, by level"),
    (
        "huiyin_alarms_raised_total",
        Sort::Counter,
        Unit::Count,
        "Alarms passed on to the next role because nobody acknowledged them",
    ),
    (
        "huiyin_alarms_without_recipient_total",
        Sort::Counter,
        Unit::Count,
        "Alarms that nobody could be told of, by level",
    ),
    ("huiyin_sweep_paused", Sort::Gauge, Unit::Count, "1 while the sweep is paused for all instances"),
    ("huiyin_sweep_storms_total", Sort::Counter, Unit::Count, "Storms of alarms that paused the sweep"),
    ("huiyin_sweep_failures_total", Sort::Counter, Unit::Count, "Steps of the sweep that failed, by step"),
    ("huiyin_sweep_duration_seconds", Sort::Histogram, Unit::Seconds, "Time that one sweep took"),
    (
        "huiyin_sweep_canary_fired_timestamp_seconds",
        Sort::Gauge,
        Unit::Seconds,
        "When the canary fired last, as Unix time",
    ),
    (
        "huiyin_sweep_last_run_timestamp_seconds",
        Sort::Gauge,
        Unit::Seconds,
        "When this instance swept last, as Unix time",
    ),
];

/// Says what every metric means; once, before anything is counted.
pub fn describe() {
    for (name, sort, unit, help) in METRICS {
        match sort {
            Sort::Counter => describe_counter!(*name, *unit, *help),
            Sort::Gauge => describe_gauge!(*name, *unit, *help),
            Sort::Histogram => describe_histogram!(*name, *unit, *help),
        }
    }
    let build = build();
    gauge!("huiyin_build_info", "version" => build.version, "commit" => build.commit).set(1.0);
}

/// When the figures were read last.
#[derive(Debug, Clone, Default)]
pub struct LastReading(Arc<Mutex<Option<DateTime<Utc>>>>);

impl LastReading {
    /// Whether it is time to read again; whoever is told so does it.
    fn is_old(&self, now: DateTime<Utc>) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = last.is_none_or(|at| now < at || now - at >= GOOD_FOR);
        if is_old {
            *last = Some(now);
        }
        is_old
    }
}

/// Measures what stands in the database and in the pool of connections. A database that is away leaves the figures as
/// they were; `/readyz` tells that it is.
pub async fn measure(state: &AppState, last: &LastReading) {
    let (connections, idle, waiting) = state.db.load();
    gauge!("database_connections").set(connections as f64);
    gauge!("database_connections_idle").set(idle as f64);
    gauge!("database_requests_waiting").set(waiting as f64);
    let now = state.clock.now();
    state.missing_year_reminder().measure(now);
    if !last.is_old(now) {
        return;
    }
    if let Err(error) = measure_business(state, now).await {
        warn!(%error, "The figures for monitoring could not be read");
    }
}

async fn measure_business(state: &AppState, now: DateTime<Utc>) -> anyhow::Result<()> {
    let figures = business(state, now).await?;
    gauge!("huiyin_tickets_open").set(figures.open as f64);
    gauge!("huiyin_tickets_overdue").set(figures.overdue as f64);
    gauge!("huiyin_tickets_received_today").set(figures.received_today as f64);
    gauge!("huiyin_tickets_answered_today").set(figures.answered_today as f64);
    gauge!("huiyin_oldest_unanswered_seconds").set(figures.oldest_unanswered_seconds as f64);
    Ok(())
}

/// How the city stands, for whoever watches over the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessFigures {
    /// Letters without a final answer.
    pub open: i64,
    /// Those past what was promised.
    pub overdue: i64,
    /// Letters received since midnight.
    pub received_today: i64,
    /// Final answers since midnight.
    pub answered_today: i64,
    /// Age of the oldest open letter; 0 when there is none.
    pub oldest_unanswered_seconds: i64,
}

/// Reads the figures.
pub async fn business(state: &AppState, now: DateTime<Utc>) -> anyhow::Result<BusinessFigures> {
    let today = state.tickets.rulebook().day(now);
    let query = OverviewQuery { from: Some(today), to: Some(today), group_by: None };
    let figures = state.statistics.overview(state.statistics.ask(&query, Locale::En)?).await?.total;
    let oldest = state.inspector().oldest_unanswered().await?;
    Ok(BusinessFigures {
        open: figures.open,
        overdue: figures.overdue,
        received_today: figures.received,
        answered_today: figures.answered,
        oldest_unanswered_seconds: oldest.map_or(0, |since| (now - since).num_seconds().max(0)),
    })
}
