//! `huiyin demo`: a whole city on this machine, with a private PostgreSQL cluster of its own.

use std::fs;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use diesel::{Connection, PgConnection};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};

use super::DONE;
use crate::app::demo;
use crate::app::server::{self, Listeners};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::platform::clock::SystemClock;
use crate::platform::config::Sources;
use crate::platform::crypto::generate_key;
use crate::platform::db::cluster::{ClusterOptions, PrivateCluster};
use crate::platform::db::run_migrations;
use crate::platform::telemetry;

const EXAMPLES: &str = "\
Examples:
  huiyin demo                       the sample city in .huiyin, the API on 127.0.0.1:8080
  huiyin demo --folder /tmp/yunxi   the same elsewhere
  HUIYIN__SERVER__LISTEN=127.0.0.1:9000 huiyin demo

The first start makes a PostgreSQL cluster, a city and its letters, and shows everybody's password once. Later starts
keep all data. Ctrl-C stops everything. Delete the folder to begin anew.";

/// Start a sample city with everything it needs
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Demo {
    /// Where the cluster, the mails, the search index and the keys are kept
    #[arg(long, default_value = ".huiyin", value_name = "FOLDER")]
    folder: PathBuf,
}

impl Demo {
    pub(super) async fn run(self, sources: Sources) -> anyhow::Result<u8> {
        fs::create_dir_all(&self.folder).with_context(|| format!("making {}", self.folder.display()))?;
        let folder = self.folder.canonicalize()?;
        let options = ClusterOptions::durable(folder.join("postgres"));
        let cluster = tokio::task::spawn_blocking(move || PrivateCluster::start(&options)).await??;
        let outcome = serve(sources, &folder, &cluster.database_url()).await;
        tokio::task::spawn_blocking(move || cluster.stop()).await??;
        outcome.map(|()| DONE)
    }
}

async fn serve(sources: Sources, folder: &Path, database_url: &str) -> anyhow::Result<()> {
    let keys = Keys::of(folder)?;
    let sources = sources
        .fix("database.url", database_url)
        .fix("data.folder", folder.display().to_string())
        .fix("secrets.sealing_keys", keys.sealing_keys)
        .fix("secrets.token_key", keys.token_key);
    let settings = Settings::load(&sources)?;
    settings.city.install_texts();
    telemetry::start_logging(&settings.logging)?;
    let prometheus = telemetry::start_metrics()?;
    let listeners = Listeners::bind(&settings)?;
    let mut conn = PgConnection::establish(database_url).context("connecting to the private cluster")?;
    run_migrations(&mut conn)?;
    if demo::is_empty(&mut conn)? {
        introduce(&fill(&settings).await?);
    }
    drop(conn);
    let mails = settings.mail().folder;
    let state = AppState::assemble(settings, Arc::new(SystemClock)).await?;
    let server = server::start(state, listeners, prometheus).await?;
    println!("API          http://{}/v1", server.api);
    println!("API viewer   http://{}/docs", server.api);
    println!("Operations   http://{}/readyz", server.operations);
    println!("Mails        {}", mails.display());
    println!("Ctrl-C stops everything; the data stays in {}.", folder.display());
    server.run_until_signal().await
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

fn introduce(filled: &demo::Filled) {
    println!(
        "The sample city 云溪市 has {} letters, {} of them published.",
        filled.letters, filled.published
    );
    println!("These people can sign in. Their passwords are shown this once and kept nowhere:\n");
    for who in &filled.credentials {
        println!("  {:<24} {}   {}", who.username, who.password, who.description);
    }
    println!();
}

/// The keys of this city, made once and readable by its owner only.
#[derive(Serialize, Deserialize)]
struct Keys {
    sealing_keys: String,
    token_key: String,
}

impl Keys {
    fn of(folder: &Path) -> anyhow::Result<Keys> {
        let file = folder.join("keys.toml");
        if !file.exists() {
            let keys = Keys {
                sealing_keys: format!("1:{}", *generate_key()),
                token_key: generate_key().to_string(),
            };
            write_private(&file, &toml::to_string(&keys)?)
                .with_context(|| format!("writing {}", file.display()))?;
            return Ok(keys);
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is damaged", file.display()))
    }
}

/// Written beside its place and moved there, so that a crash leaves either all of it or nothing.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let draft = file.with_extension("new");
    let mut options = fs::OpenOptions::new();
    let mut handle = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    handle.write_all(text.as_bytes())?;
    handle.sync_all()?;
    fs::rename(draft, file)
}
