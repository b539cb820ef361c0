//! `huiyin import`: takes answered letters over from another system's file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{DONE, PARTLY};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::features::imports::{
    FileFormat, Importer, Mapping, Mode, Observer, Opened, Order, Publish, RefusedRow, SourceName, Summary,
    open,
};
use crate::platform::clock::SystemClock;
use crate::platform::config::Sources;
use crate::platform::search::Embedded;
use crate::platform::telemetry;

const EXAMPLES: &str = "\
Examples:
  huiyin import letters.jsonl.gz --mapping config/import/letters_answered.toml --source letters-2019 --dry-run
  huiyin import letters.jsonl.gz --mapping config/import/letters_answered.toml --source letters-2019 --publish
  huiyin import old.csv --mapping my.toml --source old-portal --report refused.jsonl

Files are JSON Lines, a JSON array or CSV with a header, plain or gzip, in UTF-8. config/import/README.md explains the
mapping file and the reasons why rows are refused. Repeating is safe: a letter is known by source and reference, and a
run that was broken off goes on where it stopped.

Exit codes: 0 every row was taken over or known, 3 some rows were refused, 1 failed.";

/// How many refused rows are shown; the report has all of them.
const SHOWN: u64 = 20;

/// Take over answered letters from another system
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Import {
    /// The file
    file: PathBuf,
    /// Which fields of the file are ours (TOML)
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// The short name of the other system, the same every time
    #[arg(long, value_name = "NAME")]
    source: SourceName,
    /// Publish letters of a source that was public, if no personal data is found and nothing announces any; the others
    /// wait for an editor
    #[arg(long)]
    publish: bool,
    /// Write nothing, only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Stop after so many rows; the next run goes on behind them
    #[arg(long, value_name = "ROWS")]
    limit: Option<u64>,
    /// Write every refused row to this file, as JSON Lines; what is in it stays
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// json_lines, json or csv, when it cannot be found out
    #[arg(long)]
    format: Option<FileFormat>,
}

impl Import {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        telemetry::start_logging(&settings.logging)?;
        let zone = settings.city.zone;
        // The index follows what is published by itself, in the server that holds it.
        let search = Arc::new(Embedded::in_memory()?);
        let state = AppState::assemble_with(settings, Arc::new(SystemClock), search).await?;
        let mapping = std::fs::read_to_string(&self.mapping)
            .with_context(|| format!("reading the mapping {}", self.mapping.display()))?;
        let mapping = Mapping::read(&mapping, state.directory.snapshot(), zone)
            .with_context(|| format!("the mapping {}", self.mapping.display()))?;
        let mut opening = mapping.opening(self.file.clone());
        opening.format = self.format.or(opening.format);
        let file = open(&opening)?;
        let mut display = Display::new(&file, self.report.as_deref())?;
        let importer = Importer::new(state.db, state.clock, state.tickets, state.publisher);
        let summary = importer.run(file, &mapping, &self.order(), &mut display).await;
        display.finish();
        let summary = summary?;
        print!("{}", table(&summary, &self));
        Ok(if summary.refused.is_empty() { DONE } else { PARTLY })
    }

    fn order(&self) -> Order {
        Order {
            source: self.source.clone(),
            publish: if self.publish { Publish::WhatIsClean } else { Publish::Nothing },
            mode: if self.dry_run { Mode::DryRun } else { Mode::Write },
            limit: self.limit,
        }
    }
}

/// Shows on standard error how it goes: a bar on a terminal, and the first refused rows.
struct Display {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
    report: Option<BufWriter<File>>,
    refused: u64,
}

impl Display {
    fn new(file: &Opened, report: Option<&Path>) -> anyhow::Result<Display> {
        let is_terminal = io::stderr().is_terminal();
        let target = if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(file.size), target);
        bar.set_style(ProgressStyle::with_template("{wide_bar} {percent:>3} %  {msg}  {eta} left")?);
        let append = |path: &Path| {
            let file = OpenOptions::new().append(true).create(true).open(path);
            file.with_context(|| format!("opening the report {}", path.display()))
        };
        let report = report.map(append).transpose()?.map(BufWriter::new);
        Ok(Display { bar, read: Arc::clone(&file.read), report, refused: 0 })
    }

    fn say(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
        if self.refused > SHOWN && self.report.is_none() {
            eprintln!("… and {} more rows; --report FILE writes all of them", self.refused - SHOWN);
        }
    }
}

impl Observer for Display {
    fn refused(&mut self, row: &RefusedRow) -> io::Result<()> {
        self.refused += 1;
        if self.refused <= SHOWN {
            self.say(&sentence(row));
        }
        let Some(report) = &mut self.report else { return Ok(()) };
        serde_json::to_writer(&mut *report, row)?;
        report.write_all(b"\n")?;
        report.flush()
    }

    fn progressed(&mut self, so_far: &Summary) {
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        self.bar.set_message(format!("{} rows, {} imported", so_far.read, so_far.imported));
    }
}

fn sentence(row: &RefusedRow) -> String {
    let reference = row.reference.as_ref().map(|reference| format!(" ({reference})")).unwrap_or_default();
    let field = row.refusal.field.as_ref().map(|field| format!(" in {field}")).unwrap_or_default();
    format!("line {}{reference}: {}{field}", row.line, row.refusal.code)
}

/// The summary as a table.
fn table(summary: &Summary, import: &Import) -> String {
    let mut rows = vec![
        ("rows".to_owned(), summary.read),
        ("imported".to_owned(), summary.imported),
        ("known already".to_owned(), summary.known),
        ("refused".to_owned(), summary.refused_rows()),
    ];
    rows.extend(summary.refused.iter().map(|(code, count)| (format!("  {code}"), *count)));
    if import.publish {
        rows.push(("published".to_owned(), summary.published));
        rows.push(("waiting for an editor".to_owned(), summary.held_back));
        rows.extend(summary.held_back_for.iter().map(|(reason, count)| (format!("  {reason}"), *count)));
    }
    let title = if import.dry_run { "Nothing was written; it would be:\n" } else { "" };
    let lines = rows.iter().map(|(name, count)| format!("{name:<28}{count:>10}\n"));
    title.to_owned() + &lines.collect::<String>()
}
