//! Calendars and time limits as the rest of the program uses them: a copy at hand that is loaded again when it is
//! outdated.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use tracing::{info, warn};

use super::editions::Editions;
use super::error::CalendarsError;
use super::installation::{Installed, Outcome, embedded, install};
use super::model::CityRules;
use super::store;
use crate::platform::db::Db;
use crate::rules::calendar::Calendar;
use crate::rules::sla::whole_days_warning;

/// The versions. Cheap to clone; all clones share one copy.
#[derive(Clone)]
pub struct Calendars {
    db: Db,
    city: Arc<CityRules>,
    current: Arc<RwLock<Arc<Editions>>>,
}

impl Calendars {
    /// Installs what the program brings along and the database lacks, and reads all versions.
    pub async fn open(db: Db, city: CityRules, now: DateTime<Utc>) -> Result<Calendars, CalendarsError> {
        let installed = db.transaction(move |conn| install(conn, &embedded(), now)).await?;
        installed.iter().for_each(report);
        let city = Arc::new(city);
        let copy = read(&db, &city, None).await?;
        warn_of_whole_days(&copy);
        Ok(Calendars { db, city, current: Arc::new(RwLock::new(Arc::new(copy))) })
    }

    /// All versions as this instance knows them. Keep the copy for a whole request, so that it agrees with itself.
    pub fn editions(&self) -> Arc<Editions> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The calendar that new clocks of this city follow. A calendar never changes its zone, so that whoever only asks
    /// for the day may keep it.
    pub fn city_calendar(&self) -> Arc<Calendar> {
        Arc::clone(self.editions().city_calendar())
    }

    /// Loads what is new if something is. Tells whether it was.
    pub async fn refresh(&self) -> Result<bool, CalendarsError> {
        let change = self.db.read(|conn| Ok::<_, CalendarsError>(store::get_change(conn)?)).await?;
        let known = self.editions();
        if change == known.change() {
            return Ok(false);
        }
        let newest = Arc::new(read(&self.db, &self.city, Some(known)).await?);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if newest.change() > current.change() {
            *current = newest;
        }
        Ok(true)
    }

    pub(super) fn db(&self) -> &Db {
        &self.db
    }
}

async fn read(
    db: &Db,
    city: &Arc<CityRules>,
    earlier: Option<Arc<Editions>>,
) -> Result<Editions, CalendarsError> {
    let city = Arc::clone(city);
    db.transaction(move |conn| read_within(conn, &city, earlier.as_deref())).await
}

/// The change first: versions newer than it are loaded once more, versions older than it would stay.
fn read_within(
    conn: &mut PgConnection,
    city: &CityRules,
    earlier: Option<&Editions>,
) -> Result<Editions, CalendarsError> {
    let change = store::get_change(conn)?;
    let known = earlier.map(Editions::known).unwrap_or_default();
    let mut documents = Vec::new();
    for (kind, code, version) in store::list_keys(conn)?.iter().filter(|key| !known.contains(key)) {
        documents.extend(store::find_document(conn, (*kind, code, *version))?);
    }
    let in_force = store::list_in_force(conn)?;
    Editions::new(change, city, earlier, &documents, &in_force)
}

/// What is in force may have been put there knowingly; whoever runs the program shall know it as well.
fn warn_of_whole_days(editions: &Editions) {
    let (calendar, limits) = (editions.city_calendar(), editions.city_time_limits());
    if let Some(warning) = whole_days_warning(calendar, limits) {
        warn!(calendar.code = %calendar.code(), time_limits.code = %limits.code(), "Look at it: {}", warning.en);
    }
}

fn report(installed: &Installed) {
    let (kind, code, version) = (installed.kind, &installed.code, installed.version);
    match installed.outcome {
        Outcome::Known | Outcome::Older => {}
        Outcome::InForce => {
            info!(rules.kind = %kind, rules.code = %code, rules.version = version, "Installed: {installed}");
        }
        Outcome::Proposed | Outcome::Different => {
            warn!(rules.kind = %kind, rules.code = %code, rules.version = version, "Look at it: {installed}");
        }
    }
}
