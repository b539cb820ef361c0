//! `huiyin demo`: a whole city on this machine, with a private PostgreSQL cluster of its own.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use diesel::{Connection, PgConnection};
use indicatif::{ProgressBar, ProgressStyle};

use super::DONE;
use super::demo_folder::{DemoFolder, USUAL, write_private};
use crate::app::demo::{self, Credentials};
use crate::app::server::{self, Listeners, RunningServer, StopSignals};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::platform::clock::SystemClock;
use crate::platform::config::Sources;
use crate::platform::db::run_migrations;
use crate::platform::telemetry;

const EXAMPLES: &str = "\
Examples:
  huiyin demo                       the sample city in .huiyin, the API on 127.0.0.1:8080
  huiyin demo --folder /tmp/yunxi   the same elsewhere
  HUIYIN__SERVER__LISTEN=127.0.0.1:9000 huiyin demo

The first start makes a PostgreSQL cluster, a city and its letters, and accounts whose passwords it shows and writes down.
Later starts keep all data. Other commands reach the city with --folder: huiyin inspect --folder .huiyin
Ctrl-C stops everything. Delete the folder to begin anew.";

/// Whose passwords are shown: the people of the README, and who sees and manages the whole. The file has all.
const SHOWN: [&str; 7] = [
    "intake.lin",
    "dispatch.zhao",
    "education.handler",
    "reviewer.gu",
    "editor.shen",
    "supervisor.qin",
    "admin.wei",
];

/// Everybody's passwords, as they were at the first start.
const ACCOUNTS: &str = "accounts.txt";

/// What the demonstration logs.
const LOG: &str = "huiyin.log";

/// Start a sample city with everything it needs
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Demo {
    /// Show the log, too, which otherwise goes into the folder only
    #[arg(long)]
    verbose: bool,
}

impl Demo {
    pub(super) async fn run(self, sources: Sources, folder: Option<PathBuf>) -> anyhow::Result<u8> {
        let folder = DemoFolder::make(folder.as_deref().unwrap_or(Path::new(USUAL))).await?;
        let outcome = self.serve(sources, &folder).await;
        folder.close().await?;
        outcome.map(|()| DONE)
    }

    async fn serve(&self, sources: Sources, folder: &DemoFolder) -> anyhow::Result<()> {
        let settings = Settings::load(&folder.settings(sources))?;
        settings.city.install_texts();
        telemetry::start_logging_to_file(&settings.logging, &folder.path().join(LOG), self.verbose)?;
        let prometheus = telemetry::start_metrics()?;
        let listeners = Listeners::bind(&settings)?;
        let filled = fill_if_empty(&settings, folder).await?;
        let mails = settings.mail().folder;
        let state = AppState::assemble(settings, Arc::new(SystemClock)).await?;
        let signals = StopSignals::listen()?;
        let server = server::start(state, listeners, prometheus).await?;
        print!("{}", screen(folder.path(), &server, &mails, filled.as_ref()));
        server.run_until(signals).await
    }
}

async fn fill_if_empty(settings: &Settings, folder: &DemoFolder) -> anyhow::Result<Option<demo::Filled>> {
    let url = folder.database_url();
    let mut conn = PgConnection::establish(&url).context("connecting to the private cluster")?;
    run_migrations(&mut conn)?;
    if !demo::is_empty(&mut conn)? {
        return Ok(None);
    }
    drop(conn);
    let filled = fill(settings).await?;
    let file = folder.path().join(ACCOUNTS);
    let all: String = filled.credentials.iter().map(line).collect();
    write_private(&file, &all).with_context(|| format!("writing {}", file.display()))?;
    Ok(Some(filled))
}

async fn fill(settings: &Settings) -> anyhow::Result<demo::Filled> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}")?);
    bar.set_message("Filling the sample city");
    let filled = demo::fill(settings, |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    })
    .await;
    bar.finish_and_clear();
    filled
}

/// What a person needs to go on: where things are, who can sign in, what to do next.
fn screen(folder: &Path, server: &RunningServer, mails: &Path, filled: Option<&demo::Filled>) -> String {
    let accounts = folder.join(ACCOUNTS);
    let mut screen = format!(
        "\nThe sample city 云溪市 is open.\n\n  \
         API          http://{api}/v1\n  \
         API viewer   http://{api}/docs\n  \
         Operations   http://{operations}/readyz, /metrics\n  \
         Mails        {mails}\n  \
         Log          {log}\n  \
         Accounts     {accounts}\n",
        api = server.api,
        operations = server.operations,
        mails = mails.display(),
        log = folder.join(LOG).display(),
        accounts = accounts.display(),
    );
    if let Some(filled) = filled {
        screen.push_str(&introduction(filled));
    }
    // Writing to a text cannot fail.
    let _ = write!(
        screen,
        "\nNext: follow \"One letter, from submission to a search hit\" in README.md, in a second terminal.\n\
         Other commands reach this city so: huiyin inspect --folder {folder}\n\
         Ctrl-C stops everything and keeps the data; delete {folder} to begin anew.\n",
        folder = folder.display(),
    );
    screen
}

fn introduction(filled: &demo::Filled) -> String {
    let shown = SHOWN.iter().filter_map(|name| filled.credentials.iter().find(|who| who.username == *name));
    let lines: String = shown.map(|who| format!("  {}", line(who))).collect();
    format!(
        "\n{} letters, {} of them published. {} people can sign in, among them:\n\n{lines}",
        filled.letters,
        filled.published,
        filled.credentials.len()
    )
}

fn line(who: &Credentials) -> String {
    format!("{:<20} {}  {}\n", who.username, who.password, who.description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_who_signs_in_in_the_readme_is_shown() {
        let readme = include_str!("../../../README.md");
        let names: Vec<&str> =
            readme.split("$(login ").skip(1).filter_map(|rest| rest.split([' ', ')']).next()).collect();
        assert!(names.len() >= 5, "{names:?}");
        assert!(names.iter().all(|name| SHOWN.contains(name)), "{names:?}");
        assert!(SHOWN.len() <= 8);
    }
}
