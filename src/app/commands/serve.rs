//! `huiyin serve`: answers requests until it is told to stop.

use std::sync::Arc;

use anyhow::bail;
use diesel::sql_types::Bool;
use diesel::{PgConnection, RunQueryDsl};
use secrecy::ExposeSecret;
use tracing::warn;

use super::DONE;
use crate::app::server::{self, Listeners, StopSignals};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::platform::clock::SystemClock;
use crate::platform::config::{ConfigProblem, Sources};
use crate::platform::db::connect_migrated;
use crate::platform::telemetry;

const EXAMPLES: &str = "\
Examples:
  huiyin serve --config /etc/huiyin.toml
  HUIYIN__DATABASE__URL=postgres://huiyin@db/huiyin huiyin serve

The database must have been migrated (`huiyin migrate`). SIGINT or SIGTERM finishes what is under way and stops.
Unsafe settings are refused: a public address without https or one that leads to this machine, trusted proxies that are
everybody, no limits at all, mail that stays in a folder, debug logs, an operations port that is open to everybody, files of
secrets that others can read, a database user that is a superuser. What is meant is named in server.allow_unsafe. Keys that
are not those of the database are always refused.";

/// Answer requests until SIGINT or SIGTERM
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    /// Start although settings are unsafe; each is logged as a warning
    #[arg(long)]
    allow_unsafe: bool,
}

impl Serve {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        settings.city.install_texts();
        telemetry::start_logging(&settings.logging)?;
        let prometheus = telemetry::start_metrics()?;
        self.check_safety(&settings, sources).await?;
        let listeners = Listeners::bind(&settings)?;
        let state = AppState::assemble(settings, Arc::new(SystemClock)).await?;
        let signals = StopSignals::listen()?;
        server::start(state, listeners, prometheus).await?.run_until(signals).await?;
        Ok(DONE)
    }

    async fn check_safety(&self, settings: &Settings, sources: &Sources) -> anyhow::Result<()> {
        let url = settings.database.url.clone();
        let is_superuser = tokio::task::spawn_blocking(move || {
            let mut conn = connect_migrated(url.expose_secret())?;
            is_superuser(&mut conn)
        });
        let is_superuser = is_superuser.await??;
        let mut choices = [settings.unsafe_choices(), settings.readable_secrets(sources)].concat();
        if is_superuser && !settings.allows_unsafe("database.url") {
            let message = "the database user is a superuser; use one that only owns its own tables";
            choices.push(ConfigProblem::new("database.url", message));
        }
        if self.allow_unsafe {
            choices.iter().for_each(|choice| warn!(setting = %choice.key, "Unsafe setting: {choice}"));
            return Ok(());
        }
        let Some(first) = choices.first() else { return Ok(()) };
        let rest = choices.iter().skip(1).map(|choice| format!("\n  {choice}")).collect::<String>();
        bail!(
            "refused as unsafe (server.allow_unsafe allows by name, --allow-unsafe everything):\n  {first}{rest}"
        )
    }
}

#[derive(diesel::QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    rolsuper: bool,
}

fn is_superuser(conn: &mut PgConnection) -> anyhow::Result<bool> {
    let query = diesel::sql_query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    Ok(query.get_result::<Answer>(conn)?.rolsuper)
}
