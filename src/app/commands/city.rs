//! `huiyin city`: a city kept as files, applied to the database and written back.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use diesel::{Connection, PgConnection};

use super::{DONE, FAILED};
use crate::app::city::{ApplyError, Applying, Change, FILES, Files, Report, apply, export};
use crate::app::settings::Settings;
use crate::platform::clock::{Clock, SystemClock};
use crate::platform::config::Sources;

const EXAMPLES: &str = "\
Examples:
  huiyin city apply cities/lanxi --dry-run      what would change, and everything that is wrong with the files
  huiyin city apply cities/lanxi                the same, done: all of it or nothing
  huiyin city export backup/2026-09             the city as files
  huiyin city export /tmp/yunxi --folder .huiyin

The files are districts.toml, departments.toml, categories.toml, routing.toml and staff.toml; config/city/README.md explains
them, and one that is missing says nothing. What a file names is brought to what the file says, and what it does not name
stays: nothing is deleted. Repeating is safe. New accounts have no password: an administrator gives each a one-time code
(POST /v1/staff-accounts/{id}/actions/issue-activation-code). Running instances see the change within seconds.

Exit codes: 0 done, 1 refused, with file and line of every fault.";

/// Apply a city's files to the database, or write them
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CityCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Bring the database to what the files say
    Apply {
        /// The folder of the files
        files: PathBuf,
        /// Write nothing, only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the city as files; none that is there is replaced
    Export {
        /// The folder for the files
        files: PathBuf,
    },
}

impl CityCommand {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        tokio::task::spawn_blocking(move || self.work(&settings)).await?
    }

    fn work(self, settings: &Settings) -> anyhow::Result<u8> {
        let mut conn = PgConnection::establish(&settings.database.pool().url)
            .context("connecting to the database at database.url")?;
        match self.action {
            Action::Apply { files, dry_run } => {
                let applying =
                    Applying { is_dry_run: dry_run, locale: settings.city.locale, now: SystemClock.now() };
                applied(apply(&mut conn, &read(&files)?, applying), dry_run)
            }
            Action::Export { files } => {
                write(&files, &export(&mut conn)?)?;
                println!("Wrote {} into {}", FILES.join(", "), files.display());
                Ok(DONE)
            }
        }
    }
}

fn applied(outcome: Result<Report, ApplyError>, is_dry_run: bool) -> anyhow::Result<u8> {
    match outcome {
        Ok(report) => {
            print!("{}", told(&report));
            println!("{}", if is_dry_run { "Nothing was written (--dry-run)." } else { "Done." });
            Ok(DONE)
        }
        Err(ApplyError::Faults(faults)) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            eprintln!("{} faults; nothing was written.", faults.len());
            Ok(FAILED)
        }
        Err(ApplyError::Other(error)) => Err(error),
    }
}

/// The difference, file by file.
fn told(report: &Report) -> String {
    let mut told = String::new();
    for file in FILES {
        let of_file = || report.changes.iter().filter(|(of, ..)| *of == file);
        let added = of_file().filter(|(.., change)| *change == Change::Added).count();
        let (changed, unchanged) =
            (of_file().count() - added, report.unchanged.get(file).copied().unwrap_or_default());
        let unnamed = report.unnamed.get(file).map(Vec::len);
        let Some(unnamed) = unnamed else { continue };
        told.push_str(&format!("{file}: {added} added, {changed} changed, {unchanged} as they were"));
        if unnamed > 0 {
            told.push_str(&format!(", {unnamed} not in the file, which stay"));
        }
        told.push('\n');
        for (_, called, change) in of_file() {
            match change {
                Change::Added => told.push_str(&format!("  + {called}\n")),
                Change::Changed(members) => {
                    told.push_str(&format!("  ~ {called}\n"));
                    members.iter().for_each(|member| told.push_str(&format!("      {member}\n")));
                }
            }
        }
    }
    told
}

fn read(folder: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for file in FILES {
        let path = folder.join(file);
        match fs::read_to_string(&path) {
            Ok(text) => {
                files.insert(file, text);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }
    if files.is_empty() {
        bail!("{} has none of {}", folder.display(), FILES.join(", "));
    }
    Ok(files)
}

fn write(folder: &Path, files: &Files) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    if let Some(file) = FILES.iter().find(|file| folder.join(file).exists()) {
        bail!("{} is there already; choose another folder", folder.join(file).display());
    }
    for (file, text) in files {
        let path = folder.join(file);
        let opened = OpenOptions::new().write(true).create_new(true).open(&path);
        opened
            .and_then(|mut handle| handle.write_all(text.as_bytes()))
            .with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
