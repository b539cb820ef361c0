//! `huiyin reindex`: builds the search index of this instance anew from what is published.

use std::sync::Arc;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::ExposeSecret;

use super::DONE;
use crate::app::settings::Settings;
use crate::features::knowledge::{Indexer, Progress};
use crate::features::publication::Published;
use crate::platform::config::Sources;
use crate::platform::db::{Db, connect_migrated};
use crate::platform::search::Embedded;

const EXAMPLES: &str = "\
Examples:
  huiyin reindex --config /etc/huiyin.toml

Stop the instance whose folder it is first: an index has one owner. Searches find nothing until it is done; reading and
browsing do not need the index. Other instances keep indexes of their own and are not touched.";

/// Build the search index of this instance anew
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Reindex {}

impl Reindex {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        let url = settings.database.url.clone();
        tokio::task::spawn_blocking(move || connect_migrated(url.expose_secret()).map(drop)).await??;
        let db = Db::new(&settings.database.pool())?;
        let index = Embedded::open(&settings.search_folder()).context("opening the search index")?;
        let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
            "{bar:40} {pos}/{len} changes, {elapsed} so far, {eta} to go",
        )?);
        let indexer = Indexer::new(Published::new(db), Arc::new(index));
        let show = bar.clone();
        let changes = indexer.rebuild(move |progress| advance(&show, progress)).await?;
        bar.finish_and_clear();
        println!("indexed {changes} changes into {}", settings.search_folder().display());
        Ok(DONE)
    }
}

fn advance(bar: &ProgressBar, progress: Progress) {
    bar.set_length(u64::try_from(progress.newest).unwrap_or(0));
    bar.set_position(u64::try_from(progress.position).unwrap_or(0));
}
