//! `huiyin serve`: answers requests until it is told to stop.

use std::sync::Arc;

use anyhow::{Context, bail};
use diesel::RunQueryDsl;
use diesel::sql_types::Bool;
use tracing::warn;

use super::DONE;
use crate::app::server::{self, Listeners};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::platform::clock::SystemClock;
use crate::platform::config::{ConfigProblem, Sources};
use crate::platform::db::{Db, DbError, pending_migrations};
use crate::platform::telemetry;

const EXAMPLES: &str = "\
Examples:
  huiyin serve --config /etc/huiyin.toml
  HUIYIN__DATABASE__URL=postgres://huiyin@db/huiyin huiyin serve

The database must have been migrated (`huiyin migrate`). SIGINT or SIGTERM finishes what is under way and stops.
Unsafe settings are refused: a public address without https, debug logs, an operations port that is open to
everybody, a database user that is a superuser.";

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
        self.check_safety(&settings).await?;
        let listeners = Listeners::bind(&settings)?;
        let state = AppState::assemble(settings, Arc::new(SystemClock)).await?;
        server::start(state, listeners, prometheus).await?.run_until_signal().await?;
        Ok(DONE)
    }

    async fn check_safety(&self, settings: &Settings) -> anyhow::Result<()> {
        let db = Db::new(&settings.database.pool())?;
        let pending = db.read(|conn| pending_migrations(conn).map_err(|e| DbError::Internal(e.to_string())));
        let pending = pending.await.context("asking the database at database.url for its version")?;
        if pending > 0 {
            bail!("the database lacks {pending} migrations; run `huiyin migrate`");
        }
        let mut choices = settings.unsafe_choices();
        if is_superuser(&db).await? {
            let message = "the database user is a superuser; use one that only owns its own tables";
            choices.push(ConfigProblem::new("database.url", message));
        }
        if self.allow_unsafe {
            choices.iter().for_each(|choice| warn!(setting = %choice.key, "Unsafe setting: {choice}"));
            return Ok(());
        }
        let Some(first) = choices.first() else { return Ok(()) };
        let rest = choices.iter().skip(1).map(|choice| format!("\n  {choice}")).collect::<String>();
        bail!("refused as unsafe (--allow-unsafe starts nevertheless):\n  {first}{rest}")
    }
}

#[derive(diesel::QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    rolsuper: bool,
}

async fn is_superuser(db: &Db) -> Result<bool, DbError> {
    db.read(|conn| {
        let query = diesel::sql_query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
        Ok(query.get_result::<Answer>(conn)?.rolsuper)
    })
    .await
}
