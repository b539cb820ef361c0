//! `huiyin migrate`: brings the database to this program's version.

use diesel::Connection;
use secrecy::ExposeSecret;

use super::DONE;
use crate::app::settings::Settings;
use crate::features::calendars::{Outcome, embedded, install};
use crate::platform::clock::{Clock, SystemClock};
use crate::platform::config::Sources;
use crate::platform::db::{self, run_migrations};

const EXAMPLES: &str = "\
Examples:
  huiyin migrate
  HUIYIN__DATABASE__URL=postgres://owner@db/huiyin huiyin migrate

Run it once for every new version, before the first instance of that version starts. Repeating it does no harm.";

/// Bring the database to this version
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Migrate {}

impl Migrate {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let url = Settings::load(sources)?.database.url;
        let applied = tokio::task::spawn_blocking(move || {
            let mut conn = db::connect(url.expose_secret())?;
            let applied = run_migrations(&mut conn)?;
            let installed = conn.transaction(|conn| install(conn, &embedded(), SystemClock.now()))?;
            anyhow::Ok((applied, installed))
        });
        let (applied, installed) = applied.await??;
        for version in &applied {
            println!("applied {version}");
        }
        println!("{} migrations applied", applied.len());
        let news = installed.iter().filter(|document| document.outcome != Outcome::Known);
        news.for_each(|document| println!("{document}"));
        Ok(DONE)
    }
}
