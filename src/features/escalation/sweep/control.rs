//! Looking after the sweep: how it stands, pausing it, and letting it go on.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use metrics::gauge;
use tracing::warn;

use super::requests::ControlSweep;
use super::store::{self, ActionRow, StateRow};
use super::views::{SetAsideView, SweepActionView, SweepVerb, SweepView};
use crate::features::accounts::People;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::settings::EscalationSettings;
use crate::features::escalation::sweep_parts::SweepParts;
use crate::features::tickets::oldest_due_alarm;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::clock::{SharedClock, new_id};
use crate::platform::crypto::Sealer;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::jobs::isolation::{SetAside, list_set_aside};
use crate::rules::permissions::CityOperation;

/// How many actions the view shows.
const ACTIONS_SHOWN: i64 = 20;

/// How many rows the view shows that were set aside.
const SET_ASIDE_SHOWN: i64 = 50;

/// Looks after the sweep. Cheap to clone.
#[derive(Clone)]
pub struct SweepControl {
    parts: SweepParts,
    clock: SharedClock,
    sealer: Sealer,
}

impl SweepControl {
    /// Assembles the service on what the sweep stands on.
    pub fn new(parts: SweepParts, clock: SharedClock, sealer: Sealer) -> SweepControl {
        SweepControl { parts, clock, sealer }
    }

    /// How the sweep stands.
    pub async fn get(&self, caller: &StaffCaller) -> Result<SweepView, EscalationError> {
        authorise(caller)?;
        let (now, settings) = (self.clock.now(), self.parts.settings.clone());
        self.parts.db.read(move |conn| view(conn, &settings, now)).await
    }

    /// What is wrong with the sweep, in a sentence for operators; `None`: nothing.
    pub async fn trouble(&self) -> Result<Option<String>, EscalationError> {
        let (now, settings) = (self.clock.now(), self.parts.settings.clone());
        self.parts.db.read(move |conn| Ok(Health::read(conn, now)?.trouble(&settings, now))).await
    }

    /// Pauses the sweep on all instances, or lets it go on. What stands so already is left as it is.
    pub async fn control(
        &self,
        caller: StaffCaller,
        idempotency: Idempotency,
        verb: SweepVerb,
        wish: ControlSweep,
    ) -> Result<Once<SweepView>, EscalationError> {
        authorise(&caller)?;
        let (now, sealer, settings) = (self.clock.now(), self.sealer.clone(), self.parts.settings.clone());
        let done = self.parts.db.transaction(move |conn| {
            once(conn, &idempotency, &sealer, now, |conn| {
                change(conn, &caller, verb, &wish, now)?;
                view(conn, &settings, now)
            })
        });
        done.await
    }
}

fn authorise(caller: &StaffCaller) -> Result<(), EscalationError> {
    if caller.may_city_wide(CityOperation::ManageSweep) { Ok(()) } else { Err(EscalationError::Forbidden) }
}

fn change(
    conn: &mut PgConnection,
    caller: &StaffCaller,
    verb: SweepVerb,
    wish: &ControlSweep,
    now: DateTime<Utc>,
) -> Result<(), EscalationError> {
    let is_paused = store::lock_state(conn)?.is_paused;
    if is_paused == (verb == SweepVerb::Pause) {
        return Ok(());
    }
    match verb {
        SweepVerb::Pause => store::pause(conn)?,
        SweepVerb::Resume => store::resume(conn, now)?,
    };
    let (id, reason, staff_id) = (new_id(now), wish.reason.as_str().to_owned(), Some(caller.id));
    store::insert_action(conn, &ActionRow { id, action: verb, staff_id, reason, taken_at: now })?;
    gauge!("huiyin_sweep_paused").set(if verb == SweepVerb::Pause { 1.0 } else { 0.0 });
    warn!(staff.id = %caller.id, "The sweep was told to {verb}");
    Ok(())
}

/// What says whether the sweep is well.
struct Health {
    state: StateRow,
    canary_due_at: Option<DateTime<Utc>>,
    canary_fired_at: Option<DateTime<Utc>>,
    oldest_due_at: Option<DateTime<Utc>>,
    set_aside_count: i64,
    set_aside: Vec<SetAside>,
}

impl Health {
    fn read(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Health, EscalationError> {
        let (canary_due_at, canary_fired_at) = store::get_canary(conn)?;
        let oldest_due_at = oldest_due_alarm(conn, now)?;
        let state = store::get_state(conn)?;
        let (set_aside_count, set_aside) = list_set_aside(conn, SET_ASIDE_SHOWN)?;
        gauge!("huiyin_rows_set_aside").set(set_aside_count as f64);
        Ok(Health { state, canary_due_at, canary_fired_at, oldest_due_at, set_aside_count, set_aside })
    }

    /// The worst first: it waits for somebody, it never ran, it has stopped, it leaves rows out, it does not keep up.
    fn trouble(&self, settings: &EscalationSettings, now: DateTime<Utc>) -> Option<String> {
        if self.state.is_paused {
            return Some("paused; resume it with POST /v1/staff/sweep/actions/resume".to_owned());
        }
        let Some(canary_due_at) = self.canary_due_at else { return Some("no sweep has run yet".to_owned()) };
        let allowed = TimeDelta::seconds(settings.late_after_seconds.into());
        let late = |what: &str, due_at: DateTime<Utc>| {
            let by = now - due_at;
            (by > allowed).then(|| format!("{what} is {} seconds late", by.num_seconds()))
        };
        late("the canary", canary_due_at)
            .or_else(|| self.left_out())
            .or_else(|| self.oldest_due_at.and_then(|due_at| late("the oldest alarm", due_at)))
    }

    fn left_out(&self) -> Option<String> {
        let SetAside { work, item, error_code, .. } = self.set_aside.first()?;
        let count = self.set_aside_count;
        Some(format!("{count} rows are set aside, the oldest: {work} {item} ({error_code})"))
    }
}

fn view(
    conn: &mut PgConnection,
    settings: &EscalationSettings,
    now: DateTime<Utc>,
) -> Result<SweepView, EscalationError> {
    let health = Health::read(conn, now)?;
    let actions = store::list_actions(conn, ACTIONS_SHOWN)?;
    let people = People::find(conn, actions.iter().filter_map(|row| row.staff_id))?;
    let is_this_minute =
        health.state.minute_at.is_some_and(|at| now - at < TimeDelta::minutes(1) && at <= now);
    Ok(SweepView {
        trouble: health.trouble(settings, now),
        is_paused: health.state.is_paused,
        alarms_this_minute: if is_this_minute { health.state.minute_alarms } else { 0 },
        storm_alarms_per_minute: settings.storm_alarms_per_minute,
        oldest_due_at: health.oldest_due_at,
        canary_fired_at: health.canary_fired_at,
        set_aside_count: health.set_aside_count,
        set_aside: health.set_aside.into_iter().map(SetAsideView::from).collect(),
        actions: actions
            .into_iter()
            .map(|row| SweepActionView {
                action: row.action,
                staff: people.perhaps(row.staff_id),
                reason: row.reason,
                taken_at: row.taken_at,
            })
            .collect(),
    })
}
