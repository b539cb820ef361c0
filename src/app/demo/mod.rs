//! The sample city: what `huiyin demo` fills an empty database with. Letters live through the same commands as real
//! ones, under a clock that is turned back to when they came in.

mod letters;
mod life;
mod publishing;
mod staff;

use std::sync::Arc;

use anyhow::Context;
use diesel::{Connection, PgConnection};

use crate::app::background;
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::features::accounts::{AccountsError, is_anybody_enrolled};
use crate::features::directory::{CityFiles, seed};
use crate::features::routing::seed_rules;
use crate::platform::clock::{Clock, SystemClock, TurnedClock};
use crate::platform::search::Embedded;

pub use staff::Credentials;

macro_rules! city_file {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/city/", $name))
    };
}

/// What was put into the database.
#[derive(Debug)]
pub struct Filled {
    /// Who can sign in, with which password. Shown once and kept nowhere.
    pub credentials: Vec<Credentials>,
    /// How many letters.
    pub letters: usize,
    /// How many of them are published.
    pub published: usize,
}

/// Whether the database has no city yet.
pub fn is_empty(conn: &mut PgConnection) -> Result<bool, AccountsError> {
    Ok(!is_anybody_enrolled(conn)?)
}

/// Fills an empty, migrated database with the sample city. `progress` is told after each step of how many.
pub async fn fill(settings: &Settings, progress: impl Fn(usize, usize)) -> anyhow::Result<Filled> {
    let mut conn =
        PgConnection::establish(&settings.database.pool().url).context("connecting to the database")?;
    conn.transaction(|conn| {
        seed(conn, &files())?;
        seed_rules(conn, city_file!("routing.toml"))?;
        anyhow::Ok(())
    })
    .context("writing the sample city")?;
    let now = SystemClock.now();
    let clock = TurnedClock::new(now);
    let state =
        AppState::assemble_with(settings.clone(), clock.clone(), Arc::new(Embedded::in_memory()?)).await?;
    let (people, credentials) = staff::enrol(&state.accounts, city_file!("staff.toml")).await?;
    let letters = letters::parse(city_file!("letters.toml"))?;
    let total = letters.len();
    let city = life::City { state: &state, clock: &clock, people: &people, now };
    let lived = city.live_through(&letters, |done| progress(done, total)).await?;
    clock.set(now);
    background::worker(&state).deliver_once(now).await.context("emptying the outbox")?;
    let published = publishing::publish(&city, &lived).await?;
    background::worker(&state).deliver_once(now).await.context("emptying the outbox")?;
    Ok(Filled { credentials, letters: total, published })
}

fn files() -> CityFiles {
    CityFiles {
        districts: city_file!("districts.toml").to_owned(),
        departments: city_file!("departments.toml").to_owned(),
        categories: city_file!("categories.toml").to_owned(),
    }
}
